# Running as a careful operator: consent and place, things on their way,
# background steps, teardown, other shells, standard input, the sandbox, and
# what the record says about the surroundings.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

n=0
# go CODE NAME DOC [OPTION...]: runs DOC in a new run directory, $run
go() {
    local code=$1 name=$2 doc=$3
    shift 3
    n=$((n + 1))
    run=run$n
    exits "$code" "$name" verbatim run "$doc" --out $run --yes "$@"
}
recorded() { says "$1" "$2" "$run/transcript.jsonl"; }
# events TYPE FILTER: of the last run
events() { jq -r "select(.type == \"$1\") | $2" "$run/transcript.jsonl"; }
# fence LANGUAGE LINES...
fence() {
    printf '\nThen:\n\n```%s\n' "$1"
    shift
    printf '%s\n' "$@"
    printf '```\n'
}
printed() {
    printf '\nThe output is:\n\n```\n'
    printf '%s\n' "$@"
    printf '```\n'
}

# ---- on its way -------------------------------------------------------------
# Programs whose answers change: the third says that it is there.
mkdir bin
for name in kubectl gcloud; do
    cat >bin/$name <<'X'
#!/bin/sh
case "$*" in
version*) echo "Client Version: v1.2.3"; exit ;;
"config current-context") echo staging; exit ;;
"config get-value core/account") echo ada@example.org; exit ;;
"config get-value core/project") echo lab; exit ;;
"config get-value compute/region") echo here1; exit ;;
"apply -f x") echo x >>"$COUNT"; echo "web-1 0/1 Pending 0 1s"; exit ;;
esac
echo x >>"$COUNT"
state=Pending ready=0/1
[ "$(wc -l <"$COUNT")" -lt 3 ] || state=Running ready=1/1
printf 'NAME READY STATUS RESTARTS AGE\nweb-1 %s %s 0 1s\n' $ready $state
X
    chmod +x bin/$name
done
PATH=$PWD/bin:$PATH
export COUNT=$PWD/count
{
    echo '# Pods'
    fence bash 'kubectl get pods'
    printed 'NAME READY STATUS RESTARTS AGE' 'web-1 1/1 Running 0 12s'
} >pods.md
go 0 'what is still Pending is looked at again' pods.md --env COUNT
check 'twice more' test "$(events attempt .attempt | xargs)" = '1 2'
check 'and the attempts are recorded' test "$(events step-end '"\(.verdict) \(.attempts)"')" = 'pass 3'

rm count
{
    echo '# Apply'
    fence bash 'kubectl apply -f x'
    printed 'web-1 1/1 Running 0 12s'
} >apply.md
go 1 'a step that changes something is not repeated' apply.md --env COUNT
check 'not once' test "$(wc -l <count)" = 1
{
    echo '# Words'
    fence bash 'echo web-1 Ready'
    printed 'web-1 Running'
} >words.md
go 1 'nor is a plain difference' words.md
check 'at all' test "$(events attempt .attempt | wc -l)" = 0

# ---- place and consent ------------------------------------------------------
echo xxx >count
{
    echo '# Place'
    fence bash 'gcloud get it'
    fence bash 'kubectl get pods' 'rm -rf "$THING"'
} >place.md
go 3 'a run pointed elsewhere' place.md --env COUNT --set THING=t --require project=production
says 'is stopped' "required to have project 'production', and the programs say 'lab'"
check 'before anything ran' test "$(events step-start .step | wc -l)" = 0
go 3 'an account that is another' place.md --env COUNT --set THING=t --require account=eve
go 3 'a context that is another' place.md --env COUNT --set THING=t --require context=prod
go 0 'the right one goes on' place.md --env COUNT --set THING=t --require context=staging \
    --require account=ada@example.org --require project=lab --require region=here1
check 'the places are recorded' test "$(events place '"\(.what)=\(.value)"' | xargs)" = \
    'account=ada@example.org project=lab region=here1 context=staging'
check 'and who agreed, how' test "$(events consent '"\(.given) \(.how) \(.by)"')" = "true --yes $(id -un)"
check 'versions stand before the first use' test \
    "$(jq -r 'select(.version or .type == "step-start") | .version // .type' $run/transcript.jsonl | xargs)" = \
    'Client Version: v1.2.3 step-start Client Version: v1.2.3 step-start'
if command -v script >/dev/null; then
    : >log
    printf 'n\n' | script -qefc 'stty cols 80; verbatim run place.md --out asked --env COUNT --set THING=t' log >/dev/null 2>&1
    check 'somebody who says no' test $? -eq 1
    for part in 'steps will run' 'project: lab' 'context: staging' 'THING=t' \
        'these destroy something' 'place.md:1' 'go on\?' 'nothing is run'; do
        says "sees: $part" "$part" log
    done
    check 'and that is recorded' test \
        "$(jq -r 'select(.type == "consent") | "\(.given) \(.how)"' asked/transcript.jsonl)" = 'false terminal'
fi
exits 1 'destruction without anybody to ask' verbatim run place.md --out alone --env COUNT --set THING=t
says 'does not happen' 'nobody is there to agree'

# ---- what is recorded of the surroundings -----------------------------------
go 1 'surroundings' words.md
recorded 'the shell' '"shell":"GNU bash, version [0-9]'
check 'locale and umask' test "$(events run-start '"\(.locale) \(.umask)"')" = "C.UTF-8 $(umask)"
if command -v git >/dev/null; then
    mkdir repo
    cp pods.md repo/
    git -C repo init -q
    git -C repo -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m one
    go 0 'a guide that was never committed' repo/pods.md --env COUNT
    check 'is dirty' test "$(events run-start .git.dirty)" = true
    git -C repo add -A
    git -C repo -c user.name=a -c user.email=a@example.org commit -q -m two
    go 0 'a guide as committed' repo/pods.md --env COUNT
    check 'is clean, with its commit' test \
        "$(events run-start '"\(.git.commit) \(.git.dirty)"')" = "$(git -C repo rev-parse HEAD) false"
fi

# ---- in the background, and teardown ---------------------------------------
{
    echo '# Forward'
    fence bash 'kubectl port-forward svc/web 8080:80'
    fence bash 'echo using it'
    printf '\n## Deleting the thing\n'
    fence bash 'if kill -0 "$(cat "$PIDFILE")" 2>/dev/null; then echo still there; else echo gone; fi'
    printed gone
} >forward.md
cat >bin/kubectl <<'X'
#!/bin/sh
case "$*" in
version*) echo "Client Version: v1.2.3"; exit ;;
config*) exit 1 ;;
esac
echo $$ >"$PIDFILE"
echo Forwarding from 127.0.0.1:8080
exec sleep 300
X
export PIDFILE=$PWD/pid
go 0 'a port-forward runs beside the steps' forward.md --env PIDFILE --teardown
check 'and ends with the main path' test "$(events step-end .verdict | xargs)" = 'unverified unverified pass'
check 'which is recorded' test "$(events leftover '"\(.fate) \(.command)"')" = 'ended sleep 300'
says_not 'without a word in the output' 'Terminated' $run/transcript.jsonl

{
    echo '# A thing'
    fence bash 'echo made > thing'
    fence bash 'ls missing'
    printf '\n## Deleting the thing\n'
    fence bash 'rm thing; echo removed'
    printed removed
} >broken.md
go 1 'no teardown after a failure' broken.md --teardown
says_not 'by itself' '"type":"out".*removed' $run/transcript.jsonl
exits 0 '--only-teardown --resume does it later' \
    verbatim run broken.md --resume $run --only-teardown --yes
recorded 'in the same record' '"type":"out".*removed'
exits 0 'which is intact' sh -c "verbatim verify $run || [ \$? -eq 1 ]"
go 1 '--teardown=always does it also after a failure' broken.md --teardown=always
recorded 'and removes' '"type":"out".*removed'

# ---- other shells and languages --------------------------------------------
{
    echo '# Shells'
    fence bash 'export WHO=you' 'LOCAL=here'
    fence zsh 'echo "plain $LOCAL"'
    printed 'plain here'
    fence sh 'echo "posix $LOCAL"'
    printed 'posix here'
    fence console '$ echo "prompt $LOCAL"' 'prompt here'
} >shells.md
go 0 'zsh, sh and console blocks belong to the one session' shells.md
{
    echo '# Zsh'
    fence bash 'export WHO=you'
    fence zsh 'setopt extended_glob' 'words=(one two)' 'print -r -- "$words[1] ${(U)WHO}"'
    printed 'one YOU'
} >zsh.md
if command -v zsh >/dev/null; then
    go 0 'a block that only zsh can read is run by zsh' zsh.md
fi
mkdir few
for tool in bash sh cat env dirname; do ln -s "$(command -v $tool)" few/; done
ln -s "$BUILD/verbatim" few/
exits 3 'without zsh it is refused' env PATH="$PWD/few" verbatim run zsh.md --out nozsh --yes
says 'with the reason' 'needs zsh, which is not installed'
{
    echo '# Python'
    fence bash 'export WHO=you'
    fence python 'import os' 'print("hi", os.environ["WHO"])'
    printed 'hi you'
} >python.md
printf 'version: 1\nsteps:\n  "line 11":\n    kind: command\n' >python.verbatim.yaml
if command -v python3 >/dev/null; then
    go 0 'Python is run by its interpreter' python.md
fi

# ---- standard input ---------------------------------------------------------
{
    echo '# Input'
    fence bash 'cat; echo "status $?"' 'tty || true' '{ read -r x </dev/tty; } 2>/dev/null || echo no terminal'
} >input.md
go 0 'a step has no input' input.md
check 'and no terminal' test "$(events out .text | xargs)" = 'status 0 not a tty no terminal'
echo from the file >given.txt
go 0 '--stdin gives one' input.md --stdin given.txt
recorded 'which the step reads' 'from the file'

{
    echo '# Terminal'
    fence bash 'test -t 0 && test -t 1 && test -t 2 && echo a terminal' 'stty size' \
        'read -r x || echo no input' 'read -r x </dev/tty || echo none there' \
        'for i in $(seq 2000); do echo "line $i"; done | tail -n 1'
    printed 'a terminal' '24 80' 'no input' 'none there' 'line 2000'
    fence bash 'seq 3000' '(sleep 0.1; echo late) &'
    fence bash 'wait; echo "$TERM"'
    printed late xterm-256color
} >terminal.md
go 0 '--tty gives the steps a terminal' terminal.md --tty
check 'whose size is recorded' test "$(events run-start '"\(.tty.columns) \(.tty.rows)"')" = '80 24'
check 'all that a step prints to it is its own' test \
    "$(events out 'select(.step == "terminal/seq-2" or .step == "terminal/seq").text' | grep -c .)" -ge 3000
go 0 '--tty with a file as input' input.md --tty --stdin given.txt
recorded 'reads the file' 'from the file'

# ---- the sandbox ------------------------------------------------------------
{
    echo '# Untrusted'
    fence bash 'echo mine > here.txt && cat here.txt' \
        '(echo x > "$OUTSIDE") 2>/dev/null || echo refused'
} >untrusted.md
if bwrap --ro-bind / / true 2>/dev/null; then
    go 0 'the sandbox' untrusted.md --sandbox --set OUTSIDE="$PWD/outside.txt"
    check 'keeps a guide from writing outside' test ! -e outside.txt
    recorded 'which it is told' 'refused'
    recorded 'but lets it write its own directory' '"type":"out".*mine'
    check 'and is recorded' test "$(events run-start '.sandbox')" = true
    {
        echo '# Private'
        fence bash 'ls -A "$HOME" | wc -l' 'cat /proc/net/dev | grep -c : '
        printed 0 1
    } >private.md
    touch "$HOME/secret-file"
    go 0 'it has a private home and no network but its own' private.md --sandbox
else
    echo 'skip sandbox: bubblewrap cannot be used here'
fi
cat >bin/bwrap <<'X'
#!/bin/sh
echo 'bwrap: No permissions to create new namespace' >&2
exit 1
X
chmod +x bin/bwrap
go 4 'a system that forbids the sandbox' words.md --sandbox
says 'is named' 'the system forbids the sandbox: bwrap: No permissions'
check 'and nothing runs' test "$(events step-start .step 2>/dev/null | wc -l)" = 0

# What was unverified before a resume still is: the verdict is that of a run
# that nothing stopped.
cat >stops.md <<'X'
# Stops

```bash
echo a
```

```bash
test -e go || { touch began; sleep 30; }
```
X
for how in --rerun --assume-done; do
    rm -f go began
    # Its own shell waits for it, so that the kill leaves no word of its own.
    (verbatim run stops.md --yes --cwd . --out "stops$how" >stops.log 2>&1 &
        pid=$!
        for ((i = 0; i < 200; i++)); do
            [ -e began ] && break
            sleep 0.05
        done
        kill -9 $pid) 2>/dev/null
    touch go
    sleep 0.3
    exits 0 "a run resumed with $how" verbatim run stops.md \
        --resume "stops$how" "$how" --yes --cwd .
    check "it is as unverified as before ($how)" jq -es '
        .[-1] | .verdict == "unverified" and .unchecked == 1 and
        .totals.unverified == 2' "stops$how/transcript.jsonl"
    check "both steps are counted ($how)" grep -q '^unverified: 2 steps' err.txt
done
