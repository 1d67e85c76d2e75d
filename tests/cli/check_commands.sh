# What programs say to the command lines of a guide. The programs here are
# stand-ins that print help, so that the test does not hang on what is
# installed; what they are started with is in calls.txt.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

mkdir bin
cat >bin/demo <<EOS
#!/bin/sh
echo "\$PWD|\$HOME|\$*" >>$PWD/calls.txt
[ -z "\$SECRET" ] || echo "\$SECRET" >>$PWD/leak.txt
for word; do last=\$word; done
[ "\$last" = --help ] || { touch $PWD/ran; exit 0; }
EOS
cat >>bin/demo <<'EOS'
case $* in
"--help") printf 'Usage:\n  demo [command]\n\nAvailable Commands:\n  pods        Work with pods\n  make        Make one\n\nFlags:\n  -n, --namespace string   where\n      --quiet              no output\n' ;;
"pods --help") printf 'Usage:\n  demo pods [command]\n\nAvailable Commands:\n  list        List them\n' ;;
"pods list --help" | "pods list --hidden=x --help") printf 'Usage:\n  demo pods list [flags]\n\nFlags:\n      --all    all\n\nGlobal Flags:\n  -n, --namespace string   where\n' ;;
"make --help") printf 'Usage:\n  demo make NAME [flags]\n\nFlags:\n      --size int   how large\n' ;;
"pods nosuch --help") printf 'Usage:\n  demo pods [command]\n\nAvailable Commands:\n  list        List them\n' ;;
*"="*) echo "Error: unknown flag: ${1%%=*} $*" >&2; exit 1 ;;
*) echo "Error: unknown command \"$1\" for \"demo\"" >&2; exit 1 ;;
esac
EOS
cat >bin/slow <<'EOS'
#!/bin/sh
exit 3
EOS
chmod +x bin/*
PATH=$PWD/bin:$PATH
cat >guide.md <<'EOS'
# Demo

```bash
demo pods list --all -n x
demo -n kube pods list --hidden=1
demo pods list --al
demo pods nosuch
demo nosuch
demo make it --size 3 "$(touch substituted)"
demo make it --sise 3; touch executed
demo "$WORD" --whatever
demo pods list -- --not-ours
```
EOS
SECRET=hush exits 1 "programs are asked" verbatim check guide.md --probe demo --rule commands
says "a wrong option is quoted" 'guide.md:6:16: error.C002.: .demo. takes no option .--al.' out.txt
says "in the program's words" 'demo says: Error: unknown flag' out.txt
says "a wrong subcommand" 'guide.md:7:11: error.C001.: .demo. has no subcommand .nosuch.' out.txt
says "at the top, too" 'guide.md:8:6: error.C001.' out.txt
says "an option like another" 'guide.md:10:14: error.C002.: .demo. takes no option .--sise.' out.txt
says "and nothing else" '^1 document: 4 errors' out.txt
check "no command of the document ran" sh -c '! find . -name executed -o -name substituted -o -name ran | grep -q .'
check "each question is asked once" sh -c '[ -z "$(sort calls.txt | uniq -d)" ]'
check "in a folder of its own" grep -q 'verbatim-ask-.*|.*verbatim-ask-' calls.txt
check "without the caller's environment" test ! -e leak.txt
check "which is gone afterwards" sh -c '! ls -d "${TMPDIR:-/tmp}"/verbatim-ask-* 2>/dev/null | grep -q .'
rm calls.txt
exits 0 "--no-programs starts none" verbatim check guide.md --probe demo --no-programs --rule commands
check "none was" test ! -e calls.txt
says "which is a note, once" '^guide.md:4:1: note.C010.: .demo. is not installed' out.txt

printf '# S\n\n```bash\nslow thing\nabsent thing\n```\n' >slow.md
exits 0 "a program that does not answer is a note" \
    verbatim check slow.md --probe slow --probe absent --rule commands
says "so is one that is not there" 'note.C010.: .absent. is not installed' out.txt
exits 2 "a probe has a form" verbatim check slow.md --probe 'x=magic'
exits 2 "and a plain name" verbatim check slow.md --probe '../x'

mkdir surfaces
cat >surfaces/tool.yaml <<'EOS'
version: 1
programs:
  tool:
    commands:
      build:
        args: NAME
        flags:
          size: int
          kind: [small, large]
        required: kind
EOS
printf '# T\n\n```bash\ntool build x --kind=small\ntool build x --kind=huge\ntool build x --kin=small\ntool build x\ntool build x $MORE\ntool buildd x\n```\n' >tool.md
exits 1 "a description answers for what is not installed" \
    verbatim check tool.md --probe tool --surfaces surfaces --rule commands
says "values" 'tool.md:5:14: error.C004.' out.txt
says "options" 'tool.md:6:14: error.C002.: .tool. takes no option .--kin.' out.txt
says "what is required" 'tool.md:7:1: error.C003.: .tool. wants more here: --kind' out.txt
says "subcommands" 'tool.md:9:6: error.C001.' out.txt
says "no more" '^1 document: 4 errors' out.txt
exits 2 "a folder that is not there" verbatim check tool.md --surfaces nowhere

if command -v kubectl >/dev/null && kubectl --help >/dev/null 2>&1; then
    printf '# K\n\n```bash\nkubectl -n x get pods --all-namespace\nkubectl apply -f app.yaml\n```\n' >k.md
    exits 1 "the real kubectl" verbatim check k.md --rule commands
    says "is quoted" 'kubectl says: .*unknown flag: --all-namespace' out.txt
    says "alone" '^1 document: 1 error,' out.txt
else
    echo "skip the real kubectl: it is not installed here"
fi
