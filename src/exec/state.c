#include "exec/state.h"

#include "base/text.h"

#include "exec/frame.h"

#include "base/banned.h"

enum {
    SECTION_SHOPT,
    SECTION_SET,
    SECTION_ALIAS,
    SECTION_FUNCTIONS,
    SECTION_VARIABLES,
    SECTION_TRAPS,
    SECTION_UMASK,
    SECTION_CWD,
    SECTIONS,
};

void
vb_state_init(vb_state *state)
{
    *state = (vb_state){.xtrace = false};
    vb_buf_init(&state->restore, VB_BUF_NO_MAX);
    vb_buf_init(&state->traps, VB_BUF_NO_MAX);
    vb_buf_init(&state->err_trap, VB_BUF_NO_MAX);
    vb_buf_init(&state->debug_trap, VB_BUF_NO_MAX);
    vb_buf_init(&state->withheld, VB_BUF_NO_MAX);
}

void
vb_state_release(vb_state *state)
{
    vb_buf_release(&state->restore);
    vb_buf_release(&state->traps);
    vb_buf_release(&state->err_trap);
    vb_buf_release(&state->debug_trap);
    vb_buf_release(&state->withheld);
}

/* Variables that a new shell has its own of, or that belong to us. */
static const char *const own_names[] = {
    "_",      "BASHOPTS", "SHELLOPTS", "PPID",           "UID",
    "EUID",   "GROUPS",   "DIRSTACK",  "PIPESTATUS",     "FUNCNAME",
    "RANDOM", "SRANDOM",  "SECONDS",   "EPOCHREALTIME",  "EPOCHSECONDS",
    "LINENO", "SHLVL",    "HISTCMD",   "COMP_WORDBREAKS"};

static bool
is_own(vb_str name)
{
    for (size_t i = 0; i < VB_COUNT(own_names); i++)
        if (vb_str_eqc(name, own_names[i]))
            return true;
    return vb_str_starts(name, "BASH_") || vb_str_eqc(name, "BASH") ||
           vb_str_starts(name, "__vb_");
}

/* The name in "declare -x NAME=..." or "declare -x NAME". */
static vb_str
declared_name(vb_str entry)
{
    vb_str rest = entry, word = {0};

    for (int i = 0; i < 3; i++)
        if (!vb_str_word(&rest, &word))
            return (vb_str){0};
    return vb_str_sub(word, 0, vb_str_chr(word, '='));
}

/* Takes one declaration, with further lines of its value, off *rest. */
static bool
next_entry(vb_str *rest, vb_str *entry)
{
    size_t at = 0;

    if (!rest->len)
        return false;
    for (;;) {
        size_t lf = vb_str_chr(vb_str_from(*rest, at), '\n');

        at = lf == VB_NPOS ? rest->len : at + lf + 1;
        if (at >= rest->len ||
            vb_str_starts(vb_str_from(*rest, at), "declare "))
            break;
    }
    *entry = vb_str_sub(*rest, 0, at);
    *rest = vb_str_from(*rest, at);
    return true;
}

static void
put_variables(vb_state *state, vb_str section, vb_state_secret *secret,
              void *user)
{
    bool any = secret && secret(user, section);
    vb_str entry;

    while (next_entry(&section, &entry)) {
        vb_str name = declared_name(entry);

        if (!name.len || is_own(name))
            continue;
        if (any && secret(user, entry)) {
            vb_buf_fmt(&state->withheld, "%s%.*s",
                       state->withheld.len ? " " : "", VB_ARG(name));
            continue;
        }
        vb_buf_str(&state->restore, entry);
        if (!vb_str_ends(entry, "\n"))
            vb_buf_ch(&state->restore, '\n');
    }
}

static void
put_lines(vb_buf *out, vb_str section)
{
    vb_str line;

    while (vb_str_line(&section, &line)) {
        vb_buf_c(out, "\\builtin ");
        vb_buf_str(out, line);
        vb_buf_ch(out, '\n');
    }
}

/* Our traces must not appear among the reader's: 'set -x' is switched on
 * around each step instead. */
static void
put_options(vb_state *state, vb_str section)
{
    vb_str line;

    state->errexit = false;
    while (vb_str_line(&section, &line)) {
        if (vb_str_ends(line, "o xtrace") || vb_str_ends(line, "o noexec"))
            continue;
        state->errexit = state->errexit || vb_str_eqc(line, "set -o errexit");
        vb_buf_c(&state->restore, "\\builtin ");
        vb_buf_str(&state->restore, line);
        vb_buf_ch(&state->restore, '\n');
    }
}

/* Takes "trap -- 'ACTION' SIGNAL\n" off *rest; the action goes to 'action'
 * with its quoting removed. */
static bool
next_trap(vb_str *rest, vb_buf *action, vb_str *signal)
{
    size_t at;

    vb_buf_clear(action);
    if (!vb_str_starts(*rest, "trap -- "))
        return false;
    for (at = 8; at < rest->len && rest->ptr[at] != ' '; at++) {
        if (rest->ptr[at] == '\\' && at + 1 < rest->len) {
            vb_buf_ch(action, rest->ptr[++at]);
        } else if (rest->ptr[at] == '\'') {
            for (at++; at < rest->len && rest->ptr[at] != '\''; at++)
                vb_buf_ch(action, rest->ptr[at]);
        } else {
            vb_buf_ch(action, rest->ptr[at]);
        }
    }
    *rest = vb_str_from(*rest, at + 1);
    return vb_str_line(rest, signal);
}

/* An action of frame.c. */
static bool
is_ours(const vb_buf *action)
{
    return vb_str_has(vb_buf_view(action), ">&250;");
}

static void
put_traps(vb_state *state, vb_str section)
{
    vb_buf action;
    vb_str signal;

    vb_buf_init(&action, VB_BUF_NO_MAX);
    vb_buf_clear(&state->traps);
    while (next_trap(&section, &action, &signal)) {
        if (vb_str_ends(signal, "RTMAX-3") || vb_str_eqc(signal, "ERR") ||
            vb_str_eqc(signal, "DEBUG"))
            continue;
        vb_buf_c(&state->traps, "\\builtin trap -- ");
        vb_shell_quote(&state->traps, vb_buf_view(&action));
        vb_buf_fmt(&state->traps, " %.*s\n", VB_ARG(signal));
    }
    vb_buf_release(&action);
}

void
vb_state_traps(vb_state *state, vb_str listing)
{
    vb_buf action;
    vb_str signal;
    bool err = false, debug = false;

    vb_buf_init(&action, VB_BUF_NO_MAX);
    while (next_trap(&listing, &action, &signal)) {
        bool is_err = vb_str_eqc(signal, "ERR");
        vb_buf *kept = is_err ? &state->err_trap : &state->debug_trap;

        err = err || is_err;
        debug = debug || !is_err;
        if (is_ours(&action))
            continue;
        vb_buf_clear(kept);
        vb_buf_str(kept, vb_buf_view(&action));
    }
    /* Ours would be there if the reader had not taken it away. */
    if (!err)
        vb_buf_clear(&state->err_trap);
    if (!debug)
        vb_buf_clear(&state->debug_trap);
    vb_buf_release(&action);
}

bool
vb_state_take(vb_state *state, vb_str snapshot, vb_state_secret *secret,
              void *user)
{
    vb_str sections[SECTIONS] = {{0}}, rest = snapshot;
    size_t n = 0;

    for (; n < SECTIONS; n++) {
        size_t nul = vb_str_chr(rest, '\0');

        if (nul == VB_NPOS)
            return false;
        sections[n] = vb_str_sub(rest, 0, nul);
        rest = vb_str_from(rest, nul + 1);
    }
    vb_buf_clear(&state->restore);
    vb_buf_clear(&state->withheld);
    put_lines(&state->restore, sections[SECTION_SHOPT]);
    /* Before functions and aliases, which might hide 'declare': behind
     * "\builtin" it could not assign arrays. */
    put_variables(state, sections[SECTION_VARIABLES], secret, user);
    vb_buf_str(&state->restore, sections[SECTION_FUNCTIONS]);
    vb_buf_str(&state->restore, sections[SECTION_ALIAS]);
    put_lines(&state->restore, sections[SECTION_UMASK]);
    vb_buf_c(&state->restore, "\\builtin cd -- ");
    vb_shell_quote(&state->restore, vb_str_rtrim(sections[SECTION_CWD]));
    vb_buf_ch(&state->restore, '\n');
    put_options(state, sections[SECTION_SET]);
    put_traps(state, sections[SECTION_TRAPS]);
    return true;
}
