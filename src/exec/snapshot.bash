# Writes the state of the shell to 252, a memfd: sections ended by NUL.
{
    \builtin shopt -p
    \builtin printf '\0'
    \builtin set +o
    \builtin printf '\0'
    \builtin alias -p
    \builtin printf '\0'
    \builtin declare -f
    \builtin declare -Fx
    \builtin printf '\0'
    \builtin declare -p
    \builtin printf '\0'
    \builtin trap -p
    \builtin printf '\0'
    \builtin umask -p
    \builtin printf '\0'
    \builtin pwd
    \builtin printf '\0'
} >&252 2>/dev/null
