# Who and when: SSH signatures by key file and by agent, in-toto attestations,
# RFC 3161 time stamps from an authority of our own; each checked by a program
# that knows nothing of verbatim, too.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

printf '# A\n\n```bash\necho a\n```\n' >a.md
exits 0 'a run to sign' verbatim run a.md --yes -q --out run
printf '# A\n\n```bash\necho b\n```\n' >b.md
exits 0 'and another' verbatim run b.md --yes -q --out other
# fresh: the run as it was before anybody signed it
rm -rf kept && cp -R run kept
fresh() { rm -rf run && cp -R kept run; }
exits 2 'with what?' verbatim sign run
exits 2 'certificates for nobody' verbatim sign run --key k --tsa-cert ca.pem

# -------------------------------------------------------------------- ssh --

if command -v ssh-keygen >/dev/null; then
    ssh-keygen -q -t ed25519 -N '' -f id
    ssh-keygen -q -t ed25519 -N '' -f eve
    printf 'ada@example.org namespaces="verbatim" %s\n' "$(cat id.pub)" >signers
    printf 'eve@example.org %s\n' "$(cat eve.pub)" >others
    exits 0 'a key file' verbatim sign run --key id
    exits 0 'a signature that nobody asked about' verbatim verify run
    says 'is no proof' 'its signature was not checked' out.txt
    exits 0 'by an allowed signer' verbatim verify run --signers signers
    says 'says who' '^signed by ada@example.org$' out.txt
    exits 0 'as JSON' verbatim verify run --signers signers --format json
    check 'with the signer' jq -e '.schema == "verbatim.verify/1" and
        .state == "intact" and .signer == "ada@example.org" and
        .time_stamp.state == "none" and .faults == []' out.txt
    check 'ssh-keygen agrees' bash -c 'ssh-keygen -Y verify -n verbatim \
        -f signers -I ada@example.org -s run/transcript.jsonl.sig \
        <run/transcript.jsonl'
    exits 1 'nobody of these' verbatim verify run --signers others
    cp run/transcript.jsonl.sig other/
    exits 1 "another record's signature" verbatim verify other --signers signers
    rm other/transcript.jsonl.sig
    exits 4 'a key that is not there' verbatim sign run --key nothing
    exits 4 'a key that asks for a passphrase' bash -c '
        ssh-keygen -q -t ed25519 -N secret -f locked &&
        exec verbatim sign run --key locked </dev/null'
    if command -v ssh-agent >/dev/null; then
        fresh
        eval "$(ssh-agent -a "$PWD/agent")" >/dev/null
        ssh-add -q id
        mkdir public && cp id.pub public/
        exits 0 'an agent has the key' verbatim sign run --key public/id.pub
        exits 0 'its signature is good' verbatim verify run --signers signers
        ssh-add -q -D
        exits 4 'an agent without it' verbatim sign run --key public/id.pub
        ssh-agent -k >/dev/null
    else
        echo 'skip agent: no ssh-agent here'
    fi
else
    echo 'skip ssh signatures: no ssh-keygen here'
fi
need openssl

# ------------------------------------------------------------ attestation --

fresh
openssl genpkey -algorithm ed25519 -out ed25519.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem
openssl genpkey -algorithm RSA -out rsa.pem 2>/dev/null
# unpack: the statement, the signature and what was signed (DSSE's PAE)
unpack() {
    jq -r .payload run/attestation.json | base64 -d >statement.json
    jq -r '.signatures[0].sig' run/attestation.json | base64 -d >sig
    {
        printf 'DSSEv1 28 application/vnd.in-toto+json %s ' \
            "$(wc -c <statement.json)"
        cat statement.json
    } >pae
}
for key in ed25519 p256 p384; do
    openssl pkey -in $key.pem -pubout -out $key.pub.pem
    exits 0 "attest with $key" verbatim sign run --attest $key.pem
    exits 0 "$key: verify" verbatim verify run --attest-key $key.pub.pem
    says "$key: says so" '^attested with that key$' out.txt
    unpack
    hash=()
    [ $key = ed25519 ] || hash=(-digest sha256)
    check "$key: openssl agrees" openssl pkeyutl -verify -pubin \
        -inkey $key.pub.pem -rawin "${hash[@]}" -in pae -sigfile sig
    check "$key: the id of the key" test "$(jq -r '.signatures[0].keyid' \
        run/attestation.json)" = "$(openssl pkey -in $key.pem -pubout \
        -outform DER | sha256sum | cut -d ' ' -f 1)"
done
check 'the statement' jq -e --arg sum "$(sha256sum run/transcript.jsonl |
    cut -d ' ' -f 1)" --arg doc "$(sha256sum a.md | cut -d ' ' -f 1)" '
    ._type == "https://in-toto.io/Statement/v1" and
    .predicateType == "https://in-toto.io/attestation/test-result/v0.1" and
    .subject == [{"name": .subject[0].name, "digest": {"sha256": $doc}}] and
    (.predicate.configuration | any(.digest.sha256 == $sum)) and
    .predicate.result == "WARNED" and .predicate.warnedTests == ["a/echo"]' \
    statement.json
if python3 -c 'import cryptography' 2>/dev/null; then
    check 'python agrees' python3 -c '
import base64, json
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
e = json.load(open("run/attestation.json"))
body, kind = base64.b64decode(e["payload"]), e["payloadType"].encode()
pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
key = serialization.load_pem_public_key(open("p384.pub.pem", "rb").read())
key.verify(base64.b64decode(e["signatures"][0]["sig"]), pae,
           ec.ECDSA(hashes.SHA256()))'
else
    echo 'skip python: no cryptography for python3 here'
fi
exits 1 'another key' verbatim verify run --attest-key p256.pub.pem
says 'is not what signed it' 'T011.*no signature of the envelope'
cp run/attestation.json other/
exits 1 'the attestation of another run' \
    verbatim verify other --attest-key p384.pub.pem
says 'says so' 'T011.*another transcript'
rm other/attestation.json
exits 1 'no attestation' verbatim verify other --attest-key p384.pub.pem
jq -c '.payload |= (@base64d | sub("WARNED"; "PASSED") | @base64)' \
    run/attestation.json >forged && cp forged run/attestation.json
exits 1 'a forged one' verbatim verify run --attest-key p384.pub.pem
exits 4 'a key of another kind' verbatim sign run --attest rsa.pem
says 'says so' 'neither an Ed25519 nor an ECDSA key'

# ------------------------------------------------------------- time stamp --

if ! command -v python3 >/dev/null; then
    echo 'skip time stamps: no python3 here'
    exit 0
fi
fresh
cat >tsa.cnf <<'X'
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:true
[stamp]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
X
echo 01 >serial
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -keyout ca.key -out ca.pem -subj '/CN=Test root' -config tsa.cnf \
    -extensions ca 2>/dev/null
cp ca.pem real.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -keyout no.key -out no.pem -subj '/CN=Another root' -config tsa.cnf \
    -extensions ca 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key \
    -out tsa.csr -subj '/CN=Test stamps' -config tsa.cnf 2>/dev/null
openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
    -days 30 -out tsa.pem -extfile tsa.cnf -extensions stamp 2>/dev/null
cat >tsa.py <<'X'
import http.server, subprocess, sys

class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    last = None

    def log_message(self, *a): pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/timestamp-query"
        code, answer = 200, b"what?"
        if self.path == "/old" and H.last:
            answer = H.last
        elif self.path == "/down":
            code = 500
        elif self.path != "/garbage":
            open("query.tsq", "wb").write(body)
            if self.path == "/sha1":
                subprocess.run(["openssl", "ts", "-query", "-data", "a.md",
                    "-sha256", "-no_nonce", "-out", "query.tsq"], check=True)
            subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf",
                "-section", "one", "-queryfile", "query.tsq", "-out", "r.tsr"],
                check=True)
            H.last = answer = open("r.tsr", "rb").read()
        self.send_response(code)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

server = http.server.HTTPServer(("127.0.0.1", 0), H)
print(server.server_port, flush=True)
server.serve_forever()
X
python3 tsa.py >port 2>tsa.err &
trap 'kill %% 2>/dev/null' EXIT
for _ in $(seq 100); do
    [ -s port ] && break
    sleep 0.1
done
tsa=http://127.0.0.1:$(cat port)

exits 0 'a time stamp' verbatim sign run --tsa "$tsa" --tsa-cert ca.pem
exits 0 'verify' verbatim verify run --tsa-cert ca.pem
says 'says when and who' \
    '^time stamp 20[0-9-]+T[0-9:]+Z by CN = Test stamps$' out.txt
check 'openssl agrees' openssl ts -verify -data run/transcript.jsonl \
    -in run/transcript.jsonl.tsr -CAfile ca.pem
check 'the time is that of the token' bash -c '
    when=$(openssl ts -reply -in run/transcript.jsonl.tsr -text 2>/dev/null |
        sed -n "s/^Time stamp: //p")
    grep -qF "time stamp $(date -u -d "$when" +%Y-%m-%dT%H:%M:%SZ) " out.txt'
# The auditor's page is a guide like any other: followed in the run's directory.
if [ -e id ]; then
    exits 0 'signed, too' verbatim sign run --key id
    cp signers run/allowed_signers
    cp ca.pem run/tsa-root.pem
    exits 0 'the page for auditors is executed' \
        verbatim run "$TOP/runbooks/transcript.md" --cwd "$PWD/run" --out audit --yes
    says 'all that it promises is seen' '3 verified' err.txt
    check 'and leaves the run as it was' verbatim verify run --signers signers
    cp run/transcript.jsonl before.jsonl
    sed -i '4s/"time"/"Time"/' run/transcript.jsonl
    exits 1 'followed for a changed record' \
        verbatim run "$TOP/runbooks/transcript.md" --cwd "$PWD/run" --out audit2 --yes
    says 'it shows which line' 'changed: line 4' audit2/transcript.jsonl
    mv before.jsonl run/transcript.jsonl
fi

exits 0 'without certificates' verbatim verify run
says 'it is said that nobody was asked' 'whose signature was not checked' out.txt
exits 0 'as JSON' verbatim verify run --tsa-cert ca.pem --format json
check 'with the stamp' jq -e '.time_stamp.state == "good" and
    .time_stamp.authority == "CN = Test stamps"' out.txt
exits 1 'another authority' verbatim verify run --tsa-cert no.pem
says 'does not vouch for it' 'T010.*does not hold'
exits 1 'no certificates there' verbatim verify run --tsa-cert a.md
cp run/transcript.jsonl.tsr other/
exits 1 "another record's stamp" verbatim verify other
says 'is about something else' 'T010.*imprint'
head -c 100 run/transcript.jsonl.tsr >other/transcript.jsonl.tsr
exits 1 'half a stamp' verbatim verify other
: >other/transcript.jsonl.tsr
exits 1 'an empty one' verbatim verify other
rm other/transcript.jsonl.tsr
exits 1 'none where there must be one' verbatim verify other --tsa-cert ca.pem
says 'says so' 'T010.*there is none'
# one bit of the stamp after another, every 37 bytes
bad=0 size=$(stat -c %s run/transcript.jsonl.tsr)
cp run/transcript.jsonl.tsr good.tsr
for ((i = 0; i < size; i += 37)); do
    python3 -c '
import sys
b = bytearray(open("good.tsr", "rb").read()); b[int(sys.argv[1])] ^= 4
open("run/transcript.jsonl.tsr", "wb").write(b)' $i
    if verbatim verify run --tsa-cert ca.pem >out.txt 2>err.txt &&
        ! openssl ts -verify -data run/transcript.jsonl \
            -in run/transcript.jsonl.tsr -CAfile ca.pem >/dev/null 2>&1; then
        bad=$((bad + 1))
    fi
done
check 'no changed stamp passes that openssl refuses' test $bad = 0
cp good.tsr run/transcript.jsonl.tsr

exits 4 'an answer to another question' verbatim sign other --tsa "$tsa/old"
says 'is refused' 'time stamp is not good'
exits 4 'a stamp on something else' verbatim sign other --tsa "$tsa/sha1"
exits 4 'garbage' verbatim sign other --tsa "$tsa/garbage"
says 'is none' 'no answer of a time stamp authority'
exits 4 'an authority that is down' verbatim sign other --tsa "$tsa/down"
says 'says how' 'the server answered 500'
exits 4 'one that nobody vouches for' \
    verbatim sign other --tsa "$tsa" --tsa-cert no.pem
check 'nothing was kept' test ! -e other/transcript.jsonl.tsr
exits 0 'without certificates it is kept' verbatim sign other --tsa "$tsa"
says 'and said' "authority's signature was not checked"
head -n -1 kept/transcript.jsonl >run/transcript.jsonl
exits 4 'an incomplete run gets none' verbatim sign run --tsa "$tsa"
says 'says so' 'incomplete: it gets no time stamp'
