# What the command-line tests share; sourced, never run. A test runs in an
# empty folder of its own with verbatim on PATH; $TOP is the checkout.
# shellcheck shell=bash

# check NAME COMMAND...: passes when the command succeeds.
check() {
    local name=$1
    shift
    if "$@" >check.out 2>&1; then
        echo "ok $name"
    else
        echo "FAILED $name: $*"
        sed 's/^/    /' check.out | tail -n 20
    fi
}

# exits CODE NAME COMMAND...: passes when it exits with CODE. What it printed
# is in out.txt and err.txt.
exits() {
    local want=$1 name=$2 got
    shift 2
    "$@" >out.txt 2>err.txt
    got=$?
    if [ "$got" -eq "$want" ]; then
        echo "ok $name"
    else
        echo "FAILED $name: exit $got, not $want: $*"
        tail -n 20 out.txt err.txt | sed 's/^/    /'
    fi
}

# says NAME PATTERN [FILE]: the last command printed a line that matches.
says() {
    local file=${3:-err.txt}
    if grep -qE -- "$2" "$file"; then
        echo "ok $1"
    else
        echo "FAILED $1: no '$2' in $file"
        tail -n 20 "$file" | sed 's/^/    /'
    fi
}

# says_not NAME PATTERN [FILE]
says_not() {
    local file=${3:-err.txt}
    if grep -qE -- "$2" "$file"; then
        echo "FAILED $1: '$2' in $file"
        grep -nE -- "$2" "$file" | head -n 5 | sed 's/^/    /'
    else
        echo "ok $1"
    fi
}

# need PROGRAM: ends the test, skipped, where it is missing.
need() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "skip ${0##*/}: no $1 here"
    exit 0
}
