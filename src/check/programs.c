#include "check/programs.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/json.h"
#include "base/node.h"
#include "base/spawn.h"
#include "rehearse/text.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    ASK_MS = 60 * 1000,     /* one start */
    ALL_MS = 5 * 60 * 1000, /* the whole check */
    ASK_OUTPUT = 2 * 1024 * 1024,
    STARTS_MAX = 1000, /* programs that are started in one check */
    WORDS_MAX = 24,
};

static const vb_probe shipped[] = {
    {"kubectl", VB_PROBE_HELP, "--help", "options"},
    {"helm", VB_PROBE_HELP, "--help", NULL},
    {"eksctl", VB_PROBE_HELP, "--help", NULL},
    {"gcloud", VB_PROBE_GCLOUD, NULL, NULL},
    {"aws", VB_PROBE_COMPLETER, "aws_completer", NULL},
};

struct vb_programs {
    vb_arena arena;
    bool ask;
    VB_VEC(vb_probe) probes; /* the users' first */
    vb_cache *said;          /* command line -> vb_said */
    vb_cache *surfaces;      /* folder -> vb_surfaces, or NULL */
    const char *folder;
    int64_t end_ns; /* nothing is started any more */
    char *scratch;  /* where programs are started; NULL: not made */
    const char *env[WORDS_MAX];
};

/* ------------------------------------------------------ open and close -- */

/* "NAME", "NAME=help:-h", "NAME=completer:PROGRAM" */
static bool
add_probe(vb_programs *p, vb_str spec, vb_error *err)
{
    size_t equals = vb_str_chr(spec, '=');
    vb_str name = vb_str_sub(spec, 0, equals);
    vb_str how =
        equals == VB_NPOS ? VB_STR("help") : vb_str_from(spec, equals + 1);
    size_t colon = vb_str_chr(how, ':');
    vb_str with = colon == VB_NPOS ? (vb_str){0} : vb_str_from(how, colon + 1);
    vb_probe probe = {.name = vb_str_dup(&p->arena, name),
                      .with = vb_str_dup(&p->arena, with)};

    how = vb_str_sub(how, 0, colon);
    if (vb_str_eqc(how, "help")) {
        probe.how = VB_PROBE_HELP;
        if (with.len == 0)
            probe.with = "--help";
    } else if (vb_str_eqc(how, "completer") && with.len) {
        probe.how = VB_PROBE_COMPLETER;
    } else {
        return vb_fail(err,
                       "'%.*s' is no probe; NAME, NAME=help:OPTION and "
                       "NAME=completer:PROGRAM are",
                       VB_ARG(spec));
    }
    if (!vb_plain_word(name))
        return vb_fail(err, "'%.*s' is no program's name", VB_ARG(name));
    vb_vec_push(&p->arena, &p->probes, probe);
    return true;
}

/* Nothing of the caller's surroundings but the path: no configuration, no
 * credentials, no proxy; what it says about the network is "no". */
static void
set_environment(vb_programs *p)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char *path = getenv("PATH");
    size_t n = 0;

    p->env[n++] =
        vb_str_fmt(&p->arena, "PATH=%s", path ? path : "/usr/bin:/bin").ptr;
    p->env[n++] = vb_str_fmt(&p->arena, "HOME=%s", p->scratch).ptr;
    p->env[n++] = vb_str_fmt(&p->arena, "TMPDIR=%s", p->scratch).ptr;
    p->env[n++] =
        vb_str_fmt(&p->arena, "CLOUDSDK_CONFIG=%s/gcloud", p->scratch).ptr;
    p->env[n++] = vb_str_fmt(&p->arena, "KUBECONFIG=%s/none", p->scratch).ptr;
    p->env[n++] = "LC_ALL=C.UTF-8";
    p->env[n++] = "COLUMNS=200";
    p->env[n++] = "NO_COLOR=1";
    p->env[n++] = "AWS_PAGER=";
    p->env[n++] = "AWS_EC2_METADATA_DISABLED=true";
    p->env[n++] = "CLOUDSDK_CORE_DISABLE_PROMPTS=1";
    p->env[n++] = "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=1";
    p->env[n++] = "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK=1";
}

static bool
make_scratch(vb_programs *p, vb_error *err)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char *dir = getenv("TMPDIR");

    p->scratch =
        vb_str_dup(&p->arena, vb_str_fmt(&p->arena, "%s/verbatim-ask-XXXXXX",
                                         dir && dir[0] == '/' ? dir : "/tmp"));
    if (!mkdtemp(p->scratch)) {
        vb_fail_errno(err, "cannot make '%s'", p->scratch);
        p->scratch = NULL;
        return false;
    }
    set_environment(p);
    return true;
}

/* Beside the program in its checkout, or where it was installed. */
static const char *
shipped_surfaces(vb_arena *arena)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    vb_str path;

    if (n > 0) {
        path = vb_str_fmt(arena, "%.*s/../fixtures/scenarios",
                          VB_ARG(vb_path_dir(vb_str_n(exe, (size_t)n))));
        if (vb_is_dir(path.ptr))
            return path.ptr;
        path = vb_str_fmt(arena, "%.*s/../share/verbatim/scenarios",
                          VB_ARG(vb_path_dir(vb_str_n(exe, (size_t)n))));
        if (vb_is_dir(path.ptr))
            return path.ptr;
    }
    return VB_PREFIX "/share/verbatim/scenarios";
}

bool
vb_programs_open(const vb_programs_opts *opts, vb_programs **out, vb_error *err)
{
    vb_programs *p = vb_heap_alloc(sizeof *p);
    bool ok = true;

    *p = (vb_programs){.ask = opts->ask};
    p->end_ns = vb_clock_mono_ns() + ALL_MS * INT64_C(1000000);
    p->said = vb_cache_new();
    p->surfaces = vb_cache_new();
    p->folder = opts->surfaces ? opts->surfaces : shipped_surfaces(&p->arena);
    if (opts->surfaces && !vb_is_dir(opts->surfaces))
        ok = vb_fail(err, "'%s' is no folder", opts->surfaces);
    for (size_t i = 0; i < opts->nprobes && ok; i++)
        ok = add_probe(p, opts->probes[i], err);
    for (size_t i = 0; i < VB_COUNT(shipped); i++)
        vb_vec_push(&p->arena, &p->probes, shipped[i]);
    if (ok && p->ask)
        ok = make_scratch(p, err);
    if (!ok) {
        vb_programs_close(p);
        return false;
    }
    *out = p;
    return true;
}

void
vb_programs_close(vb_programs *p)
{
    if (!p)
        return;
    /* What programs left there is of no use to anybody. */
    if (p->scratch && !vb_remove_tree(p->scratch, NULL))
        p->scratch = NULL;
    vb_cache_free(p->said);
    vb_cache_free(p->surfaces);
    vb_arena_release(&p->arena);
    vb_heap_free(p);
}

/* ------------------------------------------------------------- starting -- */

typedef struct start {
    vb_programs *p;
    const char *const *argv;
    const char *line;
} start;

static void *
run(vb_arena *arena, vb_str key, void *user)
{
    const start *s = user;
    const char *env[WORDS_MAX + 2];
    vb_spawn_opts opts = {.argv = s->argv,
                          .env = env,
                          .dir = s->p->scratch,
                          .timeout_ms = ASK_MS,
                          .max_output = ASK_OUTPUT};
    vb_said *said = VB_NEW(arena, vb_said);
    vb_spawned r;
    size_t n = 0;

    (void)key;
    while (s->p->env[n]) {
        env[n] = s->p->env[n];
        n++;
    }
    if (s->line) {
        env[n++] = vb_str_fmt(arena, "COMP_LINE=%s", s->line).ptr;
        env[n++] =
            vb_str_fmt(arena, "COMP_POINT=%zu", vb_str_c(s->line).len).ptr;
    }
    env[n] = NULL;
    if (vb_cache_count(s->p->said) > STARTS_MAX ||
        vb_clock_mono_ns() > s->p->end_ns)
        return said;
    if (vb_spawn(&opts, &r, NULL) && !r.timed_out) {
        said->answered = true;
        said->status = r.status;
        said->out = vb_str_copy(arena, vb_buf_view(&r.out));
        said->err = vb_str_copy(arena, vb_buf_view(&r.err));
    }
    vb_spawned_release(&r);
    return said;
}

const vb_said *
vb_programs_start(vb_programs *p, const char *const *argv, const char *line)
{
    start s = {p, argv, line};
    vb_buf key;
    const vb_said *said;

    vb_buf_init(&key, VB_BUF_NO_MAX);
    for (size_t i = 0; argv[i]; i++)
        vb_buf_fmt(&key, "%s\x1f", argv[i]);
    if (line)
        vb_buf_fmt(&key, "\x1f%s", line);
    said = vb_cache_get(p->said, vb_buf_view(&key), run, &s);
    vb_buf_release(&key);
    return said;
}

/* --------------------------------------------------------------- asking -- */

bool
vb_plain_word(vb_str word)
{
    if (word.len == 0 || word.len > 64 || !vb_is_alnum(word.ptr[0]))
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (!vb_is_word(word.ptr[i]) && word.ptr[i] != '-')
            return false;
    return true;
}

vb_str
vb_near_name(vb_str name, const vb_str *names, size_t count)
{
    return vb_sim_nearest(name, names, count);
}

static void *
read_surfaces(vb_arena *arena, vb_str folder, void *user)
{
    (void)user;
    return vb_surfaces_read(arena, vb_str_dup(arena, folder), NULL);
}

static const vb_surfaces *
surfaces_of(vb_programs *p)
{
    return vb_cache_get(p->surfaces, vb_str_c(p->folder), read_surfaces, NULL);
}

static const vb_probe *
probe_of(const vb_programs *p, vb_str name)
{
    for (size_t i = 0; i < p->probes.len; i++)
        if (vb_str_eqc(name, p->probes.at[i].name))
            return &p->probes.at[i];
    return NULL;
}

static vb_asked
ask_probe(vb_programs *p, const vb_probe *probe, vb_arena *arena,
          const vb_map *prepared, const vb_call *call)
{
    switch (probe->how) {
    case VB_PROBE_HELP:
        return vb_ask_help(p, probe, arena, call);
    case VB_PROBE_COMPLETER:
        return vb_ask_completer(p, probe, arena, call);
    case VB_PROBE_GCLOUD:
        return vb_ask_gcloud(arena, prepared, call);
    }
    return (vb_asked){VB_REFUSES_TO_TELL, 0, {0}, {0}, {0}};
}

const char *
vb_programs_file(vb_programs *p, vb_arena *arena, vb_str content)
{
    const char *path =
        vb_str_fmt(arena, "%s/%s.json", p->scratch, vb_sha256(content).hex).ptr;

    return vb_write_file(path, content, 0600, NULL) ? path : NULL;
}

/* All of a document's lines for gcloud, which takes a second to start. */
static const vb_map *
lint_gcloud(vb_programs *p, vb_arena *arena, const vb_map *lines)
{
    const char *argv[] = {"gcloud", "meta", "lint-gcloud-commands", NULL, NULL};
    vb_map *results = VB_NEW(arena, vb_map);
    const vb_said *said;
    const vb_node *list;
    const char *file;
    vb_diags diags;
    vb_json json;
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_json_init(&json, &out);
    vb_json_array(&json, NULL);
    for (size_t i = 0; i < lines->entries.len; i++) {
        vb_json_object(&json, NULL);
        vb_json_str(&json, "command_string", lines->entries.at[i].key);
        vb_json_end(&json, '}');
    }
    vb_json_end(&json, ']');
    file = vb_programs_file(p, arena, vb_buf_view(&out));
    vb_buf_release(&out);
    if (!file)
        return NULL;
    argv[3] = vb_str_fmt(arena, "--commands-file=%s", file).ptr;
    said = vb_programs_start(p, argv, NULL);
    vb_diags_init(&diags, arena);
    vb_map_init(results, arena);
    list = said->answered ? vb_json_read(said->out, "gcloud", arena, &diags)
                          : NULL;
    for (size_t i = 0; list && list->kind == VB_NODE_LIST && i < list->len &&
                       i < lines->entries.len;
         i++)
        vb_map_add(results, lines->entries.at[i].key, NULL)->ptr =
            list->items[i];
    return results;
}

const vb_map *
vb_programs_prepare(vb_programs *p, vb_arena *arena, const vb_calls *calls,
                    size_t ncalls)
{
    vb_map lines;
    bool open;

    if (!p->ask || !vb_on_path("gcloud"))
        return NULL;
    vb_map_init(&lines, arena);
    for (size_t i = 0; i < ncalls; i++)
        for (size_t k = 0; k < calls[i].list.len; k++)
            if (vb_str_eqc(calls[i].list.at[k].program, "gcloud"))
                vb_map_add(&lines,
                           vb_gcloud_string(arena, &calls[i].list.at[k], &open),
                           NULL);
    return lines.entries.len ? lint_gcloud(p, arena, &lines) : NULL;
}

vb_asked
vb_programs_ask(vb_programs *p, vb_arena *arena, const vb_map *prepared,
                const vb_call *call)
{
    const vb_probe *probe = probe_of(p, call->program);
    vb_asked asked = {.kind = VB_REFUSES_TO_TELL, .word = call->program};
    const vb_surfaces *surfaces;
    bool told;

    if (!probe)
        return (vb_asked){.kind = VB_REFUSES_NOTHING};
    if (p->ask && vb_on_path(probe->name))
        asked = ask_probe(p, probe, arena, prepared, call);
    told = asked.kind != VB_REFUSES_TO_TELL;
    if (told && asked.kind != VB_REFUSES_NOTHING)
        return asked;
    surfaces = surfaces_of(p);
    if (surfaces) {
        vb_asked described = vb_ask_surface(surfaces, arena, call, told);

        if (!told || described.kind == VB_REFUSES_MISSING)
            return described;
    }
    return asked;
}
