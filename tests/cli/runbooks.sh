# The shipped runbooks: nothing to find in them, and what would be found if
# they were wrong.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

exits 0 "check finds nothing in the runbooks" \
    verbatim check --strict --no-programs "$TOP/runbooks"
says "check says so" 'no findings' out.txt

cp -R "$TOP/runbooks" copy
guide=copy/proof-of-value.md
for provider in gcp aws; do
    exits 0 "the guide has a plan for $provider" \
        verbatim plan "$guide" --provider "$provider"
    says "$provider needs one value only" '^  LETSENCRYPT_EMAIL ' out.txt
done

# The cluster's name in the configuration file is filled in by the reader; it
# is the name that has to be deleted.
# shellcheck disable=SC2016
sed -i 's/eksctl delete cluster --name "${CLUSTER_NAME}"/eksctl delete cluster --name gitpod/' "$guide"
exits 1 "check sees that another cluster is deleted" verbatim check --no-programs "$guide"
says "check names both clusters" \
    "A005.*'gitpod' is deleted, but 'gitpod-pov' is what was created" out.txt

# Rehearsals, main path and teardown.
rehearse() {
    verbatim run "$1" --provider "$2" --out "$3" --teardown --yes \
        --rehearse "$TOP/fixtures/scenarios/cloud.yaml" "${@:4}" </dev/null
}
mail=(--set LETSENCRYPT_EMAIL=ada@lovelace.dev)
shipped=$TOP/runbooks/proof-of-value.md

rehearse "$shipped" aws probe >out.txt 2>err.txt
if grep -q 'unisolated' err.txt; then
    echo "skip rehearsals of the runbooks: the system forbids isolation"
    exit 0
fi
says "a rehearsal needs the reader's address" 'LETSENCRYPT_EMAIL'

for provider in gcp aws; do
    exits 0 "the guide is rehearsed for $provider" \
        rehearse "$shipped" "$provider" "run-$provider" "${mail[@]}"
    says_not "nothing differs for $provider" '≠|✗'
    says "only the forms are left to a person" '6 steps for a person not done'
    exits 0 "its record is whole" verbatim verify "run-$provider"
done

# Other values than the guide's samples, through to its promised outputs.
exits 0 "the guide follows other names on gcp" \
    rehearse "$shipped" gcp other-gcp "${mail[@]}" \
    --set PROJECT_NAME=harbour-trial-17 --set CLUSTER_NAME=harbour \
    --set ZONE=europe-west4-a --set DOMAIN=gitpod.lovelace.dev
exits 0 "the guide follows other names on aws" \
    rehearse "$shipped" aws other-aws "${mail[@]}" \
    --set AWS_REGION=eu-central-1 --set CLUSTER_NAME=harbour \
    --set DOMAIN=gitpod.lovelace.dev

# The step has another id now: what the overlay says about it goes as well.
sed -i '/eksctl-delete-cluster/,$d' copy/proof-of-value.verbatim.yaml
exits 1 "deleting another cluster fails" \
    rehearse "$guide" aws wrong-cluster "${mail[@]}"
says "at the deletion" '✗ failed .*/eksctl-delete-cluster'
exits 1 "Let's Encrypt refuses an address that does not exist" \
    rehearse "$shipped" gcp no-mail --set LETSENCRYPT_EMAIL=ada@example.org
says "at the issuer" '✗ failed .*tls-certificate/kubectl-wait'
