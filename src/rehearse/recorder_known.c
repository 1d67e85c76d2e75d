/* What is known about the programs that guides use: the variables that decide
 * what they answer, and the files they write beside those they are told. */
#include "rehearse/recorder.h"

#include "rehearse/install.h"

#include "base/banned.h"

#define KUBE "$KUBECONFIG", "~/.kube/config"

static const struct known {
    const char *name;
    const char *env[8];
    const char *paths[4];
} known[] = {
    {"aws", {"AWS_*", "KUBECONFIG"}, {KUBE}},
    {"az", {"AZURE_*", "ARM_*", "KUBECONFIG"}, {KUBE}},
    {"docker", {"DOCKER_*"}, {NULL}},
    {"eksctl", {"AWS_*", "EKSCTL_*", "KUBECONFIG"}, {KUBE}},
    {"gcloud", {"CLOUDSDK_*", "GOOGLE_*", "KUBECONFIG"}, {KUBE}},
    {"git", {"GIT_*"}, {NULL}},
    {"gsutil", {"CLOUDSDK_*", "GOOGLE_*", "BOTO_*"}, {NULL}},
    {"helm", {"HELM_*", "KUBECONFIG"}, {NULL}},
    {"kubectl", {"KUBECONFIG", "KUBE_*"}, {KUBE}},
    {"terraform",
     {"TF_*", "AWS_*", "GOOGLE_*", "ARM_*"},
     {"terraform.tfstate", ".terraform.lock.hcl"}},
};

static vb_str *
list(vb_arena *arena, const char *const *names, size_t max, size_t *n)
{
    vb_str *out = VB_NEW_N(arena, vb_str, max);

    for (*n = 0; *n < max && names[*n]; (*n)++)
        out[*n] = vb_str_c(names[*n]);
    return out;
}

vb_recorded_program
vb_recorded_program_known(vb_arena *arena, vb_str name)
{
    vb_recorded_program out = {.name = name};

    for (size_t i = 0; i < VB_COUNT(known); i++) {
        if (!vb_str_eqc(name, known[i].name))
            continue;
        out.env = list(arena, known[i].env, VB_COUNT(known[i].env), &out.nenv);
        out.paths =
            list(arena, known[i].paths, VB_COUNT(known[i].paths), &out.npaths);
    }
    return out;
}

bool
vb_recorded_tool(vb_str name)
{
    return vb_is_file_tool(name);
}
