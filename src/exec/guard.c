/* Variables that must hold something when a command reads them: which they
 * are, and the look at them before a step and before each of its commands. */
#include "exec/frame.h"
#include "exec/runner.h"
#include "exec/shape.h"

#include "base/banned.h"

enum { GUARDS_MAX = 64 };

/* ----------------------------------------- text that a shell reads again -- */

/* The i-th word of a command that hands text to a shell: of eval, alias or
 * trap each word, of a shell the one behind -c, also where a program of this
 * machine starts the shell. */
static bool
is_script(const vb_simple *simple, size_t program, size_t i)
{
    static const char *const again[] = {"eval", "alias", "trap"};
    static const char *const shells[] = {"bash", "sh", "dash", "ksh", "zsh"};
    static const char *const starters[] = {"find",   "parallel", "flock",
                                           "setsid", "unshare",  "su"};
    vb_str name = simple->words.at[program].text, before;

    if (i <= program || !simple->words.at[i].is_static ||
        !vb_str_has(simple->words.at[i].text, "$"))
        return false;
    if (VB_STR_AMONG(name, again))
        return true;
    before = simple->words.at[i - 1].text;
    if (i < program + 2 || !vb_str_starts(before, "-") ||
        !vb_str_ends(before, "c"))
        return false;
    return VB_STR_AMONG(name, shells) ||
           (VB_STR_AMONG(name, starters) &&
            VB_STR_AMONG(simple->words.at[i - 2].text, shells));
}

/* A quoted here-document that a shell reads. */
static bool
is_document(const vb_shell *shell, const vb_heredoc *doc)
{
    static const char *const readers[] = {"bash", "sh", "dash", "source", "."};
    const vb_simple *simple;
    size_t program;

    if (!doc->quoted || doc->simple >= shell->simples.len)
        return false;
    simple = &shell->simples.at[doc->simple];
    program = vb_simple_program(simple);
    return program != VB_NPOS &&
           VB_STR_AMONG(simple->words.at[program].text, readers);
}

static const vb_shell *
read_document(vb_arena *arena, const vb_shell *shell, size_t index)
{
    const vb_heredoc *doc = &shell->heredocs.at[index];

    return vb_shell_read(arena, vb_str_sub(shell->text, doc->start, doc->len));
}

typedef bool (*vb_each_text)(void *user, const vb_shell *text);

/* Calls 'each' for the text itself and for what its commands hand to a shell,
 * until it says false. */
static void
each_text(vb_arena *arena, const vb_shell *shell, vb_each_text each, void *user)
{
    bool more = each(user, shell);

    for (size_t i = 0; more && i < shell->simples.len; i++) {
        const vb_simple *simple = &shell->simples.at[i];
        size_t program = vb_simple_program(simple);

        for (size_t k = 0; more && program != VB_NPOS && k < simple->words.len;
             k++)
            if (is_script(simple, program, k))
                more =
                    each(user, vb_shell_read(arena, simple->words.at[k].text));
    }
    for (size_t i = 0; more && i < shell->heredocs.len; i++)
        if (is_document(shell, &shell->heredocs.at[i]))
            more = each(user, read_document(arena, shell, i));
}

/* -------------------------------------------------------- which they are -- */

/* What a text says about a name, in vb_map_entry.num. */
enum { GIVEN = 1, MAYBE, VANISHES };

typedef struct vb_collect {
    vb_runner *run;
    vb_ready_step *ready;
    vb_map *names;  /* name -> GIVEN or MAYBE, of the step's own text */
    vb_map *listed; /* names that are guarded already */
    vb_map *depths; /* those that a subshell or a function reads */
    bool piped;     /* loops and groups stand in pipes */
} vb_collect;

static void
add_guard(const vb_collect *to, vb_str name)
{
    bool added;

    vb_map_add(to->listed, name, &added);
    if (added)
        vb_vec_push(to->run->arena, &to->ready->guarded, name);
}

/* What the assignment leaves behind it: a value that is in the text (empty or
 * not: the guide means it), or one that is known when it runs. A value that
 * is given on a condition or in a subshell only is none afterwards. */
static size_t
left_by(const vb_var_set *set, bool conditional, size_t before)
{
    bool given = set->is_static || set->kind == VB_SET_LOOP ||
                 set->kind == VB_SET_DEFAULT;

    if (set->kind == VB_SET_PREFIX ||
        (!set->has_value && set->kind == VB_SET_EXPORT))
        return before;
    if (set->kind == VB_SET_LOCAL && !set->has_value)
        return before;
    if (set->kind == VB_SET_READ)
        return set->nest || set->in_function ? VANISHES : MAYBE;
    if (set->append && before == GIVEN)
        return GIVEN;
    if (set->depth || set->nest || set->in_function || conditional)
        return before == GIVEN && given ? GIVEN : VANISHES;
    return given || !set->has_value ? GIVEN : MAYBE;
}

static void
collect_sets(const vb_shell *shell, vb_map *conditional, vb_map *names)
{
    for (size_t i = 0; i < shell->simples.len; i++) {
        const vb_simple *simple = &shell->simples.at[i];

        for (size_t k = 0; simple->and_or && k < simple->assigns.len; k++)
            vb_map_add(conditional, shell->sets.at[simple->assigns.at[k]].name,
                       NULL);
    }
    for (size_t i = 0; i < shell->sets.len; i++) {
        const vb_var_set *set = &shell->sets.at[i];
        vb_map_entry *entry = vb_map_add(names, set->name, NULL);

        entry->num = left_by(set, vb_map_find(conditional, set->name) != NULL,
                             entry->num);
    }
}

/* A bare $FLAGS: when it is empty, no word is left of it. */
static bool
vanishes(const vb_shell *shell, const vb_var_use *use)
{
    size_t end = use->at + 1;
    vb_str text = shell->text;
    bool brace = end < text.len && text.ptr[end] == '{';

    end += use->name.len + (brace ? 2 : 0);
    return use->at > 0 && vb_is_space(text.ptr[use->at - 1]) &&
           (end >= text.len || vb_is_space(text.ptr[end]) ||
            text.ptr[end] == ';' || text.ptr[end] == ')');
}

/* ${!X}: the variable that X names. Not ${!X@}, ${!X[@]}. */
static bool
names_another(const vb_shell *shell, const vb_var_use *use)
{
    size_t end = use->at + 3 + use->name.len;

    return end < shell->text.len && shell->text.ptr[end] == '}';
}

/* Where the shell of the run does not show us the command. */
static bool
out_of_sight(const vb_collect *to, const vb_shell *shell, const vb_var_use *use)
{
    const vb_simple *simple = use->simple < shell->simples.len
                                  ? &shell->simples.at[use->simple]
                                  : NULL;

    return use->depth ||
           (simple && (simple->in_function || (simple->nest && to->piped)));
}

static void
guard_use(const vb_collect *to, const vb_shell *shell, const vb_var_use *use,
          vb_str name, bool again)
{
    add_guard(to, name);
    if (again || out_of_sight(to, shell, use))
        vb_map_add(to->depths, name, NULL);
}

static void
collect_use(const vb_collect *to, const vb_shell *shell, const vb_var_use *use,
            bool again)
{
    const vb_map_entry *entry = vb_map_find(to->names, use->name);
    size_t left = entry ? entry->num : 0;

    if (use->has_default || use->required || use->arith ||
        vb_shell_ambient(use->name))
        return;
    if (use->indirect) {
        if (names_another(shell, use))
            add_guard(to,
                      vb_str_fmt(to->run->arena, "!%.*s", VB_ARG(use->name)));
        return;
    }
    if (left == MAYBE || (left == VANISHES && !vanishes(shell, use)) ||
        (again && !left))
        guard_use(to, shell, use, use->name, again);
    else if (vb_map_find(to->listed, use->name) && out_of_sight(to, shell, use))
        vb_map_add(to->depths, use->name, NULL);
}

static bool
collect_text(void *user, const vb_shell *shell)
{
    vb_collect *to = user;
    bool again = shell != to->ready->shell;
    vb_map inner, conditional;

    /* What a text sets itself when it is read again is its own affair. */
    vb_map_init(&inner, &to->run->scratch);
    vb_map_init(&conditional, &to->run->scratch);
    if (again)
        collect_sets(shell, &conditional, &inner);
    for (size_t i = 0; i < shell->uses.len; i++)
        if (!vb_map_find(&inner, shell->uses.at[i].name))
            collect_use(to, shell, &shell->uses.at[i], again);
    return true;
}

/* What the functions of earlier steps read counts where one is called. */
static bool
calls_function(const vb_runner *run, const vb_shell *shell)
{
    for (size_t i = 0; i < shell->simples.len; i++)
        if (shell->simples.at[i].words.len &&
            vb_map_find(&run->functions, shell->simples.at[i].words.at[0].text))
            return true;
    return false;
}

static void
remember_functions(vb_runner *run, const vb_shell *shell)
{
    for (size_t i = 0; i < shell->functions.len; i++)
        vb_map_add(&run->functions, shell->functions.at[i], NULL);
    if (!shell->functions.len)
        return;
    for (size_t i = 0; i < shell->uses.len; i++) {
        const vb_var_use *use = &shell->uses.at[i];

        if (use->simple < shell->simples.len &&
            shell->simples.at[use->simple].in_function && !use->has_default &&
            !use->required && !use->arith && !use->indirect &&
            !vb_shell_ambient(use->name))
            vb_map_add(&run->function_reads, use->name, NULL);
    }
    for (size_t i = 0; i < shell->sets.len; i++)
        if (shell->sets.at[i].in_function)
            vb_map_add(&run->function_reads, shell->sets.at[i].name, NULL)
                ->num = 1; /* its own */
}

static bool
is_source(const vb_simple *simple)
{
    return simple->words.len &&
           (vb_str_eqc(simple->words.at[0].text, "source") ||
            vb_str_eqc(simple->words.at[0].text, "."));
}

/* What a sourced file reads is not known before it is there. */
static bool
reads_script(const vb_shell *shell)
{
    for (size_t i = 0; i < shell->simples.len; i++)
        if (is_source(&shell->simples.at[i]))
            return true;
    return false;
}

/* Does a loop or a group read from a pipe or write to one? Then it runs in a
 * subshell. */
static bool
pipes_compounds(const vb_shell *shell)
{
    for (size_t i = 0; i < shell->simples.len; i++)
        if (shell->simples.at[i].nest && shell->simples.at[i].piped_from)
            return true;
    return vb_str_has(shell->text, "done |") ||
           vb_str_has(shell->text, "done|") || vb_str_has(shell->text, "} |") ||
           vb_str_has(shell->text, "fi |") || vb_str_has(shell->text, "esac |");
}

void
vb_guard_collect(vb_runner *run, const vb_step *step, vb_ready_step *ready)
{
    vb_map names, listed, conditional, depths;
    vb_collect to = {run,     ready,   &names,
                     &listed, &depths, pipes_compounds(ready->shell)};
    bool calls = calls_function(run, ready->shell);
    bool sources = reads_script(ready->shell);

    vb_map_init(&names, &run->scratch);
    vb_map_init(&listed, &run->scratch);
    vb_map_init(&depths, &run->scratch);
    vb_map_init(&conditional, &run->scratch);
    for (size_t i = 0; i < step->guarded.len; i++)
        add_guard(&to, step->guarded.at[i]);
    ready->nplan_guarded = ready->guarded.len;
    collect_sets(ready->shell, &conditional, &names);
    each_text(run->arena, ready->shell, collect_text, &to);
    for (size_t i = 0; i < names.entries.len; i++)
        vb_map_add(&run->doubtful, names.entries.at[i].key, NULL)->num =
            names.entries.at[i].num;
    for (size_t i = 0; sources && i < run->doubtful.entries.len; i++)
        if (run->doubtful.entries.at[i].num != GIVEN &&
            ready->guarded.len < GUARDS_MAX)
            add_guard(&to, run->doubtful.entries.at[i].key);
    for (size_t i = 0; calls && i < run->function_reads.entries.len; i++)
        if (!run->function_reads.entries.at[i].num)
            add_guard(&to, run->function_reads.entries.at[i].key);
    /* What is called or sourced is not this text: any of them may be read. */
    ready->depths.at = NULL;
    ready->depths.len = ready->depths.cap = 0;
    for (size_t i = 0; i < ready->guarded.len; i++)
        if (calls || sources || vb_map_find(&depths, ready->guarded.at[i]))
            vb_vec_push(run->arena, &ready->depths, ready->guarded.at[i]);
    remember_functions(run, ready->shell);
}

/* ------------------------------------------------- before each command -- */

/* Does the text read the variable? A test looks at an empty one on purpose. */
typedef struct vb_wanted {
    vb_str name;
    bool found;
} vb_wanted;

static bool
find_read(void *user, const vb_shell *shell)
{
    vb_wanted *wanted = user;
    bool indirect = vb_str_starts(wanted->name, "!");
    vb_str name = indirect ? vb_str_from(wanted->name, 1) : wanted->name;

    for (size_t i = 0; i < shell->uses.len && !wanted->found; i++) {
        const vb_var_use *use = &shell->uses.at[i];

        wanted->found = vb_str_eq(use->name, name) &&
                        use->indirect == indirect && !use->has_default &&
                        !use->required &&
                        !(use->simple < shell->simples.len &&
                          vb_shape_test(&shell->simples.at[use->simple]));
    }
    return !wanted->found;
}

static bool
reads(vb_runner *run, const vb_shell *shell, vb_str name)
{
    vb_wanted wanted = {.name = name};

    each_text(&run->scratch, shell, find_read, &wanted);
    return wanted.found;
}

/* Only a program does harm with an empty word; the shell's own commands
 * (tests, echo, assignments) often look at one on purpose. */
static bool
starts_program(const vb_shell *shell)
{
    for (size_t i = 0; i < shell->simples.len; i++) {
        const vb_simple *simple = &shell->simples.at[i];

        if (simple->words.len && !(simple->words.at[0].is_static &&
                                   vb_shell_builtin(simple->words.at[0].text)))
            return true;
    }
    return false;
}

/* A here-document is not part of the command that bash shows. */
static bool
reads_document(vb_runner *run, vb_str name)
{
    const vb_shell *shell = run->now.ready->shell;

    for (size_t i = 0; i < shell->heredocs.len; i++)
        if (shell->heredocs.at[i].simple == run->now.simple &&
            is_document(shell, &shell->heredocs.at[i]) &&
            reads(run, read_document(&run->scratch, shell, i), name))
            return true;
    return false;
}

bool
vb_guard_stops(vb_runner *run, const vb_seen *seen)
{
    vb_now *now = &run->now;
    vb_shell *shell = NULL;

    for (size_t i = 0; i < now->ready->guarded.len && i < seen->guards.len;
         i++) {
        vb_str name = now->ready->guarded.at[i];

        if (seen->guards.ptr[i] != '0')
            continue;
        if (!shell)
            shell = vb_shell_read(&run->scratch, seen->text);
        if ((reads(run, shell, name) &&
             (i < now->ready->nplan_guarded || starts_program(shell))) ||
            reads_document(run, name)) {
            now->guarded = true;
            now->guard_name = name;
            now->failed_line = now->command_line;
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------ before the step -- */

typedef struct vb_asked {
    bool empty[GUARDS_MAX];
} vb_asked;

static bool
ignore_output(void *user, vb_stream stream, vb_str bytes, vb_error *err)
{
    (void)user, (void)stream, (void)bytes, (void)err;
    return true;
}

static vb_reply
on_asked(void *user, const vb_seen *seen)
{
    vb_asked *asked = user;

    for (size_t i = 0; i < seen->guards.len && i < GUARDS_MAX; i++)
        asked->empty[i] = seen->guards.ptr[i] == '0';
    return VB_REPLY_QUIET;
}

static bool
set_before(const vb_shell *shell, const vb_var_use *use)
{
    for (size_t i = 0; i < shell->sets.len; i++) {
        const vb_var_set *set = &shell->sets.at[i];

        if (vb_str_eq(set->name, use->name) && set->effect <= use->at &&
            set->kind != VB_SET_PREFIX && set->depth <= use->depth &&
            (set->kind != VB_SET_EXPORT || set->has_value))
            return true;
    }
    return false;
}

/* The use for which the variable must be there when the step begins. What a
 * guide has tested is left to the guard before each command; but no command
 * within a subshell or a function is shown to us. */
static const vb_var_use *
needed_at_start(const vb_ready_step *ready, vb_str name)
{
    const vb_shell *shell = ready->shell;
    bool tested = false;

    for (size_t i = 0; i < shell->uses.len; i++) {
        const vb_var_use *use = &shell->uses.at[i];
        const vb_simple *simple = use->simple < shell->simples.len
                                      ? &shell->simples.at[use->simple]
                                      : NULL;

        if (!vb_str_eq(use->name, name) || use->has_default || use->required ||
            use->arith || use->indirect || set_before(shell, use) ||
            (simple && use->simple < ready->from))
            continue;
        if (simple && vb_shape_test(simple))
            tested = true;
        else if (!tested || use->depth || shell->functions.len)
            return use;
    }
    return NULL;
}

/* Asks the live shell for what the plan guards; an empty one that the step
 * does not set itself stops it before anything of it has run. */
bool
vb_guard_start(vb_runner *run, vb_error *err)
{
    vb_now *now = &run->now;
    vb_asked asked = {.empty = {false}};
    vb_watch watch = {
        .user = &asked, .output = ignore_output, .command = on_asked};
    vb_frame frame = {.watch = true,
                      .guarded = now->ready->guarded.at,
                      .nguarded = now->ready->nplan_guarded,
                      .body = VB_STR(":\n")};
    vb_end end;
    vb_buf text;
    bool ok;

    if (frame.nguarded > GUARDS_MAX)
        frame.nguarded = GUARDS_MAX;
    if (!frame.nguarded)
        return true;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_frame_write(&frame, &text);
    ok = vb_session_run(run->session, vb_buf_view(&text), &watch, &end, err);
    vb_buf_release(&text);
    for (size_t i = 0; ok && i < frame.nguarded && !now->guarded; i++) {
        vb_str name = frame.guarded[i];
        const vb_var_use *use =
            asked.empty[i] ? needed_at_start(now->ready, name) : NULL;
        uint32_t line = 0;

        if (!use)
            continue;
        if (use->simple < now->ready->shell->simples.len)
            line = now->ready->shell->simples.at[use->simple].line;
        now->guarded = true;
        now->guard_name = name;
        now->failed_line = vb_source_line_of(now->step, line);
    }
    return ok;
}
