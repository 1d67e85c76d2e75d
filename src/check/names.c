#include "check/names.h"

#include "base/node.h"

#include "base/banned.h"

/* Something with a kind and a name: "cluster" "gitpod-pov". */
typedef struct thing {
    vb_str kind, name;
    vb_loc loc;
} thing;

typedef VB_VEC(thing) things;

/* How a program names what it makes and removes: the kind is the word before
 * the verb (gcloud container clusters create NAME), behind it (eksctl create
 * cluster --name NAME, kubectl delete KIND NAME), or fixed (helm). */
static bool
is_verb(vb_str word, const char *const *verbs)
{
    for (; *verbs; verbs++)
        if (vb_str_eqc(word, *verbs))
            return true;
    return false;
}

static const char *const creates[] = {"create", "install", "upgrade", "mb",
                                      NULL};
static const char *const deletes[] = {"delete", "uninstall", "rb", NULL};

/* "clusters" and "cluster" are one kind. */
static vb_str
singular(vb_str kind)
{
    if (kind.len > 3 && vb_str_ends(kind, "s") && !vb_str_ends(kind, "ss"))
        kind.len--;
    return kind;
}

static bool
is_name(vb_str word)
{
    return word.len && !vb_str_starts(word, "-") &&
           vb_str_chr(word, '$') == VB_NPOS &&
           vb_str_chr(word, '`') == VB_NPOS && vb_str_chr(word, '<') == VB_NPOS;
}

static bool
known_program(vb_str program)
{
    return vb_str_eqc(program, "gcloud") || vb_str_eqc(program, "eksctl") ||
           vb_str_eqc(program, "aws") || vb_str_eqc(program, "az") ||
           vb_str_eqc(program, "doctl");
}

/* What the call makes or removes, by one of 'verbs'. */
static bool
thing_of(const vb_call *call, const char *const *verbs, thing *out)
{
    for (size_t i = 1; i < call->words.len && i < 6; i++) {
        vb_str word = call->words.at[i];
        vb_str name;

        if (vb_str_starts(word, "-") || !known_program(call->program))
            return false;
        if (!is_verb(word, verbs))
            continue;
        name = vb_call_option(call, "--name", NULL);
        if (vb_str_eqc(call->program, "eksctl")) {
            if (i + 1 >= call->words.len)
                return false;
            out->kind = singular(call->words.at[i + 1]);
        } else {
            out->kind = singular(call->words.at[i - 1]);
            if (name.len == 0 && i + 1 < call->words.len)
                name = call->words.at[i + 1];
        }
        out->name = name;
        out->loc = call->loc;
        return is_name(name);
    }
    return false;
}

/* eksctl's config files carry the name of their cluster. */
static void
add_config_file(vb_calls *calls, const vb_call *call, things *made)
{
    vb_str file = vb_call_option(call, "--config-file", "-f");
    const vb_plan *plan = calls->plan;
    vb_arena *arena = calls->arena;

    if (file.len == 0 || !vb_str_eqc(call->program, "eksctl"))
        return;
    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];
        const vb_node *meta;
        vb_str name;
        bool known;

        if (step->kind != VB_KIND_FILE || !vb_str_eq(step->name, file))
            continue;
        meta = vb_node_get(
            vb_yaml_read(step->body, step->loc.file, arena, NULL), "metadata");
        name = vb_node_str(meta, "name", (vb_str){0});
        if (step->fill_vars) /* the reader puts the shell's value there */
            name = vb_calls_expand(calls, name, &known);
        if (is_name(name))
            vb_vec_push(arena, made,
                        (thing){VB_STR("cluster"), name, step->loc});
    }
}

void
vb_check_names(vb_checker *checker, const vb_plan *plan, vb_calls *calls)
{
    things made = {0};

    for (size_t i = 0; i < calls->list.len; i++) {
        const vb_call *call = &calls->list.at[i];
        thing t;

        if (thing_of(call, creates, &t))
            vb_vec_push(checker->arena, &made, t);
        add_config_file(calls, call, &made);
    }
    for (size_t i = 0; i < calls->list.len; i++) {
        const thing *other = NULL;
        bool found = false;
        thing t;

        if (!thing_of(&calls->list.at[i], deletes, &t))
            continue;
        for (size_t k = 0; k < made.len; k++) {
            if (!vb_str_eq(made.at[k].kind, t.kind))
                continue;
            found |= vb_str_eq(made.at[k].name, t.name);
            other = &made.at[k];
        }
        if (found || !other)
            continue;
        {
            vb_finding *f = vb_find(
                checker, "A005", plan, t.loc,
                "the %.*s '%.*s' is deleted, but '%.*s' is what was created",
                VB_ARG(t.kind), VB_ARG(t.name), VB_ARG(other->name));

            f->other = other->loc;
            f->other_message = VB_STR("it is created here");
        }
    }
}
