# Documents that are none, or that try to be too much: a located message or a
# right answer, in bounded time and memory.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

# Everything below gets 20 seconds of a processor and 1 GiB; under sanitizers
# ten times the work is allowed, and the memory is theirs to choose. What the
# clock on the wall says is the machine's affair: the long limit only ends what
# waits for ever.
# shellcheck disable=SC2317,SC2329 # called through check and exits
limited() {
    (
        if ldd "$BUILD/verbatim" | grep -q asan; then
            ulimit -t 200
        else
            ulimit -t 20
            ulimit -v 1048576
        fi
        timeout 600 "$@"
    )
}

: >empty.md
exits 0 "an empty document has a plan" limited verbatim plan empty.md

mkfifo pipe
exits 3 "a FIFO is refused, not waited for" limited verbatim plan pipe
says "and named" "'pipe' is not a regular file"

truncate -s 200M huge.md
exits 3 "200 MB are refused" limited verbatim plan huge.md
says "with the limit" "too large"
rm huge.md

head -c 4096 /dev/urandom >binary.md
exits 3 "a binary file is refused" limited verbatim plan binary.md
says "with its place" '^binary.md:[0-9]+:[0-9]+: error\[D00[12]\]'

printf '# Title\n\ntext \xff here\n' >latin.md
exits 3 "invalid UTF-8 is refused" limited verbatim plan latin.md
says "at its byte" '^latin.md:3:6: error\[D002\]'

printf '# Title\n\na\0b\n' >nul.md
exits 3 "a NUL byte is refused" limited verbatim plan nul.md
says "at its byte" '^nul.md:3:2: error\[D001\]'

printf '\xef\xbb\xbf# Title\r\n\r\n```bash\r\necho one\r\necho two\r\n```\r\n' >crlf.md
exits 0 "a BOM and CRLF are fine" limited verbatim run crlf.md --out crlf.run --yes
says "and the steps run" '"verdict":"unverified"' crlf.run/transcript.jsonl
says_not "without carriage returns" '\\r' crlf.run/transcript.jsonl

printf '```bash\necho last' >noeol.md
exits 0 "no newline at the end and no end of the fence" limited verbatim plan noeol.md
says "is pointed at" 'D004'
says "and the step is there" 'echo last' out.txt

printf -- '---\ntitle: x\n\n# Title\n\n```bash\necho a\n```\n' >front.md
exits 0 "front matter without end" limited verbatim plan front.md
says "is pointed at" '^front.md:1:1: warning\[D003\]'

# 20,000 columns by 20,000 short rows
{
    printf '|'
    yes ' a |' | head -n 20000 | tr -d '\n'
    printf '\n|'
    yes '-|' | head -n 20000 | tr -d '\n'
    printf '\n'
    yes '|x' | head -n 20000
} >table.md
exits 0 "20,000 columns by 20,000 rows" limited verbatim explain table.md

{ yes '>' | head -n 100000 | tr -d '\n'; echo ' deep'; } >quotes.md
exits 0 "100,000 nested quotes" limited verbatim explain quotes.md
{ yes '[' | head -n 100000 | tr -d '\n'; echo; } >brackets.md
exits 0 "100,000 open brackets" limited verbatim explain brackets.md
{ yes '<div slot="gcp">' | head -n 5000; } >divs.md
exits 0 "5,000 unclosed slots" limited verbatim explain divs.md

mkdir _chunks
for n in a b; do
    other=$([ $n = a ] && echo b || echo a)
    printf '<script>\n  import X from "./%s.md";\n</script>\n\n```bash\necho %s\n```\n\n<X />\n' \
        "$other" "$n" >_chunks/$n.md
done
printf '<script>\n  import A from "./_chunks/a.md";\n</script>\n\n<A />\n' >cycle.md
verbatim plan cycle.md >out.txt 2>err.txt
says "a cycle of chunks is pointed at" '_chunks/[ab].md:[0-9]+:[0-9]+: [a-z]+\[D022\]'
exits 3 "and nothing runs" verbatim run cycle.md --out cycle.run --yes

mkdir repo
printf 'secret\n' >outside.md
printf '<script>\n  import A from "../outside.md";\n</script>\n\n<A />\n' >repo/doc.md
verbatim plan --root repo repo/doc.md >out.txt 2>err.txt
says "a chunk outside the root is refused" 'repo/doc.md:5:1: [a-z]+\[D021\]'
says_not "and not shown" secret out.txt
ln -s ../outside.md repo/link.md
printf '<script>\n  import A from "./link.md";\n</script>\n\n<A />\n' >repo/doc2.md
verbatim plan --root repo repo/doc2.md >out.txt 2>err.txt
says "nor is one behind a symbolic link" 'repo/doc2.md:5:1: [a-z]+\[D021\]'

printf '<script>\n  import A from "./nothing.md";\n</script>\n\n<A />\n\n```bash\necho here\n```\n' >gap.md
exits 0 "a plan shows a missing chunk" verbatim plan gap.md
says "with its place" '^gap.md:5:1: [a-z]+\[D020\]'
exits 3 "a run refuses" verbatim run gap.md --out gap.run --yes
says "and says how to go on" 'without-chunks'
exits 0 "--without-chunks runs what is there" verbatim run gap.md --out gap2.run --yes --without-chunks

# what a document says never acts on the terminal
printf '# \033]0;owned\007Title\n\n```bash\necho \033[31mred\n```\n' >escapes.md
verbatim plan escapes.md >out.txt 2>err.txt
check "no escape sequence of a document reaches the terminal" \
    sh -c '! grep -q "$(printf "\033")" out.txt err.txt'
