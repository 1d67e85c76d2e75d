# Running guides: state, inputs, files, outputs, teardown, exit codes.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

n=0
# go CODE NAME DOC [OPTION...]: runs DOC in a new run directory, $run
go() {
    local code=$1 name=$2 doc=$3
    shift 3
    n=$((n + 1))
    run=run$n
    exits "$code" "$name" verbatim run "$doc" --out $run --yes "$@"
}
# recorded NAME PATTERN: the transcript of the last run has a matching line
recorded() { says "$1" "$2" "$run/transcript.jsonl"; }

cat >state.md <<'X'
# State

```bash
PLAIN=1
export EXPORTED=2
greet() { echo "hello $1"; }
alias hi='echo aliased'
shopt -s expand_aliases
array=(a b c)
set -o pipefail
mkdir -p sub && cd sub
```

```bash
greet "$PLAIN$EXPORTED${array[2]}"
pwd | sed 's|.*/||'
set -o | grep pipefail
```

The output is:

```
hello 12c
sub
pipefail        	on
```

```bash
hi there
echo again
```

It prints:

```
aliased there
again
```
X
go 0 "variables, functions, aliases, options and cd carry over" state.md
recorded "and the outputs are compared" '"verdict":"pass"'

cat >inputs.md <<'X'
# Inputs

```bash
PROJECT_NAME=sample
echo "project $PROJECT_NAME, mail $EMAIL"
```

The output is:

```
project sample, mail a@example.org
```
X
go 3 "a missing input stops the run" inputs.md
says "and is named" "EMAIL"
check "before anything ran" sh -c '! grep -q step-start '$run'/transcript.jsonl'
go 0 "--set gives it" inputs.md --set EMAIL=a@example.org
go 0 "--set replaces a sample, and the output follows" inputs.md \
    --set EMAIL=a@example.org --set PROJECT_NAME=mine
recorded "with its value" 'project mine'
go 0 "a value with shell characters stays data" inputs.md \
    --set EMAIL=a@example.org --set 'PROJECT_NAME=$(touch pwned) `x` "q"'
check "and is not executed" sh -c '! find . -name pwned | grep -q .'
printf 'from@file.example\n' >mail.txt
go 0 "NAME=@FILE reads a file" inputs.md --set EMAIL=@mail.txt
recorded "without its last newline" 'mail from@file.example'
EMAIL=a@example.org go 3 "the environment is not asked by itself" inputs.md
EMAIL=a@example.org go 0 "--env passes a variable on" inputs.md --env EMAIL
go 2 "--set needs NAME=VALUE" inputs.md --set EMAIL

cat >guarded.md <<'X'
# Guarded

```bash
BUCKET=$(true)
```

```bash
echo "would remove s3://${BUCKET}/*" > removed.txt
```
X
go 1 "an empty variable stops the step that reads it" guarded.md
says "and says which" "BUCKET"
check "before it runs" sh -c '! find '$run' -name removed.txt | grep -q .'

# hidden NAME LINES: step 2, with an empty variable, must run nothing.
hidden() {
    # shellcheck disable=SC2016 # the guide's own dollars
    printf '# G\n\n```bash\nB=$(cat /dev/null)\n```\n\nThen run:\n\n```bash\n%s\n```\n' \
        "$2" >hidden.md
    go 1 "an empty variable in $1" hidden.md
    says "is named" "'[BP]' (names )?is empty or not set"
    check "and nothing ran" sh -c '! find '$run' -name "removed*" | grep -q .'
}
# shellcheck disable=SC2016
{
    hidden "a subshell" '(touch removed${B} --)'
    hidden "a list in a subshell" '(cd . && touch "removed${B}" --)'
    hidden "a function" 'clean() { touch removed${B}; }
clean'
    hidden "a function behind a test" '[ -n "$B" ]  || echo none
(touch removed${B})'
    hidden "a traced step" 'set -x
touch removed${B}'
    hidden "a pipe" 'true | touch removed${B}'
    hidden "a list in the background" 'touch removed${B} & wait'
    hidden "an indirect name" 'P=B
touch "removed${!P}"'
    hidden "a text read again" 'eval '"'"'touch "removed${B}"'"'"'
'
    hidden "a shell of its own" 'bash -c '"'"'touch "removed${B}"'"'"
    hidden "a script on stdin" 'bash <<'"'E'"'
touch "removed${B}"
E'
}
# within NAME LINES: one step that leaves B empty itself must run no program
# with it; harmless NAME LINES: a guide that means it goes through.
within() {
    # shellcheck disable=SC2016
    printf '# G\n\n```bash\n%s\n```\n' "$2" >within.md
    go 1 "a name left empty, read in $1" within.md
    says "is named" "[BP]'? (names )?is empty or not set"
    check "and nothing ran" sh -c '! find '$run' -name "removed*" | grep -q .'
}
harmless() {
    printf '# G\n\n```bash\n%s\n```\n' "$2" >harmless.md
    go 0 "$1" harmless.md
    check "and everything ran" sh -c 'find '$run' -name "made*" | grep -q .'
}
# shellcheck disable=SC2016
{
    within "the same step" 'B=$(true)
touch "removed$B"'
    within "a traced step" 'set -x
B=$(true)
touch "removed$B"'
    within "a subshell of a traced step" 'set -x
B=$(true)
(touch "removed$B")'
    within "a function of a traced step" 'set -x
B=$(true)
f() { touch "removed$B"; }
f'
    within "a subshell" 'B=$(true)
(touch "removed$B")'
    within "a subshell of a subshell" 'B=$(true)
( true; (touch "removed${B}") )'
    within "a substitution" 'B=$(true)
X=$(touch "removed${B}"; echo done)'
    within "a loop behind a pipe" 'B=$(true)
echo one | while read -r n; do touch "removed${B}/$n"; done'
    within "a function" 'B=$(true)
clean() { touch "removed$B"; }
clean'
    within "a function that sets it" 'clean() {
    B=$(true)
    touch "removed$B"
}
clean'
    within "a function that keeps it to itself" 'clean() {
    local B
    B=$(true)
    touch "removed$B"
}
clean'
    within "a function that is given nothing" 'clean() {
    local B="$1"
    touch "removed$B"
}
clean ""'
    within "a loop over lines" 'printf "\n" | while read -r B; do touch "removed$B"; done'
    within "a group behind a pipe" 'true | { read -r B; touch "removed$B"; }'
    within "a shell that find starts" 'B=$(true)
find . -maxdepth 0 -exec sh -c '"'"'touch "removed$B"'"'"' \;'
    printf 'touch "removed${B}" more\n' >script.sh
    within "a file that is sourced" "B=\$(true)
source $PWD/script.sh"
    within "a text read again" 'B=$(true)
eval '"'"'touch "removed$B"'"'"
    within "a sourced text" 'B=$(true)
source /dev/stdin <<'"'E'"'
touch "removed$B"
E'
    within "an alias" 'B=$(true)
shopt -s expand_aliases
alias clean='"'"'touch "removed$B"'"'"'
clean'
    within "a shell" 'B=$(true)
sh -c '"'"'touch "removed${B}"'"'"
    within "an indirect name" 'B=$(true)
P=B
touch "removed${!P}"'
    within "another subshell than it was set in" 'true; (B=x)
touch "removed$B"'
    within "the branch not taken" 'if false; then B=x; fi
touch "removed$B"'
    within "the list not taken" '[ -n "$NONE" ] && B=x || true
touch "removed$B"'
    within "what read has not found" 'read -r B </dev/null || true
touch "removed$B"'
    harmless "an option that is left out" 'if [ -e none ]; then FLAGS=-v; fi
touch $FLAGS made'
    harmless "a name that is empty on purpose" 'B=
touch "made$B"'
    harmless "parameters of a function" 'make() {
    local name=$1 more=$2
    touch "$name" $more
}
make made'
    harmless "a function that is called when it has a value" 'make() { touch "made$B"; }
B=x
make'
    harmless "a name of another language in a subshell" 'printf "a\n" >in
while IFS= read -r l; do echo "[$l]" >>"made$l"; done <in
v=$(printf "%s\n" '"'"'$l[0] as $l'"'"' | cat)'
    harmless "a quoted document before the name has a value" 'cat >notes <<'"'"'E'"'"'
some notes
E
B=$(echo x)
touch "made$B"'
    harmless "a function before the name has a value" 'hello() { date >/dev/null; }
hello
B=$(echo x)
touch "made$B"'
    harmless "a default" 'B=$(true)
(touch "made${B:-x}")'
    harmless "a trace" 'set -x
B=$(true)
touch "made${B:-x}"'
    says_not "and shows nothing of ours" '__vb|BASH_COMMAND' $run/transcript.jsonl
    harmless "a test in a subshell" 'B=$(true)
([ -z "$B" ] && touch made)'
    harmless "a name with a value, in depths" 'B=$(echo x)
f() { touch "made$B"; }
(f)
f'
    harmless "a set that the loop gives" 'for B in 1 2; do (touch "made$B"); done'
}
cat >opts.md <<'X'
# Options

```bash
B=$(true)
(echo "${B:-x}")
```

```bash
echo "[$-]" | tee flags.txt
```
X
go 0 "looking into depths" opts.md
flags=$(cat "$run"/work/flags.txt)
check "leaves the options as they were" \
    sh -c 'case $1 in "["*T*"]") exit 1 ;; "["*"]") ;; *) exit 1 ;; esac' - "$flags"
cat >called.md <<'X'
# Called

```bash
B=$(cat /dev/null)
clean() { touch "removed${B}"; }
clean
```
X
go 1 "an empty variable of the step in its function" called.md
says "is named as well" "'?B'? is empty or not set"
check "and the function did not run" \
    sh -c '! find '$run' -name "removed*" | grep -q .'
cat >earlier.md <<'X'
# Earlier

```bash
B=$(echo one)
clean() { touch "removed$B"; }
```

Then run:

```bash
B=$(true)
```

Last:

```bash
clean now
```
X
go 1 "an empty variable in a function of an earlier step" earlier.md
says "is named, too" "B'? is empty or not set"
check "and it did not run" \
    sh -c '! find '$run' -name "removed*" | grep -q .'
cat >meant.md <<'X'
# Meant

```bash
B=$(cat /dev/null)
```

Then run:

```bash
(touch "default-${B:-x}")
```

Then run:

```bash
[ -z "$B" ] && touch none
if [ -n "$B" ]; then ls "s3-${B}"; fi
```

Then run:

```bash
B=set
(touch "here-${B}")
```
X
go 0 "defaults, tests and values of the step are the guide's business" meant.md

cat >syntax.md <<'X'
# Syntax

```bash
touch ran.txt
```

```bash
echo before
if true; then
```
X
go 3 "a syntax error stops the run" syntax.md
says "with its place" '^syntax.md:[0-9]+'
check "before the first step" sh -c '! find '$run' -name ran.txt | grep -q .'

cat >fails.md <<'X'
# Fails

```bash
true
false || echo survived
ls /no/such/place
echo not reached
```

```bash
echo neither
```
X
go 1 "a run stops at the first failing command" fails.md
recorded "which is recorded" '"verdict":"failed"'
says "with its line" '^ *fails.md:6'
says_not "what follows does not run" '"type":"out".*(not reached|neither)' $run/transcript.jsonl

cat >differs.md <<'X'
# Differs

```bash
echo "node-1   NotReady"
```

The output is:

```
node-1   Ready
```
X
go 1 "a wrong output fails the run" differs.md
says "with both lines" '^ *- node-1   Ready'
says "and the difference" '^ *\+ node-1   NotReady'

cat >files.md <<'X'
# Files

Create the file `conf/app.yaml`:

```yaml
name: demo
```

```bash
cat conf/app.yaml
```

The output is:

```
name: demo
```

Create a file `issuer.yaml` like this and replace $MAIL with your address:

```yaml
# Replace $MAIL with your address
mail: $MAIL
```

```bash
tail -n 1 issuer.yaml
```
X
go 0 "files are written, and filled in where the guide says so" files.md \
    --set MAIL=me@example.org
recorded "with the shell's value" 'mail: me@example.org'

cat >escape.md <<'X'
# Escape

Create the file `../../outside.txt`:

```text
no
```

```bash
ln -s /tmp link
```
X
go 0 "a file outside the working directory is not written" escape.md
check "at all" sh -c '! find .. -maxdepth 3 -name outside.txt | grep -q .'

cat >teardown.md <<'X'
# A thing

```bash
echo made > thing.txt
```

## Deleting the thing

```bash
rm thing.txt
echo deleted
```

## Use

```bash
cat thing.txt
```

The output is:

```
made
```
X
go 0 "the teardown does not run by itself" teardown.md
says_not "although it stands in the middle" '"type":"out".*deleted' $run/transcript.jsonl
go 0 "--teardown runs it" teardown.md --teardown
check "last" sh -c 'grep -n step-start '$run'/transcript.jsonl | tail -n 1 |
    grep -q deleting'

cat >manual.md <<'X'
# Manual

```bash
echo ready
```

It prints:

```
ready
```

On the settings page, enter these settings:

| General settings | &nbsp; |
| ---------------- | ------ |
| Domain name      | `a.b`  |
X
go 0 "a step for a person is recorded as not done" manual.md
says "and said in the summary" 'not done'
says_not "the run does not call itself passed" '^passed'
go 1 "--strict makes that a failure" manual.md --strict
go 1 "--manual=fail, too" manual.md --manual fail

go 0 "--dry-run shows what would run" inputs.md --dry-run --set EMAIL=x@example.org
says "with which values" '^# with EMAIL=x@example.org$' out.txt
says "as it would run" 'PROJECT_NAME=sample' out.txt
check "and runs nothing" sh -c "[ ! -e $run ]"
go 0 "--dry-run keeps secrets" inputs.md --dry-run --set EMAIL=x@example.org \
    --set DB_PASSWORD=hunter2
says_not "to itself" hunter2 out.txt

cat >select.md <<'X'
# Select

```bash
echo one
```

```bash
echo two
```

```bash
echo three
```
X
verbatim plan select.md --format json >plan.json
second=$(sed 's/.*"id":"\([^"]*\)".*"id":"\([^"]*\)".*"id":"\([^"]*\)".*/\2/' plan.json)
go 0 "--only runs one step" select.md --only "$second"
recorded "which ran" '"type":"out".*two'
says_not "and no other" '"type":"out".*(one|three)' $run/transcript.jsonl
go 3 "an unknown step is named" select.md --only nothing/here

go 0 "a run" select.md
exits 4 "a run's directory is used once" verbatim run select.md --out $run --yes
says "and says so" 'holds a run already'

cat >order.md <<'X'
# Order

```bash
echo default > values.yaml
cp values.yaml values.bak
```

Now replace the content of the file `values.yaml` with:

```yaml
mine: true
```

```bash
cat values.yaml values.bak
```

The output is:

```
mine: true
default
```
X
go 0 "a file that a step made before is written where the text says" order.md

printf 'version: 1\ninputs:\n  EMAIL: {pattern: "[^@ ]+@[^@ ]+"}\n' >inputs.verbatim.yaml
go 3 "an input against the overlay's pattern" inputs.md --set EMAIL=nobody
says "is refused before anything runs" "'EMAIL' does not have the form"
go 3 "nor may it be longer than the pattern" inputs.md --set 'EMAIL=a@b c'
go 0 "one that fits is taken" inputs.md --set EMAIL=a@example.org
rm inputs.verbatim.yaml
go 3 "an empty input is no input" inputs.md --set EMAIL=
says "and is named" "'EMAIL' is empty"
go 0 "a name that the guide does not know" inputs.md --set EMAIL=a@example.org --set PROJET_NAME=x
says "is pointed at" "takes 'PROJET_NAME'"
go 2 "--fault needs a rehearsal" inputs.md --set EMAIL=a@example.org --fault 'x: fail once'

cat >lines.md <<'X'
# Lines

```bash
NAME=sample
echo "it is $NAME"
```

The output is:

```
it is sample
```
X
go 0 "an output follows a value of several lines" lines.md --set NAME=$'two\nlines'

# A value given with --set moves the promised outputs, but not what the guide
# itself spells out in the command or in a file that it reads.
cat >literal.md <<'G'
# Literal

Save this as `site.conf`:

```ini
owner = lab
```

```bash
OWNER=lab
```

```bash
cat site.conf
echo "kept for lab"
```

It prints:

```
owner = lab
kept for lab
```

```bash
echo "now: $OWNER"
```

It prints:

```
now: lab
```
G
go 0 "a literal word stays where --set gives another" literal.md --set OWNER=mill
recorded "and what follows the value is held to it" 'now: mill'
sed 's/echo "now: $OWNER"/echo "now: $(echo l)ab"/' literal.md >fixed.md
go 1 "an output that does not follow differs" fixed.md --set OWNER=mill
recorded "in that step" '"verdict":"differs"'
