# Reports: what they say about a record that was changed, and lines that fit.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq
formats='text html markdown junit tap json asciicast typescript'

printf '# Guide\n\n```bash\necho one\n```\n\n```bash\necho two\n```\n' >guide.md
exits 0 "a run to report" verbatim run guide.md --out run --yes
for format in $formats; do
    exits 0 "$format of an intact run" verbatim report run --format "$format"
    says_not "$format: nothing was changed" '[Rr]ecord was changed' out.txt
done
verbatim report run --format junit >junit.xml
says "intact: junit is green" 'tests="2" failures="0" errors="0"' junit.xml

cp -R run changed
sed -i '5s/a/b/' changed/transcript.jsonl
for format in $formats; do
    exits 1 "$format of a changed record" \
        verbatim report changed --format "$format" -o "c.$format"
    says "$format: the command says it" 'the record was changed'
    check "$format: the report says it" \
        grep -qiE 'record was changed|"state": *"changed"' "c.$format"
done
says "junit: one error" 'tests="3" failures="0" errors="1"' c.junit
says "junit: in a test case" '<error type="changed"' c.junit
says "tap: one point more" '^1\.\.3$' c.tap
says "tap: which fails" '^not ok 1 - the record was changed' c.tap
check "the cast is still JSON" jq -es '.[0].version == 2' c.asciicast
exits 1 "on standard output too" verbatim report changed
says "the report is there" 'THE RECORD WAS CHANGED' out.txt
if command -v xmllint >/dev/null; then
    check "junit fits the schema" xmllint --noout \
        --schema "$TOP/fixtures/schema/junit.xsd" c.junit
fi

cp -R run torn
sed -i '$d' torn/transcript.jsonl
for format in $formats; do
    exits 5 "$format of an incomplete record" \
        verbatim report torn --format "$format" -o "t.$format"
done
says "junit: no end is an error" '<error type="incomplete"' t.junit
says "tap: no end fails" '^not ok 1 - the record has no end' t.tap

printf '# Guide\n\n```bash\nls /nowhere\n```\n' >bad.md
exits 1 "a run that fails" verbatim run bad.md --out failed --yes
exits 0 "its report is none" verbatim report failed --format junit

# A terminal of 80 columns: no line of a plan or a run is wider.
heading='A Heading That Goes On And On Until The Line Of Its Step Is Too Long'
mkdir bin
program=count-the-clusters-of-all-regions
printf '#!/bin/sh\nexit 0\n' >bin/$program && chmod +x bin/$program
PATH=$PWD/bin:$PATH
printf '# Guide\n\n## %s\n\n```bash\n%s --all\n```\n' "$heading" $program >long.md
# widest FILE: the width of its widest line, without colours
widest() {
    sed -e 's/\x1b\[[0-9;]*[mK]//g' -e 's/\r*$//' -e 's/.*\r//' "$1" |
        LC_ALL=C.UTF-8 wc -L
}
exits 0 "a plan in a pipe" verbatim plan long.md
says_not "is complete" '…' out.txt
says "with the whole id" "the-line-of[a-z-]*/$program  line" out.txt
if script -qec true /dev/null >/dev/null 2>&1; then
    export TERM=xterm
    unset NO_COLOR
    script -qec 'stty cols 80; verbatim plan long.md' /dev/null \
        >plan.tty </dev/null
    says "a plan on a terminal is shortened" 'run.* a-.*….*line' plan.tty
    script -qec 'stty cols 80; verbatim run long.md --out tty --yes' \
        /dev/null >run.tty </dev/null
    says "so is a step's line" '1/1 a-.*…' run.tty
    grep -E ' run |line ' plan.tty >id.tty
    grep -E '1/1 ' run.tty >>id.tty
    check "none is wider than 80" test "$(widest id.tty)" -le 80
    says "the time stays" '1/1 a-.*….*[0-9] ?m?s' run.tty
else
    echo 'skip terminal: no script(1) here'
fi
