# --interactive through a pseudo-terminal: every choice, and the record of it.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need script
need jq

cat >guide.md <<'X'
# Interactive

```bash
A=1
mkdir made
```

Then:

```bash
mkdir once
ls missing
echo "after $A"
```

The output is:

```
missing
after 7
```

Then:

```bash
echo typo
```

Create the file `note.txt`:

```text
hello
```

On the settings page, enter these settings:

| General settings | &nbsp; |
| ---------------- | ------ |
| Domain name      | `a.b`  |

Then:

```bash
echo skipped
```

Then:

```bash
echo last
```
X
mkdir wd
mkfifo keys

# begin ARGUMENT...: verbatim on a terminal of its own, 80 columns wide
begin() {
    : >log
    printf '#!/bin/sh\nstty cols 80 rows 24\nexec verbatim %s\n' "$*" >start.sh
    chmod +x start.sh
    script -qefc ./start.sh log <keys >/dev/null 2>&1 &
    pid=$!
    exec 3>keys
    seen=0
    lost=0
}
# answer PATTERN TEXT: when it asks this, say that
answer() {
    local i size
    [ $lost -eq 0 ] || return
    for ((i = 0; i < 300; i++)); do
        size=$(stat -c %s log)
        if tail -c +$((seen + 1)) log | grep -qE -- "$1"; then
            seen=$size
            printf '%s\n' "$2" >&3
            return
        fi
        sleep 0.05
    done
    lost=1
    kill $pid
    echo "FAILED it never asked: $1"
    tail -c 600 log
}
# finish CODE NAME
finish() {
    local code
    wait $pid
    code=$?
    exec 3>&-
    if [ $code -eq "$1" ]; then
        echo "ok $2"
    else
        echo "FAILED $2: exit $code, not $1"
        tail -c 1000 log
    fi
}
made() { jq -c 'select(.type == "decision")' run/transcript.jsonl; }
# chosen NAME CHOICES: the decisions of the record, in order
chosen() { check "$1" test "$(made | jq -r .choice | xargs)" = "$2"; }

cat >editor.sh <<'X'
#!/bin/sh
sed -i 's/typo/mended/' "$1"
X
chmod +x editor.sh

export EDITOR=$PWD/editor.sh
begin run guide.md --interactive --out run --cwd wd
answer 'go on\?' y
answer '1/7.*mkdir-made' r
answer '2/7' r
answer 'failed: status 2' h
answer 'session\$ ' 'touch missing; A=7'
answer 'session\$ ' 'for i in 1 2; do'
answer '> $' 'echo "$i of $A"; done'
answer '2 of 7' exit
answer 'etry' r
answer '3/7' e
answer 'echo mended' r
answer '4/7.*note.txt|writes note.txt' r
answer '5/7' d
answer 'remark' 'done by me'
answer '6/7' q
finish 130 'stopped by the person, the run ends as interrupted'
chosen 'every decision is recorded' \
    'run run shell shell shell retry edit run run done quit'
check 'a typed command with its status and output' test \
    "$(made | jq -r 'select(.printed) | "\(.status) \(.printed)"' | head -n 1)" = '0 1 of 7'
check 'the text before and after an edit' test \
    "$(made | jq -r 'select(.choice == "edit") | .was + .text' | xargs)" = 'echo typo echo mended'
says 'what ran is the edited text' '"type":"out".*mended' run/transcript.jsonl
check 'the remark is recorded' test \
    "$(jq -r 'select(.type == "manual") | "\(.done) \(.remark)"' run/transcript.jsonl)" = 'true done by me'
check 'the record is intact' sh -c 'verbatim verify run || [ $? -eq 1 ]'
check 'mkdir once ran once' test \
    "$(jq -r 'select(.type == "command" and .text == "mkdir once").n' run/transcript.jsonl | wc -l)" = 1

begin run guide.md --interactive --resume run
answer 'go on\?' y
answer 'echo skipped' s
answer 'echo last' r
finish 0 'a resume goes on where the person stopped'
says 'the last step ran' '"type":"out".*last' run/transcript.jsonl
says_not 'the skipped one did not' '"type":"out".*skipped' run/transcript.jsonl
check 'nothing was done twice' test \
    "$(jq -r 'select(.type == "step-start").step' run/transcript.jsonl | sort | uniq -d | wc -l)" = 0

# A failed step passed over leaves the run failed; Ctrl-C at a question quits.
rm -rf run wd
mkdir wd
begin run guide.md -i --out run --cwd wd
answer 'go on\?' y
answer '1/7' r
answer '2/7' r
answer 'failed' s
answer '3/7' s
answer '4/7' d
answer '5/7' s
answer '6/7' a
finish 1 'a step passed over is a failed run'
chosen 'all answers for the rest' 'run run skip skip done skip all'
says 'which ran' '"type":"out".*last' run/transcript.jsonl

rm -rf run wd
mkdir wd
begin run guide.md -i --out run --cwd wd
answer 'go on\?' y
answer '1/7' "$(printf '\003')"
finish 130 'Ctrl-C at a question quits'
says 'with a closed record' '"type":"end"' run/transcript.jsonl
exits 2 'no terminal, no questions' verbatim run guide.md -i --out run2
says 'and says so' 'needs a terminal'
