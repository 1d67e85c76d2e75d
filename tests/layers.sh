#!/bin/sh
# The floors of the house: a file includes its own folder or a floor below,
# never a neighbour on its own floor. Libraries have their rooms, too.
set -eu

floor() {
    case $1 in
    base) echo 1 ;;
    doc | rehearse | record | verify) echo 2 ;;
    plan | report) echo 3 ;;
    check | exec) echo 4 ;;
    cli) echo 5 ;;
    *) echo 0 ;;
    esac
}

bad=0
for file in src/*/*.[ch]; do
    from=${file#src/}
    from=${from%%/*}
    # shellcheck disable=SC2013 # names of folders
    for to in $(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$file" | sort -u); do
        [ "$to" = "$from" ] && continue
        if [ "$(floor "$to")" -eq 0 ] || [ "$(floor "$from")" -eq 0 ] ||
            [ "$(floor "$to")" -ge "$(floor "$from")" ]; then
            echo "layers: $file includes $to/" >&2
            bad=1
        fi
    done
done

# only FOLDER may name PATTERN
only() {
    if grep -nE "$2" src/*/*.[ch] | grep -v -e "^src/$1/" \
        -e '^src/rehearse/shim_[a-z]*\.c'; then
        echo "layers: the lines above belong in src/$1/" >&2
        bad=1
    fi
}
only base '#include <(yaml|jansson|curl/.*|openssl/.*)(\.h)?>'
only doc '#include <cmark(\.h)?>'
only verify '#include <pcre2(\.h)?>'
# (the shim is a program of its own that links the C library alone)
only base '(^|[^_a-z])(malloc|calloc|realloc|free)\('
# Helper programs run through base/spawn.c; everything else that forks is exec.
if grep -nE '(^|[^_a-z])(fork|vfork|posix_spawnp?)\(' src/*/*.[ch] |
    grep -v -e '^src/exec/' -e '^src/base/spawn\.c' \
        -e '^src/rehearse/shim_[a-z]*\.c'; then
    echo "layers: the lines above belong in src/exec/" >&2
    bad=1
fi

[ $bad -eq 0 ] && echo "layers: clean"
exit $bad
