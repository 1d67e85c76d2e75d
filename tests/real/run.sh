#!/bin/bash
# make test-real: verbatim executes, verifies and records the real programs of
# the shipped guide against servers on loopback. Nothing leaves the machine;
# each part says why it is skipped where its program is missing.
# usage: run.sh [gcp] [aws_teardown] [kubernetes]
#   KUBE_APISERVER=https://... KUBECONFIG=...   also runs the kubectl part
set -u
cd "$(dirname "$0")/../.." || exit 2
TOP=$PWD
build=$(cd "${BUILD:-build}" && pwd) || exit 2
PATH=$build:$PATH
guide=$TOP/runbooks/proof-of-value.md
work=$(mktemp -d) || exit 2
servers=()
trap 'kill ${servers[@]} 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 2
# shellcheck source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"
isolated=()
unshare -Urn true 2>/dev/null || isolated=(--unisolated)

# carry_out NAME ARGUMENT...: for real, recorded; verified; replayed, with the
# same output in every step.
carry_out() {
    local name=$1
    shift
    exits 0 "$name: executes" verbatim run "$@" --out "$name" \
        --record "$name.yaml" --yes
    check "$name: verifies" verbatim verify "$name"
    check "$name: something was recorded" grep -q 'argv:' "$name.yaml"
    exits 0 "$name: replays" verbatim run "$@" --out "$name-again" \
        --rehearse "$name.yaml" "${isolated[@]}"
    outputs "$name" >first.out
    outputs "$name-again" >again.out
    check "$name: byte-identically" cmp first.out again.out
    check "$name: there was something to compare" test -s first.out
}
outputs() {
    jq -r 'select(.type == "step-end") | [.step, .status, .out.sha256?,
        .err.sha256?] | tostring' "$1/transcript.jsonl"
}

# serve COMMAND...: starts a server that prints its port; it is in $port.
serve() {
    "$@" >server.log 2>server.err &
    servers+=($!)
    for _ in $(seq 200); do
        port=$(head -n 1 server.log)
        [ -n "$port" ] && return
        sleep 0.1
    done
    echo "FAILED no server: $*"
}

gcp() {
    local id steps=()
    command -v gcloud >/dev/null || {
        echo 'skip gcp: no gcloud here'
        return
    }
    command -v python3 >/dev/null || {
        echo 'skip gcp: no python3 here'
        return
    }
    serve python3 "$TOP/tests/real/gcp.py"
    echo token >token
    export CLOUDSDK_CONFIG=$work/gcloud CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=$work/token \
        CLOUDSDK_CORE_PROJECT=gitpod-pov-4711 CLOUDSDK_CORE_DISABLE_PROMPTS=1 \
        CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=1 KUBECONFIG=$work/kubeconfig \
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK=1
    for id in CONTAINER IAM CLOUDRESOURCEMANAGER SERVICEUSAGE DNS; do
        export "CLOUDSDK_API_ENDPOINT_OVERRIDES_$id=http://127.0.0.1:$port/"
    done
    # Every step of the path that starts gcloud alone, or sets variables.
    mapfile -t steps < <(verbatim plan "$guide" --provider gcp --format json |
        jq -r '.steps[] | select(.kind == "command")
            | select(.programs - ["gcloud", "rm", "cat", "echo"] == [])
            | select(.body | test("gcloud (billing|projects create)") | not)
            | .id')
    # What gcloud calls by its address has the loopback's.
    sed -e '/^steps:/r /dev/stdin' \
        -e '/gcloud-container-clusters-\(create\|delete\):/a\    expect: false' \
        "${guide%.md}.verbatim.yaml" >gcp.overlay.yaml <<'YAML'
  deleting-the-cluster/gcloud-dns-managed-zones-delete: {expect: false}
  deleting-the-cluster/gcloud-projects-delete: {expect: false}
  external-dns/gcloud-dns-managed-zones-create: {expect: false}
YAML
    # shellcheck disable=SC2046 # ids have no blanks
    PROJECT_NAME=gitpod-pov-4711 \
        carry_out gcp "$guide" --provider gcp --teardown \
        --overlay gcp.overlay.yaml \
        --env PROJECT_NAME --set LETSENCRYPT_EMAIL=a@b.dev \
        $(printf -- '--only %s ' "${steps[@]}")
    unset "${!CLOUDSDK_@}" KUBECONFIG
}

aws_teardown() {
    if ! command -v aws >/dev/null || ! command -v moto_server >/dev/null; then
        echo 'skip aws: no aws and moto_server here'
        return
    fi
    port=$((20000 + RANDOM % 20000))
    moto_server -H 127.0.0.1 -p $port >moto.log 2>&1 &
    servers+=($!)
    for _ in $(seq 300); do
        (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break
        sleep 0.1
    done
    export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=testing \
        AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=eu-west-1
    local zone
    zone=$(aws route53 create-hosted-zone --name gitpod.example.com. \
        --caller-reference 1 --query HostedZone.Id --output text)
    aws logs create-log-group --log-group-name /aws/eks/gitpod-pov/cluster
    # moto deletes at once; Route 53 says PENDING.
    sed '/^steps:/a\  deleting-the-cluster/aws-route53-delete-hosted-zone: {expect: false}' \
        "${guide%.md}.verbatim.yaml" >aws.overlay.yaml
    CLUSTER_NAME=gitpod-pov carry_out aws "$guide" --provider aws --teardown \
        --overlay aws.overlay.yaml \
        --set LETSENCRYPT_EMAIL=a@b.dev --set HOSTED_ZONE_ID="$zone" \
        --env CLUSTER_NAME \
        --only deleting-the-cluster/aws-route53-list-resource-record-sets \
        --only deleting-the-cluster/aws-route53-delete-hosted-zone \
        --only deleting-the-cluster/aws-logs-delete-log-group
    unset "${!AWS_@}"
}

kubernetes() {
    command -v kubectl >/dev/null || {
        echo 'skip kubectl: no kubectl here'
        return
    }
    [ -n "${KUBE_APISERVER:-}" ] || {
        echo 'skip kubectl: KUBE_APISERVER names no API server'
        return
    }
    cat >kubectl.md <<'MD'
# A cluster

```bash
kubectl create namespace verbatim-real
kubectl create configmap colours --namespace=verbatim-real --from-literal=sky=blue
kubectl get configmap colours --namespace=verbatim-real -o jsonpath='{.data.sky}'
```

The output should be:

```
namespace/verbatim-real created
configmap/colours created
blue
```

Clean up:

```bash
kubectl delete namespace verbatim-real --wait=false
```

The output should be:

```
namespace "verbatim-real" deleted
```
MD
    mkdir real
    printf '#!/bin/sh\nexec %s --server=%s "$@"\n' "$(command -v kubectl)" \
        "$KUBE_APISERVER" >real/kubectl
    chmod +x real/kubectl
    PATH=$work/real:$PATH carry_out kubectl kubectl.md
}

: >results
[ $# -gt 0 ] || set -- gcp aws_teardown kubernetes
for part in "$@"; do
    "$part" | tee -a results
done
failed=$(grep -c '^FAILED ' results)
echo "$(grep -c '^ok ' results) passed, $failed failed, $(grep -c '^skip ' results) skipped"
[ "$failed" -eq 0 ]
