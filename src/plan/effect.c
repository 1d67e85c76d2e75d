#include "plan/known.h"

#include "base/banned.h"

/* Words with one trailing '*' match as prefixes. */
typedef struct vb_verbs {
    const char *program; /* NULL: any */
    const char *reads;   /* separated by one space */
    const char *destroys;
} vb_verbs;

static const vb_verbs table[] = {
    {"kubectl",
     "get describe logs explain api-resources api-versions cluster-info "
     "version top wait diff auth config options kustomize events port-forward "
     "completion attach",
     "delete drain"},
    {"oc", "get describe logs explain status version whoami wait", "delete"},
    {"helm",
     "list ls status get search repo template version show history lint env "
     "dependency pull test verify",
     "uninstall delete rollback"},
    {"gcloud",
     "list describe get get-credentials get-value get-iam-policy "
     "get-server-config print-* version info help read ssh tail",
     "delete remove remove-* destroy purge"},
    {"gsutil", "ls cat du stat version help", "rm rb"},
    {"aws",
     "describe-* list-* get-* wait ls help head-* lookup-* "
     "update-kubeconfig presign filter-* search-* batch-get-*",
     "delete-* terminate-* rm rb remove-* deregister-* detach-* destroy-* "
     "purge-* revoke-*"},
    {"az",
     "list show get-credentials get-versions version wait exists "
     "list-* show-* get-* check-* login account",
     "delete purge remove destroy"},
    {"eksctl", "get version info help", "delete drain"},
    {"terraform", "plan show output init validate version fmt providers graph",
     "destroy"},
    {"tofu", "plan show output init validate version fmt", "destroy"},
    {"pulumi", "preview stack version about whoami", "destroy"},
    {"docker",
     "ps images inspect logs info version search port top stats history "
     "events",
     "rm rmi prune kill down"},
    {"podman", "ps images inspect logs info version", "rm rmi prune kill"},
    {"doctl", "list get version help", "delete destroy remove"},
    {"minikube", "status ip profile version logs service dashboard ssh",
     "delete"},
    {"kind", "get version", "delete"},
    {"k3d", "list version get", "delete"},
    {"istioctl", "version analyze proxy-status proxy-config verify-install",
     "uninstall"},
    {"linkerd", "check version stat top tap viz diagnostics", "uninstall"},
    {"git", "status log show diff branch remote describe", ""},
    {"systemctl", "status is-active is-enabled list-units show", ""},
};

static const char *const looks[] = {
    "cat",    "ls",    "grep", "head",     "tail",      "wc",       "echo",
    "printf", "jq",    "yq",   "dig",      "host",      "nslookup", "ping",
    "stat",   "file",  "diff", "cmp",      "which",     "type",     "whoami",
    "id",     "uname", "date", "df",       "du",        "ps",       "sort",
    "uniq",   "cut",   "tr",   "base64",   "sha256sum", "md5sum",   "env",
    "less",   "more",  "tree", "awk",      "sleep",     "true",     "false",
    "test",   "[",     "[[",   "hostname", "pgrep",     "seq"};

static const char *const shells[] = {
    "cd",  "export", "source",  ".",    "alias", "pushd", "popd",
    "set", "unset",  "declare", "read", "wait",  "eval",  "umask"};

static const char *const destroyers[] = {
    "rm",        "rmdir",  "dd",     "shred",      "mkfs",
    "mkfs.ext4", "sgdisk", "dropdb", "blkdiscard", "wipefs"};

static bool
matches(vb_str word, const char *list)
{
    vb_str rest = vb_str_c(list), entry;

    while (vb_str_field(&rest, ' ', &entry)) {
        if (entry.len > 1 && entry.ptr[entry.len - 1] == '*') {
            vb_str prefix = vb_str_sub(entry, 0, entry.len - 1);

            if (word.len >= prefix.len &&
                vb_str_eq(vb_str_sub(word, 0, prefix.len), prefix))
                return true;
        } else if (vb_str_eq(word, entry)) {
            return true;
        }
    }
    return false;
}

/* The verb is the first word of either list; cloud command lines put it
 * behind any number of nouns, kubectl before them. */
static vb_effect
by_verb(const vb_simple *s, size_t program, const vb_verbs *verbs)
{
    for (size_t i = program + 1; i < s->words.len && i < program + 8; i++) {
        vb_str word = s->words.at[i].text;

        if (vb_str_eqc(word, "--help") || vb_str_eqc(word, "-h") ||
            vb_str_starts(word, "--dry-run"))
            return VB_EFFECT_READ;
        if (vb_str_starts(word, "-"))
            continue;
        if (matches(word, verbs->destroys))
            return VB_EFFECT_DESTROY;
        if (matches(word, verbs->reads))
            return VB_EFFECT_READ;
    }
    return VB_EFFECT_CHANGE;
}

static bool
writes_file(const vb_simple *s)
{
    for (size_t i = 0; i < s->redirs.len; i++) {
        const vb_redir *r = &s->redirs.at[i];

        if ((r->kind == VB_REDIR_OUT || r->kind == VB_REDIR_APPEND) &&
            !vb_str_eqc(r->target.text, "/dev/null"))
            return true;
    }
    return false;
}

vb_effect
vb_effect_of(const vb_simple *s)
{
    size_t program = vb_simple_program(s);
    vb_str name;
    vb_effect effect = VB_EFFECT_CHANGE;

    if (program == VB_NPOS)
        return VB_EFFECT_SHELL;
    name = s->words.at[program].text;
    if (VB_STR_AMONG(name, destroyers))
        return VB_EFFECT_DESTROY;
    if (VB_STR_AMONG(name, shells))
        return VB_EFFECT_SHELL;
    if (VB_STR_AMONG(name, looks))
        effect = VB_EFFECT_READ;
    for (size_t i = 0; i < VB_COUNT(table); i++)
        if (vb_str_eqc(name, table[i].program))
            effect = by_verb(s, program, &table[i]);
    if (effect == VB_EFFECT_CHANGE && program + 1 < s->words.len &&
        matches(s->words.at[program + 1].text,
                "delete destroy uninstall remove purge teardown"))
        effect = VB_EFFECT_DESTROY;
    if (effect == VB_EFFECT_READ && writes_file(s))
        effect = VB_EFFECT_CHANGE;
    return effect;
}

static bool
has_word(const vb_simple *s, size_t from, const char *list)
{
    for (size_t i = from; i < s->words.len; i++)
        if (matches(s->words.at[i].text, list))
            return true;
    return false;
}

bool
vb_runs_on(const vb_simple *s)
{
    size_t program = vb_simple_program(s);
    vb_str name;

    if (program == VB_NPOS)
        return false;
    name = s->words.at[program].text;
    if (vb_str_eqc(s->words.at[0].text, "watch") || vb_str_eqc(name, "watch"))
        return true;
    if (vb_str_eqc(name, "kubectl") || vb_str_eqc(name, "oc"))
        return has_word(s, program + 1, "port-forward proxy") ||
               (has_word(s, program + 1, "get logs") &&
                has_word(s, program + 1, "-w --watch -f --follow") &&
                !has_word(s, program + 1, "apply"));
    if (vb_str_eqc(name, "tail"))
        return has_word(s, program + 1, "-f -F --follow");
    if (vb_str_eqc(name, "minikube"))
        return has_word(s, program + 1, "tunnel dashboard");
    return vb_str_eqc(name, "kubectl-proxy") || vb_str_eqc(name, "ngrok");
}

/* Interactive programs that read commands themselves. */
static const char *const prompts[] = {
    "bash",      "sh",        "zsh",
    "fish",      "ash",       "mysql",
    "psql",      "redis-cli", "mongo",
    "mongosh",   "cqlsh",     "sqlite3",
    "python",    "python3",   "ipython",
    "node",      "irb",       "clickhouse-client",
    "sftp",      "ftp",       "telnet",
    "/bin/bash", "/bin/sh"};

static const char *const editors[] = {"vi",   "vim",   "nano", "emacs",
                                      "nvim", "gedit", "pico", "micro"};

/* "exec -it POD -- mysql -u me": a program that asks, on a terminal, with
 * nothing to do on its command line. */
static bool
asks_inside(const vb_simple *s, size_t from)
{
    size_t i = from;

    if (!has_word(s, from, "-it -ti -t --tty"))
        return false;
    while (i < s->words.len && !VB_STR_AMONG(s->words.at[i].text, prompts))
        i++;
    if (i >= s->words.len)
        return false;
    for (size_t k = i + 1; k < s->words.len; k++) {
        const vb_word *w = &s->words.at[k];

        if (w->quoted || vb_str_has(w->text, ".") ||
            matches(w->text, "-c -e -f -m --eval --execute --command --file "
                             "ping get info"))
            return false;
    }
    return true;
}

/* The last words are a shell without anything to do: it will ask. */
static bool
ends_in_prompt(const vb_simple *s, size_t from)
{
    size_t n = s->words.len;
    vb_str last;

    if (n <= from)
        return false;
    last = s->words.at[n - 1].text;
    if ((vb_str_eqc(last, "-l") || vb_str_eqc(last, "--login") ||
         vb_str_eqc(last, "-i")) &&
        n - 1 > from)
        last = s->words.at[n - 2].text;
    return VB_STR_AMONG(last, prompts) || asks_inside(s, from);
}

static bool
fed(const vb_simple *s)
{
    for (size_t i = 0; i < s->redirs.len; i++)
        if (s->redirs.at[i].kind == VB_REDIR_IN ||
            s->redirs.at[i].kind == VB_REDIR_HEREDOC ||
            s->redirs.at[i].kind == VB_REDIR_HERESTR)
            return true;
    return s->piped_from;
}

/* "--command x" or "--command=x" */
static bool
has_option(const vb_simple *s, const char *option)
{
    for (size_t i = 0; i < s->words.len; i++)
        if (vb_str_starts(s->words.at[i].text, option))
            return true;
    return false;
}

/* ssh HOST without a command. */
static bool
bare_ssh(const vb_simple *s, size_t from)
{
    size_t plain = 0;

    for (size_t i = from; i < s->words.len; i++) {
        vb_str w = s->words.at[i].text;

        if (!vb_str_starts(w, "-"))
            plain++;
        else if (w.len == 2 && i + 1 < s->words.len &&
                 vb_str_chr(VB_STR("ioplFJLRDWbcE"), w.ptr[1]) != VB_NPOS)
            i++;
    }
    return plain == 1;
}

/* "gcloud compute ssh VM", "vagrant ssh": other programs' ways of saying
 * it. */
static bool
ssh_of(const vb_simple *s, size_t p)
{
    vb_str name = s->words.at[p].text;

    if (vb_str_eqc(name, "gcloud"))
        return has_word(s, p + 1, "compute") && has_word(s, p + 1, "ssh") &&
               !has_word(s, p + 1, "-- --dry-run") &&
               !has_option(s, "--command");
    return (vb_str_eqc(name, "vagrant") || vb_str_eqc(name, "minikube")) &&
           s->words.len <= p + 3 && has_word(s, p + 1, "ssh") &&
           !has_option(s, "-c");
}

const char *
vb_opens_shell(const vb_simple *s)
{
    size_t p = vb_simple_program(s);
    vb_str name;

    if (s->words.len == 0 || fed(s))
        return NULL;
    name = s->words.at[p == VB_NPOS ? 0 : p].text;
    if (vb_str_eqc(s->words.at[0].text, "sudo") &&
        (s->words.len == 2 && has_word(s, 1, "-i -s su")))
        return "sudo";
    if (p == VB_NPOS)
        return NULL;
    if (vb_str_eqc(name, "su") && !has_word(s, p + 1, "-c --command"))
        return "su";
    if (VB_STR_AMONG(name, editors) ||
        ((vb_str_eqc(name, "kubectl") || vb_str_eqc(name, "oc")) &&
         p + 1 < s->words.len && vb_str_eqc(s->words.at[p + 1].text, "edit")))
        return "an editor";
    if ((vb_str_eqc(name, "ssh") && bare_ssh(s, p + 1)) || ssh_of(s, p))
        return "ssh";
    if ((vb_str_eqc(name, "kubectl") || vb_str_eqc(name, "oc")) &&
        has_word(s, p + 1, "exec run attach debug") && ends_in_prompt(s, p + 2))
        return "kubectl exec";
    if ((vb_str_eqc(name, "docker") || vb_str_eqc(name, "podman") ||
         vb_str_eqc(name, "docker-compose")) &&
        has_word(s, p + 1, "exec run") && ends_in_prompt(s, p + 2))
        return "docker exec";
    if (VB_STR_AMONG(name, prompts) && s->words.len == p + 1 && !s->piped_to)
        return "an interactive prompt";
    return NULL;
}
