#include "exec/environment.h"

#include "base/map.h"

#include <string.h>
#include <unistd.h>

#include "base/banned.h"

/* Names passed on; a name that ends in '*' is a prefix. */
static const char *const plain[] = {"HOME",
                                    "PATH",
                                    "TERM",
                                    "USER",
                                    "LOGNAME",
                                    "TZ",
                                    "SSL_CERT_FILE",
                                    "SSL_CERT_DIR",
                                    "CURL_CA_BUNDLE",
                                    "REQUESTS_CA_BUNDLE",
                                    "NODE_EXTRA_CA_CERTS"};
/* What leads out of a rehearsal: credentials, configuration, proxies, and
 * folders that are not there in it. */
static const char *const reaching[] = {
    "KUBECONFIG",      "AWS_*",          "CLOUDSDK_*",    "GOOGLE_*",
    "AZURE_*",         "ARM_*",          "HELM_*",        "EKSCTL_*",
    "SSH_AUTH_SOCK",   "DOCKER_HOST",    "DOCKER_CONFIG", "TMPDIR",
    "http_proxy",      "https_proxy",    "no_proxy",      "all_proxy",
    "HTTP_PROXY",      "HTTPS_PROXY",    "NO_PROXY",      "ALL_PROXY",
    "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"};

static bool
listed(vb_str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(list[i]);

        if (list[i][len - 1] == '*'
                ? name.len >= len - 1 && memcmp(name.ptr, list[i], len - 1) == 0
                : vb_str_eqc(name, list[i]))
            return true;
    }
    return false;
}

static bool
passed_on(vb_str name, const vb_environment_opts *opts)
{
    for (size_t i = 0; i < opts->run->nenv; i++)
        if (vb_str_eq(name, opts->run->env[i]))
            return true;
    return listed(name, plain, VB_COUNT(plain)) ||
           (!opts->no_credentials &&
            listed(name, reaching, VB_COUNT(reaching)));
}

static void
put(vb_map *map, vb_arena *arena, vb_str name, vb_str value)
{
    vb_map_add(map, name, NULL)->ptr = vb_str_dup(
        arena, vb_str_fmt(arena, "%.*s=%.*s", VB_ARG(name), VB_ARG(value)));
}

char **
vb_environment(const vb_environment_opts *opts, vb_arena *arena)
{
    vb_map map;
    char **out;

    vb_map_init(&map, arena);
    for (char **at = environ; *at; at++) {
        vb_str rest = vb_str_c(*at), name;

        if (vb_str_field(&rest, '=', &name) && passed_on(name, opts))
            put(&map, arena, name, rest);
    }
    /* Sorting, messages and number formats of programs follow the locale. */
    put(&map, arena, VB_STR("LC_ALL"), VB_STR("C.UTF-8"));
    put(&map, arena, VB_STR("LANG"), VB_STR("C.UTF-8"));
    put(&map, arena, VB_STR("SHELL"), VB_STR("/bin/bash"));
    /* Nobody is there to press a key in a pager or an editor. */
    put(&map, arena, VB_STR("PAGER"), VB_STR("cat"));
    put(&map, arena, VB_STR("GIT_PAGER"), VB_STR("cat"));
    put(&map, arena, VB_STR("AWS_PAGER"), (vb_str){0});
    if (!opts->run->tty)
        put(&map, arena, VB_STR("TERM"), VB_STR("dumb"));
    else if (!vb_map_find(&map, VB_STR("TERM")))
        put(&map, arena, VB_STR("TERM"), VB_STR("xterm-256color"));
    if (opts->path)
        put(&map, arena, VB_STR("PATH"), vb_str_c(opts->path));
    if (opts->home)
        put(&map, arena, VB_STR("HOME"), vb_str_c(opts->home));
    for (size_t i = 0; i < opts->nfixed; i++)
        put(&map, arena, opts->fixed[i].name, opts->fixed[i].value);
    out = VB_NEW_N(arena, char *, map.entries.len + 1);
    for (size_t i = 0; i < map.entries.len; i++)
        out[i] = map.entries.at[i].ptr;
    return out;
}
