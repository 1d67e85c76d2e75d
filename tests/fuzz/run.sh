#!/bin/sh
# Coverage-guided fuzzing of one target with libFuzzer (needs clang).
# usage: run.sh TARGET SECONDS
set -eu
target=$1
seconds=$2
build=${BUILD:-build}-fuzz
if [ -z "$target" ]; then
    echo "usage: make fuzz T=NAME SECS=N, with one of:" >&2
    for file in tests/fuzz/fuzz_*.c; do
        file=${file#tests/fuzz/fuzz_}
        echo "  ${file%.c}" >&2
    done
    exit 2
fi
make --no-print-directory BUILD="$build" CC=clang \
    SANITIZE=fuzzer-no-link,address,undefined OPT='-O1 -g' \
    "$build/libverbatim.a"
mkdir -p "$build/corpus/$target"
# shellcheck disable=SC2046 # lists of flags
clang -std=c17 -Isrc -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined \
    -o "$build/fuzz_$target" "tests/fuzz/fuzz_$target.c" \
    "$build/libverbatim.a" $(pkg-config --libs libcmark yaml-0.1 libpcre2-8 \
        libcrypto jansson sqlite3)
exec "$build/fuzz_$target" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 "$build/corpus/$target" "tests/fuzz/seeds/$target"
