# The labelled guides of fixtures/check: in each file of defect/ the rule and
# line of defect.tsv is found, and nothing else; in those of clean/, nothing.
# What a file in the tree cannot hold is written here. Programs are not asked
# about command lines: another test does that with programs of its own.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"
need jq

set=$TOP/fixtures/check
families=()
for family in document path variables agreement shell files links; do
    families+=(--rule "$family")
done

# Findings of the folder $1 as "file rule line", the folder's name left out;
# with $2 only those that the jq condition keeps.
findings() {
    verbatim check --root "$1" "$1" --format json "${families[@]}" 2>err.txt |
        jq -r --arg dir "$1/" --arg root "${1#"$TOP/"}/" "
            .findings[] | select(${2:-true}) |
            [(.file | ltrimstr(\$dir) | sub(\".*\" + \$root; \"\")), .rule,
             (.line | tostring)] | @tsv" | sort -u
}

sort -u "$set/defect.tsv" >want.tsv
if command -v shellcheck >/dev/null; then
    findings "$set/defect" >got.tsv
else
    echo "skip S002: no shellcheck here"
    grep -v "$(printf '\tS002\t')" want.tsv >less.tsv && mv less.tsv want.tsv
    findings "$set/defect" >got.tsv
fi
check "a hundred and twenty guides and more" test "$(wc -l <want.tsv)" -ge 120
check "every defect is found where it is" diff /dev/null \
    <(comm -23 want.tsv got.tsv)
check "and nothing else" diff /dev/null <(comm -13 want.tsv got.tsv)

check "forty clean guides" test "$(find "$set/clean" -maxdepth 1 -name '*.md*' | wc -l)" -ge 40
findings "$set/clean" '.severity != "note"' >clean.tsv
check "have no errors and no warnings" diff /dev/null clean.tsv

# Each rule has a guide that breaks it: there, here, or in the tests of links.
verbatim rules | grep -oE '^[A-Z][0-9]{3}' | sort -u >rules.txt
cut -f2 want.tsv | sort -u >labelled.txt
cat >elsewhere.txt <<'END'
C001
C002
C003
C004
C010
D001
D002
D024
D025
D030
D091
F010
L010
L011
L012
L013
L014
L015
END
check "every rule has its guide" diff /dev/null \
    <(comm -23 rules.txt <(sort -u labelled.txt elsewhere.txt))

finds() {
    local rule=$1 file=$2
    verbatim check "$file" --format json 2>/dev/null >out.txt
    # shellcheck disable=SC2016 # jq's own variable
    check "$rule is found" jq -e --arg rule "$rule" \
        '.findings | map(.rule) | index($rule) != null' out.txt
}
printf '# Guide\n\nA \000 byte.\n' >nul.md
finds D001 nul.md
printf '# Guide\n\nCaf\351.\n' >latin.md
finds D002 latin.md
printf '# Guide\n\n{{#include nul.md}}\n' >part.md
finds D025 part.md
printf '<!-- verbatim: ignore V001 -->\n\ntext\n' >silent.md
finds D091 silent.md
{
    printf '# Guide\n\n'
    for ((i = 0; i < 1001; i++)); do printf '{{#include c.md}}\n\n'; done
} >many.md
echo text >c.md
finds D024 many.md
{
    printf '# Guide\n\n'
    for ((i = 0; i < 1001; i++)); do printf '| x '; done
    printf '|\n'
    for ((i = 0; i < 1001; i++)); do printf '| --- '; done
    printf '|\n'
    for ((r = 0; r < 2; r++)); do
        for ((i = 0; i < 1001; i++)); do printf '| y '; done
        printf '|\n'
    done
} >wide.md
finds D030 wide.md
