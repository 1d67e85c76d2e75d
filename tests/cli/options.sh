# The command line itself: help, wrong use, exit codes.
# shellcheck shell=bash source=tests/cli/lib.sh
. "$TOP/tests/cli/lib.sh"

exits 0 "--help succeeds" verbatim --help
says "--help lists the commands" '^  run +carry out' out.txt
exits 2 "no command is wrong use" verbatim
exits 2 "an unknown command is wrong use" verbatim pln
says "a near miss is named" "did you mean 'plan'"
exits 0 "--version succeeds" verbatim --version
says "--version says it" '^verbatim [0-9]' out.txt

verbatim --help | sed -n 's/^  \([a-z][a-z]*\)  *[a-z].*/\1/p' >commands.txt
while read -r command; do
    exits 0 "$command --help succeeds" verbatim "$command" --help
    says "$command --help shows its usage" "^usage: verbatim $command" out.txt
    exits 2 "$command refuses an unknown option" verbatim "$command" --no-such
    says "$command names the unknown option" "unknown option '--no-such'"
done <commands.txt

exits 2 "plan needs a document" verbatim plan
exits 2 "--format knows its values" verbatim plan --format xml x.md
says "and lists them" 'one of text, json'
exits 2 "a time must be one" verbatim run --timeout soon x.md
says "and says so" 'needs a time such as 90s'
exits 3 "a missing document" verbatim plan missing.md
says "is named" "'missing.md': No such file"
mkdir dir
exits 3 "an empty folder is no document" verbatim plan dir
says "and is named" "'dir' holds no Markdown documents"

if [ -w /dev/full ]; then
    exits 4 "a full disk is no success" sh -c 'verbatim --help >/dev/full'
fi
if command -v mandoc >/dev/null; then
    verbatim help --man >verbatim.1
    check "the manual page is clean mdoc" mandoc -T lint -W warning verbatim.1
else
    echo "skip the manual page: no mandoc here"
fi
verbatim help --bash-completion >completion.bash
check "the completion script is bash" bash -n completion.bash
