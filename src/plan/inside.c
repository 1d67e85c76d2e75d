/*
 * Blocks that are typed inside of a shell which an earlier block of the
 * section opened: behind "ssh host" the reader is on that host until the text
 * says otherwise. They are refused like the block that opens it; run here,
 * they would change the wrong machine.
 */
#include "plan/planner.h"

#include "plan/known.h"

#include "base/banned.h"

typedef struct vb_inside {
    vb_planner *p;
    const char *shell; /* the open one, or NULL; static */
    const vb_step *opener;
    bool container; /* it is a container's: clients of clusters are outside */
} vb_inside;

static const char *const shells[] = {"ssh", "sudo", "su", "kubectl exec",
                                     "docker exec"};

static bool
leaves(const vb_simple *s)
{
    return s->words.len > 0 && (vb_str_eqc(s->words.at[0].text, "exit") ||
                                vb_str_eqc(s->words.at[0].text, "logout"));
}

/* What the step's text leaves open at its end, beginning with 'open'. */
static const char *
left_open(const vb_shell *sh, const char *open)
{
    for (size_t i = 0; i < sh->simples.len; i++) {
        const vb_simple *s = &sh->simples.at[i];
        const char *opens;

        if (s->depth > 0 || s->nest > 0 || s->in_function)
            continue;
        opens = vb_opens_shell(s);
        if (opens && VB_STR_AMONG(vb_str_c(opens), shells))
            open = opens;
        else if (leaves(s))
            open = NULL;
    }
    return open;
}

/* Is the step in the opener's section? Subsections belong to it, but not to
 * the section of the page's title. */
static bool
same_section(const vb_inside *in, const vb_step *step)
{
    const vb_doc *doc = in->p->doc;
    uint32_t from = vb_reading_block(in->p, in->opener->reading)->heading;
    const vb_block *b = vb_reading_block(in->p, step->reading);
    uint32_t h = b->heading;

    if (h == from)
        return vb_scopes_meet(
            doc, vb_reading_block(in->p, in->opener->reading)->scope, b->scope);
    if (from == VB_NONE || doc->blocks.at[from].level < 2)
        return false;
    while (h != VB_NONE && h > from)
        h = doc->blocks.at[h].heading;
    return h == from;
}

static bool
says(vb_str text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (vb_str_ihas(text, list[i]))
            return true;
    return false;
}

/* The paragraph above takes the reader out, or to another terminal. */
static bool
told_outside(const vb_inside *in, const vb_step *step)
{
    static const char *const words[] = {
        "exit",          "log out",         "logout",       "log off",
        "back on",       "back in",         "back to",      "local machine",
        "your machine",  "own machine",     "workstation",  "another terminal",
        "new terminal",  "second terminal", "laptop",       "other terminal",
        "your computer", "different term",  "separate ",    "outside",
        "locally",       "disconnect",      "from the host"};
    uint32_t prose = in->p->contexts[step->reading].prose;

    return prose != VB_NONE &&
           says(in->p->doc->blocks.at[prose].text, words, VB_COUNT(words));
}

static bool
told_inside(const vb_inside *in, const vb_step *step)
{
    static const char *const words[] = {
        "inside",      "in the container", "in the pod",     "within the",
        "on the node", "on the vm",        "once connected", "in the shell",
        "there,",      "logged in",        "on the server",  "in this shell"};
    uint32_t prose = in->p->contexts[step->reading].prose;

    return prose != VB_NONE &&
           says(in->p->doc->blocks.at[prose].text, words, VB_COUNT(words));
}

/* Programs that are where the reader came from, not in a container. */
static bool
runs_outside(const vb_inside *in, const vb_shell *sh)
{
    static const char *const clients[] = {
        "kubectl", "docker", "podman", "helm", "oc",     "minikube",
        "kind",    "gcloud", "az",     "aws",  "eksctl", "terraform"};

    for (size_t i = 0; i < sh->simples.len; i++) {
        const vb_simple *s = &sh->simples.at[i];
        size_t at = vb_simple_program(s);
        vb_str name;

        if (at == VB_NPOS || s->depth > 0)
            continue;
        name = s->words.at[at].text;
        return in->container
                   ? VB_STR_AMONG(name, clients)
                   : vb_str_eqc(name, "scp") || vb_str_eqc(name, "rsync");
    }
    return false;
}

static bool
only_leaves(const vb_shell *sh)
{
    return sh->simples.len == 1 && leaves(&sh->simples.at[0]);
}

static void
open_at(vb_inside *in, const vb_step *step, const char *shell)
{
    in->shell = shell;
    in->opener = step;
    in->container = shell && (vb_str_eqc(vb_str_c(shell), "kubectl exec") ||
                              vb_str_eqc(vb_str_c(shell), "docker exec"));
}

/* Is this step typed into the open shell? */
static bool
belongs(const vb_inside *in, const vb_step *step, const vb_shell *sh)
{
    if (step->phase != in->opener->phase || !same_section(in, step))
        return false;
    if (only_leaves(sh))
        return true;
    if (told_outside(in, step) || runs_outside(in, sh))
        return false;
    /* what few readers open, few are in */
    return !in->opener->optional || step->optional || told_inside(in, step);
}

void
vb_inside_of(vb_planner *p)
{
    vb_inside in = {.p = p};

    for (size_t i = 0; i < p->plan->steps.len; i++) {
        vb_step *step = &p->plan->steps.at[i];
        const vb_shell *sh = p->shells[i];
        const char *open;

        if (!sh)
            continue;
        if (in.shell && !belongs(&in, step, sh))
            in.shell = NULL;
        if (in.shell && !step->foreign.len && !step->shell_given)
            step->foreign = vb_str_fmt(p->arena, "%s, which line %u opens",
                                       in.shell, in.opener->loc.line);
        open = left_open(sh, in.shell);
        if (open != in.shell || !open)
            open_at(&in, step, open);
    }
}
