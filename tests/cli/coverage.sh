# Coverage of one run and of several: what ran, what was compared, what no run
# has chosen; blocks that move stay the same blocks.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

guide() {
    printf '# Guide\n\n%s' "$1"
    printf '```bash\necho one\n```\n\nThe output is:\n\n```\none\n```\n\n'
    printf '```bash\nls /nowhere\n```\n\nThe output is:\n\n```\nnothing\n```\n\n'
    printf '```bash\necho two\n```\n\nThe output is:\n\n```\ntwo\n```\n'
}
guide '' >guide.md
exits 1 "a run that stops half-way" verbatim run guide.md --out a --yes
exits 0 "its coverage" verbatim coverage a
says "counts commands" 'commands and files +2 of 3 +66%' out.txt
says "counts outputs" 'promised outputs +[12] of 3' out.txt
says "names what never ran" 'guide.md:23: command never ran' out.txt
says "and what was not compared" 'guide.md:29: output never compared' out.txt
says_not "but nothing that was" 'guide.md:3:' out.txt

# The block that failed goes, the others move down.
guide 'Some words that were not here before.

' | sed '/nowhere/s/.*/echo nothing/' >new.md && mv new.md guide.md
exits 0 "a run of the new text" verbatim run guide.md --out b --yes
exits 0 "both" verbatim coverage a b --format json
cp out.txt both.json
check "is JSON" jq -e '.schema == "verbatim.coverage/1"' both.json
check "all ran" jq -e '.documents[0] | .commands == 3 and .commands_run == 3' both.json
check "the first command stands in both, at its new place" jq -e \
    '.documents[0].blocks[0] | .runs == 2 and .ran == 2 and .line == 5' both.json
check "the new one in one" jq -e \
    '[.documents[0].blocks[] | select(.line == 15)][0] | .runs == 1' both.json
exits 0 "the order of the runs does not matter" \
    verbatim coverage b a --format json
check "the same blocks" test \
    "$(jq -cS '[.documents[].blocks]' both.json)" = \
    "$(jq -cS '[.documents[].blocks]' out.txt)"
exits 0 "enough" verbatim coverage b --fail-under 100
exits 1 "not enough" verbatim coverage a --fail-under 90
says "and how much" 'of 6 parts were exercised, which is less than 90 %'
exits 2 "no percentage" verbatim coverage a --fail-under lots
exits 2 "no run" verbatim coverage
exits 4 "none there" verbatim coverage nowhere
exits 0 "as Markdown" verbatim coverage a --format markdown
says "a table" '^\| commands and files that ran \| 2 \| 3 \| 66 % \|$' out.txt
exits 0 "as HTML" verbatim coverage a b --format html -o cover.html
says "a map" '<figure class="map">' cover.html
says_not "nothing is fetched" 'src=|href="http|url\(' cover.html

# Tabs: what is for other readers, until somebody runs it.
# Providers of a choice are named by its tabs.
printf '# Clouds\n\n{{< tabs >}}\n{{< tab "gcp" >}}\n```bash\necho gcp\n```\n{{< /tab >}}\n{{< tab "aws" >}}\n```bash\necho aws\n```\n{{< /tab >}}\n{{< /tabs >}}\n' \
    >clouds.md
exits 0 "one cloud" verbatim run clouds.md --provider gcp --out gcp --yes
exits 0 "leaves the other" verbatim coverage gcp
says "which is named" 'aws: no run has chosen it; 1 block' out.txt
exits 0 "the other cloud" verbatim run clouds.md --provider aws --out aws --yes
exits 0 "together" verbatim coverage gcp aws
says_not "nothing is left" 'no run has chosen it' out.txt
says "all ran" 'commands and files +2 of 2 +100%' out.txt
exits 0 "two guides at once" verbatim coverage a b gcp aws --format json
check "are two documents" jq -e '.documents | length == 2' out.txt

cp -R a changed
sed -i '5s/a/b/' changed/transcript.jsonl
exits 4 "a changed record proves nothing" verbatim coverage changed
says "and is refused" 'the record was changed'
