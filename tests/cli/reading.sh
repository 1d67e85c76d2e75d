# The page about reading is executed: one example for each dialect.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

page=$TOP/runbooks/reading.md
exits 0 "the page has a plan" verbatim plan "$page" --provider gcp
says_not "with nothing left open" 'needed|gap' out.txt
exits 0 "each example does what the page says" \
    verbatim run "$page" --provider gcp --out run </dev/null
says "all are verified" '28 verified'
exits 3 "no provider is chosen silently" verbatim run "$page" </dev/null

# The other tab of each group prints another word, which the step behind the
# group does not expect.
exits 1 "another provider's reader takes the other slot" \
    verbatim run "$page" --provider aws --out other </dev/null
says "and it shows" 'slots-of-svelte-and-html/echo'
exits 1 "the other tabs are taken where they are asked for" \
    verbatim run "$page" --provider gcp --tab macOS --out tabs </dev/null
says "in the first group that has them" 'mdx/echo'

# Every rule that reading reports is explained.
exits 0 "rules are listed" verbatim rules
while read -r rule; do
    says "rule $rule is explained" "$rule" out.txt
done < <(sed -n 's/^ *X(\(D[0-9]*\),.*/\1/p' "$TOP/src/doc/rules.h")
