#include "check/names.h"

#include "base/buf.h"
#include "base/text.h"

#include "base/banned.h"

/* Something with a kind and a name: "cluster" "gitpod-pov". */
typedef struct thing {
    vb_str kind, name;
    vb_loc loc;
    bool exact; /* its program gives names back as they were given */
} thing;

enum { OTHERS_MAX = 32 };

/* What was made of one kind: the last few of it, to tell a slip from. */
typedef struct made_kind {
    thing list[OTHERS_MAX];
    size_t n;
} made_kind;

typedef struct names {
    vb_checker *checker;
    const vb_plan *plan;
    vb_calls *calls;
    const vb_manifests *manifests;
    vb_map kinds; /* kind -> made_kind */
    vb_map made;  /* "kind name" */
} names;

static const char *const creates[] = {"create", "install", "mb"};
static const char *const deletes[] = {"delete", "uninstall", "rb"};

vb_str
vb_names_kind(vb_arena *arena, vb_str kind)
{
    static const struct {
        const char *alias, *name;
    } aliases[] = {
        {"deploy", "deployment"},
        {"svc", "service"},
        {"cm", "configmap"},
        {"ns", "namespace"},
        {"sts", "statefulset"},
        {"ds", "daemonset"},
        {"ing", "ingress"},
        {"po", "pod"},
        {"sa", "serviceaccount"},
        {"pvc", "persistentvolumeclaim"},
        {"hpa", "horizontalpodautoscaler"},
    };
    vb_buf lower;
    vb_str out;
    size_t dot = vb_str_chr(kind, '.');

    if (dot != VB_NPOS)
        kind.len = dot;
    vb_buf_init(&lower, VB_BUF_NO_MAX);
    for (size_t i = 0; i < kind.len; i++)
        vb_buf_ch(&lower, vb_lower(kind.ptr[i]));
    out = vb_str_copy(arena, vb_buf_view(&lower));
    vb_buf_release(&lower);
    for (size_t i = 0; i < VB_COUNT(aliases); i++)
        if (vb_str_eqc(out, aliases[i].alias))
            return vb_str_c(aliases[i].name);
    if (vb_str_ends(out, "sses")) /* ingresses */
        out.len -= 2;
    else if (out.len > 3 && vb_str_ends(out, "s") && !vb_str_ends(out, "ss"))
        out.len--;
    return out;
}

static bool
is_name(vb_str word)
{
    if (!word.ptr)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (!vb_is_word(word.ptr[i]) && word.ptr[i] != '-' &&
            word.ptr[i] != '.')
            return false;
    return word.len > 0 && !vb_str_starts(word, "-");
}

static bool
is_joint(char c)
{
    return c == '-' || c == '_' || c == '.';
}

/* Equal but for joints. */
static bool
same_letters(vb_str a, vb_str b)
{
    size_t i = 0, j = 0;

    while (i < a.len || j < b.len) {
        while (i < a.len && is_joint(a.ptr[i]))
            i++;
        while (j < b.len && is_joint(b.ptr[j]))
            j++;
        if (i == a.len || j == b.len)
            break;
        if (a.ptr[i] != b.ptr[j])
            return false;
        i++;
        j++;
    }
    return i == a.len && j == b.len;
}

/* What is left when the common beginning and end are taken off. */
static void
strip_common(vb_str *a, vb_str *b)
{
    while (a->len && b->len && a->ptr[0] == b->ptr[0]) {
        *a = vb_str_from(*a, 1);
        *b = vb_str_from(*b, 1);
    }
    while (a->len && b->len && a->ptr[a->len - 1] == b->ptr[b->len - 1]) {
        a->len--;
        b->len--;
    }
}

bool
vb_names_near(vb_str a, vb_str b)
{
    enum { LONG_NAME = 6 };
    size_t most = a.len < LONG_NAME || b.len < LONG_NAME ? 1 : 2;
    size_t digits = 0;

    if (a.len < 3 || b.len < 3 || vb_str_eq(a, b))
        return false;
    if (same_letters(a, b))
        return true;
    strip_common(&a, &b);
    if (a.len > most || b.len > most)
        return false;
    for (size_t i = 0; i < a.len; i++)
        digits += vb_is_digit(a.ptr[i]);
    for (size_t i = 0; i < b.len; i++)
        digits += vb_is_digit(b.ptr[i]);
    return digits == 0;
}

/* "demo" beside "demo-pov". */
static bool
begins_alike(vb_str a, vb_str b)
{
    vb_str longer = a.len > b.len ? a : b, shorter = a.len > b.len ? b : a;

    return shorter.len >= 4 && longer.len > shorter.len &&
           vb_str_eq(vb_str_sub(longer, 0, shorter.len), shorter) &&
           is_joint(longer.ptr[shorter.len]);
}

/* kubectl create KIND [SORT] NAME, kubectl delete KIND NAME or KIND/NAME,
 * kubectl expose deployment NAME */
static bool
kubectl_thing(const names *n, const vb_call *call, const char *verb, thing *out)
{
    static const char *const sorted[] = {"secret", "service", "svc"};
    vb_str plain[6] = {{0}};
    size_t count = vb_call_plain(call, plain, VB_COUNT(plain)), slash;
    bool sort;

    if (count < 3 || !vb_str_eqc(plain[1], verb))
        return false;
    slash = vb_str_chr(plain[2], '/');
    out->name = plain[3];
    if (slash != VB_NPOS) {
        out->name = vb_str_from(plain[2], slash + 1);
        plain[2].len = slash;
    }
    sort = VB_STR_AMONG(plain[2], sorted) && vb_str_eqc(plain[1], "create");
    if (sort && count > 4)
        out->name = plain[4];
    out->kind = vb_names_kind(n->calls->arena, plain[2]);
    return is_name(out->name) && is_name(plain[2]);
}

/* helm install NAME CHART, helm upgrade --install NAME CHART */
static bool
helm_thing(const vb_call *call, const char *const *verbs, thing *out)
{
    vb_str plain[4] = {{0}};
    size_t count = vb_call_plain(call, plain, VB_COUNT(plain));

    if (count < 3)
        return false;
    out->kind = VB_STR("release");
    out->name = plain[2];
    /* "--install NAME": taken for an option's value */
    if (verbs == creates && vb_str_eqc(plain[1], "upgrade")) {
        vb_str given = vb_call_option(call, "--install", "-i");

        if (given.len && !vb_str_starts(given, "-"))
            out->name = given;
        return is_name(out->name);
    }
    return vb_str_index(plain[1], verbs, 3) != VB_NPOS && is_name(out->name);
}

/* aws s3 mb s3://NAME, aws iam create-role --role-name NAME */
static bool
aws_thing(const names *n, const vb_call *call, const char *const *verbs,
          thing *out)
{
    vb_str plain[4] = {{0}}, verb, option;
    size_t count = vb_call_plain(call, plain, VB_COUNT(plain));
    const char *start = verbs == creates ? "create-" : "delete-";

    if (count < 3)
        return false;
    verb = plain[2];
    if (vb_str_eqc(plain[1], "s3") && count > 3 &&
        vb_str_starts(plain[3], "s3://")) {
        out->kind = VB_STR("bucket");
        out->name = vb_str_from(plain[3], 5);
        while (vb_str_ends(out->name, "/"))
            out->name.len--;
        return vb_str_eqc(verb, verbs == creates ? "mb" : "rb") &&
               is_name(out->name);
    }
    if (!vb_str_starts(verb, start))
        return false;
    out->kind = vb_str_from(verb, 7);
    option = vb_str_fmt(n->calls->arena, "--%.*s-name", VB_ARG(out->kind));
    out->name = vb_call_option(call, option.ptr, "--name");
    return is_name(out->name);
}

/* The kind is the word before the verb (gcloud container clusters create
 * NAME, az group create --name NAME) or behind it (eksctl create cluster). */
static bool
cloud_thing(const names *n, const vb_call *call, const char *const *verbs,
            thing *out)
{
    enum { VERB_WITHIN = 6 };

    for (size_t i = 1; i < call->words.len && i < VERB_WITHIN; i++) {
        vb_str word = call->words.at[i], kind;

        if (vb_str_starts(word, "-"))
            return false;
        if (vb_str_index(word, verbs, 3) == VB_NPOS)
            continue;
        out->name = vb_call_option(call, "--name", "-n");
        if (vb_str_eqc(call->program, "eksctl")) {
            if (i + 1 >= call->words.len)
                return false;
            kind = call->words.at[i + 1];
            i++;
        } else {
            kind = call->words.at[i - 1];
        }
        if (out->name.len == 0 && i + 1 < call->words.len)
            out->name = call->words.at[i + 1];
        out->kind = vb_names_kind(n->calls->arena, kind);
        return is_name(out->name);
    }
    return false;
}

/* What the call makes or removes, by one of 'verbs'. */
static bool
thing_of(const names *n, const vb_call *call, const char *const *verbs,
         thing *out)
{
    static const char *const clouds[] = {"gcloud", "eksctl", "az", "doctl"};

    *out = (thing){.loc = call->loc};
    if (VB_STR_AMONG(call->program, clouds)) {
        out->exact = true;
        return cloud_thing(n, call, verbs, out);
    }
    if (vb_str_eqc(call->program, "kubectl") || vb_str_eqc(call->program, "oc"))
        return kubectl_thing(n, call, verbs[0], out);
    if (vb_str_eqc(call->program, "helm"))
        return helm_thing(call, verbs, out);
    out->exact = vb_str_eqc(call->program, "aws");
    return out->exact && aws_thing(n, call, verbs, out);
}

static vb_str
key_of(const names *n, const thing *t)
{
    return vb_str_fmt(n->calls->arena, "%.*s %.*s", VB_ARG(t->kind),
                      VB_ARG(t->name));
}

static void
add_made(names *n, const thing *t)
{
    vb_map_entry *entry;
    made_kind *kind;
    bool added;

    if (!is_name(t->name) || t->kind.len == 0)
        return;
    vb_map_add(&n->made, key_of(n, t), &added);
    if (!added)
        return;
    entry = vb_map_add(&n->kinds, t->kind, &added);
    if (added)
        entry->ptr = VB_NEW(n->calls->arena, made_kind);
    kind = entry->ptr;
    kind->list[kind->n++ % OTHERS_MAX] = *t;
}

/* Five letters and more at the beginning are the same. */
static bool
same_stem(vb_str a, vb_str b)
{
    enum { STEM = 5 };

    return a.len >= STEM && b.len >= STEM &&
           vb_str_eq(vb_str_sub(a, 0, STEM), vb_str_sub(b, 0, STEM));
}

/* What is like 't' among what was made; NULL when 't' itself was, or nothing
 * of its kind. 'any': the last one made will do. */
static const thing *
mistaken(const names *n, const thing *t, bool any)
{
    const vb_map_entry *entry = vb_map_find(&n->kinds, t->kind);
    const made_kind *kind = entry ? entry->ptr : NULL;
    const thing *other = NULL;

    if (!kind || vb_map_find(&n->made, key_of(n, t)))
        return NULL;
    for (size_t i = 0; i < kind->n && i < OTHERS_MAX; i++)
        if (any || vb_names_near(kind->list[i].name, t->name))
            other = &kind->list[i];
    return other;
}

static size_t
made_of(const names *n, vb_str kind)
{
    const vb_map_entry *entry = vb_map_find(&n->kinds, kind);

    return entry ? ((const made_kind *)entry->ptr)->n : 0;
}

static void
check_deleted(names *n, const vb_call *call)
{
    const thing *other;
    vb_finding *f;
    thing t;

    if (!thing_of(n, call, deletes, &t))
        return;
    other = mistaken(n, &t, t.exact);
    if (!other) { /* the only one of its kind, under another name? */
        other = mistaken(n, &t, true);
        if (!other || made_of(n, t.kind) != 1 ||
            !same_stem(other->name, t.name))
            return;
    }
    f = vb_find(n->checker, "A005", n->plan, t.loc,
                "the %.*s '%.*s' is deleted, but '%.*s' is what was created",
                VB_ARG(t.kind), VB_ARG(t.name), VB_ARG(other->name));
    f->other = other->loc;
    f->other_message = VB_STR("it is created here");
}

static void
check_used(names *n, const thing *t)
{
    const thing *other = mistaken(n, t, false);
    vb_finding *f;

    if (!other && vb_str_eqc(t->kind, "cluster")) {
        const vb_map_entry *entry = vb_map_find(&n->kinds, t->kind);
        const made_kind *kind = entry ? entry->ptr : NULL;

        if (kind && kind->n == 1 && !vb_map_find(&n->made, key_of(n, t)) &&
            begins_alike(kind->list[0].name, t->name))
            other = &kind->list[0];
    }
    if (!other)
        return;
    f = vb_find(n->checker, "A009", n->plan, t->loc,
                "the %.*s '%.*s' is used, but '%.*s' is what was created",
                VB_ARG(t->kind), VB_ARG(t->name), VB_ARG(other->name));
    f->width = (uint32_t)t->name.len;
    f->other = other->loc;
    f->other_message = VB_STR("it is created here");
}

/* kubectl VERB KIND NAME, kubectl rollout status KIND/NAME, -n NAMESPACE */
static void
check_kubectl_uses(names *n, const vb_call *call)
{
    vb_str plain[6] = {{0}};
    size_t count = vb_call_plain(call, plain, VB_COUNT(plain));
    thing t = {.loc = call->loc};

    if (count > VB_COUNT(plain))
        count = VB_COUNT(plain);
    for (size_t i = 2; i < count; i++) {
        size_t slash = vb_str_chr(plain[i], '/');

        if (vb_str_eqc(plain[1], "create") || vb_str_eqc(plain[1], "delete"))
            break; /* what is made and deleted is looked at as such */
        t.kind = vb_names_kind(
            n->calls->arena,
            slash == VB_NPOS ? plain[i] : vb_str_sub(plain[i], 0, slash));
        t.name = slash == VB_NPOS ? i + 1 < count ? plain[i + 1] : (vb_str){0}
                                  : vb_str_from(plain[i], slash + 1);
        if (is_name(t.name) && is_name(t.kind))
            check_used(n, &t);
    }
}

static void
check_uses(names *n, const vb_call *call)
{
    thing t = {.loc = call->loc};

    if (vb_str_eqc(call->program, "kubectl"))
        check_kubectl_uses(n, call);
    if (vb_str_eqc(call->program, "kubectl") ||
        vb_str_eqc(call->program, "helm")) {
        t.kind = VB_STR("namespace");
        t.name = vb_call_option(call, "--namespace", "-n");
        if (is_name(t.name))
            check_used(n, &t);
    }
}

/* The file that a command is told to read. */
static const vb_manifest *
manifest_of(const names *n, const vb_call *call, size_t *end)
{
    vb_str file = vb_call_option(call, "--config-file", "-f");
    const vb_map_entry *entry;
    size_t i;

    if (file.len == 0)
        file = vb_call_option(call, "--filename", NULL);
    while (vb_str_starts(file, "./"))
        file = vb_str_from(file, 2);
    entry = file.len ? vb_map_find(&n->manifests->by_file, file) : NULL;
    if (!entry)
        return NULL;
    for (i = entry->num; i < n->manifests->list.len &&
                         vb_str_eq(n->manifests->list.at[i].file, file);)
        i++;
    *end = i;
    return &n->manifests->list.at[entry->num];
}

static bool
applies(const vb_call *call)
{
    return vb_str_eqc(call->program, "kubectl") && call->words.len > 1 &&
           (vb_str_eqc(call->words.at[1], "apply") ||
            vb_str_eqc(call->words.at[1], "create") ||
            vb_call_option(call, "apply", NULL).len);
}

/* What a command makes of a file; and kubectl refuses a namespace that is not
 * the file's. */
static void
add_from_file(names *n, const vb_call *call)
{
    size_t end = 0;
    const vb_manifest *m = manifest_of(n, call, &end);
    vb_str space = vb_call_option(call, "--namespace", "-n");

    for (; m && m < n->manifests->list.at + end; m++) {
        thing t = {.name = m->name,
                   .loc = n->plan->steps.at[m->step].loc,
                   .kind = vb_names_kind(n->calls->arena, m->kind)};

        if (vb_str_eqc(m->kind, "ClusterConfig"))
            t.kind = VB_STR("cluster");
        add_made(n, &t);
        if (!applies(call) || !is_name(space) || !is_name(m->namespace) ||
            vb_str_eq(space, m->namespace))
            continue;
        {
            vb_finding *f =
                vb_find(n->checker, "A008", n->plan, call->loc,
                        "the namespace is '%.*s' here and '%.*s' in '%.*s'",
                        VB_ARG(space), VB_ARG(m->namespace), VB_ARG(m->file));

            f->other = t.loc;
            f->other_message = VB_STR("the file");
        }
    }
}

/* A here-document goes to kubectl, or nowhere that matters. */
static void
add_heredocs(names *n)
{
    for (size_t i = 0; i < n->manifests->list.len; i++) {
        const vb_manifest *m = &n->manifests->list.at[i];
        thing t = {.name = m->name,
                   .loc = n->plan->steps.at[m->step].loc,
                   .kind = vb_names_kind(n->calls->arena, m->kind)};

        if (m->file.len == 0)
            add_made(n, &t);
    }
}

/* The region and the name that a file gives its cluster, and what a later
 * command says. */
static void
check_cluster_file(names *n, const vb_manifest *m, const vb_call *call)
{
    vb_str region =
        vb_node_str(vb_node_get(m->tree, "metadata"), "region", (vb_str){0});
    vb_str name = vb_call_option(call, "--cluster", "--cluster-name");
    vb_str asked = vb_call_option(call, "--region", "-r");
    bool eks = call->words.len > 1 && vb_str_eqc(call->words.at[1], "eks");
    vb_finding *f = NULL;

    if (!vb_str_eqc(call->program, "eksctl") && !eks)
        return;
    if (name.len == 0 && eks)
        name = vb_call_option(call, "--name", NULL);
    if (is_name(name) && is_name(m->name) && !vb_str_eq(name, m->name)) {
        if (!vb_names_near(name, m->name) && !begins_alike(name, m->name))
            return; /* another cluster */
        f = vb_find(n->checker, "A008", n->plan, call->loc,
                    "the cluster is '%.*s' here and '%.*s' in '%.*s'",
                    VB_ARG(name), VB_ARG(m->name), VB_ARG(m->file));
    } else if (is_name(asked) && is_name(region) && name.len &&
               !vb_str_eq(asked, region)) {
        f = vb_find(n->checker, "A008", n->plan, call->loc,
                    "the region is '%.*s' here and '%.*s' in '%.*s'",
                    VB_ARG(asked), VB_ARG(region), VB_ARG(m->file));
    }
    if (!f)
        return;
    f->other = n->plan->steps.at[m->step].loc;
    f->other_message = VB_STR("the file");
}

static void
check_cluster_files(names *n)
{
    const vb_manifest *only = NULL;
    size_t clusters = 0;

    for (size_t i = 0; i < n->manifests->list.len; i++)
        if (vb_str_eqc(n->manifests->list.at[i].kind, "ClusterConfig")) {
            only = &n->manifests->list.at[i];
            clusters++;
        }
    for (size_t i = 0; clusters == 1 && i < n->calls->list.len; i++)
        check_cluster_file(n, only, &n->calls->list.at[i]);
}

void
vb_check_names(vb_checker *checker, vb_calls *calls,
               const vb_manifests *manifests)
{
    names n = {.checker = checker,
               .plan = calls->plan,
               .calls = calls,
               .manifests = manifests};
    thing t;

    vb_map_init(&n.kinds, checker->arena);
    vb_map_init(&n.made, checker->arena);
    for (size_t i = 0; i < calls->list.len; i++) {
        const vb_call *call = &calls->list.at[i];

        if (thing_of(&n, call, creates, &t)) {
            add_made(&n, &t);
        }
        /* helm and others make the namespace themselves */
        t = (thing){.kind = VB_STR("namespace"), .loc = call->loc};
        t.name = vb_call_option(call, "--namespace", "-n");
        for (size_t k = 1; k < call->words.len; k++)
            if (vb_str_eqc(call->words.at[k], "--create-namespace"))
                add_made(&n, &t);
        add_from_file(&n, call);
    }
    add_heredocs(&n);
    for (size_t i = 0; i < calls->list.len; i++) {
        check_deleted(&n, &calls->list.at[i]);
        check_uses(&n, &calls->list.at[i]);
    }
    check_cluster_files(&n);
}
