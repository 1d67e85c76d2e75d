# A wall clock that is set back by a day, and forward by two, while a run goes
# on: stamps follow it, durations and the order of events do not.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq
need gcc

gcc -shared -fPIC -D_GNU_SOURCE -o preload.so "$TOP/tests/fault/preload.c" -ldl
cat >clock.md <<X
# Clock

\`\`\`bash
echo before; echo -86400 >"$PWD/offset"
\`\`\`

Then:

\`\`\`bash
echo yesterday; echo 86400 >"$PWD/offset"
\`\`\`

You should see:

\`\`\`
yesterday
\`\`\`

Then:

\`\`\`bash
echo tomorrow
\`\`\`
X
echo 0 >offset
shifted() {
    env ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" \
        CLOCK_SHIFT="$PWD/offset" LD_PRELOAD="$PWD/preload.so" "$@"
}
exits 0 'the run goes on' shifted verbatim run clock.md --yes --out run
says 'it took no day' '3 steps in [0-9.]+m?s'
t=run/transcript.jsonl
check 'the clock did go back' jq -es \
    'map(.time) as $t | any(range(1; $t | length); $t[.] < $t[. - 1])' $t
check 'and forward' jq -es '
    def day: .time[8:10]; map(select(.type == "step-start") | day) | unique |
    length == 3' $t
check 'the order of events does not' jq -es \
    'map(.mono) as $m | $m == ($m | sort) and $m[0] >= 0' $t
check 'durations are those of the steps' jq -es '
    map(select(.duration_ns) | .duration_ns) |
    length > 3 and all(.[]; . >= 0 and . < 60e9)' $t
exits 0 'it verifies' verbatim verify run
for format in text html markdown junit tap json asciicast typescript; do
    exits 0 "report: $format" verbatim report run --format $format -o r.$format
done
check 'the recording plays forward' jq -es '
    .[1:] | map(.[0]) as $t | $t == ($t | sort) and ($t[-1] < 60)' r.asciicast
echo -86400 >offset
exits 0 'a resume on the day before' shifted verbatim run clock.md --yes \
    --resume run
exits 0 'verifies, too' verbatim verify run
check 'in order' jq -es 'map(.mono) as $m | $m == ($m | sort)' $t
exits 0 'the list of runs copes' verbatim runs show run
