# The shipped runbooks: nothing to find in them, and what would be found if
# they were wrong.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

exits 0 "check finds nothing in the runbooks" \
    verbatim check --strict "$TOP/runbooks"
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
exits 1 "check sees that another cluster is deleted" verbatim check "$guide"
says "check names both clusters" \
    "A005.*'gitpod' is deleted, but 'gitpod-pov' is what was created" out.txt
