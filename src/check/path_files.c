#include "check/path_files.h"

#include "check/calls.h"

#include "base/banned.h"

typedef struct files {
    vb_checker *checker;
    const vb_plan *plan;
    vb_map named;   /* words with a dot in the prose, tables and links */
    vb_map met;     /* words with a dot in the commands so far */
    vb_map writers; /* file -> the first step that writes it */
    bool elsewhere; /* the reader stands in a folder that the guide did not
                       fill */
} files;

vb_loc
vb_path_place(const vb_plan *plan, const vb_step *step, vb_str text)
{
    vb_loc loc = {.file = NULL};
    vb_str rest, line;

    (void)plan;
    if (!step)
        return loc;
    loc = step->loc;
    rest = step->body;
    for (size_t n = 0; vb_str_line(&rest, &line); n++) {
        size_t at = vb_str_find(line, text);

        if (at == VB_NPOS || n >= step->body_lines.len)
            continue;
        loc.line = step->body_lines.at[n];
        loc.col = (uint32_t)at + 1;
        return loc;
    }
    return loc;
}

static bool
in_name(char c)
{
    return vb_is_word(c) || c == '-' || c == '.';
}

/* The next run of a file name's characters that has a dot inside. */
static bool
next_name(vb_str *rest, vb_str *name)
{
    while (rest->len) {
        size_t n = 0;

        while (rest->len && !in_name(rest->ptr[0]))
            *rest = vb_str_from(*rest, 1);
        while (n < rest->len && in_name(rest->ptr[n]))
            n++;
        *name = vb_str_sub(*rest, 0, n);
        *rest = vb_str_from(*rest, n);
        while (vb_str_ends(*name, "."))
            name->len--;
        if (vb_str_chr(*name, '.') != VB_NPOS)
            return true;
    }
    return false;
}

static void
note_names(vb_map *map, vb_str text)
{
    vb_str name;

    while (next_name(&text, &name))
        vb_map_add(map, name, NULL);
}

static void
note_prose(files *f)
{
    const vb_doc *doc = f->plan->doc;

    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *block = &doc->blocks.at[i];

        if (block->kind == VB_BLOCK_PROSE || block->kind == VB_BLOCK_HEADING) {
            note_names(&f->named, block->text);
            for (size_t k = 0; k < block->spans.len; k++)
                note_names(&f->named, block->spans.at[k].url);
            f->elsewhere |= vb_str_ihas(block->text, "clone") ||
                            vb_str_ihas(block->text, "repository root") ||
                            vb_str_ihas(block->text, "root of the repo");
        }
        note_names(&f->named, block->label);
        for (size_t c = 0;
             block->kind == VB_BLOCK_TABLE &&
             c < (size_t)block->table->columns * block->table->rows;
             c++)
            note_names(&f->named, block->table->cells[c].text);
    }
}

static vb_str
without_dot_slash(vb_str name)
{
    while (vb_str_starts(name, "./"))
        name = vb_str_from(name, 2);
    return name;
}

static void
note_writers(files *f)
{
    for (size_t i = 0; i < f->plan->steps.len; i++) {
        const vb_step *step = &f->plan->steps.at[i];
        bool added;
        vb_map_entry *entry;

        for (size_t k = 0; k < step->writes.len; k++) {
            entry = vb_map_add(&f->writers,
                               without_dot_slash(step->writes.at[k]), &added);
            if (added)
                entry->num = i;
        }
        if (step->kind != VB_KIND_FILE)
            continue;
        entry = vb_map_add(&f->writers, without_dot_slash(step->name), &added);
        if (added || f->plan->steps.at[entry->num].kind != VB_KIND_FILE)
            entry->num = i;
    }
}

/* Programs that bring files the guide does not show. */
static bool
brings_files(const vb_call *call)
{
    static const char *const programs[] = {
        "git",    "tar",   "unzip", "cd",        "npx",          "npm",
        "gh",     "pushd", "degit", "pulumi",    "copier",       "kubebuilder",
        "go",     "rsync", "scp",   "kustomize", "cookiecutter", "make",
        "docker", "yarn",  "pnpm",  "poetry",    "terraform",    "operator-sdk",
    };

    return VB_STR_AMONG(call->program, programs) ||
           (vb_str_eqc(call->program, "helm") && call->words.len > 1 &&
            (vb_str_eqc(call->words.at[1], "pull") ||
             vb_str_eqc(call->words.at[1], "create") ||
             vb_str_eqc(call->words.at[1], "fetch")));
}

/* A plain name that a person has beside the page: "values.yaml". */
static bool
is_plain_file(vb_str name)
{
    static const char *const kinds[] = {".yaml", ".yml", ".json", ".toml",
                                        ".env",  ".sql", ".conf", ".txt",
                                        ".ini",  ".hcl", ".pem",  ".crt"};

    for (size_t i = 0; i < name.len; i++)
        if (!in_name(name.ptr[i]))
            return false;
    for (size_t i = 0; i < VB_COUNT(kinds); i++)
        if (vb_str_ends(name, kinds[i]) && name.len > vb_str_c(kinds[i]).len)
            return true;
    return false;
}

static void
report_early(files *f, const vb_step *reader, const vb_step *writer,
             vb_str name)
{
    vb_finding *found = vb_find(
        f->checker, "P105", f->plan, vb_path_place(f->plan, reader, name),
        "'%.*s' is read before it is written", VB_ARG(name));

    found->width = (uint32_t)name.len;
    found->other = writer->loc;
    found->other_message = VB_STR("it is written here");
}

/* Where the step stands in the text; the plan may have moved it. */
static uint32_t
text_order(const vb_plan *plan, const vb_step *step)
{
    return plan->readings.at[step->reading].block;
}

static bool
writes(const vb_step *step, vb_str name)
{
    for (size_t i = 0; i < step->writes.len; i++)
        if (vb_str_eq(without_dot_slash(step->writes.at[i]), name))
            return true;
    return false;
}

/* A file that an option of a command reads. */
static void
check_read(files *f, const vb_step *step, vb_str name)
{
    const vb_map_entry *entry;
    const vb_step *writer;

    name = without_dot_slash(name);
    if (!is_plain_file(name) || vb_map_find(&f->met, name) ||
        writes(step, name))
        return;
    entry = vb_map_find(&f->writers, name);
    writer = entry ? &f->plan->steps.at[entry->num] : NULL;
    if (writer && text_order(f->plan, writer) > text_order(f->plan, step)) {
        report_early(f, step, writer, name);
    } else if (!writer && !f->elsewhere && !vb_map_find(&f->named, name)) {
        vb_finding *found = vb_find(
            f->checker, "P109", f->plan, vb_path_place(f->plan, step, name),
            "'%.*s' is read, but no step writes it and the text does "
            "not name it",
            VB_ARG(name));

        found->width = (uint32_t)name.len;
    }
}

static void
check_call_reads(files *f, const vb_call *call)
{
    static const char *const options[] = {
        "-f",
        "--filename",
        "--values",
        "--config-file",
        "--config",
        "--from-file",
        "--from-env-file",
        "--policy-document",
        "--assume-role-policy-document",
        "--cli-input-json",
        "--env-file",
    };
    const vb_step *step = &f->plan->steps.at[call->step];

    for (size_t i = 1; i < call->words.len; i++) {
        vb_str word = call->words.at[i], value = {0};
        size_t equals = vb_str_chr(word, '=');

        if (!VB_STR_AMONG(
                vb_str_sub(word, 0, equals == VB_NPOS ? word.len : equals),
                options))
            continue;
        if (equals != VB_NPOS)
            value = vb_str_from(word, equals + 1);
        else if (i + 1 < call->words.len)
            value = call->words.at[i + 1];
        if (vb_str_starts(value, "file://"))
            value = vb_str_from(value, 7);
        equals = vb_str_chr(value, '='); /* --from-file=key=name.json */
        check_read(f, step,
                   equals == VB_NPOS ? value : vb_str_from(value, equals + 1));
    }
}

/* What a FILE step writes below a command that reads it in any way. */
static void
check_step_reads(files *f, const vb_step *step)
{
    for (size_t k = 0; k < step->reads.len; k++) {
        vb_str name = without_dot_slash(step->reads.at[k]);
        const vb_map_entry *entry = vb_map_find(&f->writers, name);
        const vb_step *writer;

        if (!entry || writes(step, name))
            continue;
        writer = &f->plan->steps.at[entry->num];
        if (writer->kind == VB_KIND_FILE &&
            text_order(f->plan, writer) > text_order(f->plan, step))
            report_early(f, step, writer, name);
    }
}

void
vb_check_path_files(vb_checker *checker, const vb_plan *plan)
{
    files f = {.checker = checker, .plan = plan};
    const vb_calls *calls = vb_calls_of(checker, plan);

    vb_map_init(&f.named, checker->arena);
    vb_map_init(&f.met, checker->arena);
    vb_map_init(&f.writers, checker->arena);
    note_prose(&f);
    note_writers(&f);
    for (size_t i = 0; i < plan->steps.len; i++)
        check_step_reads(&f, &plan->steps.at[i]);
    for (size_t i = 0; i < calls->list.len; i++) {
        const vb_call *call = &calls->list.at[i];

        f.elsewhere |= brings_files(call);
        check_call_reads(&f, call);
        for (size_t k = 0; k < call->words.len; k++)
            note_names(&f.met, call->words.at[k]);
    }
}
