# accept brings a guide's outputs up to date and touches nothing else.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need patch

cat >lab.md <<'X'
# A lab

Look at the pumps:

```bash
printf 'NAME       STATUS   AGE\npump-one   Ready    3m\npump-two   Stopped  4m\n'
```

You should see:

```
NAME       STATUS   AGE
pump-one   Ready    12s
pump-two   Ready    15s
```

1. Then the log:

   ```bash
   printf '2026-03-04T05:06:07Z start\na\nb\n7 valves open\nlast\n'
   ```

   The output is similar to this:

       2022-08-11T22:10:23Z start
       [...]
       5 valves open
       last

> Quoted:
>
> ```console
> $ printf 'one\ntwo\nnew\n'
> one
>
> two
> $ for i in 1 2; do
> >   echo "line $i"
> > done
> line 1
> line 3
> $ echo end
> end
> ```

And what agrees:

```bash
date -u +%H:%M:%S
```

```
09:10:11
```
X
cp lab.md kept.md
# A run stops where an output differs: what it saw so far is accepted.
exits 1 'the guide is not up to date' verbatim run lab.md --out run --yes
exits 0 'accept' verbatim accept run
cp out.txt lab.patch
check 'says nothing else' test ! -s err.txt
check 'does not touch the guide' cmp lab.md kept.md
check 'the patch applies' patch -p0 -i lab.patch
exits 1 'the list is not up to date' verbatim run lab.md --out run2 --yes
exits 0 'accept: a list' verbatim accept run2
check 'the patch of a list applies' patch -p0 -i out.txt
exits 1 'the quote is not up to date' verbatim run lab.md --out run3 --yes
exits 0 'accept: a quote' verbatim accept run3 --in-place
cat >want.txt <<'X'
-pump-two   Ready    15s
+pump-two   Stopped  15s
-       5 valves open
+       7 valves open
+> new
-> line 3
+> line 2
X
diff -U0 kept.md lab.md | grep -E '^[-+]' | grep -vE '^(---|\+\+\+) ' >got.txt
check 'only what differs has changed' diff -u want.txt got.txt
exits 0 'the guide holds' verbatim run lab.md --out again --yes

exits 0 'nothing to do' verbatim accept again
check 'no output' test ! -s out.txt
check 'no word' test ! -s err.txt
cp lab.md patched.md
exits 0 'nothing to write' verbatim accept again --in-place
check 'and nothing is written' cmp lab.md patched.md

cp kept.md lab.md
chmod 640 lab.md
ln -s lab.md link.md
exits 1 'the same through a link' verbatim run link.md --out linked --yes
exits 0 'in place' verbatim accept linked --in-place
check 'no output' test ! -s out.txt
patch -s -o first.md kept.md lab.patch
check 'gives what the patch gave' cmp lab.md first.md
check 'the link is still one' test -L link.md
check 'the mode stays' test "$(stat -c %a lab.md)" = 640

cp kept.md lab.md
echo >>lab.md
cp lab.md changed.md
exits 4 'another guide by now' verbatim accept run --in-place
says 'says so' "'lab.md' has changed since the run"
check 'and leaves it alone' cmp lab.md changed.md

sed 's/$/\r/' kept.md >lab.md
exits 1 'CRLF: differs' verbatim run lab.md --out crlf --yes
exits 0 'CRLF: in place' verbatim accept crlf --in-place
sed 's/$/\r/' first.md >want.md
check 'CRLF: stays' cmp lab.md want.md

cat >named.md <<'X'
```bash
export TEAM=blue
echo "$TEAM has 3 pumps"
```

You should see:

```
blue has 2 pumps
```
X
exits 1 'another name' verbatim run named.md --set TEAM=red --out named --yes
exits 0 'another name: in place' verbatim accept named --in-place
check 'the sample stays' grep -qx 'blue has 3 pumps' named.md

cat >tree.md <<'X'
```bash
echo '{"state":"down","pumps":[{"id":1}]}'
```

```json
{
  "pumps": [{"id": 1}],
  "state": "up"
}
```
X
sed 's/"up"/"down"/' tree.md >want.md
exits 1 'a tree' verbatim run tree.md --out tree --yes
exits 0 'a tree: in place' verbatim accept tree --in-place
check 'one leaf has changed' cmp tree.md want.md

# wicked NAME LINE WHY: wicked.md differs and is left as it is.
wicked() {
    cp wicked.md kept.md
    exits 1 "$1: differs" verbatim run wicked.md --out "$1" --yes
    exits 1 "$1: by hand" verbatim accept "$1" --in-place
    says "$1: says why" "wicked.md:$2: left as it is: $3"
    check "$1: nothing is written" cmp wicked.md kept.md
}
cat >wicked.md <<'X'
```bash
printf '%s\n' '```' 'rm -rf x'
```

Output:

```
fine
```
X
wicked fence 8 'a line of the output would end the code block'
cat >wicked.md <<'X'
```console
$ printf 'x\n$ rm -rf y\n'
x
y
```
X
wicked prompt 3 'a line of the output would be taken for a command'
cat >failing.md <<'X'
```console
$ printf 'gone\n'; false
here
```
X
exits 1 'a step that fails' verbatim run failing.md --out failing --yes
exits 0 'promises nothing' verbatim accept failing
check 'no patch' test ! -s out.txt

sed -i 's/two/tow/' run/documents/0-lab.md
exits 4 'a changed record' verbatim accept run
says 'is not believed' 'the record was changed'
exits 2 'which run?' verbatim accept

# With --keep-going one run sees all that differs, and a patch mends it all.
cat >many.md <<'X'
# Many

```bash
echo '{"VpcId": "vpc-0a1b2c4d5e6f70819", "state": "up"}'
```

```json
{"VpcId": "vpc-09f8e7d6c5b4a3928", "state": "down"}
```

```bash
echo "vpc-09f8e7d6c5b4a3928 has 3 pumps"
```

```
vpc-09f8e7d6c5b4a3928 has 2 pumps
```

```bash
printf 'one\ntwo\n'
```

```
one
...
```

```console
$ echo last
first
```
X
cp many.md many.before
exits 1 'stops at the first' verbatim run many.md --out stopped --yes
says 'says so' '1 printed something else'
exits 1 'goes on' verbatim run many.md --out went --yes --keep-going
says 'counts them' '3 printed something else'
says 'and what agrees' '1 verified'
exits 0 'the record holds' verbatim verify went
exits 0 'accept: all at once' verbatim accept went
check 'the patch applies' patch -s -p0 -i out.txt
diff many.before many.md | grep '^>' >got.txt
cat >want.txt <<'X'
> {"VpcId": "vpc-09f8e7d6c5b4a3928", "state": "up"}
> vpc-09f8e7d6c5b4a3928 has 3 pumps
> last
X
check 'nothing but what differs' diff -u want.txt got.txt
exits 0 'the guide holds' verbatim run many.md --out holds --yes
cat >fails.md <<'X'
# A lab

```console
$ echo one
two
$ false
```

```bash
touch ran
```

## Clean up

```bash
rm -rf ran made
```
X
exits 1 'a failure stops the run all the same' \
    verbatim run fails.md --out fails --yes -k
check 'nothing ran behind it' test ! -e fails/work/ran
sed 's/^\$ false/$ touch made/' fails.md >differs.md
exits 1 'no teardown behind a difference' \
    verbatim run differs.md --out differs --yes -k --teardown
check 'the rest ran, the teardown did not' \
    test -e differs/work/ran -a -e differs/work/made
exits 1 'unless it is wanted always' \
    verbatim run differs.md --out always --yes -k --teardown=always
check 'then it ran' test ! -e always/work/ran
