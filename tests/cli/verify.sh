# The transcript: what verify accepts, and what it finds.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

printf '# Guide\n\n```bash\necho one\n```\n\n```bash\necho two\n```\n' >guide.md
exits 0 "a run to look at" verbatim run guide.md --out run --yes
exits 0 "it verifies" verbatim verify run
says "as intact" 'intact' out.txt
says "and says what an unsigned record proves" 'not signed' out.txt
exits 0 "also by the transcript's path" verbatim verify run/transcript.jsonl

# tamper NAME SED: a copy of the run with a changed transcript is found out
tamper() {
    rm -rf copy
    cp -R run copy
    sed -i "$2" copy/transcript.jsonl
    exits "${3:-1}" "$1 is found" verbatim verify copy
}
tamper "a changed word" 's/echo one/echo eno/'
says "with its line" 'transcript.jsonl:[0-9]+'
tamper "a removed line" '3d'
tamper "a repeated line" '3p'
tamper "a changed verdict" 's/"verdict":"unverified"/"verdict":"pass"/'
tamper "a changed last line" '$s/"steps":/"stepz":/'
tamper "a missing end" '$d' 5
says "as incomplete" 'incomplete' out.txt
rm -rf copy
cp -R run copy
{
    head -n 2 run/transcript.jsonl
    sed -n 4p run/transcript.jsonl
    sed -n 3p run/transcript.jsonl
    sed 1,4d run/transcript.jsonl
} >copy/transcript.jsonl
exits 1 "two swapped lines are found" verbatim verify copy
rm -rf copy
cp -R run copy
head -c -20 run/transcript.jsonl >copy/transcript.jsonl
exits 5 "a torn last line is incomplete" verbatim verify copy
rm -rf copy
cp -R run copy
find copy -name '*guide.md' -exec sed -i 's/two/2/' {} +
exits 1 "a changed copy of the document is found" verbatim verify copy

exits 4 "no run there" verbatim verify nothing
: >empty.jsonl
verbatim verify empty.jsonl >out.txt 2>err.txt
check "an empty file is no intact run" test $? -ne 0
head -c 100000 /dev/urandom >noise.jsonl
verbatim verify noise.jsonl >out.txt 2>err.txt
check "noise is no intact run" test $? -ne 0
says "and is located" 'noise.jsonl:1'
