# Rehearsals: the page about them executes, the shipped guide passes for both
# providers and is taken down again, and the simulated programs are as strict
# as the real ones.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

cloud=$TOP/fixtures/scenarios/cloud.yaml

# A rehearsal is isolated where the system allows it.
isolated=()
unshare -Urn true 2>/dev/null || isolated=(--unisolated)

exits 0 "the page about scenarios executes" \
    verbatim run "$TOP/runbooks/scenarios.md" --out page
for provider in gcp aws; do
    exits 0 "the guide passes for $provider and is taken down" \
        verbatim run "$TOP/runbooks/proof-of-value.md" --provider "$provider" \
        --rehearse "$cloud" --set LETSENCRYPT_EMAIL=team@our-company.tld \
        --teardown --out "guide-$provider" "${isolated[@]}"
    says_not "each line of a step says that it is a rehearsal" \
        '^[^ ]+ [a-z]+ +[0-9]+/[0-9]+ '
    says "as here" '^[^ ]+ ok +rehearsed +[0-9]+/[0-9]+ '
done

# Whoever sees any of it sees that it was a rehearsal, and cannot say otherwise.
for format in text markdown html junit tap json asciicast; do
    check "a $format report says so" bash -c \
        "verbatim report guide-gcp --format $format | grep -qi rehears"
done
check 'verify says so' bash -c 'verbatim verify guide-gcp | grep -q rehearsal'
cp -R guide-gcp relabelled
chmod -R u+w relabelled
sed -i 's/"mode":"rehearsal"/"mode":"live"/' relabelled/transcript.jsonl
check 'the label was there' bash -c '! cmp -s {guide-gcp,relabelled}/transcript.jsonl'
exits 1 'another label breaks the chain' verbatim verify relabelled
if command -v openssl >/dev/null; then
    openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null
    exits 0 'an attestation' verbatim sign guide-gcp --attest key.pem -o att.json
    check 'says so' bash -c 'jq -r .payload att.json | base64 -d |
        jq -e "[.. | .rehearsal? // empty] | any"'
else
    echo 'skip attestation: no openssl here'
fi

# No way leads out of a rehearsal: not to a real program by any of its names,
# not to the network, not to what the reader's home holds.
mkdir -p "$HOME/bin" "$HOME/.aws"
printf '#!/bin/sh\necho reached\n' >"$HOME/bin/kubectl"
chmod +x "$HOME/bin/kubectl"
echo secret >"$HOME/.aws/credentials"
real=
for name in kubectl gcloud aws helm; do
    path=$(PATH=$(getconf PATH) command -v "$name") && real=$path && break
done
way() {
    # shellcheck disable=SC2016 # the step's own variables
    printf '%s\n' "st=0; { $2; } >out.txt 2>&1 || st=\$?" \
        "echo \"$1 \$st \$(grep -c reached out.txt)\" >>ways.txt"
}
{
    printf '# Out\n\n```bash\n'
    if [ -n "$real" ]; then
        way path "$real --version && echo reached"
        way target "$(realpath "$real") --version && echo reached"
        way default "command -p $name --version && echo reached"
        way clean "env -i $real --version && echo reached"
    fi
    way home "$HOME/bin/kubectl"
    way home-clean "env -i $HOME/bin/kubectl"
    way credentials "cat $HOME/.aws/credentials && echo reached"
    # shellcheck disable=SC2088 # the step's own home
    way own-home 'cat ~/.aws/credentials && echo reached'
    # shellcheck disable=SC2016 # the step's own variables
    way variables '[ -n "$AWS_ACCESS_KEY_ID$KUBECONFIG$XDG_CONFIG_HOME$https_proxy" ] && echo reached'
    way tcp "timeout 5 bash -c 'echo >/dev/tcp/127.0.0.1/PORT' && echo reached"
    way tcp-clean "env -i timeout 5 bash -c 'echo >/dev/tcp/127.0.0.1/PORT' && echo reached"
    way curl 'timeout 5 curl -s http://127.0.0.1:PORT/ && echo reached'
    way unmount "umount $HOME && cat $HOME/.aws/credentials && echo reached"
    printf '```\n'
} >out.md
listen() { python3 -c 'import socket,sys
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
while True: s.accept()[0].close()'; }
# no_way_out NAME PATH: with this PATH, which has bubblewrap or not.
no_way_out() {
    rm -rf way
    exits 0 "the ways out are tried ($1)" env PATH="$2" AWS_ACCESS_KEY_ID=x \
        KUBECONFIG=x XDG_CONFIG_HOME=x https_proxy=x \
        verbatim run out.md --rehearse "$cloud" --out way
    while read -r how status count; do
        if [ "$status" != 0 ] && [ "$count" = 0 ]; then
            echo "ok no way out by $how ($1)"
        else
            echo "FAILED no way out by $how ($1): status $status, reached $count"
        fi
    done <way/work/ways.txt
    check "all were tried ($1)" \
        test "$tried" = "$(wc -l <way/work/ways.txt)"
}
if [ ${#isolated[@]} -gt 0 ]; then
    echo 'skip isolation: the system allows none'
elif ! command -v python3 >/dev/null; then
    echo 'skip isolation: no python3 to listen'
else
    listen >port &
    listener=$!
    trap 'kill $listener 2>/dev/null' EXIT
    while [ ! -s port ]; do sleep 0.1; done
    sed -i "s/PORT/$(cat port)/g" out.md
    tried=$(grep -c '^st=0' out.md)
    check 'the listener can be reached from outside' \
        bash -c "echo >/dev/tcp/127.0.0.1/$(cat port)"
    if bwrap --ro-bind / / true 2>/dev/null; then
        no_way_out bubblewrap "$PATH"
    else
        echo 'skip bubblewrap: it does not work here'
    fi
    # The same without it: everything else that is on PATH.
    mkdir without
    IFS=: read -ra dirs <<<"$PATH"
    for dir in "${dirs[@]}"; do
        for file in "$dir"/*; do
            [ "${file##*/}" = bwrap ] || [ -e "without/${file##*/}" ] ||
                ln -s "$file" without/
        done
    done
    no_way_out unshare "$PWD/without"
fi

# rehearse NAME [FILE]: runs the lines it is given one by one, in a guide that
# has the reader save them (and FILE) first; each line's output and status are
# then in log.
rehearse() {
    local file fence='```'
    while IFS= read -r line; do
        printf '{ %s\n} >>log 2>&1\necho "status $?" >>log\n' "$line"
    done >lines.txt
    {
        printf '# Lines\n\n'
        for file in lines.txt "${@:2}"; do
            # shellcheck disable=SC2016 # a code span
            printf '**`%s`**\n\n%stext\n%s\n%s\n\n' "$file" "$fence" \
                "$(cat "$file")" "$fence"
        done
        printf 'Run them:\n\n%sbash\nbash lines.txt\n%s\n' "$fence" "$fence"
    } >lines.md
    rm -rf lines log
    exits 0 "$1: the lines run" verbatim run lines.md --rehearse "$cloud" \
        --out lines "${isolated[@]}"
    cp lines/work/log log
}

# answer NAME STATUS PATTERN: the next answer in log has that status and a
# line that matches.
answer() {
    awk 'done { rest = rest $0 "\n"; next }
         /^status [0-9]+$/ { done = 1 } { print }
         END { printf "%s", rest >"log.rest" }' log >one
    mv log.rest log
    if grep -qx "status $2" one && grep -qE -- "$3" one; then
        echo "ok $1"
    else
        echo "FAILED $1: want status $2 and '$3'"
        sed 's/^/    /' one
    fi
}

rehearse gcloud <<'LINES'
gcloud container clusters create x
gcloud container clusters create x --zone=
gcloud container clusters create x --zone=us-central1-b --no-such
gcloud container clusters create x --zone=us-central1-b --region=us-central1
gcloud container clusters create x --zone=us-central1-b --num-nodes=many
gcloud container clusters create --zone=us-central1-b
gcloud projects add-iam-policy-binding prepared-project --member=user:a@b.c
gcloud projects add-iam-policy-binding prepared-project --member=serviceAccount:no@no.no --role=roles/viewer
gcloud iam service-accounts create again-and-again
gcloud iam service-accounts create again-and-again
gcloud container clusters delete nobody --zone=us-central1-b --quiet
gcloud projects create fresh-project-1 --set-as-default
gcloud iam service-accounts create too-early-for-this
gcloud services enable container.googleapis.com
gcloud services enable nothing.googleapis.com
gcloud config get-value project
gcloud nonsense
gcloud compute instances list
LINES
answer "no place" 1 'One of \[--location, --zone, --region\] must be supplied'
answer "an empty zone" 1 'One of \[--location, --zone, --region\]'
answer "an unknown flag" 2 'unrecognized arguments: --no-such'
answer "two places" 2 'At most one of --location \| --region \| --zone'
answer "a number" 2 'Value must be an integer; received: many'
answer "a name" 2 'argument NAME: Must be specified'
answer "a role" 2 'argument --role: Must be specified'
answer "a member nobody made" 1 'does not exist'
answer "an account" 0 'Created service account \[again-and-again\]'
answer "an account twice" 1 'already exists within project'
answer "a cluster nobody made" 1 'code=404, message=Not found'
answer "a project" 0 'Updated property \[core/project\]'
answer "a service that is off" 1 'has not been used in project'
answer "a service without billing" 1 'Billing must be enabled'
answer "a service there is none of" 1 'Not found or permission denied'
answer "the project is the default" 0 '^fresh-project-1$'
answer "a command there is none of" 2 "Invalid choice: 'nonsense'"
answer "a command not simulated" 125 'does not simulate it'

cat >cluster.yaml <<'YAML'
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: c1, region: eu-west-1, version: "1.33"}
managedNodeGroups:
  - {name: default, amiFamily: Ubuntu2404, instanceTypes: [m6i.xlarge], desiredCapacity: 2, maxPodsPerNode: 110, labels: {role: all}}
YAML
rehearse eks cluster.yaml <<'LINES'
kubectl get nodes
eksctl create cluster --config-file missing.yaml
eksctl create cluster --config-file cluster.yaml --name other
eksctl create nodegroup --config-file cluster.yaml
eksctl create cluster --without-nodegroup --config-file cluster.yaml
eksctl create cluster --without-nodegroup --config-file cluster.yaml
kubectl get pods -n kube-system
kubectl delete daemonset -n kube-system aws-node
kubectl delete daemonset -n kube-system aws-node
eksctl create nodegroup --config-file cluster.yaml
eksctl delete cluster --name other --region eu-west-1
eksctl delete cluster --name c1 --region eu-west-1 --wait
kubectl get nodes
eksctl delete cluster --name c1 --region eu-west-1
LINES
answer "no kubeconfig" 1 'localhost:8080 was refused'
answer "no file" 1 'open missing.yaml: no such file or directory'
answer "a file and a name" 1 'cannot use --name when --config-file'
answer "nodes before their cluster" 1 'No cluster found for name: c1'
answer "a control plane" 0 'EKS cluster "c1" in "eu-west-1" region is ready'
answer "a control plane twice" 1 'already exists'
answer "pods without nodes" 0 'coredns-.* 0/1 +Pending'
answer "a daemonset" 0 'daemonset.apps "aws-node" deleted'
answer "a daemonset twice" 1 'daemonsets.apps "aws-node" not found'
answer "nodes without a network" 1 'timed out waiting for at least 2 nodes'
answer "another cluster" 1 'No cluster found for name: other'
answer "the cluster is deleted" 0 'all cluster resources were deleted'
answer "kubectl without its cluster" 1 'no such host'
answer "a cluster twice" 1 'No cluster found for name: c1'

rehearse kubernetes <<'LINES'
gcloud container clusters create c --zone=us-central1-b --num-nodes=1 --node-labels=a=b
kubectl get nodes -l a=b -o name
kubectl create secret generic s --namespace=nowhere --from-literal=a=b
kubectl create secret generic s --from-file=k=nothing.txt
helm upgrade --install cert-manager jetstack/cert-manager
helm repo add jetstack https://charts.jetstack.io
helm upgrade --install cert-manager jetstack/cert-manager --namespace cert-manager
helm upgrade --install cert-manager jetstack/cert-manager --namespace cert-manager --create-namespace --wait --set crds.enabled=true
helm upgrade --install cert-manager jetstack/cert-manager --namespace cert-manager --no-such
printf 'apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {name: i}\nspec: {acme: {email: a@example.com}}\n' >i.yaml
kubectl apply -f i.yaml
kubectl apply -f i.yaml
kubectl wait --for=condition=Ready clusterissuer/i --timeout=60s
helm repo add external-dns https://kubernetes-sigs.github.io/external-dns/
helm upgrade --install --atomic --create-namespace --namespace d dns external-dns/external-dns --set serviceAccount.create=false --set serviceAccount.name=nobody
kubectl get pods --no-such
kubectl get podz
LINES
answer "a cluster" 0 'RUNNING'
answer "labels of the command" 0 '^node/gke-c-default-pool'
answer "no namespace" 1 'namespaces "nowhere" not found'
answer "no file" 1 'error reading nothing.txt: no such file or directory'
answer "no repository" 1 'repo jetstack not found'
answer "a repository" 0 'has been added to your repositories'
answer "helm without namespace" 1 'namespaces "cert-manager" not found'
answer "a chart" 0 'STATUS: deployed'
answer "an unknown flag" 1 'unknown flag: --no-such'
answer "written" 0 ''
answer "an issuer" 0 'clusterissuer.cert-manager.io/i created'
answer "the same again" 0 'clusterissuer.cert-manager.io/i unchanged'
answer "a placeholder for an address" 1 'timed out waiting for the condition'
answer "another repository" 0 'has been added'
answer "a chart that does not come up" 1 'has been uninstalled due to atomic'
answer "an unknown flag of kubectl" 1 'unknown flag: --no-such'
answer "an unknown type" 1 "doesn't have a resource type"

rehearse aws <<'LINES'
aws sts get-caller-identity --query Account --out text
aws route53 list-hosted-zone
aws route53 create-hosted-zone --name a.example.com.
aws route53 create-hosted-zone --name a.example.com. --caller-reference 1 --hosted-zone-config Comment=x
aws route53 create-hosted-zone --name b.example.com. --caller-reference 1
aws route53 list-hosted-zones --query "HostedZones[?Name=='a.example.com.'].ResourceRecordSetCount | [0]" --output text
aws route53 delete-hosted-zone --id ZNONE
aws s3 mb s3://some-bucket
echo x >f; aws s3 cp f s3://some-bucket/f
aws s3 rb s3://some-bucket
aws s3 rb s3://some-bucket --force
aws s3 rm s3:// --recursive
aws iam delete-user --user-name nobody
aws iam delete-access-key --user-name nobody --access-key-id AKI---------
aws logs delete-log-group --log-group-name x
LINES
answer "the account" 0 '^[0-9]{12}$'
answer "an operation there is none of" 252 "invalid choice 'list-hosted-zone'"
answer "what is required" 252 'are required: --caller-reference'
answer "a zone" 0 '"Comment": "x"'
answer "a reference twice" 254 'HostedZoneAlreadyExists'
answer "a query" 0 '^2$'
answer "no zone" 254 'NoSuchHostedZone'
answer "a bucket" 0 'make_bucket: some-bucket'
answer "an object" 0 'upload: f to s3://some-bucket/f'
answer "a bucket that is not empty" 1 'BucketNotEmpty'
answer "by force" 0 'remove_bucket: some-bucket'
answer "an empty name" 1 'Invalid bucket name ""'
answer "nobody" 254 'NoSuchEntity'
answer "a key too short" 252 'valid min length: 16'
answer "no region" 253 'You must specify a region'
