# What is on the disk, and when: before a destructive step, each second while
# something is written, at the end, and with --sync=step after every step.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq
need gcc

gcc -shared -fPIC -D_GNU_SOURCE -o preload.so "$TOP/tests/fault/preload.c" -ldl
# A step writes into the log, too, so the order shows.
cat >sync.md <<X
# Sync

\`\`\`bash
mkdir -p old
echo plain >>"$PWD/log"
\`\`\`

Then delete it:

\`\`\`bash
rm -r old && echo destroyed >>"$PWD/log"
\`\`\`

Then:

\`\`\`bash
for i in 1 2 3 4 5 6 7 8; do echo line \$i; sleep 0.35; done
echo slow >>"$PWD/log"
\`\`\`

Then:

\`\`\`bash
echo last >>"$PWD/log"
\`\`\`
X
logged() {
    env ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" \
        SYNC_LOG="$PWD/log" LD_PRELOAD="$PWD/preload.so" "$@"
}
# end_of SELECTION: the byte behind the first such event
end_of() {
    local n
    n=$(jq -r "select($1) | .seq" run/transcript.jsonl | head -n 1)
    head -n "$n" run/transcript.jsonl | wc -c
}
# synced WORD: bytes that were synced when WORD was written
synced() {
    sed "/^$1\$/q" log | sed -n 's/^sync //p' | sort -n | tail -n 1
}

: >log
exits 0 'a run' logged verbatim run sync.md --yes -q --out run
check 'one step is destructive' jq -es \
    'map(select(.destructive) | .title) | length == 1' run/transcript.jsonl
check 'its start is on the disk before it runs' test "$(synced destroyed)" -ge \
    "$(end_of '.type == "step-start" and .destructive')"
check 'synced while it prints' test "$(sed '1,/^destroyed$/d;/^slow$/q' log |
    grep -c sync)" -ge 2
check 'all of it at the end' test "$(tail -n 1 log)" = \
    "sync $(stat -c %s run/transcript.jsonl)"
check 'nothing waits for it otherwise' test "$(grep -c sync log)" -lt 10

rm -rf run old
: >log
exits 0 'with --sync=step' logged verbatim run sync.md --yes -q --out run \
    --sync=step
for word in destroyed slow last; do
    n=$((n + 1))
    check "the step before '$word' is on the disk" test "$(synced $word)" -ge \
        "$(end_of ".type == \"step-end\" and .step == (\"$(
            jq -r 'select(.type == "step-end") | .step' run/transcript.jsonl |
                sed -n ${n}p
        )\")")"
done
