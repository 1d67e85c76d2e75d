#include "plan/planner.h"

#include "base/banned.h"

typedef struct vb_tag_name {
    const char *name;
    vb_tag tag;
} vb_tag_name;

static const vb_tag_name tags[] = {
    {"bash", VB_TAG_SHELL},
    {"sh", VB_TAG_SHELL},
    {"shell", VB_TAG_SHELL},
    {"zsh", VB_TAG_SHELL},
    {"ksh", VB_TAG_SHELL},
    {"shellscript", VB_TAG_SHELL},
    {"bat", VB_TAG_POWER},
    {"cmd", VB_TAG_POWER},
    {"batch", VB_TAG_POWER},
    {"azurecli", VB_TAG_SHELL},
    {"azurecli-interactive", VB_TAG_SHELL},
    {"azure-cli", VB_TAG_SHELL},
    {"azure-cli-interactive", VB_TAG_SHELL},
    {"command", VB_TAG_SHELL},
    {"commandline", VB_TAG_SHELL},
    {"cli", VB_TAG_SHELL},
    {"console", VB_TAG_SESSION},
    {"shell-session", VB_TAG_SESSION},
    {"shellsession", VB_TAG_SESSION},
    {"sh-session", VB_TAG_SESSION},
    {"bash-session", VB_TAG_SESSION},
    {"terminal", VB_TAG_SESSION},
    {"term", VB_TAG_SESSION},
    {"bash-interactive", VB_TAG_SHELL},
    {"powershell", VB_TAG_POWER},
    {"powershell-interactive", VB_TAG_POWER},
    {"azurepowershell", VB_TAG_POWER},
    {"azurepowershell-interactive", VB_TAG_POWER},
    {"azure-powershell", VB_TAG_POWER},
    {"azure-powershell-interactive", VB_TAG_POWER},
    {"ps1", VB_TAG_POWER},
    {"pwsh", VB_TAG_POWER},
    {"output", VB_TAG_OUTPUT},
    {"console-output", VB_TAG_OUTPUT},
    {"expected_output", VB_TAG_OUTPUT},
    {"text", VB_TAG_TEXT},
    {"txt", VB_TAG_TEXT},
    {"plaintext", VB_TAG_TEXT},
    {"plain", VB_TAG_TEXT},
    {"none", VB_TAG_TEXT},
    {"nohighlight", VB_TAG_TEXT},
    {"log", VB_TAG_TEXT},
    {"logs", VB_TAG_TEXT},
    {"ascii", VB_TAG_TEXT},
    {"copy", VB_TAG_TEXT},
    {"code", VB_TAG_TEXT},
    {"yaml", VB_TAG_DATA},
    {"yml", VB_TAG_DATA},
    {"json", VB_TAG_DATA},
    {"jsonc", VB_TAG_DATA},
    {"json5", VB_TAG_DATA},
    {"toml", VB_TAG_DATA},
    {"ini", VB_TAG_DATA},
    {"conf", VB_TAG_DATA},
    {"cfg", VB_TAG_DATA},
    {"config", VB_TAG_DATA},
    {"properties", VB_TAG_DATA},
    {"env", VB_TAG_DATA},
    {"dotenv", VB_TAG_DATA},
    {"xml", VB_TAG_DATA},
    {"html", VB_TAG_DATA},
    {"hcl", VB_TAG_DATA},
    {"terraform", VB_TAG_DATA},
    {"tf", VB_TAG_DATA},
    {"bicep", VB_TAG_DATA},
    {"dockerfile", VB_TAG_DATA},
    {"docker", VB_TAG_DATA},
    {"makefile", VB_TAG_DATA},
    {"nginx", VB_TAG_DATA},
    {"sql", VB_TAG_DATA},
    {"csv", VB_TAG_DATA},
    {"markdown", VB_TAG_TEXT},
    {"md", VB_TAG_TEXT},
    {"scrut", VB_TAG_SESSION},
    {"mdx", VB_TAG_SESSION},
    {"diff", VB_TAG_DIFF},
    {"patch", VB_TAG_DIFF},
    {"mermaid", VB_TAG_DIRECTIVE},
    {"plantuml", VB_TAG_DIRECTIVE},
    {"math", VB_TAG_DIRECTIVE},
    {"eval-rst", VB_TAG_DIRECTIVE},
};

vb_tag
vb_tag_of(vb_str lang)
{
    vb_str t = lang;

    if (t.len == 0)
        return VB_TAG_NONE;
    if (t.ptr[0] == '{') {
        /* MyST: {code-block} and kin are code, the rest are directives */
        return VB_TAG_DIRECTIVE;
    }
    for (size_t i = 0; i < t.len; i++) {
        if (vb_str_chr(VB_STR(",{;:="), t.ptr[i]) != VB_NPOS) {
            t = vb_str_sub(t, 0, i);
            break;
        }
    }
    for (size_t i = 0; i < VB_COUNT(tags); i++)
        if (vb_str_ieqc(t, tags[i].name))
            return tags[i].tag;
    return VB_TAG_SOURCE;
}

/* Is 'a' an ancestor of 'b', or the same? Parents have smaller indices. */
static bool
scope_contains(const vb_doc *doc, uint32_t a, uint32_t b)
{
    while (b > a)
        b = doc->scopes.at[b].parent;
    return a == b;
}

bool
vb_scopes_meet(const vb_doc *doc, uint32_t a, uint32_t b)
{
    if (scope_contains(doc, a, b) || scope_contains(doc, b, a))
        return true;
    for (uint32_t s = a; s != 0; s = doc->scopes.at[s].parent) {
        uint32_t axis = doc->scopes.at[s].cond.axis;

        if (vb_scope_option(doc, b, axis) != VB_NONE &&
            !vb_scope_has(doc, b, axis, doc->scopes.at[s].cond.option))
            return false;
    }
    return true;
}

/* An include of code whose content is not there. */
static bool
code_gap(const vb_block *b)
{
    return b->kind == VB_BLOCK_GAP && b->form == VB_CODE_INCLUDED &&
           b->lang.len > 0;
}

/* What the pass over the blocks remembers. */
typedef struct vb_walk {
    uint32_t prose;   /* last paragraph since the last code block */
    uint32_t note;    /* the same inside an admonition */
    uint32_t above;   /* block directly above */
    uint32_t reading; /* last reading */
    uint32_t between; /* blocks since it that a reader reads */
} vb_walk;

static bool
is_note(const vb_block *b)
{
    return b->container.len > 0 && !b->in_details;
}

static void
walk_text(vb_planner *p, vb_walk *walk, uint32_t i)
{
    const vb_block *b = &p->doc->blocks.at[i];

    if (walk->reading != VB_NONE && walk->between == 0 &&
        b->kind == VB_BLOCK_PROSE)
        p->contexts[walk->reading].after = i;
    walk->between++;
    walk->above = i;
    if (b->kind != VB_BLOCK_PROSE)
        return;
    /* a note speaks beside the guide's thread */
    if (is_note(b))
        walk->note = i;
    else
        walk->prose = i;
}

static void
fill_lead(vb_planner *p, vb_context *c)
{
    const vb_block *b;

    if (c->prose == VB_NONE)
        return;
    b = &p->doc->blocks.at[c->prose];
    c->lead = vb_last_sentence(b->text, b->spans.at, b->spans.len, &c->lead_at);
    c->ends_colon = vb_str_ends(vb_str_rtrim(c->lead), ":");
    c->cues = vb_cues_of(c->lead);
    c->para_cues =
        c->lead_at ? vb_cues_of(vb_first_sentence(b->text)) : c->cues;
}

static void
walk_code(vb_planner *p, vb_walk *walk, uint32_t i)
{
    const vb_block *b = &p->doc->blocks.at[i];
    uint32_t r = p->reading_of[i];
    vb_context *c = &p->contexts[r];

    c->prose = walk->prose;
    if (walk->note != VB_NONE && (is_note(b) || c->prose == VB_NONE))
        c->prose = walk->note;
    c->above = walk->above;
    c->prev = VB_NONE;
    c->before = walk->reading;
    if (walk->reading != VB_NONE && walk->between == 0) {
        const vb_block *prev = vb_reading_block(p, walk->reading);

        /* entering a tab keeps what stands above the tabs; leaving one, or
         * going to the next, does not */
        if (scope_contains(p->doc, prev->scope, b->scope) &&
            prev->source == b->source)
            c->prev = walk->reading;
    }
    fill_lead(p, c);
    walk->prose = walk->note = walk->above = VB_NONE;
    walk->between = 0;
    walk->reading = r;
}

static void
prompts_on_pages(vb_planner *p)
{
    bool *has = VB_NEW_N(&p->work, bool, p->doc->sources.len + 1);

    for (size_t r = 0; r < p->plan->readings.len; r++) {
        const vb_block *b = vb_reading_block(p, (uint32_t)r);
        vb_tag tag = p->contexts[r].tag;

        if (b->kind == VB_BLOCK_CODE &&
            (tag == VB_TAG_SHELL || tag == VB_TAG_SESSION) && !has[b->source])
            has[b->source] = vb_has_prompt(b->text);
    }
    for (size_t r = 0; r < p->plan->readings.len; r++)
        p->contexts[r].page_prompts =
            has[vb_reading_block(p, (uint32_t)r)->source];
}

/* Going from one tab to its neighbour, the reader comes from where the group
 * began. */
static void
enter_scope(const vb_planner *p, vb_walk *walk, vb_walk *snaps, uint32_t *scope,
            uint32_t next)
{
    uint32_t around = next;

    if (next == *scope)
        return;
    snaps[*scope] = *walk;
    if (!vb_scopes_meet(p->doc, *scope, next)) {
        while (!scope_contains(p->doc, around, *scope))
            around = p->doc->scopes.at[around].parent;
        *walk = snaps[around];
    }
    *scope = next;
}

void
vb_contexts(vb_planner *p)
{
    const vb_doc *doc = p->doc;
    vb_walk walk = {VB_NONE, VB_NONE, VB_NONE, VB_NONE, 0};
    vb_walk *snaps = VB_NEW_N(&p->work, vb_walk, doc->scopes.len + 1);
    uint32_t scope = 0;

    p->reading_of = VB_NEW_N(&p->work, uint32_t, doc->blocks.len + 1);
    for (uint32_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *b = &doc->blocks.at[i];

        p->reading_of[i] = VB_NONE;
        if (b->kind != VB_BLOCK_CODE && b->kind != VB_BLOCK_TABLE &&
            !code_gap(b))
            continue;
        p->reading_of[i] = (uint32_t)p->plan->readings.len;
        vb_vec_push(
            p->arena, &p->plan->readings,
            (vb_reading){
                .block = i, .of = VB_NONE, .step = VB_NONE, .selected = true});
    }
    for (uint32_t s = 0; s < doc->scopes.len; s++)
        snaps[s] = walk;
    p->contexts = VB_NEW_N(&p->work, vb_context, p->plan->readings.len + 1);
    p->splits = VB_NEW_N(&p->work, vb_split, p->plan->readings.len + 1);
    for (uint32_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *b = &doc->blocks.at[i];
        uint32_t r = p->reading_of[i];

        enter_scope(p, &walk, snaps, &scope, b->scope);
        if (r != VB_NONE) {
            p->contexts[r].block = i;
            p->contexts[r].after = VB_NONE;
            p->contexts[r].tag = vb_tag_of(b->lang);
            p->contexts[r].shape = b->kind == VB_BLOCK_CODE
                                       ? vb_shape_of(b->text)
                                       : VB_SHAPE_EMPTY;
        }
        switch (b->kind) {
        case VB_BLOCK_CODE:
        case VB_BLOCK_TABLE:
            walk_code(p, &walk, i);
            break;
        case VB_BLOCK_HEADING:
            walk.prose = walk.note = VB_NONE;
            walk.between++;
            walk.above = i;
            break;
        case VB_BLOCK_PROSE:
            walk_text(p, &walk, i);
            break;
        case VB_BLOCK_GAP:
            if (r != VB_NONE) {
                walk_code(p, &walk, i);
                break;
            }
            walk.between++;
            walk.above = VB_NONE;
            break;
        case VB_BLOCK_HTML:
            if (walk.above == VB_NONE)
                walk.above = i;
            break;
        default:
            break;
        }
    }
    prompts_on_pages(p);
}
