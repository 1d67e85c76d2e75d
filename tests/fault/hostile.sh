# Steps that do their worst to the run around them. After each: the verdict is
# right, what was read is in the record, the record is intact, the next step
# runs in a shell that works, and nothing is left running.
#
# Where the faults a run must survive are tested:
#
#   kill -9 of verbatim at random moments    kill.sh (FAULTS=200)
#   kill -9 of the shell                     here, test_exec_run
#   kill -9 of the guardian                  test_exec_run
#   disk full during and between steps       disk.sh
#   read-only run directory                  disk.sh
#   closes or floods its descriptors         here, test_exec_run
#   100 MB without a newline                 here
#   NULs and invalid UTF-8                   here, test_exec_run
#   forks 1,000 children                     here, test_exec_run
#   leaves a daemon                          here
#   reads standard input                     here
#   deletes its own directory                here
#   IFS, PATH=, nounset                      here, test_exec_run
#   redefines cd, trap, echo                 here, test_exec_run
#   traps DEBUG, ERR, EXIT                   here, test_exec_session
#
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

n=0
# survives NAME VERDICT LINE...: a step of these lines has this verdict, and
# the one behind it runs (but for a step that fails, which stops the run).
survives() {
    local name=$1 want=$2 got
    shift 2
    n=$((n + 1))
    {
        printf '# Hostile\n\n```bash\nKEPT=kept\n```\n\nThen:\n\n```bash\n'
        printf '%s\n' "$@"
        printf '```\n\nThen:\n\n```bash\n/usr/bin/printf "%%s-after\\n" "$KEPT"\n```\n\n'
        printf 'The output is:\n\n```\nkept-after\n```\n'
    } >hostile.md
    timeout 100 verbatim run hostile.md --out h$n --yes -q --timeout 60s \
        >out.txt 2>&1 </dev/null
    got=$(jq -r 'select(.type == "step-end").verdict' h$n/transcript.jsonl | xargs)
    case $want in
    unverified) want='unverified unverified pass' ;;
    *) want="unverified $want" ;;
    esac
    if [ "$got" = "$want" ]; then
        echo "ok $name: $want"
    else
        echo "FAILED $name: '$got', not '$want'"
        tail -n 5 out.txt
    fi
    verbatim verify h$n >verify.txt 2>&1
    check "$name: the record is intact" grep -qiE '^(intact|complete)|intact' verify.txt
}
has() { check "$1" grep -q "$2" h$n/transcript.jsonl; }

# As at a terminal, the shell has no output from here on: the run goes on, and
# the step that wants to print fails.
survives 'closes its descriptors' 'unverified failed' 'exec 0<&- 1>&- 2>&-' 'echo lost || true'
survives 'closes every descriptor' unverified \
    'for fd in /proc/self/fd/*; do eval "exec ${fd##*/}>&-" 2>/dev/null || true; done'
survives 'floods both streams' unverified \
    'yes out | head -c 20000000' 'yes err | head -c 20000000 >&2'
check 'all of it is counted' test \
    "$(jq -r 'select(.type == "step-end" and (.err.bytes // 0) > 0) | .out.bytes + .err.bytes' h$n/transcript.jsonl)" = 40000000
survives '100 MB without a newline' unverified 'head -c 100000000 /dev/zero | tr "\0" x'
check 'all of it is there' test \
    "$(jq -r 'select(.type == "step-end" and .out.bytes > 1000).out.bytes' h$n/transcript.jsonl)" = 100000000
survives 'NULs and invalid UTF-8' unverified 'printf "a\000b\377\376\n"'
check 'byte for byte' test \
    "$(jq -r 'select(.type == "out" and .text_base64).text_base64' h$n/transcript.jsonl | base64 -d | od -An -tx1 | xargs)" = '61 00 62 ff fe 0a'
survives 'forks 1,000 children' unverified \
    'for i in {1..1000}; do sleep 77.1 & done' 'echo started'
check 'none of them is left' sh -c '! pgrep -f "sleep 77[.]1"'
# On a busy machine the run could be over before it is more than a subshell.
survives 'leaves a daemon' unverified '(setsid sleep 77.2 >/dev/null 2>&1 &)' \
    'until pgrep -fx "sleep 77[.]2" >/dev/null; do sleep 0.05; done' 'echo gone'
check 'which does not outlive the run' sh -c '! pgrep -f "sleep 77[.]2"'
has 'and is listed' '"type":"leftover".*sleep 77.2'
survives 'holds the output open' unverified 'sleep 77.3 & echo here'
survives 'reads standard input' unverified 'cat' 'read -r line || echo nothing'
survives 'deletes its own directory' unverified 'mkdir d && cd d && rmdir ../d' 'pwd'
survives 'sets IFS' unverified "IFS='0123456789 eEdD'"
survives 'empties PATH' unverified 'PATH='
survives 'sets nounset' unverified 'set -o nounset'
survives 'sets noglob and noclobber' unverified 'set -fC'
survives 'sets errexit' unverified 'set -e'
survives 'redefines cd, trap and echo' unverified \
    'cd() { :; }; trap() { :; }; echo() { :; }; printf() { :; }; read() { :; }'
survives 'redefines more of it' unverified \
    'exit() { :; }; return() { :; }; eval() { :; }; set() { :; }; shopt() { :; }'
survives 'aliases our words' unverified 'shopt -s expand_aliases' \
    'alias printf=false read=false builtin=false trap=false'
survives 'traps DEBUG, ERR and EXIT' unverified \
    "trap 'true debug' DEBUG" "trap 'true err' ERR" "trap 'true exit' EXIT"
survives 'ignores every signal' unverified "trap '' INT TERM HUP QUIT USR1 PIPE"
survives 'kills its own shell' failed 'kill -9 $$'
check 'with its status' test \
    "$(jq -r 'select(.type == "step-end" and .verdict == "failed").status' h$n/transcript.jsonl)" = 137
survives 'ends its shell' unverified 'exit 0'
survives 'replaces its shell' unverified 'exec true'
survives 'kills its group' failed 'kill -9 0'
survives 'has a child that forges the end' failed \
    "bash -c 'printf \"E0\\0\" >&250' 2>/dev/null || true" 'ls /no/such/thing'
check 'nothing of all this is left running' sh -c '! pgrep -f "sleep 77[.]"'
