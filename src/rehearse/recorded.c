#include "rehearse/recorded.h"

#include "base/buf.h"
#include "base/hash.h"
#include "rehearse/load.h"
#include "rehearse/text.h"

#include "base/banned.h"

/* --------------------------------------------------------------- loading -- */

static bool
is_scalar(const vb_node *node)
{
    return node->kind != VB_NODE_LIST && node->kind != VB_NODE_MAP;
}

/* Most texts are no templates, and a recording has many. */
static bool
set_text(vb_pattern *p, const vb_node *node, bool templates, vb_arena *arena,
         vb_diags *diags)
{
    if (!is_scalar(node))
        return vb_load_fault(diags, node, "a text is expected, not a %s",
                             vb_node_kind_name(node->kind));
    p->text = node->str;
    if (!templates || vb_str_find(node->str, VB_STR("{{")) == VB_NPOS)
        return true;
    p->tmpl = vb_template_compile(node->str, node->loc, arena, diags);
    return p->tmpl != NULL;
}

static bool
load_pattern(vb_pattern *p, const vb_node *node, bool templates,
             vb_arena *arena, vb_diags *diags)
{
    static const char *const keys[] = {"text", "volatile", "like", "sha256",
                                       NULL};
    static const char what[] = "a recorded text";
    const vb_node *text, *token, *digest;

    if (node->kind != VB_NODE_MAP)
        return set_text(p, node, templates, arena, diags);
    if (!vb_load_keys(node, keys, what, diags))
        return false;
    text = vb_node_get(node, "text");
    token = vb_node_get(node, "volatile");
    digest = vb_node_get(node, "sha256");
    if (!text + !token + !digest != 2 || (vb_node_get(node, "like") && !token))
        return vb_load_fault(diags, node,
                             "%s is 'text', 'sha256' or 'volatile' (perhaps "
                             "with 'like')",
                             what);
    p->is_volatile = token != NULL;
    p->digest = digest != NULL;
    p->like = vb_node_str(node, "like", VB_STR(""));
    if (token || digest)
        return set_text(p, token ? token : digest, false, arena, diags);
    return set_text(p, text, true, arena, diags);
}

static bool
load_named(vb_patterns *out, const vb_node *map, const char *what,
           vb_arena *arena, vb_diags *diags)
{
    vb_pattern *list;
    bool ok = true;

    if (!map)
        return true;
    if (!vb_load_kind(map, VB_NODE_MAP, what, diags))
        return false;
    list = VB_NEW_N(arena, vb_pattern, map->len);
    for (size_t i = 0; i < map->len; i++) {
        list[i].name = map->keys[i]->str;
        list[i].unset = map->items[i]->kind == VB_NODE_NULL;
        ok = load_pattern(&list[i], map->items[i], true, arena, diags) && ok;
    }
    *out = (vb_patterns){list, map->len};
    return ok;
}

static bool
load_words(vb_given_rule *rule, const vb_node *argv, vb_arena *arena,
           vb_diags *diags)
{
    vb_pattern *list;
    bool loose = false, ok = true;

    for (size_t i = 1; i < argv->len; i++)
        loose = loose || argv->items[i]->kind == VB_NODE_MAP;
    if (!loose)
        return true;
    list = VB_NEW_N(arena, vb_pattern, argv->len - 1);
    for (size_t i = 1; i < argv->len; i++)
        ok = load_pattern(&list[i - 1], argv->items[i], false, arena, diags) &&
             ok;
    rule->words = (vb_patterns){list, argv->len - 1};
    return ok;
}

const vb_given_rule *
vb_recorded_load(const vb_node *rule, const vb_node *argv, vb_arena *arena,
                 vb_diags *diags)
{
    static const vb_given_rule plain = {.input = NULL};
    const vb_node *env = vb_node_get(rule, "env");
    const vb_node *given = vb_node_get(rule, "given");
    const vb_node *input = vb_node_get(rule, "stdin");
    vb_given_rule out = {.input = NULL}, *kept;
    vb_pattern *text;

    if (!load_words(&out, argv, arena, diags) ||
        !load_named(&out.env, env, "'env'", arena, diags) ||
        !load_named(&out.files, given, "'given'", arena, diags))
        return NULL;
    if (input) {
        text = VB_NEW(arena, vb_pattern);
        text->name = VB_STR("-");
        if (!load_pattern(text, input, true, arena, diags))
            return NULL;
        out.input = text;
    }
    if (!out.words.len && !out.env.len && !out.files.len && !input)
        return &plain;
    kept = VB_NEW(arena, vb_given_rule);
    *kept = out;
    return kept;
}

vb_str
vb_recorded_word(const vb_node *word)
{
    if (word->kind != VB_NODE_MAP)
        return word->str;
    return vb_node_str(word, "text", vb_node_str(word, "volatile", VB_STR("")));
}

/* -------------------------------------------------------------- matching -- */

/* The text that is wanted, rendered if it is a template. */
static bool
wanted(const vb_pattern *p, vb_expr_env *env, vb_str *out, vb_error *err)
{
    *out = p->text;
    return !p->tmpl || vb_template_text(p->tmpl, env, out, err);
}

static bool
fits_pattern(const vb_pattern *p, vb_str text, vb_expr_env *env, bool *fit,
             vb_error *err)
{
    vb_str want;

    *fit = false;
    if (p->is_volatile) {
        *fit = !p->like.len || vb_sim_glob(p->like, text);
        return true;
    }
    if (p->digest) {
        *fit = vb_str_eqc(p->text, vb_sha256(text).hex);
        return true;
    }
    if (!wanted(p, env, &want, err))
        return false;
    *fit = vb_str_eq(want, text);
    return true;
}

bool
vb_recorded_words_fit(const vb_given_rule *rule, const vb_request *request,
                      vb_expr_env *env, bool *fit, vb_error *err)
{
    *fit = rule->words.len == request->argc;
    for (size_t i = 0; *fit && i < rule->words.len; i++)
        if (!fits_pattern(&rule->words.at[i], request->argv[i], env, fit, err))
            return false;
    return true;
}

static bool
variable(const vb_request *request, vb_str name, vb_str *value)
{
    for (size_t i = 0; i < request->nenv; i++) {
        vb_str entry = request->env[i];

        if (entry.len > name.len && entry.ptr[name.len] == '=' &&
            vb_str_eq(vb_str_sub(entry, 0, name.len), name)) {
            *value = vb_str_from(entry, name.len + 1);
            return true;
        }
    }
    return false;
}

static vb_fit
fits_variable(const vb_pattern *p, const vb_request *request, vb_expr_env *env,
              vb_str *why, vb_error *err)
{
    vb_str now = {0}, was;
    bool set = variable(request, p->name, &now), fit = false;

    if (p->unset && !set)
        return VB_FIT_YES;
    if (!p->unset && set && !fits_pattern(p, now, env, &fit, err))
        return VB_FIT_BROKEN;
    if (fit)
        return VB_FIT_YES;
    if (!wanted(p, env, &was, err))
        return VB_FIT_BROKEN;
    *why = vb_str_fmt(request->arena,
                      "%.*s was %s%.*s%s there and is %s%.*s%s here",
                      VB_ARG(p->name), p->unset ? "not set" : "'", VB_ARG(was),
                      p->unset ? "" : "'", set ? "'" : "not set", VB_ARG(now),
                      set ? "'" : "");
    return VB_FIT_NO;
}

static const vb_fetched *
fetched(const vb_request *request, vb_str path)
{
    for (size_t i = 0; i < request->nfiles; i++)
        if (vb_str_eq(request->files[i].path, path))
            return &request->files[i];
    return NULL;
}

/* The first line of two texts that is not the same. */
static vb_str
first_difference(vb_str was, vb_str now, const char *what, vb_arena *arena)
{
    unsigned number = 0;
    vb_str a = {0}, b = {0};
    bool more_a = true, more_b = true;

    while ((more_a || more_b) && more_a == more_b && vb_str_eq(a, b)) {
        number++;
        more_a = vb_str_line(&was, &a);
        more_b = vb_str_line(&now, &b);
        a = more_a ? vb_str_sub(a, 0, 200) : VB_STR("");
        b = more_b ? vb_str_sub(b, 0, 200) : VB_STR("");
    }
    return vb_str_fmt(arena,
                      "%s differs in line %u: '%.*s' was recorded, this is "
                      "'%.*s'",
                      what, number, VB_ARG(a), VB_ARG(b));
}

static vb_fit
fits_content(const vb_pattern *p, const vb_request *request, vb_expr_env *env,
             const vb_fetched *file, vb_str *why, vb_error *err)
{
    const char *what = "standard input";
    vb_str was;
    bool fit;

    if (!vb_str_eqc(p->name, "-"))
        what = vb_str_fmt(request->arena, "file '%.*s'", VB_ARG(p->name)).ptr;

    if (file->error) {
        *why = vb_str_fmt(request->arena, "%s cannot be read here", what);
        return VB_FIT_NO;
    }
    if (!fits_pattern(p, file->content, env, &fit, err) ||
        !wanted(p, env, &was, err))
        return VB_FIT_BROKEN;
    if (fit)
        return VB_FIT_YES;
    if (p->digest || p->is_volatile)
        *why = vb_str_fmt(request->arena, "%s is another one", what);
    else
        *why = first_difference(was, file->content, what, request->arena);
    return VB_FIT_NO;
}

static vb_fit
fits_file(const vb_pattern *p, const vb_request *request, vb_expr_env *env,
          vb_str *why, vb_error *err)
{
    const vb_fetched *file = fetched(request, p->name);

    if (p->is_volatile && !p->like.len)
        return VB_FIT_YES;
    if (!file) {
        *why = p->name;
        return VB_FIT_WANTS;
    }
    return fits_content(p, request, env, file, why, err);
}

/* What has been taken of standard input so far. */
static vb_str
input_so_far(const vb_request *request, bool *at_end)
{
    vb_buf all;
    vb_str text;

    *at_end = false;
    vb_buf_init(&all, VB_BUF_NO_MAX);
    for (size_t i = 0; i < request->nfiles; i++) {
        const vb_fetched *file = &request->files[i];
        uint64_t asked = UINT64_MAX;

        if (!vb_str_starts(file->path, "-"))
            continue;
        vb_buf_str(&all, file->content);
        if (!vb_str_u64(vb_str_from(file->path, 1), &asked) ||
            file->content.len < asked)
            *at_end = true;
    }
    text = vb_str_copy(request->arena, vb_buf_view(&all));
    vb_buf_release(&all);
    return text;
}

/* Only as much is taken as the program took: what follows may be meant for
 * others. */
static vb_fit
fits_input(const vb_pattern *p, const vb_request *request, vb_expr_env *env,
           vb_str *why, vb_error *err)
{
    vb_fetched all = {.path = VB_STR("-")};
    vb_str was;
    bool at_end;

    if (!wanted(p, env, &was, err))
        return VB_FIT_BROKEN;
    all.content = input_so_far(request, &at_end);
    if (!at_end && (p->is_volatile || all.content.len < was.len)) {
        *why = p->is_volatile ? VB_STR("-")
                              : vb_str_fmt(request->arena, "-%zu",
                                           was.len - all.content.len);
        return VB_FIT_WANTS;
    }
    return fits_content(p, request, env, &all, why, err);
}

vb_fit
vb_recorded_fits(const vb_given_rule *rule, const vb_request *request,
                 vb_expr_env *env, vb_str *why, vb_error *err)
{
    vb_fit fit = VB_FIT_YES;

    for (size_t i = 0; fit == VB_FIT_YES && i < rule->env.len; i++)
        fit = fits_variable(&rule->env.at[i], request, env, why, err);
    for (size_t i = 0; fit == VB_FIT_YES && i < rule->files.len; i++)
        fit = fits_file(&rule->files.at[i], request, env, why, err);
    if (fit == VB_FIT_YES && rule->input)
        fit = fits_input(rule->input, request, env, why, err);
    return fit;
}
