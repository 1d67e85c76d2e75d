# Several documents, documents that come first, documents from the network.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

mkdir -p docs/_chunks
printf '# Base\n\n```bash\nBASE=ready\n```\n' >docs/base.md
printf '# Use\n\n```bash\necho "base is $BASE"\n```\n\nThe output is:\n\n```\nbase is ready\n```\n' \
    >docs/use.md
printf '```bash\necho chunk\n```\n' >docs/_chunks/c.md

exits 0 "plan reads a folder" verbatim plan docs
says "every guide of it" '^Use' out.txt
says_not "but no chunks" 'echo chunk' out.txt
exits 0 "and several documents as JSON" verbatim plan docs/base.md docs/use.md --format json
check "is one object" jq -e '.schema == "verbatim.plans/1" and
    (.documents | length) == 2 and .documents[1].schema == "verbatim.plan/1"' out.txt
exits 0 "explain, too" verbatim explain docs --format json
check "is one object" jq -e '.schema == "verbatim.explains/1" and
    (.documents | length) == 2' out.txt
exits 3 "a missing one is reported" verbatim plan docs/base.md docs/none.md
says "with its name" "'docs/none.md': No such file"
says "and the others are shown" 'BASE=ready' out.txt

exits 3 "a guide alone lacks what another one sets" verbatim run docs/use.md --yes --out r1
exits 0 "--first works through the other before" \
    verbatim run docs/use.md --first docs/base.md --yes --out r2
says "and its output is compared" '"verdict":"pass"' r2/transcript.jsonl
check "both documents are kept with the run" sh -c '[ $(ls r2/documents | wc -l) -eq 2 ]'
exits 0 "and verified" verbatim verify r2
printf 'version: 1\nfirst: [base.md]\n' >docs/use.verbatim.yaml
exits 0 "an overlay can say so" verbatim run docs/use.md --yes --out r3
exits 3 "a missing first document stops the run" \
    verbatim run docs/use.md --first none.md --yes --out r4

exits 3 "loopback is not fetched by itself" verbatim plan http://127.0.0.1:9/x.md
says "and says why" 'not public'
exits 3 "a URL without a host" verbatim plan https:///x.md

if ! command -v python3 >/dev/null; then
    echo "skip documents from the network: no python3 here"
    exit 0
fi
mkdir -p site/guide/_chunks
printf '<script>\n  import A from "./_chunks/a.md";\n</script>\n\n# Remote\n\n<A />\n' \
    >site/guide/page.md
printf '```bash\necho from the chunk\n```\n' >site/guide/_chunks/a.md
python3 -u - >port.txt 2>/dev/null <<'P' &
import functools, http.server
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="site")
server = http.server.HTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()
P
server=$!
trap 'kill $server 2>/dev/null' EXIT
for _ in $(seq 100); do
    [ -s port.txt ] && break
    sleep 0.1
done
url=http://127.0.0.1:$(cat port.txt)
exits 0 "a document is fetched with what it includes" \
    verbatim plan --allow-private "$url/guide/page.md"
says "and planned" 'echo from the chunk' out.txt
exits 0 "and run" verbatim run --allow-private "$url/guide/page.md" --yes --out r5
check "what was fetched is kept with the run" \
    sh -c 'grep -q "from the chunk" r5/documents/*'
exits 0 "and verifies" verbatim verify r5
exits 3 "a page that is not there" verbatim plan --allow-private "$url/none.md"
says "is reported with the answer" 'answered 404'
head -c 20000000 /dev/zero | tr '\0' 'a' >site/big.md
exits 3 "a page that is too large" verbatim plan --allow-private "$url/big.md"
