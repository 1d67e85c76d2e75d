#!/bin/bash
# The unit tests and the commands under valgrind's memcheck: any error or
# definite leak fails. valgrind is slow: time limits of tests are stretched.
# usage: BUILD=build valgrind.sh [NAME ...]     (unit tests to run; none: all)
set -u
cd "$(dirname "$0")/.." || exit 2
build=$(cd "${BUILD:-build}" && pwd) || exit 2
if ! command -v valgrind >/dev/null; then
    echo "skip valgrind: it is not installed (make deps-dev)"
    exit 0
fi
logs=$(mktemp -d) || exit 2
trap 'rm -rf "$logs"' EXIT
failed=0 passed=0

# check NAME COMMAND...: each process writes a log, which is empty when all is
# well.
check() {
    local name=$1 log bad=0
    shift
    rm -f "$logs"/log.*
    CK_TIMEOUT_MULTIPLIER=20 valgrind -q --leak-check=full \
        --errors-for-leak-kinds=definite --show-leak-kinds=definite \
        --log-file="$logs/log.%p" "$@" >"$logs/out" 2>&1
    for log in "$logs"/log.*; do
        [ -s "$log" ] || continue
        grep -qE 'Invalid|uninitialised|definitely lost|overlap|Syscall param' "$log" || continue
        bad=1
        head -n 30 "$log"
    done
    if [ $bad -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $name"
    fi
}

guide=runbooks/proof-of-value.md
if [ $# -eq 0 ]; then
    for test in "$build"/tests/test_*; do
        case $test in *.d) continue ;; esac
        check "${test##*/}" "$test"
    done
    check plan "$build/verbatim" plan "$guide" --provider aws
    check explain "$build/verbatim" explain "$guide" --format json
    check check "$build/verbatim" check "$guide"
    check rehearsal "$build/verbatim" run "$guide" --provider gcp --yes \
        --rehearse fixtures/scenarios/cloud.yaml --out "$logs/run" \
        --set LETSENCRYPT_EMAIL=ada@lovelace.dev
    check verify "$build/verbatim" verify "$logs/run"
    check report "$build/verbatim" report "$logs/run" --format html -o "$logs/report.html"
else
    for name; do
        check "$name" "$build/tests/$name"
    done
fi
echo "valgrind: $passed passed, $failed failed"
[ $failed -eq 0 ]
