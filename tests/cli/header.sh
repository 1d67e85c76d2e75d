# What a record says before the first step: each thing the page for auditors
# lists, as it really was.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq
need git

mkdir -p docs/_chunks
printf '# Header\n\nimport Part from "./_chunks/part.md"\n\n<Part />\n\n```bash\necho "$WHERE" && test -n "$API_TOKEN"\n```\n' >docs/guide.md
printf '```bash\necho from a chunk\n```\n' >docs/_chunks/part.md
git init -q .
git -c user.name=A -c user.email=a@example.org add docs
git -c user.name=A -c user.email=a@example.org commit -qm 'A guide'
run() {
    rm -rf "$1"
    API_TOKEN=Zq7vR2xL9tW4kP8mQ1 verbatim run docs/guide.md --yes -q \
        --out "$1" --set WHERE=here --env API_TOKEN
}
exits 0 'a run' run one
# said NAME FILTER: the events, as $e, fulfil it
said() {
    check "$1" jq -es --arg pwd "$PWD" --arg host "$(uname -n)" \
        --arg user "$(id -un)" --arg commit "$(git rev-parse HEAD)" \
        --arg doc "$(sha256sum <docs/guide.md | cut -d ' ' -f 1)" \
        --arg part "$(sha256sum <docs/_chunks/part.md | cut -d ' ' -f 1)" \
        --arg plan "$(sha256sum <one/plan.json | cut -d ' ' -f 1)" \
        --arg version "$(verbatim --version | cut -d ' ' -f 2)" \
        "def of(t): map(select(.type == t)); $2" "${3:-one}/transcript.jsonl"
}
said 'the first line is the start' '.[0].type == "run-start"'
said 'format and version' '.[0] | .format == "verbatim.transcript/1" and .verbatim == $version'
said 'a live run' '.[0].mode == "live"'
said 'the document as it was named' '.[0].document | endswith("docs/guide.md")'
said 'its title' '.[0].title == "Header"'
said 'host and user' '.[0] | .host == $host and .user == $user'
said 'where the steps start' '.[0].cwd | startswith($pwd)'
said 'system, shell, locale, mask' '.[0] | (.os | length > 5) and
    (.shell | test("bash")) and .locale and (.umask | test("^0?[0-7]{3}$"))'
said 'the commit, clean' '.[0].git | .commit == $commit and .dirty == false'
said 'the command line' '.[0].argv | any(. == "--set") and
    (any(test("Zq7vR2xL9")) | not)'
said 'how many steps' '.[0] | .steps == 2 and .selected == 2'
said 'the digest of the document' 'of("document") |
    any(.role == "guide" and .sha256 == $doc and .bytes > 0)'
said 'and of its chunk' 'of("document") | any(.role == "chunk" and .sha256 == $part)'
said 'the digest of the plan' 'of("plan") | length == 1 and .[0].sha256 == $plan'
said 'inputs by name' 'of("input") | any(.name == "WHERE" and .value == "here")'
said 'secrets withheld' 'of("input") | any(.name == "API_TOKEN" and .secret
    and (has("value") | not))'
said 'who agreed, and how' 'of("consent") | .[0].given and .[0].how == "--yes"'
said 'times in UTC' 'all(.[]; .time | test("^20[0-9-]{8}T[0-9:]{8}[.][0-9]{3}Z$"))'
said 'and monotonic' 'map(.mono) | . == sort and .[0] >= 0'
said 'durations' 'of("step-end") | all(.[]; .duration_ns > 0)'
said 'all of it before the first step' '(map(.type) | index("step-start")) as $s |
    all(.[$s:][]; .type | IN("document", "plan", "input", "consent") | not)'
echo >>docs/guide.md
exits 0 'a run of a changed guide' run two
said 'is dirty' '.[0].git | .commit == $commit and .dirty' two
mkdir away && cp -R docs away/
(cd away && exits 0 'a run outside of any repository' env GIT_CEILING_DIRECTORIES="$PWD/.." \
    verbatim run docs/guide.md --yes -q --out ../three --set WHERE=x --set API_TOKEN=Zq7vR2xL9tW4kP8mQ1)
