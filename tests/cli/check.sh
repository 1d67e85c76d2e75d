# verbatim check as CI uses it.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

exits 0 "the shipped guide has no findings" \
    verbatim check --no-programs "$TOP/runbooks/proof-of-value.md"
says "and says so" '^1 document: no findings' out.txt

mkdir -p docs/_chunks docs/sub
printf '# A\n\n```bash\necho "${ZONE}"\n```\n' >docs/a.md
printf '# B\n\n```bash\necho fine\n```\n' >docs/sub/b.md
printf '```bash\necho "${CHUNK}"\n```\n' >docs/_chunks/c.md
exits 1 "errors make the exit code 1" verbatim check docs
says "with their place" '^docs/a.md:4:[0-9]+: error\[V001\]' out.txt
says_not "chunks are no documents" CHUNK out.txt
says "both documents were read" '^2 documents' out.txt

exits 1 "JSON" verbatim check docs --format json
check "is JSON with findings" jq -e '.findings[0] |
    .rule == "V001" and .severity == "error" and .file == "docs/a.md" and
    .line == 4 and (.col | type) == "number" and (.message | length) > 0 and
    (.hint | length) > 0 and (.excerpt | length) > 0' out.txt
exits 1 "SARIF" verbatim check docs --format sarif
check "is SARIF 2.1.0" jq -e '.version == "2.1.0" and
    .runs[0].results[0].ruleId == "V001" and
    .runs[0].results[0].locations[0].physicalLocation.region.startLine == 4 and
    (.runs[0].tool.driver.rules | map(.id) | index("V001")) != null' out.txt
exits 1 "annotations" verbatim check docs --format github
says "are workflow commands" '^::error file=docs/a.md,line=4,' out.txt
exits 1 "JUnit" verbatim check docs --format junit
if command -v xmllint >/dev/null; then
    check "is well-formed" xmllint --noout out.txt
else
    echo "skip JUnit: no xmllint here"
fi
exits 1 "Markdown" verbatim check docs --format markdown
says "has a table" '^\| docs/a.md:4 \| error V001' out.txt

exits 0 "--rule leaves the others out" verbatim check docs --rule S001
exits 2 "an unknown rule is wrong use" verbatim check docs --rule X999
exits 0 "--severity hides" verbatim check docs/sub --severity error
printf '# C\n\n```bash\nUNUSED=1\n```\n' >docs/c.md
exits 0 "warnings are no failure" verbatim check docs/c.md
exits 1 "but for --strict" verbatim check docs/c.md --strict
printf 'silence:\n  - {rule: V002, reason: "kept for the next page"}\nversion: 1\n' \
    >docs/c.verbatim.yaml
exits 0 "an overlay silences with a reason" verbatim check docs/c.md --strict
says "and it is counted" '1 silenced' out.txt

exits 3 "an empty folder is no folder of documents" verbatim check docs/_chunks/none
printf '# X\n\n```bash\ntouch executed\n```\n' >docs/x.md
verbatim check docs >/dev/null 2>&1
check "nothing is executed" sh -c '! find . -name executed | grep -q .'

exits 0 "rules lists them" verbatim rules
says "with their families" '^variables: ' out.txt
exits 0 "rules explains one" verbatim rules V001
says "with an example" 'breaks the rule' out.txt
exits 2 "an unknown rule" verbatim rules X999

# many documents that share a chunk
mkdir -p many/_chunks
printf '# Part\n\n```bash\necho "${SHARED}"\n```\n' >many/_chunks/part.md
for n in 1 2 3 4 5 6 7 8 9; do
    printf '<script>\n  import Part from "./_chunks/part.md";\n</script>\n\n# P%s\n\n<Part />\n\n```bash\necho "${OWN%s}"\n```\n\nSee [there](p1.md#part), [not](p1.md#nowhere).\n' \
        "$n" "$n" >"many/p$n.md"
done
exits 1 "a folder of pages" verbatim check many --no-programs
says "a fault of a shared chunk is said once" '^9 documents: 10 errors, 9 warnings' out.txt
says "headings of other pages are known" "p9.md:13:[0-9]+: warning.L002.: no heading of 'p1.md'" out.txt
says_not "where they are there" "'#part'" out.txt
cp out.txt first.txt
for n in 1 2 3; do
    verbatim check many --no-programs >again.txt
    cmp -s first.txt again.txt || echo "FAILED the order is always the same"
done
echo "ok the order is always the same"

printf '# A\n\n<!-- verbatim: ignore V001 -->\n\n```bash\necho "${ZONE}"\n```\n' >reason.md
exits 1 "a silence without a reason does not count" verbatim check reason.md
says "and is a note" 'note.D091.: .V001. is silenced without a reason' out.txt
printf 'a\0b' >binary.md
exits 3 "what is no text cannot be checked" verbatim check binary.md --format json
check "but is a finding" jq -e '.findings[0].rule == "D001"' out.txt

# schemas of a folder
mkdir schemas
cat >schemas/thing-example-v1.json <<'EOS'
{"type": "object", "required": ["metadata", "spec"], "additionalProperties": false,
 "properties": {"apiVersion": {}, "kind": {"const": "Thing"},
  "metadata": {"$ref": "#/definitions/meta"},
  "spec": {"type": "object", "properties": {
    "size": {"type": "integer", "minimum": 1, "maximum": 5},
    "mode": {"enum": ["fast", "slow"]},
    "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4},
    "items": {"type": "array", "minItems": 1, "items": {"oneOf": [
        {"type": "string"}, {"type": "integer"}]}}}}},
 "definitions": {"meta": {"type": "object", "required": ["name"]}}}
EOS
thing() {
    printf 'Create the file `thing.yaml`:\n\n```yaml\napiVersion: example.org/v1\nkind: Thing\n%b```\n' "$1" >thing.md
    verbatim check thing.md --schemas schemas --no-programs --rule F010 >out.txt
}
thing 'metadata:\n  name: a\nspec:\n  size: 3\n  mode: fast\n  name: abc\n  items: [a, 1]\n'
says "a file that fits its schema" 'no findings' out.txt
thing 'metadata: {}\nspec:\n  size: 3\n'
says "what is required, through a reference" 'thing.md:6:11: error.F010.: .metadata. lacks name' out.txt
thing 'metadata: {name: a}\nspec:\n  size: 9\n  mode: huge\n  name: Abc\n  items: []\nmore: 1\n'
says "limits" "thing.md:8:9: .*'spec.size' is above the most, 5" out.txt
says "values" "thing.md:9:9: .*'spec.mode' is none of fast, slow" out.txt
says "patterns" "thing.md:10:9: .*'spec.name' does not match" out.txt
says "lists" "'spec.items' is below the least, 1" out.txt
says "keys" "thing.md:12:1: .*'thing.yaml' has no key more" out.txt
thing 'metadata: {name: a}\nspec: {items: [true], size: "3"}\n'
says "alternatives" "'spec.items\[0\]' fits none of the forms" out.txt
says "types" "'spec.size' is no integer" out.txt
printf '{"$ref": "#"}' >schemas/thing-example-v1.json
thing 'metadata: {}\n'
says "a schema without end refuses nothing" 'no findings' out.txt

printf 'Create the file `a.yaml`:\n\n```yaml\nname: demo # the <cluster-name> you chose\n```\n\n```bash\nkubectl apply -f a.yaml\n```\n' >comment.md
exits 0 "a placeholder in a file's comment" verbatim check comment.md --no-programs
says_not "is words" V005 out.txt
sed 's/demo #/<cluster-name> #/' comment.md >value.md
exits 0 "one in its value" verbatim check value.md --no-programs
says "is to be filled in" 'warning.V005.' out.txt
