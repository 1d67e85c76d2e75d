# A full disk: the running command finishes, what is lost is counted, the
# transcript is closed, and no further step starts.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

need unshare
if ! unshare -Urm true 2>/dev/null; then
    echo "skip disk: no mount namespace here"
    exit 0
fi

cat >full.md <<'X'
# Full

```bash
echo before
```

Then:

```bash
sh -c 'yes 0123456789 | head -c 20000000; echo finished > "$0"' "$MARK"
echo next > "$MARK.next"
```

Then:

```bash
echo never > "$MARK.never"
```
X
export MARK=$PWD/mark
mkdir disk
unshare -Urm bash -c '
    mount -t tmpfs -o size=3m none disk || exit 77
    verbatim run full.md --out disk/run --cwd . --yes --set MARK="$MARK" -q \
        >out.txt 2>&1
    echo $? >status
    verbatim verify disk/run >verify.txt 2>&1
    cp disk/run/transcript.jsonl .
' || true
if [ ! -e status ]; then
    echo "skip disk: no tmpfs here"
    exit 0
fi
check "the running command finishes" test -e mark
check "no further command starts" test ! -e mark.next
check "no further step starts" test ! -e mark.never
check "the run did not pass" test "$(cat status)" != 0
check "the transcript is closed" grep -q '"type":"end"' transcript.jsonl
check "the transcript is intact" grep -qi 'intact' verify.txt
check "lost bytes are counted" grep -q '"lost_bytes":[1-9]' transcript.jsonl

# A run directory that cannot be written: nothing runs.
cat >one.md <<'X'
# One

```bash
echo ran > "$MARK.ran"
```
X
mkdir -p ro
unshare -Urm bash -c '
    mount -t tmpfs -o size=1m,ro none ro || exit 77
    verbatim run one.md --out ro/run --yes --set MARK="$MARK" -q
    echo $? >status
' >out.txt 2>&1
check "a read-only directory is an error of the system" test "$(cat status)" = 4
check "and nothing runs" test ! -e mark.ran
