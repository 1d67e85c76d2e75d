# Links into the network, against a server on loopback.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

if ! command -v python3 >/dev/null; then
    echo "skip links: no python3 here"
    exit 0
fi
cat >server.py <<'EOS'
import http.server, sys, threading, time
from collections import Counter
lock, calls, now, most = threading.Lock(), Counter(), 0, 0
delay = float(sys.argv[2]) if len(sys.argv) > 2 else 0
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_HEAD(self): self.answer(False)
    def do_GET(self): self.answer(True)
    def send(self, status, body=b"", **headers):
        self.send_response(status)
        for k, v in headers.items(): self.send_header(k.replace("_", "-"), v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET": self.wfile.write(body)
    def answer(self, get):
        path = self.path
        with lock:
            calls[self.command + " " + path] += 1
            n = calls[self.command + " " + path]
        time.sleep(delay)
        html = {"Content_Type": "text/html"}
        if path.startswith("/ok"): self.send(200, b"fine", **html)
        elif path == "/page": self.send(200, b"<h2 id=there>x</h2><a name='old'></a>", **html)
        elif path == "/moved": self.send(301, Location="/ok")
        elif path == "/found": self.send(302, Location="/ok")
        elif path == "/loop": self.send(302, Location="/pool")
        elif path == "/pool": self.send(302, Location="/loop")
        elif path == "/gone": self.send(410)
        elif path == "/nohead": self.send(200 if get else 405)
        elif path == "/flaky": self.send(503 if n < 3 and get else 503 if not get else 200)
        elif path == "/broken": self.send(500)
        elif path == "/calls":
            with lock: body = "\n".join(f"{v} {k}" for k, v in calls.items()).encode()
            self.send(200, body)
        else: self.send(404)
    def log_message(self, *a): pass
class S(http.server.ThreadingHTTPServer):
    request_queue_size = 512
s = S(("127.0.0.1", 0), H)
open(sys.argv[1], "w").write(str(s.server_port))
s.serve_forever()
EOS
python3 server.py port & server=$!
trap 'kill $server 2>/dev/null' EXIT
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
u=http://127.0.0.1:$(cat port)

cat >a.md <<EOS
# A

[ok]($u/ok) [moved]($u/moved "title") [found]($u/found)
[gone]($u/gone) [none]($u/none)
[loop]($u/loop)
[there]($u/page#there) [old]($u/page#old) [nowhere]($u/page#nowhere)
[nohead]($u/nohead) [flaky]($u/flaky)
[broken]($u/broken)
![image]($u/none.png)
EOS
cp a.md b.md
exits 0 "nothing is asked without --links" verbatim check a.md
says "nothing was" 'no findings' out.txt
exits 0 "nor with --offline" verbatim check a.md --links --offline
exits 0 "loopback is refused" verbatim check a.md --links
says "and said so" 'warning.L012.: .*/ok. is no public address' out.txt
exits 1 "unless it is allowed" verbatim check a.md b.md --links --allow-private
says "gone" 'a.md:4:[0-9]+: error.L010.: .*/gone. is gone: status 410' out.txt
says "not there" 'a.md:4:[0-9]+: error.L010.: .*/none. is gone: status 404' out.txt
says "an image" 'a.md:9:[0-9]+: error.L010.' out.txt
says "moved for good" 'a.md:3:[0-9]+: warning.L011.: .*/moved. has moved for good' out.txt
says_not "moved for now" 'L011.*/found' out.txt
says "a loop" 'a.md:5:[0-9]+: error.L013.' out.txt
says "a part that is not there" 'a.md:6:[0-9]+: warning.L015.: .*/page. has no part .#nowhere' out.txt
says_not "parts that are" "#(there|old)'" out.txt
says_not "GET where HEAD is refused" nohead out.txt
says_not "again after a failure" flaky out.txt
says "a fault of the server" 'a.md:8:[0-9]+: warning.L012.: .*status 500' out.txt
says "in every document" 'b.md:4:[0-9]+: error.L010.' out.txt
curl -s "$u/calls" >calls
check "each address once" grep -qx '1 HEAD /gone' calls
exits 1 "a moved link can be fixed" verbatim check b.md --links --allow-private --fix
check "with the address that it has now" grep -qF "[moved]($u/ok \"title\")" b.md

printf '# C\n\n[ok](%s/ok?cached)\n' "$u" >c.md
exits 0 "good answers are kept" verbatim check c.md --links --allow-private --link-cache cache.json
exits 0 "and used" verbatim check c.md --links --allow-private --link-cache cache.json
curl -s "$u/calls" >calls
check "so nothing was asked" grep -qx '1 HEAD /ok?cached' calls
printf x >bad.json
exits 4 "what is no cache" verbatim check c.md --links --link-cache bad.json

{
    printf '# Many\n\n'
    for n in $(seq 1000); do printf -- '- [l](%s/ok%s)\n' "$u" "$n"; done
} >many.md
exits 0 "a thousand links" verbatim check many.md --links --allow-private
curl -s "$u/calls" >calls
check "are each asked once" test "$(grep -c '^1 HEAD /ok[0-9]' calls)" -eq 1000
