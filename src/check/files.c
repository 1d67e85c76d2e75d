/* The files that a guide has its reader write: can their readers read them? */
#include "check/check.h"

#include "base/cache.h"
#include "base/io.h"
#include "base/node.h"
#include "check/schema.h"
#include "check/syntax.h"

#include "base/banned.h"

enum { SCHEMA_MAX = 16 * 1024 * 1024 };

static const vb_rule rules[] = {
    {"F001", VB_ERROR, "a YAML file is YAML",
     "The program that reads the file refuses it, with a message about a line "
     "that the reader only copied.",
     "Create the file `app.yaml`:\n\n```yaml\nmetadata:\n  name: demo\n "
     "labels: "
     "{}\n```\n",
     "Create the file `app.yaml`:\n\n```yaml\nmetadata:\n  name: demo\n  "
     "labels: {}\n```\n"},
    {"F002", VB_ERROR, "a JSON file is JSON",
     "The program that reads the file refuses it.",
     "Create the file `policy.json`:\n\n```json\n{\"Version\": "
     "\"2012-10-17\",}\n```\n",
     "Create the file `policy.json`:\n\n```json\n{\"Version\": "
     "\"2012-10-17\"}\n```\n"},
    {"F003", VB_WARNING, "a version in YAML is in quotes",
     "Without quotes 1.20 is the number 1.2, and another version is what the "
     "program gets.",
     "Create the file `cluster.yaml`:\n\n```yaml\nmetadata:\n  version: "
     "1.20\n```\n",
     "Create the file `cluster.yaml`:\n\n```yaml\nmetadata:\n  version: "
     "\"1.20\"\n```\n"},
    {"F004", VB_WARNING,
     "a word that YAML 1.1 takes for a boolean is in quotes",
     "Many programs read 'no', 'off' and 'y' as false and true.",
     "Create the file `app.yaml`:\n\n```yaml\ndata:\n  country: no\n```\n",
     "Create the file `app.yaml`:\n\n```yaml\ndata:\n  country: "
     "\"no\"\n```\n"},
    {"F005", VB_ERROR, "YAML is indented with spaces",
     "A tab is not allowed there; the file is refused.",
     "Create the file `app.yaml`:\n\n```yaml\nmetadata:\n\tname: demo\n```\n",
     "Create the file `app.yaml`:\n\n```yaml\nmetadata:\n  name: demo\n```\n"},
    {"F006", VB_ERROR, "a TOML file is TOML, and has each key once",
     "The program that reads the file refuses it.",
     "Create the file `app.toml`:\n\n```toml\n[server]\nhost = "
     "localhost\n```\n",
     "Create the file `app.toml`:\n\n```toml\n[server]\nhost = "
     "\"localhost\"\n```\n"},
    {"F007", VB_ERROR, "an HCL file is HCL",
     "Terraform, and whoever else reads the file, refuses it.",
     "Create the file `main.tf`:\n\n```hcl\nresource \"null_resource\" \"a\" "
     "{\n  count = 1\n```\n",
     "Create the file `main.tf`:\n\n```hcl\nresource \"null_resource\" \"a\" "
     "{\n  count = 1\n}\n```\n"},
    {"F008", VB_ERROR, "an INI file has sections, names and values",
     "The program that reads the file refuses it, or leaves the line out.",
     "Create the file `app.ini`:\n\n```ini\n[server\nport = 80\n```\n",
     "Create the file `app.ini`:\n\n```ini\n[server]\nport = 80\n```\n"},
    {"F009", VB_NOTE, "a number in YAML is the same for all its readers",
     "With a leading zero it is octal in YAML 1.1 and decimal in YAML 1.2; "
     "with colons it counts to sixty in YAML 1.1 and is a text in YAML 1.2.",
     "Create the file `app.yaml`:\n\n```yaml\nfile:\n  mode: 0644\n```\n",
     "Create the file `app.yaml`:\n\n```yaml\nfile:\n  mode: "
     "\"0644\"\n```\n"},
    {"F010", VB_ERROR, "a file fits the schema of its kind",
     "The program that reads the file refuses it, or takes a misspelt key for "
     "none at all. Schemas come from the folder that --schemas names.",
     NULL, NULL},
};

const vb_rule_family vb_rules_files = {
    "files", "the files that a guide shows can be read by their readers", rules,
    VB_COUNT(rules)};

typedef struct file {
    vb_checker *checker;
    const vb_plan *plan;
    const vb_step *step;
    uint32_t skipped; /* lines of the body before the document that is read */
} file;

/* The place of line 'n' (1-based) and column 'col' of what is read. */
static vb_loc
place(const file *f, uint32_t n, uint32_t col)
{
    vb_loc loc = f->step->loc;
    const vb_block *block =
        &f->plan->doc->blocks.at[f->plan->readings.at[f->step->reading].block];

    n += f->skipped;
    if (n >= 1 && n <= f->step->body_lines.len) {
        loc.line = f->step->body_lines.at[n - 1];
        loc.col = col + block->indent;
    }
    return loc;
}

/* True when the file has a tab as indentation, which the YAML reader would
 * only report in its own words. */
static bool
check_tabs(const file *f)
{
    vb_str rest = f->step->body, line;

    for (uint32_t n = 1; vb_str_line(&rest, &line); n++) {
        size_t i = 0;

        while (i < line.len && line.ptr[i] == ' ')
            i++;
        if (i < line.len && line.ptr[i] == '\t') {
            vb_find(f->checker, "F005", f->plan, place(f, n, (uint32_t)i + 1),
                    "a tab in the indentation of YAML");
            return true;
        }
    }
    return false;
}

static bool
is_version_key(vb_str key)
{
    return vb_str_eqc(key, "version") || vb_str_ends(key, "Version") ||
           vb_str_ends(key, "_version");
}

static bool
loses_zero(vb_str number)
{
    return vb_str_chr(number, '.') != VB_NPOS && vb_str_ends(number, "0");
}

static bool
was_boolean(vb_str word)
{
    static const char *const words[] = {"yes", "no", "on", "off", "y", "n"};

    return VB_STR_IAMONG(word, words);
}

/* "0644" */
static bool
is_octal(vb_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < '0' || word.ptr[i] > '7')
            return false;
    return word.len > 1 && word.ptr[0] == '0';
}

/* "22:22", as YAML 1.1 writes numbers to the base of sixty */
static bool
is_sexagesimal(vb_str word)
{
    vb_str part;
    size_t parts = 0;

    if (word.len == 0 || word.ptr[0] == '0')
        return false;
    while (vb_str_field(&word, ':', &part)) {
        uint64_t n;

        if (!vb_str_u64(part, &n) || (parts && (part.len > 2 || n > 59)))
            return false;
        parts++;
    }
    return parts > 1;
}

static void
check_number(const file *f, const vb_node *value, vb_loc loc)
{
    bool octal = is_octal(value->str);
    vb_finding *found;

    if (value->quoted || !(octal || is_sexagesimal(value->str)))
        return;
    found = vb_find(f->checker, "F009", f->plan, loc,
                    octal ? "'%.*s' is octal for some readers and decimal "
                            "for others"
                          : "'%.*s' is a number to the base of sixty for "
                            "readers of YAML 1.1",
                    VB_ARG(value->str));
    found->width = (uint32_t)value->str.len;
    found->hint = octal ? VB_STR("put it in quotes, or write 0o and the digits "
                                 "where YAML 1.2 is read")
                        : VB_STR("put it in quotes");
}

static void
check_scalar(const file *f, vb_str key, const vb_node *value)
{
    vb_loc loc = place(f, value->loc.line, value->loc.col);

    check_number(f, value, loc);
    if (value->kind == VB_NODE_REAL &&
        (loses_zero(value->str) || is_version_key(key))) {
        vb_finding *found =
            vb_find(f->checker, "F003", f->plan, loc,
                    "'%.*s' is a number here: '%.*s' loses its zeros or "
                    "becomes a float",
                    VB_ARG(key), VB_ARG(value->str));

        found->width = (uint32_t)value->str.len;
        found->hint = VB_STR("put it in quotes");
    }
    if (value->kind == VB_NODE_STR && !value->quoted &&
        was_boolean(value->str)) {
        vb_finding *found = vb_find(
            f->checker, "F004", f->plan, loc,
            "'%.*s' is a boolean for readers of YAML 1.1", VB_ARG(value->str));

        found->width = (uint32_t)value->str.len;
        found->hint = VB_STR("put it in quotes, or write true or false");
    }
}

/* All scalars of the tree; nodes reached through an alias once. */
static void
check_scalars(const file *f, const vb_node *top)
{
    VB_VEC(const vb_node *) todo = {0};
    vb_arena scratch = {0};

    vb_vec_push(&scratch, &todo, top);
    for (size_t done = 0; done < todo.len && done < 100000; done++) {
        const vb_node *node = todo.at[done];

        for (size_t i = 0; i < node->len; i++) {
            const vb_node *child = node->items[i];
            vb_str key =
                node->kind == VB_NODE_MAP ? node->keys[i]->str : (vb_str){0};

            if (child->kind == VB_NODE_MAP || child->kind == VB_NODE_LIST)
                vb_vec_push(&scratch, &todo, child);
            else
                check_scalar(f, key, child);
        }
    }
    vb_arena_release(&scratch);
}

static void
report(const file *f, const char *rule, const vb_diags *diags)
{
    for (size_t i = 0; i < diags->list.len; i++) {
        const vb_diag *diag = &diags->list.at[i];

        if (diag->severity == VB_ERROR)
            vb_find(f->checker, rule, f->plan,
                    place(f, diag->loc.line, diag->loc.col), "%.*s",
                    VB_ARG(diag->message));
    }
}

/* Templates are not YAML until somebody has filled them in. */
static bool
is_template(vb_str text)
{
    return vb_str_has(text, "{{") || vb_str_has(text, "{%") ||
           vb_str_has(text, "<%");
}

/* A schema of --schemas; NULL when it is not there or is none. */
static void *
read_schema(vb_arena *arena, vb_str path, void *user)
{
    vb_diags diags;
    vb_str text;

    (void)user;
    vb_diags_init(&diags, arena);
    if (!vb_read_file_arena(vb_str_dup(arena, path), SCHEMA_MAX, arena, &text,
                            NULL))
        return NULL;
    return (void *)vb_json_read(text, "schema", arena, &diags);
}

static const vb_node *
schema_named(const file *f, vb_str name)
{
    const vb_check_opts *opts = f->checker->opts;
    char *lower = vb_str_dup(f->checker->arena, name);

    for (size_t i = 0; lower[i]; i++) {
        lower[i] = vb_lower(lower[i]);
        if (lower[i] == '/')
            return NULL;
    }
    return vb_cache_get(
        opts->schema_cache,
        vb_str_fmt(f->checker->arena, "%s/%s.json", opts->schemas, lower),
        read_schema, NULL);
}

/* "apps/v1", "Deployment" -> deployment-apps-v1.json, as the collections of
 * Kubernetes' schemas are named; of a group the first word counts. Else
 * NAME.schema.json for a file NAME. */
static const vb_node *
schema_of(const file *f, const vb_node *tree)
{
    vb_str kind = vb_node_str(tree, "kind", (vb_str){0});
    vb_str version = vb_node_str(tree, "apiVersion", (vb_str){0});
    vb_arena *arena = f->checker->arena;
    size_t slash = vb_str_chr(version, '/');
    vb_str group;

    if (kind.len == 0 || version.len == 0)
        return schema_named(f, vb_str_fmt(arena, "%.*s.schema",
                                          VB_ARG(vb_path_base(f->step->name))));
    if (slash == VB_NPOS)
        return schema_named(
            f, vb_str_fmt(arena, "%.*s-%.*s", VB_ARG(kind), VB_ARG(version)));
    group = vb_str_sub(version, 0, slash);
    group = vb_str_sub(group, 0, vb_str_chr(group, '.'));
    return schema_named(f, vb_str_fmt(arena, "%.*s-%.*s-%.*s", VB_ARG(kind),
                                      VB_ARG(group),
                                      VB_ARG(vb_str_from(version, slash + 1))));
}

static void
check_schema(const file *f, const vb_node *tree)
{
    const vb_node *schema;
    vb_schema_faults faults = {0};

    if (!f->checker->opts->schemas)
        return;
    schema = schema_of(f, tree);
    if (!schema || !vb_schema_check(f->checker->arena, schema, tree, &faults))
        return;
    for (size_t i = 0; i < faults.list.len; i++) {
        const vb_schema_fault *fault = &faults.list.at[i];
        uint32_t line = fault->at->loc.line ? fault->at->loc.line : 1;
        uint32_t col = fault->at->loc.col ? fault->at->loc.col : 1;

        vb_find(f->checker, "F010", f->plan, place(f, line, col), "'%.*s' %.*s",
                VB_ARG(fault->path.len ? fault->path : f->step->name),
                VB_ARG(fault->message));
    }
}

/* One document of a stream. */
static void
check_yaml_document(const file *f, vb_str text)
{
    vb_diags diags;
    const vb_node *tree;

    vb_diags_init(&diags, f->checker->arena);
    tree = vb_yaml_read(text, f->step->loc.file, f->checker->arena, &diags);
    report(f, "F001", &diags);
    if (tree) {
        check_scalars(f, tree);
        check_schema(f, tree);
    }
}

static void
check_yaml(file *f)
{
    vb_str rest = f->step->body, line;
    const char *start = rest.ptr;

    if (is_template(rest) || check_tabs(f))
        return;
    for (uint32_t n = 1; vb_str_line(&rest, &line); n++) {
        if (!vb_str_eqc(vb_str_rtrim(line), "---"))
            continue;
        check_yaml_document(f, vb_str_n(start, (size_t)(line.ptr - start)));
        start = rest.ptr;
        f->skipped = n;
    }
    check_yaml_document(f, vb_str_n(start, (size_t)(rest.ptr - start)));
    f->skipped = 0;
}

static void
check_json(const file *f)
{
    vb_diags diags;

    const vb_node *tree = NULL;

    vb_diags_init(&diags, f->checker->arena);
    if (!is_template(f->step->body))
        tree = vb_json_read(f->step->body, f->step->loc.file, f->checker->arena,
                            &diags);
    report(f, "F002", &diags);
    if (tree)
        check_schema(f, tree);
}

static bool
ends_in(vb_str name, const char *const *endings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (vb_str_ends(name, endings[i]))
            return true;
    return false;
}

/* The kinds of files of which only the syntax is looked at. */
static void
check_syntax(const file *f)
{
    static const char *const hcl[] = {".tf", ".tfvars", ".hcl", ".nomad"};
    static const char *const units[] = {".service", ".timer", ".socket",
                                        ".mount", ".path"};
    vb_str name = f->step->name;
    vb_arena scratch = {0};
    vb_syntax s = {.arena = &scratch, .text = f->step->body};
    const char *rule = NULL;

    if (is_template(s.text))
        return;
    if (vb_str_ends(name, ".toml")) {
        rule = vb_toml_syntax(&s) ? NULL : "F006";
    } else if (ends_in(name, hcl, VB_COUNT(hcl))) {
        rule = vb_hcl_syntax(&s) ? NULL : "F007";
    } else {
        bool unit = ends_in(name, units, VB_COUNT(units));

        if (unit || vb_str_ends(name, ".ini"))
            rule = vb_ini_syntax(&s, unit) ? NULL : "F008";
    }
    if (rule)
        vb_find(f->checker, rule, f->plan, place(f, s.line, s.col), "%.*s",
                VB_ARG(s.message));
    vb_arena_release(&scratch);
}

void
vb_check_files(vb_checker *checker)
{
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        const vb_plan *plan = checker->doc->plans[i];

        for (size_t k = 0; k < plan->steps.len; k++) {
            const vb_step *step = &plan->steps.at[k];
            file f = {checker, plan, step, 0};

            if (step->kind != VB_KIND_FILE)
                continue;
            if (vb_str_ends(step->name, ".yaml") ||
                vb_str_ends(step->name, ".yml"))
                check_yaml(&f);
            else if (vb_str_ends(step->name, ".json"))
                check_json(&f);
            else
                check_syntax(&f);
        }
    }
}
