#include "doc/provider_names.h"

#include "base/attr.h"
#include "doc/platform_names.h"

#include <string.h>

#include "base/banned.h"

/* Lower case, words parted by one blank. The first of a row is canonical. */
static const char *const providers[][16] = {
    {"gcp", "google cloud platform", "google cloud", "google kubernetes engine",
     "google", "gke", "gcloud", "gke autopilot", NULL},
    {"aws", "amazon web services", "amazon eks", "aws eks", "amazon", "eks",
     "elastic kubernetes service", "eksctl", NULL},
    {"azure", "microsoft azure", "azure kubernetes service", "azure aks", "aks",
     "microsoft", NULL},
    {"digitalocean", "digital ocean", "doks", NULL},
    {"ibm", "ibm cloud", "iks", NULL},
    {"oracle", "oracle cloud", "oracle cloud infrastructure", "oci", "oke",
     NULL},
    {"alibaba", "alibaba cloud", "aliyun", NULL},
    {"ovh", "ovhcloud", "ovh cloud", NULL},
    {"linode", "akamai", "lke", "akamai cloud", NULL},
    {"hetzner", "hetzner cloud", NULL},
    {"scaleway", NULL},
    {"vultr", NULL},
    {"civo", NULL},
    {"exoscale", NULL},
    {"tencent", "tencent cloud", "tke", NULL},
    {"huawei", "huawei cloud", NULL},
};

static const char *const platforms[][16] = {
    {"kind", NULL},
    {"minikube", NULL},
    {"k3s", NULL},
    {"k3d", NULL},
    {"microk8s", NULL},
    {"docker desktop", "docker for mac", NULL},
    {"openshift", "red hat openshift", "ocp", NULL},
    {"openstack", NULL},
    {"vsphere", "vmware vsphere", "vmware", NULL},
    {"bare metal", "baremetal", NULL},
    {"on-prem", "on-premises", "on premises", "on prem", "self-hosted", NULL},
    {"rancher", "rke", "rke2", NULL},
    {"kubeadm", NULL},
};

/* Words that add nothing to a provider's name in a heading or label. */
static const char *const fillers[] = {
    "on",       "in",   "with",   "using",    "for",        "the",
    "a",        "an",   "and",    "cluster",  "clusters",   "kubernetes",
    "cloud",    "your", "users",  "user",     "only",       "platform",
    "console",  "cli",  "option", "provider", "managed",    "service",
    "(k8s)",    "k8s",  "setup",  "install",  "installing", "installation",
    "standard",
};

enum { WORDS_MAX = 24 };

typedef struct vb_words {
    vb_str at[WORDS_MAX];
    size_t n;
    bool more;
} vb_words;

static bool
word_char(char c)
{
    return vb_is_alnum(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

static vb_words
cut(vb_str text)
{
    vb_words w = {.n = 0};
    size_t i = 0;

    while (i < text.len) {
        size_t start;

        while (i < text.len && !word_char(text.ptr[i]))
            i++;
        start = i;
        while (i < text.len && word_char(text.ptr[i]))
            i++;
        if (i == start)
            break;
        if (w.n == WORDS_MAX) {
            w.more = true;
            break;
        }
        w.at[w.n++] = vb_str_sub(text, start, i - start);
    }
    return w;
}

/* Words of 'name' that stand at word 'at'; 0 when they do not. */
static size_t
match_at(const vb_words *w, size_t at, const char *name)
{
    vb_str rest = vb_str_c(name), word;
    size_t n = 0;

    while (vb_str_word(&rest, &word)) {
        if (at + n >= w->n || !vb_str_ieq(w->at[at + n], word))
            return 0;
        n++;
    }
    return n;
}

/* The longest name at word 'at' of a table; the row in *row. */
static size_t
longest(const vb_words *w, size_t at, const char *const (*table)[16],
        size_t rows, size_t *row)
{
    char first = vb_lower(w->at[at].ptr[0]);
    size_t best = 0;

    for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < 16 && table[r][k]; k++) {
            size_t n =
                table[r][k][0] == first ? match_at(w, at, table[r][k]) : 0;

            if (n > best) {
                best = n;
                *row = r;
            }
        }
    }
    return best;
}

static bool
filler(vb_str word)
{
    return VB_STR_IAMONG(word, fillers);
}

typedef struct vb_mention {
    const char *name; /* NULL: none or several */
    bool several;
    size_t others; /* words that are neither name nor filler */
} vb_mention;

static vb_mention
mention(const vb_words *w, const char *const (*table)[16], size_t rows)
{
    vb_mention m = {0};

    for (size_t i = 0; i < w->n;) {
        size_t row = 0, n = longest(w, i, table, rows, &row);

        if (n == 0) {
            m.others += !filler(w->at[i]);
            i++;
            continue;
        }
        if (m.name && m.name != table[row][0])
            m.several = true;
        m.name = table[row][0];
        i += n;
    }
    if (m.several)
        m.name = NULL;
    return m;
}

const char *
vb_provider_named(vb_str name)
{
    vb_words w = cut(name);
    size_t row = 0;

    if (w.n == 0 || w.more ||
        longest(&w, 0, providers, VB_COUNT(providers), &row) != w.n)
        return NULL;
    return providers[row][0];
}

const char *
vb_provider_in(vb_str text)
{
    vb_words w = cut(text);

    return mention(&w, providers, VB_COUNT(providers)).name;
}

const char *
vb_provider_only(vb_str text)
{
    vb_words w = cut(text);
    vb_mention m = mention(&w, providers, VB_COUNT(providers));

    return m.others || w.more ? NULL : m.name;
}

const char *
vb_platform_only(vb_str text)
{
    vb_words w = cut(text);
    vb_mention m = mention(&w, platforms, VB_COUNT(platforms));

    return m.others || w.more ? NULL : m.name;
}

vb_str
vb_provider_frame(vb_arena *arena, vb_str text)
{
    vb_words w = cut(text);
    vb_str out = {0};

    for (size_t i = 0; i < w.n;) {
        size_t row = 0,
               n = longest(&w, i, providers, VB_COUNT(providers), &row);

        if (n == 0 && !filler(w.at[i]))
            out = vb_str_fmt(arena, "%.*s %.*s", VB_ARG(out), VB_ARG(w.at[i]));
        i += n ? n : 1;
    }
    return out;
}
