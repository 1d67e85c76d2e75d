# What verbatim writes for programs, against the schemas it ships: transcripts
# of both clouds, plans, findings, reports, coverage and history.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq
if ! python3 -c 'import jsonschema' 2>/dev/null; then
    echo 'skip schemas: no jsonschema for python3 here'
    exit 0
fi

# fits SCHEMA FILE: each JSON text of FILE (one a line, or one in all) is as
# the schema says.
cat >fits.py <<'END'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
check = jsonschema.Draft202012Validator(schema)
text, n, decoder = open(sys.argv[2], encoding="utf-8").read(), 0, json.JSONDecoder()
at = 0
while at < len(text):
    value, at = decoder.raw_decode(text, at)
    while at < len(text) and text[at] in " \r\n\t":
        at += 1
    n += 1
    for fault in check.iter_errors(value):
        path = "/".join(map(str, fault.absolute_path))
        sys.exit(f"{sys.argv[2]}, value {n}, at {path}: {fault.message[:300]}")
sys.exit(0 if n else "nothing there")
END
fits() {
    check "$2 fits $1" python3 fits.py "$TOP/fixtures/schema/$1.schema.json" "$2"
}
# refuses SCHEMA FILE FILTER: a value that jq has made wrong does not fit
refuses() {
    jq -c "$3" "$2" >wrong.json
    if python3 fits.py "$TOP/fixtures/schema/$1.schema.json" wrong.json \
        >check.out 2>&1; then
        echo "FAILED $1 takes a wrong value: $3"
    else
        echo "ok $1 refuses $3"
    fi
}

for cloud in gcp aws; do
    (cd "$TOP" && verbatim run runbooks/proof-of-value.md --provider $cloud \
        --set LETSENCRYPT_EMAIL=ada@lovelace.dev --quiet --teardown \
        --rehearse fixtures/scenarios/cloud.yaml --out "$OLDPWD/$cloud") \
        >/dev/null 2>&1
    cp $cloud/transcript.jsonl $cloud.jsonl
    cp $cloud/plan.json $cloud-plan.json
    fits transcript $cloud.jsonl
    fits plan $cloud-plan.json
    (cd "$TOP" && verbatim plan runbooks/proof-of-value.md \
        --provider $cloud --format json) >$cloud-planned.json
    fits plan $cloud-planned.json
done
refuses transcript gcp.jsonl 'select(.seq == 3) | .mono = "late"'
refuses transcript gcp.jsonl 'select(.seq == 3) | del(.prev)'

cat >guide.md <<'END'
# A guide with everything

```bash
printf '\377\000 no text\n'
```

The output is:

```
something else
```

```bash
ls /nowhere/at/all
```

[A link](nowhere.md) and [another](neither.md) to nothing.
END
verbatim run guide.md --yes --quiet >/dev/null 2>&1
run=$(echo .verbatim/runs/*)
cp "$run/transcript.jsonl" failed.jsonl
fits transcript failed.jsonl
verbatim check guide.md --format json >findings.json
fits check findings.json
check "there are some" jq -e '.findings | length >= 2' findings.json
refuses check findings.json '.findings[0].line = null'
for name in gcp "$run"; do
    verbatim report "$name" --format json >report.json
    fits report report.json
done
refuses report report.json '.steps[0].verdict = "fine"'
refuses report report.json 'del(.record.head)'
verbatim coverage gcp aws "$run" --format json >coverage.json
fits coverage coverage.json
refuses coverage coverage.json 'del(.documents[0].blocks[0].gap)'
verbatim history guide.md --format json >history.json
fits history history.json
refuses history history.json '.steps[0].flaky = "often"'
