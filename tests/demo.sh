#!/bin/sh
# Carries out the shipped reference architecture for both providers against
# the simulated cloud, main path and teardown, and says where to look.
set -eu
cd "$(dirname "$0")/.."
verbatim=${BUILD:-build}/verbatim
guide=runbooks/proof-of-value.md
status=0

for provider in gcp aws; do
    run=.verbatim/demo/$provider
    rm -rf "$run"
    echo
    echo "== $guide for $provider, rehearsed"
    "$verbatim" run "$guide" --provider "$provider" \
        --rehearse fixtures/scenarios/cloud.yaml --teardown \
        --set LETSENCRYPT_EMAIL=ada@lovelace.dev \
        --out "$run" --yes || status=$?
    "$verbatim" verify "$run" || status=$?
    "$verbatim" report "$run" --format html -o "$run/report.html"
done
echo
echo "transcripts: .verbatim/demo/gcp/transcript.jsonl .verbatim/demo/aws/transcript.jsonl"
echo "reports:     .verbatim/demo/gcp/report.html .verbatim/demo/aws/report.html"
exit $status
