# verbatim runs: list, show, compare, prune; what is going on or is no run of
# ours stays.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

printf '# A\n\n```bash\necho a\n```\n\nThen:\n\n```bash\ntest -e "%s/ready"\n```\n' \
    "$PWD" >a.md
runs=.verbatim/runs

exits 0 'no runs is no fault' verbatim runs
says 'and is said' "no runs in '.verbatim/runs'"
exits 0 'as JSON too' verbatim runs --format json
check 'an empty list' jq -e '.schema == "verbatim.runs/1" and .runs == []' out.txt

exits 1 'a run that fails' verbatim run a.md --yes -q
sleep 0.01
touch ready
exits 0 'a run that does not' verbatim run a.md --yes -q
sleep 0.01
exits 0 'and one more' verbatim run a.md --yes -q
exits 0 'list' verbatim runs
check 'three lines' test "$(wc -l <out.txt)" = 3
says 'the oldest is the last' '^[0-9]+-[0-9]+-[0-9a-f]+ +failed +[0-9.]+m?s +a.md$' out.txt
verbatim runs list -f json >runs.json
check 'the newest first' jq -e '[.runs[].started] | . == (sort | reverse)' runs.json
check 'with counts' jq -e '.runs[2] |
    .verdict == "failed" and .counts.steps == 2 and .counts.failed == 1 and
    .ended and (.running | not) and .bytes > 1000' runs.json
old=$(jq -r '.runs[2].run' runs.json)
new=$(jq -r '.runs[0].run' runs.json)

exits 0 'show the last' verbatim runs show
says 'it is the newest' "^run +$new\$" out.txt
exits 0 'show by name' verbatim runs show "$old"
says 'with its verdict' '^verdict +failed: ' out.txt
says 'and its steps' '^failed +[0-9.]+m?s +a/test$' out.txt
exits 0 'show by path' verbatim runs show "$runs/$old" --format json
check 'as a summary' jq -e '.schema == "verbatim.run/1" and
    .record.state == "intact" and (.steps | length == 2) and
    .steps[1].verdict == "failed"' out.txt
check 'without output' test "$(grep -c stdout out.txt)" = 0
exits 4 'no such run' verbatim runs show nothing
exits 4 'more than one begins so' verbatim runs show 20
says 'says so' 'could be 3 runs'
exits 2 'one at a time' verbatim runs show a b
exits 2 'an unknown verb' verbatim runs remove

exits 1 'compare runs that differ' verbatim runs compare "$old" last
says 'says how' '^failed +-> unverified +a/test$' out.txt
says 'counts' '^1 of 2 steps differ$' out.txt
exits 1 'as JSON' verbatim runs compare "$old" "$new" -f json
check 'both sides' jq -e '.schema == "verbatim.run-comparison/1" and
    .same_document and .same_plan and .differ == 1 and
    .steps[1].a.verdict == "failed" and .steps[1].b.verdict == "unverified"' out.txt
exits 0 'a run is like itself' verbatim runs compare last last
exits 2 'two are needed' verbatim runs compare last

# What is no run of ours is not listed, and never removed.
mkdir -p "$runs/notes" "$runs/foreign" elsewhere
echo keep >"$runs/notes/text"
echo '{"seq":1}' >"$runs/foreign/transcript.jsonl"
cp -R "$runs/$old" elsewhere/kept
ln -s "$PWD/elsewhere/kept" "$runs/link"
exits 0 'list with strangers' verbatim runs
says 'a foreign transcript is unreadable' '^foreign +unreadable' out.txt
says_not 'others are no runs' '^(notes|link)' out.txt

# An interrupted removal is swept up; a run that goes on stays.
mkdir -p "$runs/.pruned-old/deep"
printf '# Slow\n\n```bash\ntouch "%s/began"\nsleep 60\n```\n' "$PWD" >slow.md
verbatim run slow.md --yes -q >slow.txt 2>&1 &
slow=$!
for _ in $(seq 200); do
    [ -e began ] && break
    sleep 0.05
done
verbatim runs -f json >running.json
going=$(jq -r '.runs[] | select(.running) | .run' running.json)
check 'the running one is seen' test -n "$going"
check 'with its verdict' jq -e --arg r "$going" \
    '.runs[] | select(.run == $r) | .verdict == "running"' running.json
exits 2 'prune needs a condition' verbatim runs prune
exits 2 'a whole number' verbatim runs prune --keep many
exits 0 'a dry run' verbatim runs prune --keep 0 --dry-run
says 'says what would go' "^would remove .verbatim/runs/$old\$" out.txt
says 'and how many' '^3 would be removed, 2 kept$' out.txt
check 'but removes nothing' test -e "$runs/$old" -a -e "$runs/.pruned-old"
exits 0 'nothing is that old' verbatim runs prune --older 1
says 'none went' '^0 removed, 5 kept$' out.txt
check 'leftovers are swept' test ! -e "$runs/.pruned-old"
exits 0 'both conditions must hold' verbatim runs prune --keep 0 --older 1
says 'so none went' '^0 removed' out.txt
# The newest two are the running one and the run before it.
exits 0 'prune' verbatim runs prune --keep 2 --format json
check 'as JSON' jq -e --arg old "$old" '.schema == "verbatim.prune/1" and
    (.dry_run | not) and (.removed | length == 2) and
    (.removed | map(.run) | index($old) != null)' out.txt
check 'it is gone' test ! -e "$runs/$old"
check 'the newer one stays' test -e "$runs/$new/transcript.jsonl"
exits 0 'prune all' verbatim runs prune --keep 0
check 'the newer one went' test ! -e "$runs/$new"
check 'the running one stays' test -e "$runs/$going/transcript.jsonl"
check 'strangers stay' test -e "$runs/notes/text" -a \
    -e "$runs/foreign/transcript.jsonl" -a -L "$runs/link" -a \
    -e elsewhere/kept/transcript.jsonl
kill -TERM $slow
wait $slow
check 'no lock was broken' grep -q '"type":"end"' "$runs/$going/transcript.jsonl"

# Old runs go by their date; one without a date stays.
sed -E '1s/"time":"[0-9]{4}/"time":"2001/' elsewhere/kept/transcript.jsonl >old.jsonl
mkdir -p "$runs/old" "$runs/undated"
cp old.jsonl "$runs/old/transcript.jsonl"
sed -E '1s/"time":"[^"]*"/"time":"yesterday"/' old.jsonl >"$runs/undated/transcript.jsonl"
exits 0 'by age' verbatim runs prune --older 365
check 'the old one went' test ! -e "$runs/old"
check 'the one without a date stays' test -e "$runs/undated"

# Names and titles of a transcript do nothing to a terminal.
mkdir "$runs/odd"
printf '{"seq":1,"prev":"%064d","type":"run-start","time":"2030-01-01T00:00:00.000Z","mono":0,"document":"\\u001b[31m\\u202e.md","self":"%064d"}\n' 0 0 \
    >"$runs/odd/transcript.jsonl"
exits 0 'a hostile name' verbatim runs
check 'is masked' test "$(grep -c $'\033' out.txt)" = 0
says 'and visible' 'x1b.31m' out.txt

# A run may be named the same way wherever one is.
mkdir named && cd named || exit
printf '# N\n\n```bash\necho n\n```\n' >n.md
exits 0 'a run to name' verbatim run n.md --yes
name=$(ls .verbatim/runs)
for run in last "$name" "${name%?}"; do
    exits 0 "verify $run" verbatim verify "$run"
    exits 0 "report $run" verbatim report "$run"
    exits 0 "coverage $run" verbatim coverage "$run"
    exits 0 "accept $run" verbatim accept "$run"
    exits 0 "resume $run" verbatim run n.md --yes --resume "$run"
done
exits 4 'no such run' verbatim verify nothing
check 'it says which' grep -q "no run 'nothing'" err.txt
cd ..
