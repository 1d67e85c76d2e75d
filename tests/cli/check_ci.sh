# What a CI job does with verbatim check: fixes, old debt, changes alone.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

# fixes
mkdir -p docs/_chunks
printf '# A\r\n\r\n```bash\r\necho \342\200\234two words\342\200\235\r\nkubectl get\302\240pods \\ \r\n    --all-namespaces\r\n```\r\n' >docs/a.md
printf '```bash\nkubectl get nodes \342\200\223output wide\n```\n' >docs/_chunks/c.md
printf '<script>\n  import C from "./_chunks/c.md";\n</script>\n\n# B\n\n<C />\n' >docs/b.md
cp -R docs before
exits 1 "--diff shows fixes" verbatim check docs --no-programs --diff
says "as a patch" '^\+echo "two words"' out.txt
says "also of chunks" '^\+\+\+ docs/_chunks/c.md' out.txt
check "and writes nothing" diff -r before docs
cp out.txt fix.patch
exits 0 "--fix writes them" verbatim check docs --no-programs --fix
says "and counts them" '5 fixed in 2 files' out.txt
check "line ends stay" grep -q $'"two words"\r$' docs/a.md
check "the backslash ends its line" grep -q $'pods \\\\\r$' docs/a.md
cp -R docs once
exits 0 "there is nothing left to fix" verbatim check docs --no-programs --fix
says_not "nothing was" fixed out.txt
check "once is enough" diff -r once docs
if command -v patch >/dev/null; then
    check "the patch says the same" sh -c \
        'cp -R before patched && cd patched && sed "s,docs/,," ../fix.patch | patch -s --binary -p0 && diff -r . ../docs'
else
    echo "skip the patch: no patch here"
fi
printf '# L\n\n```bash\necho \342\200\234x\342\200\235' >docs/last.md
verbatim check docs/last.md --no-programs --diff >out.txt
says "a last line without its end" 'No newline at end of file' out.txt
rm docs/last.md

mkdir outside
printf '# X\n\n```bash\necho \342\200\234secret\342\200\235\n```\n' >outside/x.md
mkdir inside && cp docs/b.md inside/keep.md && ln -s ../outside/x.md inside/x.md
printf '```bash\ntrue\n```\n' >inside/c.md
mkdir inside/_chunks && cp docs/_chunks/c.md inside/_chunks/
exits 3 "a link out of the root is no document" verbatim check inside --fix --no-programs
says_not "its text is not shown" secret out.txt
check "and it is not written" grep -q $'\342\200\234' outside/x.md

# SARIF, against its schema where there is one
cp -R before sarif
exits 1 "SARIF with fixes" verbatim check sarif --no-programs --format sarif
check "says what to replace" jq -e '[.runs[0].results[] | select(.fixes) |
    .fixes[0].artifactChanges[0].replacements[0] |
    .deletedRegion.startLine > 0 and
    .deletedRegion.endColumn > .deletedRegion.startColumn and
    (.insertedContent.text | type) == "string"] | length == 5 and all' out.txt
if [ -n "${SARIF_SCHEMA:-}" ] && command -v check-jsonschema >/dev/null; then
    check "is valid" check-jsonschema --schemafile "$SARIF_SCHEMA" out.txt
else
    echo "skip SARIF's schema: SARIF_SCHEMA and check-jsonschema are needed"
fi

# globs
mkdir -p g/one/deep g/two
for f in g/one/a.md g/one/deep/b.md g/two/c.mdx g/two/d.md; do
    printf '# T\n' >"$f"
done
exits 0 "a glob" verbatim check 'g/**/*.md'
says "with every folder" '^3 documents' out.txt
exits 0 "within one folder" verbatim check 'g/one/*.md'
says "stays there" '^1 document:' out.txt
exits 3 "a glob that finds nothing" verbatim check 'g/*.txt'

# old debt
printf '# A\n\n```bash\necho "${OLD}"\n```\n' >debt.md
exits 0 "a baseline can be written" verbatim check debt.md --write-baseline base.json
check "is JSON" jq -e '.findings[0] | .rule == "V001" and .file == "debt.md" and .count == 1' base.json
exits 0 "what it knows is left out" verbatim check debt.md --baseline base.json --strict
says "and counted" '1 known' out.txt
printf '# A\n\nMore text.\n\nAnd more.\n\n```bash\necho "${OLD}"\n```\n' >debt.md
exits 0 "also when lines moved" verbatim check debt.md --baseline base.json
mkdir -p sub && cd sub || exit 1
exits 0 "and from another folder" verbatim check ../debt.md --baseline ../base.json
cd .. || exit 1
printf '# A\n\n```bash\necho "${OLD}" "${NEW}"\n```\n' >debt.md
exits 1 "what is new is not known" verbatim check debt.md --baseline base.json
printf '{}' >bad.json
exits 3 "what is no baseline" verbatim check debt.md --baseline bad.json
exits 3 "or is not there" verbatim check debt.md --baseline none.json

# what a change introduced
if ! command -v git >/dev/null; then
    echo "skip changes: no git here"
    exit 0
fi
git init -q repo && cd repo && git checkout -q -b trunk || exit 1
git config user.name t && git config user.email t@example.org
mkdir -p docs/_chunks
printf '```bash\nZONE=a\n```\n' >docs/_chunks/zone.md
printf '<script>\n  import Z from "./_chunks/zone.md";\n</script>\n\n# A\n\n<Z />\n\n```bash\necho "${ZONE}" "${OLD}"\n```\n' >docs/a.md
printf '# N\n\n```bash\necho "${NAMED}"\n```\n\nSee [it](https://old.invalid/).\n' >docs/named.md
git add docs && git commit -qm one
exits 1 "before any change" verbatim check docs --no-programs
exits 0 "nothing was introduced" verbatim check docs --no-programs --since HEAD
says "what was there is counted" '2 known' out.txt
git mv docs/named.md docs/renamed.md
printf '\nMore.\n' >>docs/renamed.md
printf '```bash\nREGION=a\n```\n' >docs/_chunks/zone.md
git add docs && git commit -qm two
exits 1 "a change in a chunk" verbatim check docs --no-programs --since HEAD~1
says "introduced a fault in a line that did not change" 'docs/a.md:10:[0-9]+: error.V001.: .ZONE. is used' out.txt
says_not "what was there is not said" "'OLD'" out.txt
says_not "also in a renamed file" NAMED out.txt
printf '# U\n\n```bash\necho "${UNTRACKED}"\n```\n' >docs/u.md
cd docs || exit 1
exits 1 "from a folder of the repository" verbatim check . --no-programs --since HEAD
says "with what is not committed" UNTRACKED out.txt
says_not "and nothing else" "'ZONE'" out.txt
cd ..
rm docs/u.md
git checkout -q -b side HEAD~1 && printf '# S\n\n```bash\necho "${SIDE}"\n```\n' >docs/s.md
git add docs && git commit -qm side
exits 1 "beside a branch that went on" verbatim check docs --no-programs --since trunk
says "the side's own" SIDE out.txt
says_not "not the other's" REGION out.txt
# the workflow that the README shows
line=$(sed -n 's/^ *- run: \(verbatim check .*\)$/\1/p' "$TOP/README.md")
check "the README shows how" test -n "$line"
git clone -q . ../clone && cd ../clone && git checkout -q side || exit 1
exits 1 "its command in a clone of the repository" \
    env GITHUB_BASE_REF=trunk bash -c "$line"
says "annotates what the branch introduced" '^::error file=docs/s.md,line=4,.*SIDE' out.txt
check "and that alone" test "$(wc -l <out.txt)" -eq 1
cd ../repo || exit 1

exits 3 "an unknown revision" verbatim check docs --since no-such-rev
says "says so" "no revision 'no-such-rev'" err.txt
exits 3 "a revision that looks like an option" verbatim check docs --since=--output=x
check "makes no file" test ! -e x
check "the index is as it was" git diff --cached --quiet
cd .. && mkdir plain && printf '# P\n' >plain/p.md && cd plain || exit 1
GIT_CEILING_DIRECTORIES=$PWD/.. exits 3 "outside a repository" verbatim check p.md --since HEAD
check "no folder is left behind" sh -c '! ls -d "${TMPDIR:-/tmp}"/verbatim-since-* 2>/dev/null | grep -q .'
