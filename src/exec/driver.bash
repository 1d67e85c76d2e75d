# The loop that lives in the shell of a run. It is parsed once, before any
# step runs, so no alias of a step changes it; "\builtin" is proof against
# functions of a step.
#   250  the channel to verbatim: one byte in, NUL-ended messages out
#   251  the text to run, a memfd
# An interrupt from verbatim makes the sourced text return, whatever loop it
# is in; the state of the shell stays.
\builtin trap '\builtin trap - DEBUG ERR; \builtin return 130 2>/dev/null' RTMAX-3
\builtin printf 'H0\0' >&250
while :; do
    \builtin read -r -N 1 -u 250 __vb_c || {
        [[ $? -gt 128 ]] && continue
        break
    }
    # An answer to a command that an interrupt has ended meanwhile.
    [[ $__vb_c == g ]] || continue
    \builtin . /proc/self/fd/251
    __vb_s=$?
    # Options of ours that a text which ended early has left behind.
    [[ ${__vb_t-} == T ]] && \builtin set +T
    __vb_t=
    \builtin printf 'E%d\0' "$__vb_s" >&250
done
