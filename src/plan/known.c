#include "plan/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* A leading tilde marks words that English uses too; the first character is
 * compared before anything else, so a scan is cheap. */
static const char *const commands[] = {
    ".",
    ":",
    "[",
    "[[",
    "aks-engine",
    "alias",
    "ansible",
    "ansible-playbook",
    "apk",
    "~apt",
    "apt-get",
    "ar",
    "argo",
    "argocd",
    "arkade",
    "asdf",
    "astro",
    "aws",
    "aws-iam-authenticator",
    "awk",
    "az",
    "azcopy",
    "azd",
    "base64",
    "basename",
    "bash",
    "bazel",
    "bc",
    "bq",
    "brew",
    "buildah",
    "bun",
    "bunx",
    "calicoctl",
    "cargo",
    "~case",
    "cat",
    "cd",
    "cdk",
    "cdk8s",
    "certbot",
    "cfssl",
    "cfssljson",
    "chgrp",
    "chmod",
    "choco",
    "chown",
    "chroot",
    "cilium",
    "civo",
    "clear",
    "clickhouse-client",
    "cloud-sql-proxy",
    "clusterctl",
    "cmctl",
    "cmp",
    "code",
    "~command",
    "composer",
    "conda",
    "consul",
    "copilot",
    "cosign",
    "cp",
    "crictl",
    "~crane",
    "cri-o",
    "csplit",
    "ctr",
    "curl",
    "~cut",
    "dapr",
    "~date",
    "dd",
    "deb",
    "declare",
    "deno",
    "df",
    "diff",
    "dig",
    "dirname",
    "dirs",
    "dnf",
    "docker",
    "docker-compose",
    "doctl",
    "dotnet",
    "dpkg",
    "~do",
    "du",
    "~echo",
    "ecs-cli",
    "eksctl",
    "emqx",
    "~env",
    "envsubst",
    "~esac",
    "etcdctl",
    "eval",
    "exec",
    "~exit",
    "~expand",
    "~export",
    "expr",
    "feast",
    "~file",
    "~find",
    "firebase",
    "~flux",
    "fly",
    "flyctl",
    "~for",
    "~function",
    "gcloud",
    "gem",
    "getent",
    "gh",
    "git",
    "gke-gcloud-auth-plugin",
    "glooctl",
    "gnupg",
    "go",
    "gpg",
    "gradle",
    "grep",
    "groupadd",
    "gsutil",
    "gunzip",
    "gzip",
    "~head",
    "helm",
    "helmfile",
    "heroku",
    "~history",
    "host",
    "hostname",
    "hostnamectl",
    "htop",
    "http",
    "httpie",
    "ibmcloud",
    "~id",
    "~if",
    "ifconfig",
    "~import",
    "~install",
    "ip",
    "iptables",
    "istioctl",
    "java",
    "javac",
    "~job",
    "~jobs",
    "~join",
    "journalctl",
    "jq",
    "jupyter",
    "k0s",
    "k0sctl",
    "k3d",
    "k3s",
    "k3sup",
    "k6",
    "k9s",
    "kafka-topics.sh",
    "kapp",
    "keytool",
    "~kill",
    "killall",
    "kind",
    "kn",
    "kompose",
    "kops",
    "ks",
    "kubeadm",
    "kubectl",
    "kubectx",
    "kubelet",
    "kubens",
    "kubeseal",
    "kustomize",
    "ldapsearch",
    "~less",
    "~let",
    "limactl",
    "linkerd",
    "linode-cli",
    "ln",
    "~local",
    "~locate",
    "login",
    "logout",
    "ls",
    "lsb_release",
    "lsblk",
    "lsof",
    "lvs",
    "~make",
    "mapfile",
    "mc",
    "md5sum",
    "meshctl",
    "microk8s",
    "microk8s.kubectl",
    "minikube",
    "mkcert",
    "mkdir",
    "mkfs",
    "mkfs.ext4",
    "mktemp",
    "modprobe",
    "mongo",
    "mongodump",
    "mongosh",
    "~more",
    "~mount",
    "multipass",
    "mv",
    "mvn",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "nano",
    "nats",
    "nc",
    "netstat",
    "nginx",
    "ngrok",
    "nmap",
    "node",
    "nohup",
    "nomad",
    "npm",
    "npx",
    "nsc",
    "nslookup",
    "oc",
    "oci",
    "odo",
    "okteto",
    "openssl",
    "operator-sdk",
    "~pack",
    "packer",
    "pacman",
    "parted",
    "partprobe",
    "passwd",
    "~paste",
    "~patch",
    "perl",
    "pg_dump",
    "pgrep",
    "php",
    "ping",
    "pip",
    "pip3",
    "pipenv",
    "pipx",
    "pkill",
    "pnpm",
    "podman",
    "poetry",
    "popd",
    "~printf",
    "ps",
    "psql",
    "pulumi",
    "pushd",
    "pwd",
    "pwsh",
    "python",
    "python3",
    "rabbitmqctl",
    "rails",
    "rake",
    "rancher",
    "~read",
    "readarray",
    "readlink",
    "readonly",
    "~reboot",
    "redis-cli",
    "rke",
    "rm",
    "rmdir",
    "rosa",
    "rsync",
    "ruby",
    "rustup",
    "s3cmd",
    "sam",
    "~scale",
    "scp",
    "~screen",
    "sdk",
    "sed",
    "~select",
    "seq",
    "~serverless",
    "~service",
    "~set",
    "sftp",
    "sgdisk",
    "sh",
    "sha256sum",
    "shasum",
    "~shift",
    "~shutdown",
    "skaffold",
    "skopeo",
    "~sleep",
    "snap",
    "sops",
    "~sort",
    "~source",
    "spack",
    "~split",
    "ssh",
    "ssh-add",
    "ssh-copy-id",
    "ssh-keygen",
    "stat",
    "step",
    "stern",
    "strace",
    "strimzi",
    "su",
    "subctl",
    "sudo",
    "supabase",
    "swapoff",
    "sysctl",
    "systemctl",
    "~tail",
    "talosctl",
    "tar",
    "tee",
    "telepresence",
    "telnet",
    "terraform",
    "terragrunt",
    "~test",
    "tf",
    "tilt",
    "~time",
    "timeout",
    "tkn",
    "tmux",
    "tofu",
    "~top",
    "~touch",
    "tr",
    "traefik",
    "trap",
    "~tree",
    "~true",
    "tsh",
    "~type",
    "typeset",
    "ufw",
    "ulimit",
    "umask",
    "umount",
    "unalias",
    "uname",
    "uniq",
    "~unset",
    "~until",
    "unzip",
    "uptime",
    "useradd",
    "usermod",
    "uv",
    "uvicorn",
    "vagrant",
    "~vault",
    "vcluster",
    "velero",
    "vercel",
    "vi",
    "vim",
    "virtctl",
    "virtualenv",
    "wait",
    "~watch",
    "waypoint",
    "wc",
    "wget",
    "~which",
    "~while",
    "whoami",
    "wrangler",
    "~wrk",
    "xargs",
    "yarn",
    "~yes",
    "ytt",
    "yq",
    "yum",
    "zcat",
    "~zip",
    "zypper",
};

static bool
same(vb_str word, const char *entry)
{
    return vb_str_eqc(word, entry);
}

vb_known
vb_known_command(vb_str word)
{
    size_t slash = vb_str_rchr(word, '/');

    if (word.len == 0 || word.len > 40)
        return VB_KNOWN_NO;
    if (slash != VB_NPOS) {
        if (word.ptr[0] == '/' || vb_str_starts(word, "./") ||
            vb_str_starts(word, "../") || vb_str_starts(word, "~/"))
            return slash + 1 < word.len && !vb_str_ends(word, ":")
                       ? VB_KNOWN_YES
                       : VB_KNOWN_NO;
        return VB_KNOWN_NO;
    }
    for (size_t i = 0; i < VB_COUNT(commands); i++) {
        const char *entry = commands[i];
        bool english = entry[0] == '~';

        if (entry[english] == word.ptr[0] && same(word, entry + english))
            return english ? VB_KNOWN_WORD : VB_KNOWN_YES;
    }
    if (vb_str_ends(word, ".sh") || vb_str_ends(word, ".py"))
        return VB_KNOWN_YES;
    return VB_KNOWN_NO;
}

/* Programs that run another program given in their arguments. */
static const char *const wrappers[] = {"sudo",    "env",  "time",    "nohup",
                                       "timeout", "exec", "command", "xargs",
                                       "watch",   "nice", "builtin", "doas"};

/* Does this option of a wrapper take the next word? */
static bool
takes_value(vb_str program, vb_str option)
{
    if (option.len != 2)
        return vb_str_eqc(option, "--interval") ||
               vb_str_eqc(option, "--user") || vb_str_eqc(option, "--signal");
    if (vb_str_eqc(program, "xargs"))
        return strchr("InPLdEsa", option.ptr[1]) != NULL;
    if (vb_str_eqc(program, "watch"))
        return option.ptr[1] == 'n';
    if (vb_str_eqc(program, "sudo"))
        return strchr("ugpCrth", option.ptr[1]) != NULL;
    if (vb_str_eqc(program, "timeout"))
        return strchr("ks", option.ptr[1]) != NULL;
    if (vb_str_eqc(program, "env"))
        return strchr("uCS", option.ptr[1]) != NULL;
    return vb_str_eqc(program, "nice") && option.ptr[1] == 'n';
}

size_t
vb_simple_program(const vb_simple *simple)
{
    size_t i = 0;

    while (i < simple->words.len) {
        vb_str program = simple->words.at[i].text;
        bool timed = vb_str_eqc(program, "timeout");

        if (!VB_STR_AMONG(program, wrappers))
            return i;
        i++;
        while (i < simple->words.len) {
            vb_str word = simple->words.at[i].text;

            if (vb_str_starts(word, "-") && word.len > 1)
                i += 1 + takes_value(program, word);
            else if (vb_str_chr(word, '=') != VB_NPOS &&
                     !vb_str_eqc(program, "xargs"))
                i++;
            else
                break;
        }
        i += timed && i < simple->words.len;
        if (i >= simple->words.len)
            return simple->words.len ? 0 : VB_NPOS;
    }
    return VB_NPOS;
}

bool
vb_shell_builtin(vb_str word)
{
    static const char *const builtins[] = {
        ".",         ":",        "[",        "[[",       "alias",   "bg",
        "bind",      "break",    "builtin",  "caller",   "case",    "cd",
        "command",   "compgen",  "complete", "continue", "coproc",  "declare",
        "dirs",      "disown",   "do",       "done",     "echo",    "elif",
        "else",      "enable",   "esac",     "eval",     "exec",    "exit",
        "export",    "false",    "fc",       "fg",       "fi",      "for",
        "function",  "getopts",  "hash",     "help",     "history", "if",
        "in",        "jobs",     "kill",     "let",      "local",   "logout",
        "mapfile",   "popd",     "printf",   "pushd",    "pwd",     "read",
        "readarray", "readonly", "return",   "select",   "set",     "shift",
        "shopt",     "source",   "suspend",  "test",     "then",    "time",
        "times",     "trap",     "true",     "type",     "typeset", "ulimit",
        "umask",     "unalias",  "unset",    "until",    "wait",    "while",
        "{",         "}",        "!",        "]]"};

    return VB_STR_AMONG(word, builtins);
}

bool
vb_shell_ambient(vb_str name)
{
    static const char *const names[] = {
        "HOME",     "PATH",         "PWD",           "OLDPWD",
        "USER",     "LOGNAME",      "SHELL",         "RANDOM",
        "SRANDOM",  "HOSTNAME",     "LINENO",        "SECONDS",
        "UID",      "EUID",         "PPID",          "IFS",
        "TERM",     "LANG",         "LC_ALL",        "TMPDIR",
        "REPLY",    "OPTARG",       "OPTIND",        "OSTYPE",
        "HOSTTYPE", "MACHTYPE",     "SHLVL",         "COLUMNS",
        "LINES",    "EPOCHSECONDS", "EPOCHREALTIME", "PIPESTATUS",
        "FUNCNAME", "GROUPS",       "DIRSTACK",      "_"};

    if (VB_STR_AMONG(name, names))
        return true;
    return vb_str_starts(name, "BASH");
}
