#!/bin/bash
# Figures, not verdicts: verbatim beside plain bash, cmark and the runners
# that are installed, each pair taken in turns so that a change of the
# machine's speed meets both. Medians of ROUNDS rounds.
# usage: BUILD=build [ROUNDS=5] run.sh [PART]
# with PART one of reading steps commands output outputs transcript report check start
set -u
cd "$(dirname "$0")/../.." || exit 2
build=$(cd "${BUILD:-build}" && pwd) || exit 2
rounds=${ROUNDS:-5}
only=${1:-}
PATH=$build:$PATH
export LC_ALL=C.UTF-8
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# seconds COMMAND...: wall time, output thrown away
seconds() {
    local start=$EPOCHREALTIME end
    "$@" >/dev/null 2>&1 </dev/null
    end=$EPOCHREALTIME
    echo "$start $end" | awk '{printf "%.6f\n", $2 - $1}'
}

median() {
    sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}

# pair LABEL_A LABEL_B COMMAND_A COMMAND_B: medians and their ratio. The
# commands are names of functions here.
pair() {
    local a=$1 b=$2 ca=$3 cb=$4 i ta tb
    : >"$work/a"
    : >"$work/b"
    "$ca" >/dev/null 2>&1
    "$cb" >/dev/null 2>&1
    for ((i = 0; i < rounds; i++)); do
        seconds "$ca" >>"$work/a"
        seconds "$cb" >>"$work/b"
    done
    ta=$(median <"$work/a")
    tb=$(median <"$work/b")
    awk -v a="$a" -v b="$b" -v ta="$ta" -v tb="$tb" 'BEGIN {
        printf "  %-34s %9.1f ms   %-22s %9.1f ms   ratio %.2f\n",
            a, ta * 1000, b, tb * 1000, ta / tb }'
}

wanted() {
    [ -z "$only" ] || [ "$only" = "$1" ]
}

peak_kib() {
    /usr/bin/time -f %M "$@" 2>&1 >/dev/null </dev/null | tail -n 1
}

guides() {
    local n=0
    while [ "$(stat -c %s "$work/guides.md" 2>/dev/null || echo 0)" -lt 5000000 ]; do
        n=$((n + 1))
        cat runbooks/_chunks/networking.md runbooks/_chunks/preparations.md \
            >>"$work/guides.md"
        sed '/^import/d;/^ *import /d;/^<[A-Z][a-z]* \/>/d' \
            runbooks/proof-of-value.md >>"$work/guides.md"
    done
}

if wanted reading; then
    echo "reading 5 MB of guides"
    guides
    explain() { verbatim explain --format json "$work/guides.md"; }
    xml() { cmark -t xml "$work/guides.md"; }
    if command -v cmark >/dev/null; then
        pair "verbatim explain" "cmark -t xml" explain xml
    else
        pair "verbatim explain" "cat" explain cat
    fi
    if [ -x /usr/bin/time ]; then
        bytes=$(stat -c %s "$work/guides.md")
        kib=$(peak_kib verbatim explain --format json "$work/guides.md")
        echo "  peak memory $((kib / 1024)) MiB, $(awk -v k="$kib" -v b="$bytes" \
            'BEGIN {printf "%.1f", k * 1024 / b}') times the input"
    fi
fi

# N steps of one echo each, with their outputs, in the dialects of the runners
# shellcheck disable=SC2016 # fences
write_steps() {
    local n=$1 i
    : >"$work/$n.sh"
    : >"$work/$n.md"
    : >"$work/$n.t"
    : >"$work/$n.bats"
    : >"$work/$n.clitest"
    for ((i = 1; i <= n; i++)); do
        echo "echo step $i" >>"$work/$n.sh"
        printf '```bash\necho step %d\n```\n\nThe output is:\n\n```\nstep %d\n```\n\n' \
            "$i" "$i" >>"$work/$n.md"
        printf '  $ echo step %d\n  step %d\n' "$i" "$i" >>"$work/$n.t"
        printf '$ echo step %d\nstep %d\n' "$i" "$i" >>"$work/$n.clitest"
        # shellcheck disable=SC2016 # the text is bats's
        printf '@test "%d" {\n  run echo step %d\n  [ "$output" = "step %d" ]\n}\n' \
            "$i" "$i" "$i" >>"$work/$n.bats"
    done
}

steps_of() {
    local n=$1
    write_steps "$n"
    runit() {
        rm -rf "$work/run"
        verbatim run "$work/$n.md" --yes --quiet --out "$work/run"
    }
    plain() { bash "$work/$n.sh"; }
    cram_() { cram3 "$work/$n.t"; }
    bats_() { bats "$work/$n.bats"; }
    clitest_() { clitest "$work/$n.clitest"; }
    runit >/dev/null 2>&1 || echo "  (verbatim did not pass: no figure below counts)"
    pair "verbatim, $n checked steps" "bash, the same lines" runit plain
    if command -v cram3 >/dev/null; then
        pair "verbatim, $n checked steps" "cram3" runit cram_
    fi
    if [ "$n" -le 200 ]; then
        if command -v clitest >/dev/null; then
            pair "verbatim, $n checked steps" "clitest" runit clitest_
        fi
        if command -v bats >/dev/null; then
            pair "verbatim, $n checked steps" "bats" runit bats_
        fi
    fi
}

if wanted steps; then
    echo "steps of one command"
    steps_of 200
    steps_of 2000
fi

if wanted commands; then
    echo "blocks of five commands"
    for ((i = 0; i < 200; i++)); do
        # shellcheck disable=SC2016 # a fence
        printf '```bash\necho a\necho b\necho c\necho d\necho e\n```\n\ntext\n\n'
    done >"$work/five.md"
    for ((i = 0; i < 1000; i++)); do echo "echo a"; done >"$work/five.sh"
    five() {
        rm -rf "$work/run"
        verbatim run "$work/five.md" --yes --quiet --out "$work/run"
    }
    five_plain() { bash "$work/five.sh"; }
    pair "verbatim, 1000 commands" "bash, the same lines" five five_plain
fi

if wanted output; then
    echo "one step that prints 1 GiB"
    line="the quick brown fox jumps over the lazy dog 0123456789 abcdefghijkl"
    # shellcheck disable=SC2016 # a fence
    printf '```bash\nyes "%s" | head -c 1G\n```\n' "$line" >"$work/big.md"
    big() {
        rm -rf "$work/run"
        verbatim run "$work/big.md" --yes --quiet --out "$work/run"
    }
    tee_() { yes "$line" | head -c 1G | tee "$work/tee.out"; }
    rounds=1 pair "verbatim, recorded" "| tee file" big tee_
    if [ -x /usr/bin/time ]; then
        rm -rf "$work/run"
        echo "  peak memory $(($(peak_kib verbatim run "$work/big.md" --yes \
            --quiet --out "$work/run") / 1024)) MiB"
    fi
fi

if wanted outputs; then
    echo "comparing outputs"
    bash tests/bench/outputs.sh
fi

if wanted transcript; then
    echo "the transcript of a million events"
    # shellcheck disable=SC2046 # lists of flags
    ${CC:-gcc} -std=c17 -O2 -Isrc -D_GNU_SOURCE -o "$work/many" \
        tests/bench/transcript.c "$build/libverbatim.a" \
        $(pkg-config --libs libcmark yaml-0.1 libpcre2-8 libcrypto jansson \
            sqlite3)
    write_many() {
        rm -rf "$work/run"
        "$work/many" "$work/run" 1000000
    }
    verify_many() { verbatim verify "$work/run"; }
    sum_many() { sha256sum "$work/run/transcript.jsonl"; }
    write_many
    rounds=3 pair "verbatim verify" "sha256sum" verify_many sum_many
    rounds=3 pair "writing it" "sha256sum" write_many sum_many
    if [ -x /usr/bin/time ]; then
        echo "  peak memory of verify" \
            "$(($(peak_kib verbatim verify "$work/run") / 1024)) MiB"
    fi
    if [ -x "$build/tests/test_record_mutation" ]; then
        echo "10,000 random mutations of a transcript"
        MUTATIONS=10000 "$build/tests/test_record_mutation" | tail -n 1
    fi
fi

# shellcheck disable=SC2046 # lists of flags
if wanted report && [ -x /usr/bin/time ]; then
    echo "reports: peak memory by the length of the run, and processor time"
    ${CC:-gcc} -std=c17 -O2 -Isrc -D_GNU_SOURCE -o "$work/report_run" \
        tests/bench/report_run.c "$build/libverbatim.a" \
        $(pkg-config --libs libcmark yaml-0.1 libpcre2-8 libcrypto jansson \
            sqlite3) -lm || exit 1
    for events in 10000 100000 1000000; do
        mkdir "$work/r$events"
        "$work/report_run" "$work/r$events" $events
    done
    for format in text html markdown junit tap json asciicast typescript; do
        printf '  %-12s' $format
        for events in 10000 100000 1000000; do
            /usr/bin/time -f '%M %U %S' verbatim report "$work/r$events" \
                --format $format -o "$work/report" 2>"$work/time"
            tail -n 1 "$work/time" | awk -v n=$events \
                '{printf "%8d: %5.1f MiB %6.2f s", n, $1 / 1024, $2 + $3}'
        done
        echo
    done
    rm -rf "$work"/r1*
fi

if wanted check; then
    echo "checking 1000 pages, no links and no other programs"
    all=(fixtures/corpus/docs/*/*.md)
    mkdir -p "$work/pages/0"
    for ((i = 0; i < 40; i++)); do
        cp "${all[i % ${#all[@]}]}" "$work/pages/0/$i.md"
    done
    for ((i = 1; i < 25; i++)); do
        cp -R "$work/pages/0" "$work/pages/$i"
    done
    pages() { verbatim check --no-programs --offline "$work/pages"; }
    bytes() { find "$work/pages" -name '*.md' -exec cat {} +; }
    pair "verbatim check" "cat, the same pages" pages bytes
fi

if wanted start; then
    echo "start"
    version() { for ((i = 0; i < 100; i++)); do verbatim --version; done; }
    nothing() { for ((i = 0; i < 100; i++)); do /bin/true; done; }
    pair "verbatim --version, 100 times" "/bin/true, 100 times" version nothing
fi
