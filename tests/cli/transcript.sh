# The transcript as runbooks/transcript.md describes it: its check script
# agrees with verify, every line fits the schema, reports satisfy their readers.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

cat >lab.md <<'X'
# A little lab

Look:

```bash
printf 'NAME  STATUS\npump  Ready\n'; printf 'odd \377\001\n' >&2
```

You should see:

```
NAME  STATUS
pump  Ready
```

Look again:

```bash
echo 'pump <b>&"broken"</b>'
```

You should see:

```
pump ready
```
X
exits 1 'a run that differs' verbatim run lab.md --out run --yes
exits 0 'verify finds it intact' verbatim verify run

# The script is the first fence of the page's section.
sed -n '/^## Checking it without verbatim/,/^## /p' \
    "$TOP/runbooks/transcript.md" |
    awk '/^```bash/ { on = 1; next } /^```/ { if (on) exit } on' >check.sh
check 'the page has a script' test -s check.sh
by_hand() { (cd run && bash ../check.sh); }
exits 0 'the script agrees' by_hand
says 'and gives the same head' "head $(verbatim verify run | awk '/^head/ { print $2 }')" out.txt

check 'of ten lines at most' test "$(wc -l <check.sh)" -le 10

cp run/transcript.jsonl whole.jsonl
# both WORD RULE NAME: verify and the script find the same in the run now
both() {
    local want=1
    case $1 in intact) want=0 ;; cut | incomplete) want=5 ;; esac
    exits $want "verify: $3" verbatim verify run --format json
    check "verify says so: $3" jq -e --arg rule "$2" \
        '$rule == "" or (.faults | any(.rule == $rule))' out.txt
    exits $want "script: $3" by_hand
    says "script says $1: $3" "^$1" out.txt
}
both intact '' 'nothing changed'
sed '5s/"type"/"Type"/' whole.jsonl >run/transcript.jsonl
both changed T002 'a changed line'
says 'script says where' 'changed: line 5$' out.txt
sed '6d' whole.jsonl >run/transcript.jsonl
both removed T003 'a removed line'
sed '1d' whole.jsonl >run/transcript.jsonl
both removed T003 'the first line removed'
sed '7{h;d};8{G}' whole.jsonl >run/transcript.jsonl
both reordered T004 'two lines exchanged'
sed '9p' whole.jsonl >run/transcript.jsonl
both reordered T004 'a repeated line'
sed '$p' whole.jsonl >run/transcript.jsonl
both reordered T004 'the end repeated'
{ sed -n 3p whole.jsonl && cat whole.jsonl; } >run/transcript.jsonl
both reordered T004 'a line put first'
sed '4s/$/ /' whole.jsonl >run/transcript.jsonl
both changed T002 'a blank behind a line'
sed '4s/"type"/"ty\x00pe"/' whole.jsonl >run/transcript.jsonl
both changed T002 'a NUL in a line'
{ cat whole.jsonl && printf '\0'; } >run/transcript.jsonl
exits 5 'verify: a NUL behind the end' verbatim verify run
exits 1 'script: a NUL behind the end' by_hand
# A line that was made anew, digest and all: the next one knows the old one.
python3 - <<'X' && both changed T002 'a line with a new digest'
import hashlib
lines = open("whole.jsonl", "rb").read().split(b"\n")
body = lines[5][:-75].replace(b'"type":"', b'"type":"x-')
own = hashlib.sha256(body + b"}").hexdigest().encode()
lines[5] = body + b',"self":"' + own + b'"}'
open("run/transcript.jsonl", "wb").write(b"\n".join(lines))
X
cp whole.jsonl run/transcript.jsonl
guide=$(jq -r 'select(.role == "guide") | .copy' whole.jsonl)
cp "run/$guide" guide.kept
echo >>"run/$guide"
both changed T008 'a changed document'
cp guide.kept "run/$guide"
mv run/plan.json plan.kept
both changed T008 'a plan that is gone'
mv plan.kept run/plan.json
head -n -1 whole.jsonl >run/transcript.jsonl
both incomplete T005 'no end'
head -c -9 whole.jsonl >run/transcript.jsonl
both cut T005 'a cut line'
head -n 2 whole.jsonl >run/transcript.jsonl
both incomplete T005 'two lines'
: >run/transcript.jsonl
both incomplete T005 'no line at all'
# Bits anywhere: both have the same opinion.
python3 - <<'X'
import random
random.seed(7)
whole = open("whole.jsonl", "rb").read()
for n in range(24):
    bytes_ = bytearray(whole)
    bytes_[random.randrange(len(whole))] ^= 1 << random.randrange(8)
    open("flip.%d" % n, "wb").write(bytes_)
X
apart=0
for flip in flip.*; do
    cp "$flip" run/transcript.jsonl
    verbatim verify run >/dev/null 2>&1
    want=$?
    by_hand >/dev/null 2>&1
    got=$?
    if [ $got -ne $want ] || [ $want -eq 0 ]; then
        echo "$flip: verify $want, script $got"
        apart=$((apart + 1))
    fi
done
check 'both notice flipped bits' test $apart = 0
cp whole.jsonl run/transcript.jsonl

for format in text html markdown junit tap json asciicast typescript; do
    exits 0 "report: $format" verbatim report run --format $format -o r.$format
    check "report says differs: $format" grep -qi differs r.$format
done
says_not 'html: no markup of the output' '<b>&' r.html
check 'json is JSON' jq -e '.schema == "verbatim.report/1"' r.json
check 'each line of the cast is JSON' jq -es '.[0].version == 2' r.asciicast
verbatim report run --format html >again.html
check 'the same report twice' cmp r.html again.html

if command -v xmllint >/dev/null; then
    check 'junit fits the schema' xmllint --noout \
        --schema "$TOP/fixtures/schema/junit.xsd" r.junit
else
    echo 'skip junit: no xmllint here'
fi
if command -v prove >/dev/null; then
    printf '#!/bin/sh\ncat r.tap\n' >tap.t && chmod +x tap.t
    exits 1 'prove counts the failure' prove -e sh tap.t
    says 'prove sees both' 'Failed 1/2' out.txt
else
    echo 'skip tap: no prove here'
fi
if command -v asciinema >/dev/null && command -v script >/dev/null; then
    check 'asciinema plays it' script -qec 'asciinema cat r.asciicast' /dev/null
else
    echo 'skip asciicast: no asciinema or no script here'
fi
if python3 -c 'import jsonschema' 2>/dev/null; then
    check 'every line fits the schema' python3 -c '
import json, sys, jsonschema
check = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
for line in open(sys.argv[2]):
    check.validate(json.loads(line))' \
        "$TOP/fixtures/schema/transcript.schema.json" whole.jsonl
else
    echo 'skip schema: no jsonschema for python3 here'
fi
mapfile -t types < <(sed -n '/define VB_EVENT_TYPES/,/X(END,/s/.*X([A-Z_]*, "\(.*\)").*/\1/p' \
    "$TOP/src/record/events.h")
check 'the schema names every type' jq -en --slurpfile s \
    "$TOP/fixtures/schema/transcript.schema.json" '
    ($s[0].allOf | map(.if.properties.type.const)) == $ARGS.positional' \
    --args "${types[@]}"
for type in $(jq -r '.allOf[].if.properties.type.const' \
    "$TOP/fixtures/schema/transcript.schema.json"); do
    grep -q "^| .$type. |" "$TOP/runbooks/transcript.md" || echo "$type"
done >undocumented
check 'the page has every type' test ! -s undocumented

# Signing: the page's one line, and verbatim.
if command -v ssh-keygen >/dev/null; then
    ssh-keygen -q -t ed25519 -N '' -f id
    printf 'ada@example.org %s\n' "$(cat id.pub)" >allowed_signers
    exits 0 'sign' verbatim sign run --key id
    exits 0 'verify with signers' verbatim verify run --signers allowed_signers
    says 'says who' 'signed by ada@example.org' out.txt
    exits 1 'another signer' \
        verbatim verify run --signers allowed_signers --signer eve@example.org
    line=$(grep '^ssh-keygen -Y verify' "$TOP/runbooks/transcript.md")
    cp allowed_signers run/
    check 'the line of the page agrees' bash -c "cd run && $line"
    mv run/transcript.jsonl.sig kept.sig
    exits 1 'no signature' verbatim verify run --signers allowed_signers
    mv kept.sig run/transcript.jsonl.sig
else
    echo 'skip signing: no ssh-keygen here'
fi
if command -v openssl >/dev/null; then
    openssl genpkey -algorithm ed25519 -out key.pem
    exits 0 'attest' verbatim sign run --attest key.pem -o envelope.json
    jq -r .payload envelope.json | base64 -d >statement.json
    check 'a test-result statement' jq -e '
        ._type == "https://in-toto.io/Statement/v1" and
        .predicate.result == "FAILED" and
        (.subject[0].digest.sha256 | length == 64)' statement.json
    openssl pkey -in key.pem -pubout -out pub.pem
    printf 'DSSEv1 28 application/vnd.in-toto+json %s ' \
        "$(wc -c <statement.json)" | cat - statement.json >pae
    jq -r '.signatures[0].sig' envelope.json | base64 -d >sig
    check 'openssl finds the signature good' openssl pkeyutl -verify \
        -pubin -inkey pub.pem -rawin -in pae -sigfile sig
else
    echo 'skip attestation: no openssl here'
fi
head -n -1 whole.jsonl >run/transcript.jsonl
exits 4 'an incomplete run is not signed' verbatim sign run --key id

# The first fault is where it happened, not what disagrees because of it.
rm -rf cut && cp -r run cut
sed -i 5d cut/transcript.jsonl
exits 1 'a removed line is found' verbatim verify cut --format json
check 'the removed line comes first' jq -e '
    .faults[0].message | contains("removed before line 5")' out.txt
check 'faults stand in the order of lines' jq -e '
    [.faults[].line // 0] | . == sort' out.txt
