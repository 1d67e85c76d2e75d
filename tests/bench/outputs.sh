#!/bin/bash
# Figures of comparing: the labelled set beside a similarity score, and the
# time and memory that 100,000 lines against 100,000 take.
# usage: BUILD=build outputs.sh
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2046 # lists of flags
${CC:-gcc} -std=c17 -O2 -Isrc -D_GNU_SOURCE -o "$work/outputs" \
    tests/bench/outputs.c "$build/libverbatim.a" \
    $(pkg-config --libs libcmark yaml-0.1 libpcre2-8 libcrypto jansson sqlite3)
"$work/outputs"
echo

# log DATE SEED WORD: 100,000 log lines with times, addresses and ids
log() {
    awk -v day="$1" -v seed="$2" -v word="$3" 'BEGIN {
        srand(seed)
        for (i = 0; i < 100000; i++)
            printf "%sT%02d:%02d:%02d.%03dZ INFO worker-%d %s request from " \
                "10.%d.%d.%d in %dms id=a%015x\n", day, i / 3600 % 24,
                i / 60 % 60, i % 60, rand() * 1000, i % 17,
                i % 1000 == 999 ? word : "started",
                int(i / 65536), int(i / 256) % 256, i % 256, rand() * 900,
                i * 7919 + seed
    }'
}
log 2023-01-02 1 started >"$work/expected"
log 2024-05-06 2 started >"$work/match"
log 2024-05-06 3 stopped >"$work/differ"
shuf --random-source="$work/expected" "$work/match" >"$work/shuffled"
awk 'BEGIN { for (i = 0; i < 100000; i++)
    printf "pump %d of the house drips %d times\n", i, i % 97 }' >"$work/unlike"
for actual in match differ shuffled unlike; do
    /usr/bin/time -f "100,000 lines, $actual: %U s of processor, %e s, %M KiB" \
        "$build/verbatim" match "$work/expected" "$work/$actual" \
        >/dev/null 2>"$work/time" || true
    tail -1 "$work/time"
done
awk 'BEGIN { printf "{\"items\":["
    for (i = 0; i < 100000; i++)
        printf "%s{\"id\":\"x%d\",\"n\":%d}", i ? "," : "", i, i
    print "]}" }' >"$work/one-line"
/usr/bin/time -f "JSON of 100,000 objects on one line: %U s of processor, %e s, %M KiB" \
    "$build/verbatim" match "$work/one-line" "$work/one-line" >/dev/null
