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

# A report is made from the transcript alone: the copy of a transcript, read
# somewhere else by somebody else at another time, gives the same bytes.
mkdir -p far/away
cp -R run far/away/copy
rm -rf far/away/copy/work far/away/copy/state
for format in $formats; do
    verbatim report run --format "$format" >live."$format"
    (cd far && TZ=Asia/Tokyo LC_ALL=C HOME=/nowhere USER=eve COLUMNS=40 \
        verbatim report away/copy --format "$format") >replayed."$format"
    check "$format: live and replayed are the same bytes" \
        cmp live."$format" replayed."$format"
    verbatim report run --format "$format" -o again."$format"
    check "$format: so is the file" cmp live."$format" again."$format"
done

# The programs that these formats are for.
cat >colors.md <<'END'
# Colours & <tags> # TODO

```bash
printf '\033[31mred\033[0m and\rplain \342\200\256 \033]0;title\a\033[2J'; echo; ls /nowhere
```
END
exits 1 "a run with colours that fails" verbatim run colors.md --out colors --yes
for name in run colors failed; do
    if command -v xmllint >/dev/null; then
        verbatim report $name --format junit >$name.xml
        check "$name: xmllint takes the JUnit report" xmllint --noout \
            --schema "$TOP/fixtures/schema/junit.xsd" $name.xml
    else
        echo 'skip JUnit: no xmllint here'
    fi
    if command -v prove >/dev/null; then
        verbatim report $name --format tap >$name.tap
        want=0
        [ $name = run ] || want=1
        exits $want "$name: prove takes the TAP report" prove -e cat $name.tap
        says "$name: and runs it" '^Files=1, Tests=[1-9]' out.txt
        says_not "$name: without a parse error" 'Parse errors' out.txt
    else
        echo 'skip TAP: no prove here'
    fi
    verbatim report $name --format typescript >$name.ts
    verbatim report $name --format timing >$name.tm
    if command -v scriptreplay >/dev/null; then
        scriptreplay --divisor 100000 $name.tm $name.ts >$name.replayed
        tail -n +2 $name.ts | head -n -1 >$name.text
        check "$name: scriptreplay plays all of it" \
            cmp -n "$(stat -c %s $name.text)" $name.text $name.replayed
    else
        echo 'skip typescript: no scriptreplay here'
    fi
    verbatim report $name --format asciicast >$name.cast
    if command -v asciinema >/dev/null && command -v script >/dev/null; then
        script -qec "asciinema cat $name.cast" $name.played >/dev/null </dev/null
        jq -rj 'select(type == "array")[2]' $name.cast >$name.shown
        check "$name: asciinema plays all of it" test \
            "$(tr -d '\r\n' <$name.shown | wc -c)" -gt 0
        says "$name: to its end" \
            "$(tail -n 2 $name.text 2>/dev/null | head -n 1 | cut -c 1-6)" $name.played
    else
        echo 'skip asciicast: no asciinema here'
    fi
done
says_not "no sequence but colours is replayed" 'u001b(\]|\[2J)' colors.cast
