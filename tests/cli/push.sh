# verbatim push: to a bucket whose server checks signatures, by PUT to a web
# server with WebDAV, and to a webhook. What cannot be had is skipped.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq
need python3

printf '# A\n\n```bash\necho a\n```\n' >a.md
exits 0 'a run to send' verbatim run a.md --yes -q --out runs/one
sum_run() { (cd runs && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
sum_run >before.txt

# wait_for PORT: until something listens there
wait_for() {
    for _ in $(seq 200); do
        (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        sleep 0.1
    done
    return 1
}
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
pids=()
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null' EXIT

# ---------------------------------------------------------------- usage --

exits 2 'where to?' verbatim push runs/one
exits 2 'which run?' verbatim push --to s3://b
exits 4 'no such run' verbatim push nothing --to s3://b
exits 4 'no address of ours' verbatim push runs/one --to ftp://example.org/x
exits 4 'no credentials' verbatim push runs/one --to s3://bucket/x
says 'says which are missing' 'AWS_ACCESS_KEY_ID'
exits 4 'a password on the command line' \
    verbatim push runs/one --to https://ada:hunter2hunter2@example.org/
says_not 'which is not repeated' 'hunter2'
exits 4 'credentials in the clear' env VERBATIM_PUSH_TOKEN=tok \
    verbatim push runs/one --to http://example.org/x
says 'are not sent' 'not https'
exits 4 'an unset variable' verbatim push runs/one --to env:NO_SUCH
printf 'PASSWORD=x\n' >bad.keys
exits 4 'a file of credentials with something else' \
    verbatim push runs/one --to s3://b --credentials bad.keys
says 'says where' "line 1 of 'bad.keys'"
exits 4 'nobody listens' verbatim push runs/one --retries 1 \
    --to "http://127.0.0.1:$(free_port)/"
says 'says so' 'connect'

# ------------------------------------------------- a server of our own --

# Keeps what it is given; fails as its paths say; logs what it was asked.
cat >server.py <<'X'
import hashlib, http.server, json, os, sys

class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kept, failed = {}, {}

    def log_message(self, *a): pass

    def answer(self, code, body=b""):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def note(self, body):
        with open("server.log", "a") as f:
            f.write(json.dumps({"method": self.command, "path": self.path,
                "headers": dict(self.headers), "bytes": len(body)}) + "\n")

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def do_GET(self):
        self.note(b"")
        if self.path in self.kept:
            self.answer(200, self.kept[self.path])
        else:
            self.answer(404, b"<html>none</html>")

    def do_PUT(self):
        body = self.body()
        self.note(body)
        n = self.failed[self.path] = self.failed.get(self.path, 0) + 1
        if self.path.startswith("/flaky/") and n < 3:
            return self.answer(503)
        if self.path.startswith("/never/"):
            return self.answer(507)
        if self.path.startswith("/dav/") and \
                self.kept.get(os.path.dirname(self.path)) != b"":
            return self.answer(409)
        if self.path.startswith("/liar/"):
            body = body[:-1] + b"?"
        self.kept[self.path] = body
        self.answer(201)

    def do_MKCOL(self):
        self.note(b"")
        path = self.path.rstrip("/")
        if not path.startswith("/dav"):
            return self.answer(405)
        if os.path.dirname(path) not in self.kept | {"/": b""}:
            return self.answer(409)
        self.kept[path] = b""
        self.answer(201)

    def do_POST(self):
        body = self.body()
        self.note(body)
        open("posted.json", "wb").write(body)
        self.answer(200 if "/hook" in self.path else 500)

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
X
port=$(free_port)
python3 server.py "$port" 2>server.err &
pids+=($!)
wait_for "$port" || { echo "skip push: no server of our own"; exit 0; }
at=http://127.0.0.1:$port

exits 0 'put' verbatim push runs/one --to "$at/plain/"
says 'all files' '^sent +transcript.jsonl$' out.txt
says 'the plan too' '^sent +plan.json$' out.txt
says 'documents too' '^sent +documents/' out.txt
check 'the transcript is the last' test "$(jq -r 'select(.method == "PUT") | .path' server.log | tail -n 1)" = /plain/one/transcript.jsonl
check 'nothing else' test "$(jq -r 'select(.method == "PUT") | .path' server.log | grep -vc -e documents/ -e plan.json -e transcript.jsonl)" = 0
: >server.log
exits 0 'again' verbatim push runs/one --to "$at/plain/" --format json
check 'nothing is sent twice' test "$(jq -r 'select(.method == "PUT")' server.log | wc -l)" = 0
check 'and all is there' jq -e '.schema == "verbatim.push/1" and
    (.files | length > 2) and (.files | all(.sent | not))' out.txt
exits 0 'what fails for a while' verbatim push runs/one --to "$at/flaky/"
exits 4 'what fails for good' verbatim push runs/one --to "$at/never/"
says 'says how' "cannot write 'documents/.*: the server answered 507"
exits 4 'what comes out changed' verbatim push runs/one --to "$at/liar/"
says 'is noticed' 'came out changed'
exits 0 'collections are made' verbatim push runs/one --to "$at/dav/a"
check 'from the outermost' jq -es '[.[] | select(.method == "MKCOL") | .path] |
    index("/dav/a/one/") < index("/dav/a/one/documents/")' server.log
exits 0 'a user and a password' env VERBATIM_PUSH_USER=ada \
    VERBATIM_PUSH_PASSWORD=hunter2hunter2 verbatim push runs/one --to "$at/basic"
check 'reach the server' jq -es --arg v "Basic $(printf 'ada:hunter2hunter2' | base64)" \
    'any(.[]; .path == "/basic/one/plan.json" and .headers.Authorization == $v)' server.log
printf '# a file of its own\nVERBATIM_PUSH_TOKEN = file-token\n' >keys
exits 0 'a token from a file' env VERBATIM_PUSH_TOKEN=env-token \
    verbatim push runs/one --to "$at/bearer" --credentials keys
check 'which goes first' jq -es 'any(.[]; .headers.Authorization == "Bearer file-token")' server.log
exits 0 'an address in a variable' env WHERE="$at/hidden" \
    verbatim push runs/one --to env:WHERE
says_not 'which is not shown' 'hidden' out.txt
exits 4 'also when it fails' env WHERE="$at/never" \
    verbatim push runs/one --to env:WHERE
says_not 'it is not shown' '127.0.0.1'

# Another version there: only --replace writes over it.
cp -R runs other && printf '# A\n\n```bash\necho b\n```\n' >a.md
rm -rf other/one && exits 0 'another run of the same name' \
    verbatim run a.md --yes -q --out other/one
exits 4 'another version there' verbatim push other/one --to "$at/plain/"
says 'is left alone' 'another version of'
exits 0 'unless it is to be replaced' \
    verbatim push other/one --to "$at/plain/" --replace

# What may not be sent.
rm -rf changed && cp -R runs/one changed
sed -i '4s/"type"/"Type"/' changed/transcript.jsonl
exits 4 'a changed record' verbatim push changed --to "$at/changed/"
says 'is not sent' 'was changed: it is not sent'

# A webhook.
: >server.log
exits 0 'a webhook' env VERBATIM_WEBHOOK_TOKEN=hook-token \
    VERBATIM_WEBHOOK_SECRET=hook-secret verbatim push runs/one --webhook "$at/hook"
says 'says so' '^summary posted$' out.txt
check 'has the summary' jq -e '.schema == "verbatim.run/1" and
    .verdict == "unverified" and .record.state == "intact"' posted.json
check 'with its key and token' jq -e --arg head "$(jq -r .record.head posted.json)" '
    .headers["Idempotency-Key"] == $head and
    .headers["Content-Type"] == "application/json" and
    .headers.Authorization == "Bearer hook-token"' server.log
check 'signed' python3 -c '
import hashlib, hmac, json
said = json.loads(open("server.log").read())["headers"]["X-Verbatim-Signature"]
want = hmac.new(b"hook-secret", open("posted.json", "rb").read(), hashlib.sha256)
assert said == "sha256=" + want.hexdigest(), said'
exits 4 'a webhook that fails' verbatim push runs/one --webhook "$at/none"
says 'says how' "cannot post 'the summary'.* 500"

# ------------------------------------------------------------------ nginx --

if command -v nginx >/dev/null && nginx -V 2>&1 | grep -q http_dav_module; then
    port=$(free_port)
    mkdir -p web/tmp && chmod 777 web web/tmp
    cat >nginx.conf <<X
daemon off; pid $PWD/nginx.pid; error_log $PWD/nginx.err;
$([ "$(id -u)" != 0 ] || echo 'user root;')
events {}
http {
    access_log off; client_body_temp_path $PWD/web/tmp;
    proxy_temp_path $PWD/web/tmp; fastcgi_temp_path $PWD/web/tmp;
    uwsgi_temp_path $PWD/web/tmp; scgi_temp_path $PWD/web/tmp;
    server {
        listen 127.0.0.1:$port; root $PWD/web; client_max_body_size 0;
        location / { dav_methods PUT MKCOL; dav_access user:rw; }
    }
}
X
    nginx -c "$PWD/nginx.conf" -p "$PWD" 2>nginx.out &
    pids+=($!)
    wait_for "$port"
    exits 0 'nginx: put' verbatim push runs/one --to "http://127.0.0.1:$port/kept"
    check 'nginx: the same bytes' cmp runs/one/transcript.jsonl web/kept/one/transcript.jsonl
    check 'nginx: it verifies there' verbatim verify web/kept/one
    exits 0 'nginx: again' verbatim push runs/one --to "http://127.0.0.1:$port/kept"
    says 'nginx: nothing is sent twice' ' 0 sent now' out.txt
else
    echo 'skip nginx: none with WebDAV here'
fi

# ------------------------------------------------------------------- moto --

if command -v moto_server >/dev/null && python3 -c 'import boto3' 2>/dev/null; then
    port=$(free_port)
    export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=eu-west-1
    export AWS_DEFAULT_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true
    # Three calls make a user with a key; from then on signatures are checked.
    INITIAL_NO_AUTH_ACTION_COUNT=3 moto_server -H 127.0.0.1 -p "$port" \
        >moto.log 2>&1 &
    pids+=($!)
    wait_for "$port"
    python3 - >moto.keys 2>moto.err <<'X'
import boto3, json
iam = boto3.client("iam", aws_access_key_id="none", aws_secret_access_key="none")
iam.create_user(UserName="pusher")
key = iam.create_access_key(UserName="pusher")["AccessKey"]
iam.put_user_policy(UserName="pusher", PolicyName="all", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
s3 = boto3.client("s3", aws_access_key_id=key["AccessKeyId"],
    aws_secret_access_key=key["SecretAccessKey"])
s3.create_bucket(Bucket="evidence",
    CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
print("AWS_ACCESS_KEY_ID=" + key["AccessKeyId"])
print("AWS_SECRET_ACCESS_KEY=" + key["SecretAccessKey"])
X
    if ! grep -q SECRET moto.keys; then
        cat moto.err
        echo 'FAILED moto: no user'
    fi
    exits 0 'a bucket' verbatim push runs/one --to s3://evidence/guides/2026 \
        --credentials moto.keys
    says 'all files' '^sent +transcript.jsonl$' out.txt
    check 'its bytes' python3 -c '
import boto3, sys
keys = dict(l.strip().split("=", 1) for l in open("moto.keys"))
s3 = boto3.client("s3", aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
    aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"])
got = s3.get_object(Bucket="evidence", Key="guides/2026/one/transcript.jsonl")
assert got["Body"].read() == open("runs/one/transcript.jsonl", "rb").read()'
    exits 0 'again' verbatim push runs/one --to s3://evidence/guides/2026 \
        --credentials moto.keys
    says 'nothing is sent twice' ' 0 sent now' out.txt
    # Other letters than the blank moto refuses from its own client, too.
    exits 0 'a name with a blank' verbatim push runs/one \
        --to "s3://evidence/a b/x" --credentials moto.keys
    sed '2s/=...../=XXXXX/' moto.keys >wrong.keys
    exits 4 'a wrong secret' verbatim push runs/one --to s3://evidence/wrong \
        --credentials wrong.keys
    says 'is refused' 'the server answered 403'
    says_not 'no secret in the message' "$(sed -n '2s/.*=//p' moto.keys)"
    exits 4 'no such bucket' verbatim push runs/one --to s3://missing \
        --credentials moto.keys
else
    echo 'skip s3: no moto_server with boto3 here'
fi

sum_run >after.txt
check 'the run itself was only read' cmp before.txt after.txt
