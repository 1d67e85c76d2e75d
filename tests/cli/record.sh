# Recordings: real programs are recorded without noticing it, and replay byte
# for byte; what a recording never saw is refused in words.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

isolated=()
unshare -Urn true 2>/dev/null || isolated=(--unisolated)

# guide NAME: a guide of one block, which is standard input.
guide() {
    {
        printf '# %s\n\nRun:\n\n~~~bash\n' "$1"
        cat
        printf '~~~\n'
    } >"$1.md"
}

# Programs that look at everything they are started with.
mkdir real
cat >real/kubectl <<'SH'
#!/bin/bash
case $1 in
line) IFS= read -r line && echo "read $line" ;;
all) sed 's/^/in: /' ;;
both) for i in 1 2 3; do echo "out $i"; sleep 0.02; echo "err $i" >&2; sleep 0.02; done ;;
bytes) printf 'a\0\377\r\n\tb{{x}}}}{{{ \302\205'; printf ' end ' ;;
big) seq 200000 ;;
exit) exit "$2" ;;
die) kill -"$2" $$ ;;
term) trap 'echo caught; exit 9' TERM; sleep 10 & wait ;;
tty) [ -t 1 ] && echo terminal || echo none; stty size 2>/dev/null <&1 ;;
ask) read -r -p 'name? ' name; echo "hello $name" ;;
copy) cp "${2#--from=}" "$3" ;;
where) pwd; echo "$HOME" ;;
env) echo "config $KUBECONFIG" ;;
login) printf 'token: %s\n' "$TOKEN"; printf 'user: %s\n' "$2" ;;
daemon) (sleep 0.3; echo late) & echo early ;;
now) date -u +%Y-%m-%dT%H:%M:%SZ ;;
path) command -v kubectl ;;
esac
SH
chmod +x real/kubectl
PATH=$PWD/real:$PATH

guide all <<'SH'
seq 3 >list
{
while read -r line; do echo "$line" | kubectl all; done <list
{ kubectl line; kubectl line; cat; } <list
printf 'a\nb\nc\n' | { kubectl line; cat; }
kubectl both 2>&1 | tail -n 1
kubectl both 2>err.txt; cat err.txt
kubectl bytes | od -c
kubectl big | sha256sum
kubectl big | head -n 1
kubectl exit 7 || echo "status $?"
(kubectl die 9) 2>/dev/null || echo "status $?"
(kubectl die 15) 2>/dev/null || echo "status $?"
(kubectl term & pid=$!; sleep 0.5; kill $pid 2>/dev/null; wait $pid; echo "status $?")
kubectl copy --from=list copied; cat copied
mkdir -p sub; (cd sub && kubectl where | head -n 1)
KUBECONFIG=$PWD/kc kubectl env
} 2>&1 | tee said
kubectl daemon
sleep 0.6
SH
exits 0 'it records' verbatim run all.md --record all.yaml --out rec -v
says 'a loop keeps its input' '^in: 3$' err.txt
says 'a program takes one line of a pipe' '^read a$' err.txt
says 'and leaves the rest' '^c$' err.txt
says 'a signal reaches the program' '^caught$' err.txt
says 'a program in the background goes on' '^late$' err.txt
says 'it says what it recorded' '[0-9]+ commands recorded in all.yaml'
exits 0 'it replays' verbatim run all.md --rehearse all.yaml --out rep -v \
    "${isolated[@]}"
sed -i -e "s#/[^ ]*/re[cp]/#RUN/#g" -e /Killed/d -e /Terminated/d rec/work/said rep/work/said
check 'byte for byte' cmp rec/work/said rep/work/said
check 'and much of it' grep -q 'status 143' rep/work/said

check 'paths of the run are written as such' \
    grep -q 'KUBECONFIG: "{{work}}/kc"' all.yaml
check 'a file that was given' grep -q '^      list: |2' all.yaml
check 'a file that was written' grep -q 'write: copied' all.yaml
check 'what dies of a signal' grep -q 'signal: 15' all.yaml
exits 4 'a recording is not written over' \
    verbatim run all.md --record all.yaml --out again
says 'says why' 'exists already'
exits 2 'a rehearsal is not recorded' \
    verbatim run all.md --record x.yaml --rehearse all.yaml
if python3 -c 'import jsonschema, yaml' 2>/dev/null; then
    check 'recordings and scenarios fit one schema' python3 -c '
import json, sys, jsonschema, yaml
# Times and other plain words are texts here, as in YAML 1.2.
class Loader(yaml.SafeLoader): pass
Loader.yaml_implicit_resolvers = {
    k: [(t, r) for t, r in v if t != "tag:yaml.org,2002:timestamp"]
    for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
check = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
for path in sys.argv[2:]:
    check.validate(yaml.load(open(path), Loader))' \
        "$TOP/fixtures/schema/scenario.schema.json" all.yaml \
        "$TOP"/fixtures/scenarios/*.yaml
else
    echo 'skip schema: no jsonschema and yaml for python3 here'
fi

# A terminal: the program sees one, of the same size, and what is typed.
if command -v script >/dev/null; then
    guide term <<'SH'
script -qec 'stty rows 33 cols 77; kubectl tty; kubectl ask' /dev/null <<<'Ada' 2>&1 | tr -d '\r'
SH
    sed -i 's/^script/kubectl exit 0; script/' term.md
    exits 0 'a terminal is recorded' verbatim run term.md --record term.yaml \
        --out term -v
    says 'it is one' '^terminal' err.txt
    says 'of that size' '33 77' err.txt
    says 'somebody types' 'hello Ada' err.txt
    check 'and it is in the recording' grep -q 'hello Ada' term.yaml
else
    echo 'skip terminal: no script here'
fi

# Secrets stay out, times are marked, and neither is asked for again.
guide secret <<'SH'
export TOKEN=${TOKEN}
kubectl login "$TOKEN"
kubectl now
kubectl exit 0 "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
SH
exits 0 'secrets' verbatim run secret.md --record secret.yaml --out secret \
    --set TOKEN=s3cr3t-Token-4711-abcdefgh
check 'no secret in it' bash -c '! grep -q 4711 secret.yaml'
check 'a mark instead' grep -q 'redacted:TOKEN' secret.yaml
check 'a time is marked' grep -qE 'volatile: \{"[-0-9T:]+Z": timestamp' secret.yaml
sleep 1
exits 0 'another secret, another time' verbatim run secret.md \
    --rehearse secret.yaml --out secret2 --set TOKEN=other-4712-abcdefghijk \
    "${isolated[@]}"

# What was never recorded.
guide first <<'SH'
kubectl exit 0 --count 2 --zone=a
printf 'one\ntwo\n' | kubectl all
echo old >file
kubectl copy file copied
KUBECONFIG=/one kubectl env
SH
exits 0 'a first recording' verbatim run first.md --record first.yaml --out f1
# asked NAME PATTERN: the guide on standard input is refused so.
asked() {
    guide other
    rm -rf other
    exits 1 "$1 is refused" verbatim run other.md --rehearse first.yaml \
        --out other -v "${isolated[@]}"
    says "$1: what differs" "$2" err.txt
}
asked 'another value' "nearest recorded command is 'kubectl exit 0 --count 2 --zone=a' \(.*first.yaml:[0-9]+\); its '--count' is '2', and here '3'" <<'SH'
kubectl exit 0 --count 3 --zone=a
SH
asked 'another flag' "this one has '--dry-run'" <<'SH'
kubectl exit 0 --count 2 --zone=a --dry-run
SH
asked 'another input' "standard input differs in line 2: 'two' was recorded, this is 'TWO'" <<'SH'
printf 'one\nTWO\n' | kubectl all
SH
asked 'another file' "file 'file' differs in line 1: 'old' was recorded, this is 'new'" <<'SH'
echo new >file
kubectl copy file copied
SH
asked 'another environment' "KUBECONFIG was '/one' there and is '/two' here" <<'SH'
KUBECONFIG=/two kubectl env
SH
asked 'once too often' 'answered as often as it was recorded' <<'SH'
KUBECONFIG=/one kubectl env
KUBECONFIG=/one kubectl env
SH

# The overlay says what belongs to a program.
cat >real/helm <<'SH'
#!/bin/bash
echo "region $SHOP_REGION" >"$SHOP_FILE"
SH
chmod +x real/helm
guide overlay <<'SH'
export SHOP_REGION=north SHOP_FILE=$PWD/shop.txt OTHER=x
helm version
cat shop.txt
SH
cat >overlay.verbatim.yaml <<'YAML'
version: 1
record:
  helm: {env: [SHOP_REGION], paths: [$SHOP_FILE]}
YAML
exits 0 'the overlay is read' verbatim run overlay.md --record overlay.yaml \
    --out o1
check 'its variables' grep -q 'env: {SHOP_REGION: north}' overlay.yaml
check 'its files' grep -q 'write: "{{work}}/shop.txt"' overlay.yaml
exits 0 'and it replays' verbatim run overlay.md --rehearse overlay.yaml \
    --out o2 "${isolated[@]}"
check 'with the file' grep -q 'region north' o2/work/shop.txt

# Recordings merge, and may go by state instead of order.
guide second <<'SH'
kubectl exit 3 || true
SH
exits 0 'a second recording' verbatim run second.md --record second.yaml --out f2
cat first.md second.md | sed '/^# second/d' >merged.md
exits 0 'two recordings merge' verbatim run merged.md --rehearse first.yaml \
    --rehearse second.yaml --out merged "${isolated[@]}"
cat >state.yaml <<'YAML'
version: 1
replay: state
rules:
  - {argv: [kubectl, get], times: 1, do: [{out: "none\n"}]}
  - {argv: [kubectl, make], times: 1, do: [{out: "made\n"}]}
  - {argv: [kubectl, get], times: 1, do: [{out: "pending\n"}]}
  - {argv: [kubectl, get], times: 1, do: [{out: "ready\n"}]}
  - {argv: [kubectl, drop], times: 1, do: [{out: "dropped\n"}]}
  - {argv: [kubectl, get], times: 1, do: [{out: "none again\n"}]}
YAML
guide state <<'SH'
{ kubectl get; kubectl get; kubectl make; kubectl get; kubectl get; kubectl get; kubectl drop; kubectl get; } | tee got
SH
exits 0 'by state' verbatim run state.md --rehearse state.yaml --out state \
    "${isolated[@]}"
check 'the state decides' diff state/work/got - <<'TXT'
none
none
made
pending
ready
ready
dropped
none again
TXT

# Edited by hand, and wrong.
bad() {
    printf 'version: 1\nrules:\n  - argv: [kubectl, x]\n    %s\n    do: []\n' "$2" >bad.yaml
    rm -rf bad
    exits 3 "$1" verbatim run second.md --rehearse bad.yaml --out bad
    says "$1: says where" "bad.yaml:4:$3: error: $4"
}
bad 'a variable that is a list' 'env: {A: [1]}' 14 'a text is expected, not a list'
bad 'a pattern of two kinds' 'stdin: {text: a, volatile: b}' 12 "a recorded text is 'text'"
bad 'files in a list' 'given: [a]' 12 "'given' must be a map, not a list"
bad 'an unknown key' 'givn: {a: b}' 5 "unknown key 'givn' in a rule"

# A real program against a real server.
if ! command -v moto_server >/dev/null || ! command -v aws >/dev/null; then
    echo 'skip moto: no moto_server and aws here'
    exit 0
fi
port=$((20000 + RANDOM % 20000))
moto_server -H 127.0.0.1 -p $port >moto.log 2>&1 &
moto=$!
trap 'kill $moto 2>/dev/null' EXIT
for _ in $(seq 300); do
    (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break
    sleep 0.1
done
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=testing \
    AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=eu-west-1
guide moto <<'SH'
{
aws s3 mb s3://some-bucket
echo hello >object
aws s3 cp object s3://some-bucket/object
aws s3 ls s3://some-bucket --recursive
aws iam create-user --user-name ada
aws iam get-user --user-name nobody || echo "status $?"
aws s3 rb s3://some-bucket || echo "status $?"
aws s3 rm s3://some-bucket --recursive
aws s3 rb s3://some-bucket
} 2>&1 | tee said
SH
exits 0 'aws against moto is recorded' verbatim run moto.md --yes --record moto.yaml \
    --out moto
kill $moto
exits 0 'and replays without moto' verbatim run moto.md --rehearse moto.yaml \
    --out moto2 "${isolated[@]}"
check 'byte-identically' cmp moto/work/said moto2/work/said
check 'it is no empty comparison' grep -q 'NoSuchEntity' moto2/work/said
check 'no key in it' bash -c '! grep -qE "SecretAccessKey|ACCESS_KEY_ID: testing" moto.yaml'
