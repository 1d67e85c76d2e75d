#include "plan/planner.h"

#include "base/banned.h"

/* One block being judged. */
typedef struct vb_case {
    vb_planner *p;
    uint32_t r;
    const vb_block *b;
    vb_context *c;
    vb_reading *rd;
    vb_name name;
    bool prev_command;  /* a command stands right above */
    bool after_command; /* some command stands before, in this scope */
} vb_case;

static void
decide(vb_case *k, vb_kind kind, const char *why)
{
    k->rd->kind = kind;
    k->rd->why = vb_str_c(why);
}

/* With the words that decided, quoted. */
static void
decide_by(vb_case *k, vb_kind kind, const char *why, uint32_t cues)
{
    const char *phrase = vb_cue_phrase(k->c->lead, cues);

    k->rd->kind = kind;
    k->rd->why = phrase ? vb_str_fmt(k->p->arena, "%s ('%s')", why, phrase)
                        : vb_str_c(why);
}

/* An error is a promise where the guide says that it comes. */
static void
decide_error(vb_case *k)
{
    if (k->after_command && vb_failure_promised(k->c->lead))
        decide_by(k, VB_KIND_EXPECT, "an error that the guide promises",
                  VB_CUE_ERROR);
    else
        decide_by(k, VB_KIND_IGNORE, "an error that may appear", VB_CUE_ERROR);
}

/* A line that stands for lines left out: the block is a part of a file. */
static bool
has_elision(vb_str text)
{
    static const char *const marks[] = {"...",    "…",      "# ...",
                                        "// ...", "[...]",  "#...",
                                        "//...",  "<snip>", "# …"};
    vb_str rest = text, line;

    while (vb_str_line(&rest, &line)) {
        vb_str t = vb_str_trim(line);

        if (vb_str_ends(t, ","))
            t.len--;
        for (size_t i = 0; i < VB_COUNT(marks); i++)
            if (vb_str_eqc(t, marks[i]))
                return true;
    }
    return false;
}

static void
decide_file(vb_case *k, vb_name name)
{
    k->rd->name = name.name;
    if (has_elision(k->b->text)) {
        decide(k, VB_KIND_MANUAL, "it shows a part of a file only");
        return;
    }
    k->rd->kind = VB_KIND_FILE;
    k->rd->why = vb_str_c(name.why);
}

/* Whole sentences on lines that are not aligned. */
static bool
reads_as_prose(vb_str text)
{
    vb_str t = vb_str_trim(text), rest = t, word;
    size_t words = 0;

    while (vb_str_word(&rest, &word))
        words++;
    return words > 4 && t.ptr[0] >= 'A' && t.ptr[0] <= 'Z' &&
           (vb_str_ends(t, ".") || vb_str_ends(t, ":")) &&
           !vb_str_has(t, "  ") && vb_str_has(t, " ") &&
           vb_str_chr(t, '=') == VB_NPOS;
}

/* A block without parts is one command to byexample, too. */
static void
keep_marks(vb_case *k)
{
    vb_part whole = {VB_KIND_COMMAND, k->b->first_line, k->b->text};
    size_t n = k->rd->parts.len ? k->rd->parts.len : 1;

    if (vb_part_marks(k->rd->parts.len ? k->rd->parts.at : &whole, n) == 0) {
        k->rd->optional = true;
        k->rd->why_optional = VB_STR("marked to be left out");
    }
}

static void
decide_command(vb_case *k, const char *why)
{
    vb_split *split = &k->p->splits[k->r];
    bool session = k->c->tag == VB_TAG_SESSION || k->c->tag == VB_TAG_NONE;

    decide(k, VB_KIND_COMMAND, why);
    if (k->b->kind == VB_BLOCK_GAP ||
        (k->c->tag == VB_TAG_POWER && !vb_has_prompt(k->b->text))) {
        k->rd->shell =
            k->c->tag == VB_TAG_POWER ? VB_STR("pwsh") : VB_STR("bash");
        return;
    }
    k->rd->shell = k->c->tag == VB_TAG_POWER ? VB_STR("pwsh") : VB_STR("bash");
    *split = vb_split_block(k->p->arena, &k->p->split_work, k->b->text,
                            k->b->first_line, session);
    k->rd->inline_output = split->output;
    if (split->power)
        k->rd->shell = VB_STR("pwsh");
    k->rd->parts.at = split->parts.at;
    k->rd->parts.len = split->parts.len;
    k->rd->parts.cap = split->parts.cap;
    if (vb_str_find(k->b->text, VB_STR("byexample:")) != VB_NPOS)
        keep_marks(k);
    if (split->foreign && split->commands == 0)
        k->rd->foreign = vb_str_c(split->foreign);
}

static uint32_t
heading_cues(const vb_case *k)
{
    const vb_block *h;

    if (k->c->prose != VB_NONE || k->b->heading == VB_NONE)
        return 0;
    h = &k->p->doc->blocks.at[k->b->heading];
    return vb_title_output(h->text) ? VB_CUE_OUTPUT : 0;
}

static bool
says_output(const vb_case *k)
{
    return ((k->c->cues | heading_cues(k)) & VB_CUE_OUTPUT) != 0;
}

/* The sentence announces output and does not tell to run something. */
static bool
announces_output(const vb_case *k)
{
    uint32_t cues = k->c->cues | heading_cues(k);

    if (cues & VB_CUE_OUTPUT)
        return true;
    return (cues & VB_CUE_SIMILAR) && !(cues & (VB_CUE_RUN | VB_CUE_FILE)) &&
           k->after_command;
}

static bool
printed_shape(vb_shape shape)
{
    return shape == VB_SHAPE_TABLE || shape == VB_SHAPE_LOG ||
           shape == VB_SHAPE_JSON || shape == VB_SHAPE_MARKUP;
}

/* $1, $@, an interpreter's line: text that is meant to be a script. */
static bool
script_text(vb_str text)
{
    return vb_str_starts(text, "#!") || vb_str_has(text, "$1") ||
           vb_str_has(text, "${1") || vb_str_has(text, "$@");
}

static bool
shell_file(vb_case *k)
{
    vb_str n = k->name.name;

    if (!k->name.strong && script_text(k->b->text) &&
        !vb_has_prompt(k->b->text)) {
        vb_name next = vb_name_from_next(k->p, k->r);

        if (next.name.len) {
            k->name = next;
            return true;
        }
    }
    return k->name.strong &&
           (vb_str_ends(n, ".sh") || vb_str_ends(n, ".bash") ||
            vb_str_ends(n, ".env") || vb_str_starts(n, ".env") ||
            vb_str_starts(k->b->text, "#!"));
}

/* YAML, settings or a manifest where the tag promises commands. */
static void
misplaced_data(vb_case *k)
{
    if (k->name.strong)
        decide_file(k, k->name);
    else if (k->c->cues & VB_CUE_EDIT)
        decide_by(k, VB_KIND_MANUAL,
                  "the sentence says to edit it into "
                  "something",
                  VB_CUE_EDIT);
    else if (announces_output(k) && k->after_command)
        decide_by(k, VB_KIND_EXPECT, "announced as output",
                  VB_CUE_OUTPUT | VB_CUE_SIMILAR);
    else if (k->prev_command)
        decide(k, VB_KIND_EXPECT, "data right below a command");
    else
        decide(k, VB_KIND_IGNORE,
               "tagged as shell, but it is data shown for information");
}

static void
shell_unsure(vb_case *k, vb_surety sure)
{
    if (vb_first_code_line(k->b->text).len == 0) {
        decide(k, VB_KIND_IGNORE, "only comments");
        return;
    }
    if (announces_output(k) && !(k->c->cues & VB_CUE_RUN)) {
        decide_by(k, VB_KIND_EXPECT, "announced as output",
                  VB_CUE_OUTPUT | VB_CUE_SIMILAR);
    } else if (k->prev_command && sure == VB_NOT) {
        decide(k, VB_KIND_EXPECT,
               "right below a command, and no command itself");
    } else if (says_output(k) && sure == VB_NOT) {
        decide_by(k, VB_KIND_EXPECT, "announced as output", VB_CUE_OUTPUT);
    } else if (sure == VB_MAYBE) {
        decide_command(k, "tagged as shell, and it reads like a command");
    } else if (k->c->cues & VB_CUE_RUN) {
        decide_command(k, "tagged as shell, and the sentence says to run it");
    } else {
        decide(k, VB_KIND_IGNORE,
               "tagged as shell, but it does not read like a command");
    }
}

static void
judge_shell(vb_case *k)
{
    vb_str first = vb_first_code_line(k->b->text);
    vb_surety sure = vb_line_command(first);
    vb_shape shape = k->c->shape;

    if (shell_file(k)) {
        decide_file(k, k->name);
        return;
    }
    if (vb_has_prompt(k->b->text)) {
        decide_command(k, "it has a shell prompt");
        return;
    }
    if (shape == VB_SHAPE_COMMAND ||
        (sure == VB_SURE && shape != VB_SHAPE_JSON && !vb_line_output(first))) {
        decide_command(k, "tagged as shell, and its first line is a command");
        return;
    }
    if (k->c->tag == VB_TAG_SESSION) {
        decide_command(k, "");
        if (k->p->splits[k->r].prompts) {
            k->rd->why = VB_STR("a terminal session with root's prompt");
            return;
        }
        k->rd->parts.len = 0;
        k->rd->inline_output = false;
    }
    if (k->c->tag == VB_TAG_SESSION && k->c->page_prompts) {
        decide(k, VB_KIND_EXPECT,
               "a session without a prompt on a page that writes prompts");
    } else if ((k->c->cues & VB_CUE_ERROR) && printed_shape(shape)) {
        decide_error(k);
    } else if (printed_shape(shape) && (says_output(k) || k->after_command)) {
        decide(k, VB_KIND_EXPECT,
               "it has the shape of output and follows a command");
    } else if (shape == VB_SHAPE_JSON) {
        decide(k, VB_KIND_IGNORE, "JSON that no command is said to print");
    } else if (shape == VB_SHAPE_YAML || shape == VB_SHAPE_KEYS ||
               shape == VB_SHAPE_MANIFEST) {
        misplaced_data(k);
    } else {
        shell_unsure(k, sure);
    }
}

/* A name from a sentence that only mentions the file. */
static bool
weak_name_holds(const vb_case *k)
{
    vb_name next;

    if (k->name.name.len == 0 || (k->c->cues & VB_CUE_SHOWN))
        return false;
    if (k->c->cues & (VB_CUE_FOLLOWS | VB_CUE_CONTENT))
        return true;
    next = vb_name_from_next(k->p, k->r);
    return next.name.len && vb_str_eq(next.name, k->name.name);
}

static bool
unnamed_manifest(vb_case *k)
{
    vb_name next;
    bool whole = k->c->shape == VB_SHAPE_MANIFEST;

    if (k->c->cues & VB_CUE_SHOWN)
        return false;
    next = vb_name_from_next(k->p, k->r);
    if (next.name.len && !announces_output(k)) {
        decide_file(k, next);
        return true;
    }
    if (!whole ||
        !((k->c->cues | k->c->para_cues) & (VB_CUE_APPLY | VB_CUE_FILE)))
        return false;
    decide_by(k, VB_KIND_FILE,
              "a complete manifest that the sentence says to "
              "apply; its name is generated",
              VB_CUE_APPLY | VB_CUE_FILE);
    k->rd->name = vb_name_generate(k->p, k->r);
    k->rd->generated = true;
    return true;
}

/* Data that a command before it printed: the sentence says so, or JSON that
 * it calls "similar". */
static bool
printed_data(const vb_case *k)
{
    if (!k->after_command || (k->c->cues & VB_CUE_FILE))
        return false;
    return says_output(k) ||
           ((k->c->cues & VB_CUE_SIMILAR) && !(k->c->cues & VB_CUE_EDIT) &&
            k->c->shape == VB_SHAPE_JSON && k->name.name.len == 0);
}

/* The block is that file, or what is to be added to it. */
static void
named_data(vb_case *k)
{
    if (!k->name.created && (k->c->cues & VB_CUE_INTO) &&
        !(k->c->cues & VB_CUE_FILE))
        decide_by(k, VB_KIND_MANUAL, "the sentence says to edit it into a file",
                  VB_CUE_INTO);
    else
        decide_file(k, k->name);
}

static void
judge_data(vb_case *k)
{
    uint32_t cues = k->c->cues;

    if (k->b->form == VB_CODE_INCLUDED && !k->name.strong) {
        decide(k, VB_KIND_IGNORE, "shows a file that is there already");
    } else if ((cues & VB_CUE_ERROR) && !k->name.strong) {
        decide_error(k);
    } else if (k->name.strong) {
        named_data(k);
    } else if (printed_data(k)) {
        decide_by(k, VB_KIND_EXPECT, "announced as output",
                  VB_CUE_OUTPUT | VB_CUE_SIMILAR);
    } else if ((cues & VB_CUE_EDIT) && !(cues & VB_CUE_FILE)) {
        decide_by(k, VB_KIND_MANUAL,
                  "the sentence says to edit it into something", VB_CUE_EDIT);
    } else if (k->prev_command) {
        decide(k, VB_KIND_EXPECT, "data right below a command");
    } else if (weak_name_holds(k)) {
        decide_file(k, k->name);
    } else if (!unnamed_manifest(k)) {
        decide(k, VB_KIND_IGNORE, "data without a file name or an instruction");
    }
}

static bool
data_shape(vb_shape shape)
{
    return shape == VB_SHAPE_MANIFEST || shape == VB_SHAPE_YAML ||
           shape == VB_SHAPE_JSON || shape == VB_SHAPE_KEYS;
}

/* The name stands on the block or a line of its own, not in a sentence that
 * could mean something else. */
static bool
named_block(const vb_case *k)
{
    return k->c->prose == VB_NONE || vb_filename_in(k->c->lead).len == 0 ||
           !(k->c->cues & VB_CUE_RUN);
}

/* A sentence that begins like an order: "Put the mill away:". */
static bool
imperative(vb_str lead)
{
    static const char *const not_verbs[] = {
        "the",   "it",   "this", "that", "you",  "your", "there", "here",
        "these", "both", "all",  "an",   "a",    "and",  "in",    "as",
        "which", "its",  "we",   "our",  "they", "each", "for",   "on"};
    vb_str rest = vb_str_trim(lead), word;

    if (!vb_str_word(&rest, &word) || !vb_is_upper(word.ptr[0]))
        return false;
    for (size_t i = 0; i < VB_COUNT(not_verbs); i++)
        if (vb_str_ieqc(word, not_verbs[i]))
            return false;
    return true;
}

/* A command, one sentence that ends in a colon and says nothing else, then
 * this: what the command answers. */
static bool
announced_by_place(const vb_case *k, vb_surety sure)
{
    uint32_t other = VB_CUE_FILE | VB_CUE_EDIT | VB_CUE_CONTENT | VB_CUE_APPLY |
                     VB_CUE_RUN | VB_CUE_ERROR | VB_CUE_EXAMPLE | VB_CUE_SHOWN;
    uint32_t r = k->c->before;

    return r != VB_NONE && k->p->plan->readings.at[r].kind == VB_KIND_COMMAND &&
           k->c->ends_colon && !(k->c->cues & other) &&
           !(sure != VB_NOT && imperative(k->c->lead)) &&
           vb_scopes_meet(k->p->doc, vb_reading_block(k->p, r)->scope,
                          k->b->scope) &&
           vb_reading_block(k->p, r)->heading == k->b->heading;
}

/* Text without any shape. */
static void
judge_plain(vb_case *k, vb_surety sure)
{
    vb_name next = vb_name_from_next(k->p, k->r);

    if (next.name.len && !(k->c->cues & VB_CUE_SHOWN))
        decide_file(k, next);
    else if (sure == VB_MAYBE && k->c->ends_colon && imperative(k->c->lead))
        decide_command(k, "no tag, but it reads like a command behind an "
                          "order");
    else
        decide(k, VB_KIND_IGNORE, "nothing says what it is");
}

/* No tag, or one that says text: the name, an error, an announced output,
 * what stands above, and only then the shape of a command. */
static void
judge_text(vb_case *k)
{
    vb_str first = vb_first_code_line(k->b->text);
    vb_surety sure = vb_line_command(first);
    vb_shape shape = k->c->shape;
    bool text = k->c->tag == VB_TAG_TEXT;

    if (vb_has_prompt(k->b->text) && !says_output(k)) {
        decide_command(k, "it has a prompt");
    } else if (k->name.strong &&
               (shape != VB_SHAPE_COMMAND || named_block(k))) {
        decide_file(k, k->name);
    } else if (shape == VB_SHAPE_TREE) {
        decide(k, VB_KIND_IGNORE, "a drawn tree");
    } else if ((k->c->cues & VB_CUE_ERROR) && sure != VB_SURE) {
        decide_error(k);
    } else if ((k->c->cues & VB_CUE_INTO) && !says_output(k) &&
               sure != VB_SURE) {
        decide_by(k, VB_KIND_MANUAL,
                  "the sentence says to edit it into something", VB_CUE_INTO);
    } else if (announces_output(k) &&
               !((k->c->cues & VB_CUE_RUN) && shape == VB_SHAPE_COMMAND)) {
        decide_by(k, VB_KIND_EXPECT, "announced as output",
                  VB_CUE_OUTPUT | VB_CUE_SIMILAR);
    } else if (k->b->form == VB_CODE_INDENTED && reads_as_prose(k->b->text)) {
        decide(k, VB_KIND_IGNORE, "a sentence that is indented too deep");
    } else if (k->prev_command && (text || sure != VB_SURE)) {
        decide(k, VB_KIND_EXPECT, "right below a command");
    } else if (shape == VB_SHAPE_COMMAND ||
               (sure == VB_MAYBE && (k->c->cues & VB_CUE_RUN))) {
        decide_command(k, "no tag, but its first line is a command");
    } else if (vb_has_prompt(k->b->text)) {
        decide_command(k, "it has a shell prompt");
    } else if (announced_by_place(k, sure)) {
        decide(k, VB_KIND_EXPECT,
               "text that a sentence announces right behind a command");
    } else if (data_shape(shape)) {
        judge_data(k);
    } else if (printed_shape(shape) && k->after_command) {
        decide(k, VB_KIND_EXPECT,
               "it has the shape of output and follows a command");
    } else {
        judge_plain(k, sure);
    }
}

static void
judge_source(vb_case *k)
{
    bool edit = (k->c->cues & VB_CUE_EDIT) && !(k->c->cues & VB_CUE_FILE);
    vb_name next = vb_name_from_next(k->p, k->r);

    if (k->name.strong || (!edit && weak_name_holds(k)))
        decide_file(k, k->name);
    else if (edit)
        decide_by(k, VB_KIND_MANUAL,
                  "the sentence says to edit it into something", VB_CUE_EDIT);
    else if (next.name.len)
        decide_file(k, next);
    else
        decide(k, VB_KIND_IGNORE, "source code without a file name");
}

/* How an output is meant to agree, from its sentence. */
static void
expectation(vb_case *k)
{
    uint32_t cues = k->c->cues;

    k->rd->manner = cues & VB_CUE_SUBSET  ? VB_MANNER_SUBSET
                    : cues & VB_CUE_EXACT ? VB_MANNER_EXACT
                                          : VB_MANNER_READER;
    k->rd->when = cues & VB_CUE_EVENTUALLY ? VB_WHEN_EVENTUALLY : VB_WHEN_ONCE;
}

static bool
judge_marker(vb_case *k)
{
    vb_marker m = vb_marker_of(k->p, k->r);

    if (m.expect) {
        decide(k, VB_KIND_EXPECT, "a comment gives its similarity");
        if (m.similarity >= 1.0)
            k->rd->manner = VB_MANNER_EXACT;
        return true;
    }
    if (m.skip && k->c->tag == VB_TAG_SHELL)
        k->rd->optional = true;
    return false;
}

/* Code that an include should have brought: its tag is all there is. */
static void
judge_gap(vb_case *k)
{
    if (k->c->tag == VB_TAG_SHELL || k->c->tag == VB_TAG_SESSION ||
        k->c->tag == VB_TAG_POWER)
        decide_command(k, "a script that the page includes; it is not there");
    else if (k->name.strong)
        decide_file(k, k->name);
    else
        decide(k, VB_KIND_IGNORE, "an included file that is not there");
}

static void
judge(vb_case *k)
{
    if (k->b->kind == VB_BLOCK_GAP) {
        judge_gap(k);
        return;
    }
    if (judge_marker(k))
        return;
    if (k->c->tag == VB_TAG_DIRECTIVE) {
        decide(k, VB_KIND_IGNORE, "a directive of the page, not code");
        return;
    }
    if (k->c->tag == VB_TAG_OUTPUT || vb_title_output(k->b->label)) {
        decide(k, VB_KIND_EXPECT,
               k->c->tag == VB_TAG_OUTPUT ? "tagged as output"
                                          : "its tab is named output");
        return;
    }
    if (k->c->shape == VB_SHAPE_EMPTY) {
        decide(k, VB_KIND_IGNORE, "empty");
        return;
    }
    switch (k->c->tag) {
    case VB_TAG_SHELL:
    case VB_TAG_SESSION:
        judge_shell(k);
        break;
    case VB_TAG_POWER:
        if (announces_output(k) && k->c->shape != VB_SHAPE_COMMAND &&
            !vb_has_prompt(k->b->text))
            decide_by(k, VB_KIND_EXPECT, "announced as output",
                      VB_CUE_OUTPUT | VB_CUE_SIMILAR);
        else
            decide_command(k, "tagged as PowerShell");
        break;
    case VB_TAG_DATA:
        judge_data(k);
        break;
    case VB_TAG_SOURCE:
        judge_source(k);
        break;
    case VB_TAG_DIFF:
        decide(k, VB_KIND_MANUAL, "a difference to apply by hand");
        break;
    default:
        judge_text(k);
    }
}

/* The nearest command before, in a scope that this one can be seen with. */
static bool
command_before(const vb_case *k)
{
    uint32_t r = k->r;

    for (size_t looked = 0; r > 0 && looked < 12; looked++) {
        const vb_block *b = vb_reading_block(k->p, --r);

        if (k->p->plan->readings.at[r].kind == VB_KIND_COMMAND &&
            vb_scopes_meet(k->p->doc, b->scope, k->b->scope))
            return true;
    }
    return false;
}

/* The file that the command right above opens in an editor; empty if none. */
static vb_str
edited_file(const vb_case *k)
{
    static const char *const editors[] = {
        "vi", "vim", "nano", "emacs", "code", "nvim", "gedit", "pico", "micro"};
    vb_str rest, word, t;

    if (k->c->before == VB_NONE || k->b->kind != VB_BLOCK_CODE ||
        k->p->plan->readings.at[k->c->before].kind != VB_KIND_COMMAND)
        return (vb_str){0};
    t = vb_str_trim(vb_reading_block(k->p, k->c->before)->text);
    if (vb_str_starts(t, "$ "))
        t = vb_str_from(t, 2);
    rest = t;
    if (vb_str_chr(t, '\n') != VB_NPOS || !vb_str_word(&rest, &word))
        return (vb_str){0};
    if (vb_str_eqc(word, "sudo") && !vb_str_word(&rest, &word))
        return (vb_str){0};
    for (size_t i = 0; i < VB_COUNT(editors); i++) {
        vb_str file = vb_str_trim(rest);

        if (!vb_str_eqc(word, editors[i]) || !vb_is_filename(file))
            continue;
        while (vb_str_starts(file, "./"))
            file = vb_str_from(file, 2);
        return file;
    }
    return (vb_str){0};
}

/* What stands behind "nano x.yaml" is what the reader types there: the file
 * is written instead of opened. */
static bool
judge_edited(vb_case *k)
{
    vb_str file = edited_file(k);
    vb_reading *editor;

    if (file.len == 0 || k->c->tag == VB_TAG_OUTPUT ||
        k->c->tag == VB_TAG_DIFF || (k->c->cues & VB_CUE_OUTPUT) ||
        k->c->shape == VB_SHAPE_EMPTY ||
        (k->c->shape == VB_SHAPE_COMMAND && !vb_str_ends(file, ".sh")))
        return false;
    k->rd->name = file;
    if (has_elision(k->b->text)) {
        decide(k, VB_KIND_MANUAL, "it shows a part of a file only");
        return true;
    }
    decide(k, VB_KIND_FILE,
           "the command above it opens this file in an "
           "editor");
    editor = &k->p->plan->readings.at[k->c->before];
    editor->optional = true;
    editor->why_optional =
        VB_STR("it opens an editor; the file is written instead");
    return true;
}

void
vb_classify(vb_planner *p)
{
    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        vb_case k = {.p = p,
                     .r = r,
                     .b = vb_reading_block(p, r),
                     .c = &p->contexts[r],
                     .rd = &p->plan->readings.at[r]};

        if (k.b->kind == VB_BLOCK_TABLE) {
            k.c->form = vb_table_is_form(p, r);
            decide(&k, VB_KIND_TABLE,
                   k.c->form ? "a form of settings: a person fills it in"
                             : "a table of facts");
            continue;
        }
        k.prev_command =
            k.c->prev != VB_NONE &&
            p->plan->readings.at[k.c->prev].kind == VB_KIND_COMMAND;
        k.after_command = k.prev_command || command_before(&k);
        k.name = vb_name_of(p, r);
        if (!judge_edited(&k))
            judge(&k);
        if (k.rd->kind == VB_KIND_EXPECT)
            expectation(&k);
    }
}
