#!/bin/bash
# Runs the golden cases and the command-line tests.
# usage: BUILD=build [UPDATE=1] run.sh [NAME]
#
# A golden case is a folder tests/golden/NAME with its input files and
#   args    the arguments of verbatim, one shell line; several lines, several
#           calls
#   stdout, stderr, status   what is expected; a missing file means empty, or 0
# UPDATE=1 writes what came out, for review with git diff.
#
# A command-line test is a script tests/cli/NAME.sh that uses tests/cli/lib.sh.
set -u
cd "$(dirname "$0")/.." || exit 2
top=$PWD
build=$(cd "${BUILD:-build}" && pwd) || exit 2
only=${1:-}
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT

sanitizer=exitcode=99:log_path=$work/sanitizer

# The surroundings of every test: nothing of the caller's but the path.
clean() {
    env -i PATH="$build:$PATH" HOME="$work/home" LC_ALL=C.UTF-8 TZ=UTC \
        TMPDIR="$work" BUILD="$build" TOP="$top" UPDATE="${UPDATE:-}" \
        ASAN_OPTIONS="$sanitizer:handle_abort=1:${ASAN_OPTIONS:-}" \
        UBSAN_OPTIONS="$sanitizer:abort_on_error=1:print_stacktrace=1:${UBSAN_OPTIONS:-}" \
        "$@"
}

# What a sanitizer reported, in any process of the test, fails it, whatever
# the test made of the exit code. (UBSan prints to stderr even with a log_path,
# so it aborts, and ASan logs the abort.)
sanitized() {
    local log
    for log in "$work"/sanitizer.*; do
        [ -e "$log" ] || return 0
        head -n 40 "$log"
        rm -f "$log"
        failed=$((failed + 1))
        echo "FAILED $1: a sanitizer's report"
    done
}
mkdir -p "$work/home"

golden() {
    local case=$1 name=${1##*/} dir ok=1 part
    dir=$work/$name
    cp -R "$case" "$dir"
    rm -f "$dir/stdout" "$dir/stderr" "$dir/status"
    (
        cd "$dir" || exit 2
        status=0
        while IFS= read -r line; do
            case $line in '' | '#'*) continue ;; esac
            clean bash -c "verbatim $line" >>"$work/$name.stdout" \
                2>>"$work/$name.stderr" </dev/null
            code=$?
            [ $code -eq 0 ] || status=$code
        done <args
        echo $status >"$work/$name.status"
    )
    [ "$(cat "$work/$name.status")" = 0 ] && rm "$work/$name.status"
    for part in stdout stderr status; do
        [ -s "$work/$name.$part" ] || rm -f "$work/$name.$part"
        if [ -n "${UPDATE:-}" ]; then
            rm -f "$case/$part"
            [ -e "$work/$name.$part" ] && cp "$work/$name.$part" "$case/$part"
            continue
        fi
        if ! diff -u --label "$case/$part" --label actual \
            "$(old "$case/$part")" "$(old "$work/$name.$part")"; then
            ok=0
        fi
    done
    if [ $ok -eq 1 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED golden $name"
    fi
}

# The file, or nothing where there is none.
old() {
    if [ -e "$1" ]; then echo "$1"; else echo /dev/null; fi
}

# A script's lines "ok ...", "FAILED ...", "skip ..." are its results.
script() {
    local name=${1##*/} log status
    name=${name%.sh}
    log=$work/$name.log
    mkdir -p "$work/$name.dir"
    (cd "$work/$name.dir" && clean bash "$top/$1") >"$log" 2>&1 </dev/null
    status=$?
    passed=$((passed + $(grep -c '^ok ' "$log")))
    skipped=$((skipped + $(grep -c '^skip ' "$log")))
    if [ $status -ne 0 ] || grep -q '^FAILED ' "$log"; then
        failed=$((failed + $(grep -c '^FAILED ' "$log")))
        grep -q '^FAILED ' "$log" || failed=$((failed + 1))
        echo "--- $name (status $status)"
        grep -v '^ok ' "$log"
    else
        grep '^skip ' "$log"
    fi
}

for case in tests/golden/*/; do
    case=${case%/}
    [ -e "$case/args" ] || continue
    [ -z "$only" ] || [ "$only" = "${case##*/}" ] || continue
    golden "$case"
    sanitized "${case##*/}"
done
for test in tests/cli/*.sh tests/fault/*.sh; do
    [ -e "$test" ] || continue
    [ "${test##*/}" != lib.sh ] || continue
    name=${test##*/}
    [ -z "$only" ] || [ "$only" = "${name%.sh}" ] || continue
    script "$test"
    sanitized "${name%.sh}"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
