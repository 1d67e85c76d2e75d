#include "doc/labels.h"

#include "base/attr.h"

#include "base/banned.h"

static const char *const bare_names[] = {
    "Dockerfile", "Makefile", "Jenkinsfile", "Procfile", "Vagrantfile",
    "Gemfile",    "Tiltfile", "Caddyfile",   ".env",     "Containerfile",
};

bool
vb_label_file(vb_str label)
{
    size_t dot = vb_str_rchr(label, '.'), slash = vb_str_rchr(label, '/');
    vb_str ext;
    bool letter = false;

    if (VB_STR_AMONG(label, bare_names))
        return true;
    if (dot == VB_NPOS || dot + 1 >= label.len ||
        (slash != VB_NPOS && slash > dot))
        return false;
    ext = vb_str_from(label, dot + 1);
    if (ext.len > 10 || vb_str_ieqc(ext, "io") || vb_str_ieqc(ext, "com"))
        return false;
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i];

        if (vb_is_space(c) || c == ',' || c == '(' || c == ':')
            return false;
    }
    for (size_t i = 0; i < ext.len; i++) {
        if (!vb_is_alnum(ext.ptr[i]) && ext.ptr[i] != '_')
            return false;
        letter |= vb_is_alpha(ext.ptr[i]);
    }
    /* "v1.2", "Node.js 18" are versions, "Node.js" is a program */
    return letter && !vb_str_ieqc(label, "node.js") &&
           !vb_str_ieqc(label, "next.js") && !vb_str_ieqc(label, "vue.js") &&
           !(vb_is_digit(ext.ptr[0]) && dot > 0 &&
             vb_is_digit(label.ptr[dot - 1]));
}

bool
vb_label_output(vb_str label)
{
    static const char *const words[] = {
        "output",
        "outputs",
        "result",
        "results",
        "response",
        "expected",
        "log",
        "logs",
        "sample output",
        "example output",
        "expected output",
        "console output",
        "command output",
        "terminal output",
        "the output",
        "sample response",
        "example response",
    };

    return VB_STR_IAMONG(label, words);
}

bool
vb_label_command(vb_str label)
{
    static const char *const words[] = {
        "command",       "commands", "input",          "terminal",
        "shell command", "run",      "request",        "console",
        "code",          "example",  "shell commands", "manifest",
    };

    return VB_STR_IAMONG(label, words);
}

bool
vb_lang_shell(vb_str lang)
{
    static const char *const names[] = {"bash", "sh",      "shell",
                                        "zsh",  "console", "shell-session",
                                        "ksh",  "terminal"};

    return VB_STR_IAMONG(lang, names);
}

static vb_str
stem(vb_str label)
{
    size_t slash = vb_str_rchr(label, '/');
    size_t dot;

    if (slash != VB_NPOS)
        label = vb_str_from(label, slash + 1);
    dot = vb_str_rchr(label, '.');
    return dot == VB_NPOS || dot == 0 ? label : vb_str_sub(label, 0, dot);
}

bool
vb_labels_all_shown(const vb_str *labels, size_t n)
{
    size_t files = 0, outputs = 0, same = 0;

    for (size_t i = 0; i < n; i++) {
        bool file = vb_label_file(labels[i]);
        bool output = vb_label_output(labels[i]);

        if (!file && !output && !vb_label_command(labels[i]))
            return false;
        files += file;
        outputs += output;
        same += i > 0 && vb_str_ieq(stem(labels[i]), stem(labels[0])) &&
                !vb_str_ieq(labels[i], labels[0]);
    }
    if (n > 1 && files == n && same == n - 1)
        return false;
    return n > 0 && (files > 0 || outputs > 0);
}
