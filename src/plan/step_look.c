/* What a step of shell text touches: programs, files, state. */
#include "plan/planner.h"

#include "base/io.h"
#include "plan/known.h"

#include "base/banned.h"

typedef VB_VEC(vb_str) vb_strs;

enum { NAMES_MAX = 400 };

static void
add_name(vb_planner *p, vb_strs *list, vb_str name)
{
    while (vb_str_starts(name, "./"))
        name = vb_str_from(name, 2);
    if (name.len == 0 || list->len >= NAMES_MAX)
        return;
    for (size_t i = 0; i < list->len; i++)
        if (vb_str_eq(list->at[i], name))
            return;
    vb_vec_push(p->arena, list, vb_str_copy(p->arena, name));
}

/* The members of vb_step are anonymous vectors of the same layout; they are
 * filled through a copy. */
#define ADD(p, member, name)                                                   \
    do {                                                                       \
        vb_strs list_ = {(member)->at, (member)->len, (member)->cap};          \
        add_name((p), &list_, (name));                                         \
        (member)->at = list_.at;                                               \
        (member)->len = list_.len;                                             \
        (member)->cap = list_.cap;                                             \
    } while (0)

static bool
is_function(const vb_shell *sh, vb_str name)
{
    for (size_t i = 0; i < sh->functions.len; i++)
        if (vb_str_eq(sh->functions.at[i], name))
            return true;
    return false;
}

/* The part of an argument that may be a path: behind "--opt=", "key=" and
 * "file://". */
static vb_str
path_part(vb_str word)
{
    size_t eq = vb_str_rchr(word, '=');

    if (eq != VB_NPOS)
        word = vb_str_from(word, eq + 1);
    if (vb_str_starts(word, "file://"))
        word = vb_str_from(word, 7);
    if (vb_str_starts(word, "@"))
        word = vb_str_from(word, 1);
    return word;
}

/* "keys create FILE", "curl -o FILE", "tee FILE": the program writes it. */
static bool
writes_argument(const vb_simple *s, size_t program, size_t i)
{
    vb_str name = vb_path_base(s->words.at[program].text);
    vb_str before = i > 0 ? s->words.at[i - 1].text : VB_STR("");

    if (vb_str_eqc(name, "tee") || vb_str_eqc(name, "touch"))
        return true;
    if (vb_str_eqc(before, "-o") || vb_str_eqc(before, "-O") ||
        vb_str_eqc(before, "--output") || vb_str_eqc(before, "-out") ||
        vb_str_eqc(before, "--output-file") || vb_str_eqc(before, "-keyout"))
        return true;
    if (vb_str_eqc(name, "cp") || vb_str_eqc(name, "mv"))
        return i + 1 == s->words.len;
    if (vb_str_eqc(name, "gcloud"))
        for (size_t k = program + 1; k + 1 < s->words.len; k++)
            if (vb_str_eqc(s->words.at[k].text, "keys") &&
                vb_str_eqc(s->words.at[k + 1].text, "create"))
                return true;
    return false;
}

static void
look_files(vb_planner *p, vb_step *step, const vb_simple *s)
{
    size_t program = vb_simple_program(s);

    for (size_t i = 0; i < s->redirs.len; i++) {
        const vb_redir *r = &s->redirs.at[i];

        if (!r->target.is_static || vb_str_starts(r->target.text, "/dev/"))
            continue;
        if (r->kind == VB_REDIR_OUT || r->kind == VB_REDIR_APPEND)
            ADD(p, &step->writes, r->target.text);
        else if (r->kind == VB_REDIR_IN)
            ADD(p, &step->reads, r->target.text);
    }
    if (program == VB_NPOS)
        return;
    for (size_t i = program + 1; i < s->words.len; i++) {
        const vb_word *w = &s->words.at[i];
        vb_str path = path_part(w->text);

        if (!w->is_static || !vb_is_filename(path))
            continue;
        if (writes_argument(s, program, i))
            ADD(p, &step->writes, path);
        else
            ADD(p, &step->reads, path);
    }
}

static void
look_flags(vb_step *step, const vb_simple *s)
{
    vb_effect effect = vb_effect_of(s);

    step->destructive = step->destructive || effect == VB_EFFECT_DESTROY;
    step->mutating = step->mutating || effect == VB_EFFECT_CHANGE ||
                     effect == VB_EFFECT_DESTROY;
}

/* The step's last command at the top: does it keep running? */
static bool
last_runs_on(const vb_shell *sh)
{
    for (size_t i = sh->simples.len; i-- > 0;) {
        const vb_simple *s = &sh->simples.at[i];

        if (s->depth > 0 || s->in_function)
            continue;
        return !s->background && !s->piped_to && !s->piped_from &&
               vb_runs_on(s);
    }
    return false;
}

void
vb_step_look(vb_planner *p, vb_step *step, const vb_shell *sh)
{
    for (size_t i = 0; i < sh->simples.len; i++) {
        const vb_simple *s = &sh->simples.at[i];
        size_t program = vb_simple_program(s);
        const char *opens = vb_opens_shell(s);

        look_flags(step, s);
        look_files(p, step, s);
        if (program == VB_NPOS)
            continue;
        if (vb_str_eqc(s->words.at[program].text, "source") ||
            vb_str_eqc(s->words.at[program].text, ".") ||
            vb_str_eqc(s->words.at[program].text, "eval"))
            step->unknown_env = true;
        for (size_t w = 0; w <= program; w++) {
            vb_str name = s->words.at[w].text;

            if ((w == 0 || w == program) && s->words.at[w].is_static &&
                !vb_shell_builtin(name) && !is_function(sh, name))
                ADD(p, &step->programs, name);
        }
        if (opens && step->foreign.len == 0 && !step->shell_given)
            step->foreign = vb_str_c(opens);
    }
    step->background = step->background || last_runs_on(sh);
}
