# Errors that a guide promises have to come, and with the text it shows.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

cat >guide.md <<'X'
# Errors

```bash
cat no-such-file
```

You should see an error like:

```
cat: no-such-file: No such file or directory
```

Without a name this command fails:

```bash
test -n "" || { echo "error: no name" >&2; (exit 3); }
```

```
error: no name
```

This will fail with exit status 4:

```bash
(exit 4)
```

If you see an error like this, go on:

```
error: other
```
X
exits 0 'errors that come' verbatim run guide.md --out run --yes
says 'are what was promised' '3 verified'
sed 's/^cat no-such-file/echo fine/' guide.md >fine.md
exits 1 'one that does not come' verbatim run fine.md --out fine --yes
says 'is missed' 'the guide announces an error and there was none'
sed 's/^cat no-such-file/cat no-other-file/' guide.md >other.md
exits 1 'another one' verbatim run other.md --out other --yes
says 'differs' '1 printed something else'
sed 's/^(exit 4)/(exit 5)/' guide.md >status.md
exits 1 'another status' verbatim run status.md --out status --yes
says 'is told' 'status 5, the guide says 4'
sed 's/^You should see/You may see/' guide.md >may.md
exits 1 'one that may come is no promise' \
    verbatim run may.md --out may --yes
says 'and a failure' 'status 1'
