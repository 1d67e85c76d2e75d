# Carries out the labelled guides that need nothing but a shell: each dialect
# with each provider, and the guides about files; with their endings, so that
# what they made is gone again.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"
need jq

corpus=$TOP/fixtures/corpus

for truth in "$corpus"/truth/dialects-*.json "$corpus"/truth/files-*.json; do
    name=$(jq -r .name "$truth")
    # Its commands need programs that are not everywhere.
    [ "$name" = files-next-command-cluster ] && continue
    doc=$corpus/docs/$(jq -r .file "$truth")
    given=()
    if [ "$name" = files-filled-in ]; then
        given=(--set SHELF_NUMBER=4)
    fi
    jq -r '.axes.provider // [""] | .[]' "$truth" >providers.txt
    while IFS= read -r provider; do
        choice=()
        [ -n "$provider" ] && choice=(--provider "$provider")
        exits 0 "$name runs${provider:+ for $provider}" \
            verbatim run "$doc" "${choice[@]}" "${given[@]}" --teardown --yes \
            --out "out-$name-${provider// /-}" </dev/null
    done <providers.txt
done
