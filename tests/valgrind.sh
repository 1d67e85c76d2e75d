#!/bin/bash
# The unit tests and the commands under valgrind's memcheck: any error or
# definite leak fails, and so does a command that fails by itself.
# usage: BUILD=build valgrind.sh [NAME ...]     (unit tests to run, or
#        'commands'; none: all of it)
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
# well, and the command does what it does without valgrind.
check() {
    local name=$1 log bad=0
    shift
    rm -f "$logs"/log.*
    # Check's guard against tests that hang: valgrind is slow.
    if ! CK_DEFAULT_TIMEOUT=3600 valgrind -q --leak-check=full \
        --errors-for-leak-kinds=definite --show-leak-kinds=definite \
        --log-file="$logs/log.%p" "$@" >"$logs/out" 2>&1; then
        bad=1
        tail -n 30 "$logs/out"
    fi
    for log in "$logs"/log.*; do
        [ -s "$log" ] || continue
        grep -qE 'Invalid|Mismatched|Jump to|Process terminating|uninitialised|definitely lost|overlap|Syscall param' "$log" || continue
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
commands() {
    local provider run format
    for provider in gcp aws; do
        check "plan $provider" "$build/verbatim" plan "$guide" --provider "$provider"
        check "plan $provider json" "$build/verbatim" plan "$guide" --provider "$provider" --format json
    done
    check explain "$build/verbatim" explain "$guide"
    check "explain json" "$build/verbatim" explain "$guide" --format json
    check check "$build/verbatim" check "$guide"
    for provider in gcp aws; do
        run=$logs/run-$provider
        check "rehearsal $provider" "$build/verbatim" run "$guide" --provider "$provider" --yes \
            --rehearse fixtures/scenarios/cloud.yaml --teardown \
            --out "$run" --set LETSENCRYPT_EMAIL=ada@lovelace.dev
        check "verify $provider" "$build/verbatim" verify "$run"
        for format in text html junit json; do
            check "report $provider $format" "$build/verbatim" report "$run" \
                --format "$format" -o "$logs/report.$format"
        done
    done
}

if [ $# -eq 0 ]; then
    for test in "$build"/tests/test_*; do
        case $test in *.d) continue ;; esac
        check "${test##*/}" "$test"
    done
    commands
else
    for name; do
        case $name in
            commands) commands ;;
            *) check "$name" "$build/tests/$name" ;;
        esac
    done
fi
echo "valgrind: $passed passed, $failed failed"
[ $failed -eq 0 ]
