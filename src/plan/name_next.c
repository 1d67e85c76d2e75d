/* Names that only the command behind a block gives. */
#include "plan/planner.h"

#include "base/io.h"

#include "base/banned.h"

/* Does a word behind this option name a file? */
static bool
file_option(vb_str option)
{
    static const char *const options[] = {"-f",
                                          "--filename",
                                          "--file",
                                          "-c",
                                          "--config",
                                          "--config-file",
                                          "--values",
                                          "--from-file",
                                          "-v",
                                          "--template-file",
                                          "--parameters",
                                          "--cli-input-json",
                                          "--cluster-config",
                                          "-k",
                                          "--set-file",
                                          "--manifest",
                                          "--policy-document",
                                          "--spec",
                                          "--dashboard",
                                          "--env-file",
                                          "-i",
                                          "--inventory",
                                          "--var-file",
                                          "-e",
                                          "--input",
                                          "--kubeconfig",
                                          "--template-body",
                                          "--policy",
                                          "--assume-role-policy-document",
                                          "-p",
                                          "--patch-file"};

    for (size_t i = 0; i < VB_COUNT(options); i++)
        if (vb_str_eqc(option, options[i]))
            return true;
    return false;
}

/* Programs whose plain argument is a file they read. */
static bool
reads_argument(vb_str program)
{
    static const char *const programs[] = {"sh",
                                           "bash",
                                           "zsh",
                                           "source",
                                           ".",
                                           "python",
                                           "python3",
                                           "node",
                                           "ruby",
                                           "perl",
                                           "ansible-playbook",
                                           "psql",
                                           "go",
                                           "java",
                                           "php",
                                           "terraform",
                                           "nomad",
                                           "deno",
                                           "bun",
                                           "ts-node"};

    for (size_t i = 0; i < VB_COUNT(programs); i++)
        if (vb_str_eqc(program, programs[i]))
            return true;
    return false;
}

static vb_str
bare(vb_str word)
{
    while (word.len && (word.ptr[0] == '"' || word.ptr[0] == '\''))
        word = vb_str_from(word, 1);
    while (word.len &&
           vb_str_chr(VB_STR("\"';)"), word.ptr[word.len - 1]) != VB_NPOS)
        word.len--;
    if (vb_str_starts(word, "file://"))
        word = vb_str_from(word, 7);
    return word;
}

/* Do block and name go together? A manifest is no script. */
static bool
fits(const vb_planner *p, uint32_t r, vb_str name)
{
    vb_tag tag = p->contexts[r].tag;
    vb_shape shape = p->contexts[r].shape;
    bool yaml = vb_str_ends(name, ".yaml") || vb_str_ends(name, ".yml");
    bool script = vb_str_ends(name, ".sh") || vb_str_ends(name, ".bash");
    const vb_block *b = vb_reading_block(p, r);

    if (yaml)
        return tag != VB_TAG_SHELL && tag != VB_TAG_SESSION &&
               shape != VB_SHAPE_COMMAND && !vb_str_eqc(b->lang, "json");
    if (vb_str_ends(name, ".json"))
        return shape == VB_SHAPE_JSON || shape == VB_SHAPE_MANIFEST ||
               vb_str_eqc(b->lang, "json");
    if (tag == VB_TAG_SHELL || tag == VB_TAG_SESSION ||
        shape == VB_SHAPE_COMMAND)
        return script || vb_str_ends(name, ".env");
    return !script || tag == VB_TAG_NONE;
}

/* The file that a line of shell text reads; empty if none. */
static vb_str
file_argument(const vb_planner *p, uint32_t r, vb_str text)
{
    vb_str rest = text, word, last = {0}, program = {0};

    while (vb_str_word(&rest, &word)) {
        size_t eq = vb_str_chr(word, '=');
        vb_str name = bare(word);

        if (eq != VB_NPOS && file_option(vb_str_sub(word, 0, eq)))
            name = bare(vb_str_from(word, eq + 1));
        if (eq != VB_NPOS && vb_str_has(word, "=file://"))
            name = bare(vb_str_from(word, eq + 1));
        if (vb_is_filename(name) && fits(p, r, name) &&
            (file_option(last) || reads_argument(program) ||
             vb_str_starts(word, "file://") ||
             (eq != VB_NPOS && !vb_str_starts(name, "-") &&
              name.ptr != word.ptr) ||
             vb_str_eqc(last, "<") ||
             (vb_str_starts(word, "./") && last.len == 0)))
            return name;
        if (last.len == 0 || vb_str_eqc(last, "|") || vb_str_eqc(last, "&&") ||
            vb_str_eqc(last, ";") || vb_str_eqc(last, "$"))
            program = vb_path_base(name);
        last = word;
    }
    return (vb_str){0};
}

enum { NEXT_MAX = 3 };

vb_name
vb_name_from_next(const vb_planner *p, uint32_t reading)
{
    const vb_block *here = vb_reading_block(p, reading);
    size_t looked = 0;

    for (uint32_t r = reading + 1;
         r < p->plan->readings.len && looked < NEXT_MAX; r++) {
        const vb_block *b = vb_reading_block(p, r);
        vb_tag tag = p->contexts[r].tag;
        vb_str rest = b->text, line;

        if (b->kind != VB_BLOCK_CODE || b->heading != here->heading ||
            !vb_scopes_meet(p->doc, here->scope, b->scope))
            break;
        looked++;
        if (tag == VB_TAG_DATA || tag == VB_TAG_SOURCE || tag == VB_TAG_OUTPUT)
            break;
        for (size_t n = 0; n < 60 && vb_str_line(&rest, &line); n++) {
            vb_str name = file_argument(p, reading, line);

            if (name.len && !vb_str_has(here->text, "://") &&
                vb_str_find(here->text, name) != VB_NPOS)
                continue;
            while (vb_str_starts(name, "./"))
                name = vb_str_from(name, 2);
            if (name.len)
                return (vb_name){name, "the next command uses this file", false,
                                 false};
        }
    }
    return (vb_name){0};
}
