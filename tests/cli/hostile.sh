# Transcripts from strangers: cut, huge, deep, foreign, odd. verify and report
# say where the fault is, stay small, and nothing in one acts on a terminal.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need python3

printf '# A\n\n```bash\necho a\n```\n' >a.md
exits 0 'a run' verbatim run a.md --yes -q --out run
exits 0 'is whole' verbatim verify run
limit() { (ulimit -v 400000 && exec "$@"); }
if nm -D "$(command -v verbatim)" 2>/dev/null | grep -q __asan; then
    limit() { "$@"; } # its shadow is larger than any limit
fi

# refuses NAME PATTERN: verify finds the transcript t.jsonl changed, with a
# place; report refuses it or says so; neither needs much memory
refuses() {
    limit verbatim verify t.jsonl >out.txt 2>err.txt
    local status=$?
    check "verify: $1" test $status -eq 1
    says "verify says where: $1" "$2"
    limit verbatim report t.jsonl --format html -o t.html >out.txt 2>err.txt
    status=$?
    check "report: $1" test $status -eq 1 -o $status -eq 4
    says "report says something: $1" 't.jsonl|changed'
}
head -n 1 run/transcript.jsonl >t.jsonl
truncate -s +1G t.jsonl # a hole: it reads as bytes, and takes no space
echo >>t.jsonl
refuses 'a line of a gigabyte' 't.jsonl:2: error.*longer than any event'
# seal: standard input's Python makes "body"; a line with right digests of it
seal() {
    python3 -c '
import hashlib, sys
exec(sys.stdin.read())
first = open("run/transcript.jsonl", "rb").readline().rstrip(b"\n")
head = b"{\"seq\":2,\"prev\":\"%s\",\"type\":\"note\",\"time\":\"2030-01-01T00:00:00.000Z\",\"mono\":999999999" % hashlib.sha256(first).hexdigest().encode()
line = head + body
own = hashlib.sha256(line + b"}").hexdigest().encode()
open("t.jsonl", "wb").write(first + b"\n" + line + b",\"self\":\"" + own + b"\"}\n")'
}
seal <<<'body = b",\"x\":" + b"[" * 200000 + b"]" * 200000'
refuses 'deeply nested' 't.jsonl:2: error.*not JSON'
seal <<<'body = b",\"x\":" + b"{\"a\":" * 100000 + b"1" + b"}" * 100000'
refuses 'deeply nested objects' 't.jsonl:2: error.*not JSON'
seal <<<'body = b",\"x\":1,\"x\":2"'
refuses 'a member twice' 't.jsonl:2: error.*not JSON'
seal <<<'body = b",\"x\":\"\xff\xfe\""'
refuses 'no UTF-8' 't.jsonl:2: error.*not JSON'
seal <<<'body = b",\"x\":\"\\ud800\""'
refuses 'half a surrogate' 't.jsonl:2: error.*not JSON'
seal <<<'body = b",\"x\":1e999"'
limit verbatim verify t.jsonl >out.txt 2>err.txt
check 'a number beyond all numbers ends' test $? -ne 139
seal <<<'body = b"," + b",".join(b"\"k%d\":%d" % (i, i) for i in range(50000))'
exits 5 'fifty thousand members are only odd' limit verbatim verify t.jsonl
cp /bin/ls t.jsonl
refuses 'a program' 't.jsonl:1: error'
head -c 3000000 /dev/zero >t.jsonl
limit verbatim verify t.jsonl >out.txt 2>err.txt
check 'zeros' test $? -ne 0
says 'are located' 't.jsonl:1:'
yes '{"seq":1}' | head -n 200000 >t.jsonl
refuses 'many lines of another kind' 't.jsonl:1: error'
check 'not each is told' test "$(wc -l <err.txt)" -lt 5000
gzip -c run/transcript.jsonl >t.jsonl
refuses 'compressed' 't.jsonl:1: error'
mkdir -p d/transcript.jsonl
exits 4 'a directory of that name' verbatim verify d
mkfifo fifo
exits 4 'a pipe' timeout 20 verbatim verify fifo
exits 4 'a device' timeout 20 verbatim verify /dev/zero

# Copies outside of the run are not read.
seal <<<'body = b",\"copy\":\"../../../../../../etc/passwd\",\"sha256\":\"00\"".replace(b"note", b"note")'
sed -i 's/"type":"note"/"type":"plan"/' t.jsonl
python3 - <<'X'
import hashlib
lines = open("t.jsonl", "rb").read().split(b"\n")
body = lines[1][:-75]
lines[1] = body + b',"self":"' + hashlib.sha256(body + b"}").hexdigest().encode() + b'"}'
open("t.jsonl", "wb").write(b"\n".join(lines))
X
exits 1 'a copy elsewhere' verbatim verify t.jsonl
says 'is refused' 'is not a path below the run'

# What a transcript says does nothing to a terminal or a page.
seal <<<'body = b",\"severity\":\"note\",\"text\":\"\\u001b]0;title\\u0007\\u001b[31m\\u202e<script>alert(1)</script>\""'
for format in text html markdown junit tap; do
    verbatim report t.jsonl --format $format >out.txt 2>err.txt
    check "no escape sequence: $format" test "$(cat out.txt err.txt |
        grep -c -e $'\033' -e $'\007')" = 0
    check "no bidi control: $format" test "$(cat out.txt err.txt |
        grep -c $'\u202e')" = 0
done
verbatim report t.jsonl --format html >out.txt 2>err.txt
says_not 'no markup of its own' '<script>alert' out.txt
