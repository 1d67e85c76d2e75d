# kill -9 of verbatim at random moments: what is left of the transcript is
# intact, nothing goes on running, and the run can be resumed to its end
# without doing anything twice. FAULTS=200 for the long version.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

{
    echo '# Killed'
    for i in $(seq 40); do
        # shellcheck disable=SC2028 # the text of a guide
        printf '\nStep %d:\n\n```bash\nN=%d\nmkdir made-%d\nsleep 0.012%s\necho "$N $PREV" >> log; PREV=$N\n```\n' \
            "$i" "$i" "$i" "$i$i$$"
    done
} >killed.md
# What a whole run writes.
{
    echo '1 '
    for i in $(seq 2 40); do echo "$i $((i - 1))"; done
} >wanted

rounds=${FAULTS:-8}
bad=0
for ((round = 1; round <= rounds; round++)); do
    rm -rf run wd
    mkdir wd
    verbatim run killed.md --out run --cwd wd --yes -q >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf '%03d' $((RANDOM % 900)))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    if [ ! -s run/transcript.jsonl ]; then
        continue # it had not begun
    fi
    # Whole lines that chain; a cut end is no forgery.
    verbatim verify run >verify.txt 2>&1
    status=$?
    if [ $status -ne 0 ] && ! grep -qi incomplete verify.txt; then
        echo "FAILED verify after kill, round $round: $(head -n 3 verify.txt)"
        bad=1
    fi
    sleep 0.2
    if pgrep -f "sleep 0[.]012[0-9]*$$\$" >/dev/null; then
        sleep 1
        if pgrep -af "sleep 0[.]012[0-9]*$$\$"; then
            echo "FAILED something still runs, round $round"
            bad=1
        fi
    fi
    # A mkdir whose end nobody saw is done or not: the test looks.
    for try in 1 2 3; do
        if verbatim run killed.md --resume run --cwd wd --yes -q --rerun \
            >resume.txt 2>&1; then
            break
        fi
        if [ "$try" = 1 ]; then
            verbatim run killed.md --resume run --cwd wd --yes -q \
                --assume-done >resume.txt 2>&1 && break
        fi
    done
    # A line whose end nobody saw may be there twice; none may be missing,
    # and each has the variable that the step before it had set.
    if ! diff <(uniq wd/log) wanted >diff.txt; then
        echo "FAILED resume, round $round"
        head -n 5 resume.txt diff.txt
        bad=1
    fi
    verbatim verify run >verify.txt 2>&1 || {
        echo "FAILED verify after resume, round $round: $(head -n 3 verify.txt)"
        bad=1
    }
done
[ $bad -eq 0 ] && echo "ok kill -9 at $rounds random moments, verified and resumed"
exit $bad
