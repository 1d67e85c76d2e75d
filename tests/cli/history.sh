# The history of a guide: flaky, slow and failing steps, and an index that may
# be lost, damaged or shared at any time.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

exits 0 "no runs at all" verbatim history guide.md
says "is said" "no run of 'guide.md' is kept" out.txt
check "and nothing is made" test ! -e .verbatim

printf '# Guide\n\n```bash\necho one\n```\n\n```bash\ntest ! -e "$OLDPWD/moon" && test ! -e %s/moon\n```\n\n```bash\nsleep "$(cat %s/nap)"\n```\n' \
    "$PWD" "$PWD" >guide.md
# once MOON NAP: a run in which the second step fails when MOON is there
once() {
    if [ "$1" = moon ]; then : >moon; else rm -f moon; fi
    echo "$2" >nap
    verbatim run guide.md --yes --quiet >/dev/null 2>&1
}
for night in no moon no no; do once "$night" 0; done
once no 1.6
exits 0 "a history" verbatim history guide.md
says "a line for each step, the newest right" 'guide/test +oFooo ' out.txt
says "the flaky one" 'guide/test.*flaky: 2 changes in 5 runs' out.txt
says "the slow one" 'guide/sleep.*slow: usually' out.txt
says_not "no other" 'guide/echo.*(flaky|slow|since)' out.txt
check "an index is there" test -s .verbatim/index.sqlite

once moon 0
exits 0 "as JSON" verbatim history guide.md --format json
cp out.txt before.json
check "is JSON" jq -e '.schema == "verbatim.history/1" and .all_runs == 6 and
    (.runs | length) == 6' before.json
check "the step that fails now says since when" jq -e \
    '.runs[-1].run as $last | [.steps[] | select(.step == "guide/test")][0] |
     .verdict == "failed" and .bad_since == $last and .flaky' before.json
check "a step that did not run is not good" jq -e \
    '[.steps[] | select(.step == "guide/sleep")][0] | .good == 4' before.json
exits 0 "without a document" verbatim history
says "the documents" "^guide.md  6 runs, the last .*: failed" out.txt
exits 0 "another guide" verbatim history other.md
says "has none" "no run of 'other.md' is kept" out.txt
exits 2 "HTML needs a document" verbatim history --format html

# The index is never the only place of anything.
same() {
    exits 0 "$1" verbatim history guide.md --format json
    check "$1: the same answer" cmp before.json out.txt
}
same "asked again"
says_not "quietly" '.'
rm .verbatim/index.sqlite
same "a lost index"
exits 0 "rebuild" verbatim history guide.md --format json --rebuild
check "gives the same answer" cmp before.json out.txt
head -c 3000 /dev/urandom >.verbatim/index.sqlite
same "no database at all"
says "a note" 'was damaged and has been built anew'
dd if=/dev/urandom of=.verbatim/index.sqlite bs=512 seek=9 count=40 \
    conv=notrunc status=none
same "a damaged page"
truncate -s 5000 .verbatim/index.sqlite
same "a cut index"
if command -v sqlite3 >/dev/null; then
    sqlite3 .verbatim/index.sqlite 'DROP TABLE step'
    same "a lost table"
    sqlite3 .verbatim/index.sqlite 'PRAGMA user_version = 9'
    same "an index of another version"
fi
if [ "$(id -u)" != 0 ]; then
    chmod -w .verbatim .verbatim/index.sqlite
    rm -f .verbatim/index.sqlite
    same "a folder that cannot be written"
    chmod +w .verbatim
fi

# Several at once, from nothing.
rm -f .verbatim/index.sqlite
for n in 1 2 3 4; do
    verbatim history guide.md --format json >at.$n 2>at.$n.err &
done
wait
for n in 1 2 3 4; do
    check "process $n of four" cmp before.json at.$n
    check "process $n is quiet" test ! -s at.$n.err
done

# Runs come and go.
first=$(jq -r '.runs[0].run' before.json)
rm -rf ".verbatim/runs/$first"
exits 0 "a run that is gone" verbatim history guide.md --format json
check "is gone here too" jq -e '.all_runs == 5' out.txt
mkdir .verbatim/runs/odd
echo nonsense >.verbatim/runs/odd/transcript.jsonl
exits 0 "a run that is none" verbatim history guide.md
says "is counted" "1 run in '.verbatim/runs' cannot be read"
rm -r .verbatim/runs/odd

exits 0 "as HTML" verbatim history guide.md --format html -o history.html
says "a chart of runs" '<svg role="img" aria-label="The last 5 runs' history.html
says_not "nothing is fetched" 'src=|href="http|url\(' history.html
cp -R .verbatim/runs kept
exits 0 "another folder" verbatim history guide.md --dir kept
says "has its own index" 'guide/test' out.txt
check "there" test -s kept/.index.sqlite

# In the report of a run, when that is asked for.
run=$(echo .verbatim/runs/*)
run=${run##* }
exits 2 "not in a text" verbatim report "$run" --history
exits 0 "in HTML" verbatim report "$run" --format html --history -o with.html
says "a chart" '<h2 id="past">Over time' with.html
exits 0 "not unasked" verbatim report "$run" --format html -o without.html
says_not "none" 'Over time' without.html

# The page about all this does what it says.
exits 0 "the page about reports" verbatim run "$TOP/runbooks/reports.md" \
    --yes --out page
says_not "differs in nothing" 'differs' out.txt
