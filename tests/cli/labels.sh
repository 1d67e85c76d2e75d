# What `explain` takes the blocks of the labelled guides for, against the
# labels (fixtures/corpus/README.md).
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"
need jq

corpus=$TOP/fixtures/corpus

# Differences between the labels and what explain said, one a line.
cat >labels.jq <<'JQ'
($truth[0].all_blocks | map({key: (.line | tostring), value: .}) | from_entries) as $want
| ([.blocks[] | select((.file // $doc) | endswith($base))]
   | map({key: (.line | tostring), value: .}) | from_entries) as $got
| (($want | keys) + ($got | keys) | unique[]) as $line
| $want[$line] as $w | $got[$line] as $g
| ($w.kind // "ignore" | if . == "teardown" then "command" else . end) as $kind
| [$kind, ($w.alt // $kind)] as $kinds
| ($g.kind // "ignore") as $said
| if ($kinds | index($said)) == null
    and (($kinds | index("ignore")) == null or $said != "manual")
    and (($kinds | index("manual")) == null or $said != "ignore")
  then "\($line): \($kind), not \($said) (\($g.why // "not seen"))"
  elif $said == "command" and ($w.kind == "teardown") != ($g.phase == "teardown")
  then "\($line): phase is \($g.phase)"
  elif $said == "command" and ($w.inline_expect // false) != ($g.inline_output // false)
  then "\($line): inline output is \($g.inline_output)"
  elif $said == "file" and $w.name and $g.name != $w.name
  then "\($line): file '\($g.name)', not '\($w.name)'"
  else empty end
JQ

# The blocks of a guide, for one provider: which are seen and should not be,
# or the other way round.
cat >selected.jq <<'JQ'
([.blocks[] | select((.file // $doc) | endswith($base))]
 | map({key: (.line | tostring), value: .selected}) | from_entries) as $got
| $truth[0].all_blocks[]
| select(.kind != "ignore" and .kind != "table" and (.scope | del(.provider) == {}))
| ((.scope.provider // $provider) == $provider) as $want
| select($got[.line | tostring] != $want)
| "\(.line): selected for \($provider) should be \($want)"
JQ

for truth in "$corpus"/truth/*.json; do
    name=$(jq -r .name "$truth")
    doc=$corpus/docs/$(jq -r .file "$truth")
    verbatim explain --format json "$doc" >explained.json 2>err.txt
    jq -r --slurpfile truth "$truth" --arg doc "$doc" --arg base "${doc##*/}" \
        -f labels.jq explained.json >differences.txt 2>>err.txt ||
        echo "no usable answer: $(tail -n 1 err.txt)" >>differences.txt
    jq -r '.axes.provider // [] | .[]' "$truth" >providers.txt
    while IFS= read -r provider; do
        verbatim explain --format json --provider "$provider" "$doc" \
            >explained.json 2>err.txt
        jq -r --slurpfile truth "$truth" --arg doc "$doc" \
            --arg base "${doc##*/}" --arg provider "$provider" \
            -f selected.jq explained.json >>differences.txt 2>>err.txt ||
            echo "no usable answer for $provider" >>differences.txt
    done <providers.txt
    check "explain reads $name as labelled" \
        bash -c 'cat differences.txt; test ! -s differences.txt'
done
