/*
 * The shell's view of a path: does it parse, does shellcheck see a fault, and
 * is there a character in it that only looks right.
 */
#include "check/check.h"

#include "base/node.h"
#include "base/spawn.h"
#include "check/shell_lines.h"
#include "plan/script.h"

#include "base/banned.h"

enum { LINTER_MS = 20 * 1000, LINTER_OUTPUT = 4 * 1024 * 1024 };

static const vb_rule rules[] = {
    {"S001", VB_ERROR, "a command block is valid shell",
     "A block that the shell cannot parse fails as a whole, or worse, runs "
     "its first lines and then fails.",
     "```bash\nif true; then\necho yes\n```\n",
     "```bash\nif true; then\necho yes\nfi\n```\n"},
    {"S002", VB_WARNING, "shellcheck has nothing to say against the path",
     "The blocks of one path are one script: what shellcheck finds in it, a "
     "reader will meet.",
     "```bash\ncd build\nrm -rf ./*.o `pwd`/x $(ls *.tmp)\n```\n",
     "```bash\ncd build || exit\nrm -rf ./*.o ./*.tmp\n```\n"},
    {"S010", VB_ERROR, "quotes in commands are the shell's quotes",
     "Typographic quotes are letters for the shell: the words they seem to "
     "hold together fall apart.",
     "```bash\necho “two words”\n```\n", "```bash\necho \"two words\"\n```\n"},
    {"S011", VB_ERROR, "spaces in commands are spaces",
     "A no-break space is a letter for the shell and glues two words "
     "together; nobody sees it.",
     "```bash\nkubectl get\xc2\xa0pods\n```\n",
     "```bash\nkubectl get pods\n```\n"},
    {"S012", VB_ERROR, "a backslash that continues a line ends it",
     "With a space behind it the backslash quotes that space, and the next "
     "line is a command of its own.",
     "```bash\nkubectl get pods \\ \n    --all-namespaces\n```\n",
     "```bash\nkubectl get pods \\\n    --all-namespaces\n```\n"},
    {"S013", VB_ERROR, "a continued line ends in one backslash",
     "Two backslashes are a literal backslash; the command ends there, and "
     "its options are run as a command.",
     "```bash\nkubectl get pods \\\\\n    --all-namespaces\n```\n",
     "```bash\nkubectl get pods \\\n    --all-namespaces\n```\n"},
    {"S014", VB_WARNING, "the last line of a block is complete",
     "A backslash at the end of a block waits for a line that is not there; "
     "pasted, it swallows whatever the reader types next.",
     "```bash\nkubectl get pods \\\n```\n", "```bash\nkubectl get pods\n```\n"},
    {"S015", VB_WARNING, "dashes before options are hyphens",
     "An en or em dash is what word processors make of '--'; the program sees "
     "a word that is no option.",
     "```bash\nkubectl get pods –all-namespaces\n```\n",
     "```bash\nkubectl get pods --all-namespaces\n```\n"},
    {"S016", VB_NOTE, "a block of commands alone has no prompts",
     "Whoever copies the block copies the prompt, too: '$: command not "
     "found'. A prompt is of use where output stands beside the command.",
     "```bash\n$ kubectl get nodes\n```\n",
     "```bash\nkubectl get nodes\n```\n"},
    {"S017", VB_ERROR, "a command's options stand on its line",
     "The line before does not end in a backslash: the command runs without "
     "these options, and then the shell looks for a program of their name.",
     "```bash\nkubectl get pods\n    --all-namespaces\n```\n",
     "```bash\nkubectl get pods \\\n    --all-namespaces\n```\n"},
    {"S020", VB_WARNING, "what is downloaded is looked at before it is run",
     "A script piped from the network into a shell runs whatever the server "
     "sends today, half of it if the connection breaks.",
     "```bash\ncurl -sSL https://example.org/install.sh | sh\n```\n",
     "```bash\ncurl -sSLo install.sh https://example.org/install.sh\nsh "
     "install.sh\n```\n"},
    {"S021", VB_WARNING, "a remote manifest has a version in its address",
     "What stands at an address without a version changes under the reader's "
     "hands, and the guide's expected output with it.",
     "```bash\nkubectl apply -f https://example.org/manifests/net.yaml\n```\n",
     "```bash\nkubectl apply -f https://example.org/v3.26.1/net.yaml\n```\n"},
    {"S022", VB_ERROR, "no secret stands in the text",
     "A key in a guide is a key in a repository: it has to be revoked.",
     "```bash\nexport AWS_ACCESS_KEY_ID="
     "AKIA"
     "Q3EGZ7XWPLM2TB5D\n```\n",
     "```bash\nexport AWS_ACCESS_KEY_ID=\"${KEY_ID}\"\n```\n"},
};

const vb_rule_family vb_rules_shell = {
    "shell", "what the shell makes of the path's commands", rules,
    VB_COUNT(rules)};

static bool
is_bash(const vb_step *step)
{
    return step->kind == VB_KIND_COMMAND && step->foreign.len == 0 &&
           (step->shell.len == 0 || vb_str_eqc(step->shell, "bash") ||
            vb_str_eqc(step->shell, "sh"));
}

/* "bash: line 3: syntax error near ..." -> 3 and the text behind it. */
static bool
parse_bash_error(vb_str *rest, uint32_t *line_number, vb_str *message)
{
    vb_str line;

    while (vb_str_line(rest, &line)) {
        size_t at = vb_str_find(line, VB_STR("line "));
        uint64_t n;
        size_t colon;

        if (at == VB_NPOS)
            continue;
        line = vb_str_from(line, at + 5);
        colon = vb_str_chr(line, ':');
        if (colon == VB_NPOS || !vb_str_u64(vb_str_sub(line, 0, colon), &n))
            continue;
        *line_number = (uint32_t)n;
        *message = vb_str_trim(vb_str_from(line, colon + 1));
        return true;
    }
    return false;
}

/* Each block alone: a syntax error must not hide behind the next block. */
static void
check_syntax(vb_checker *checker, const vb_plan *plan, const vb_step *step)
{
    static const char *const argv[] = {"bash", "--noprofile", "--norc", "-n",
                                       NULL};
    static const char *const env[] = {"LC_ALL=C", "PATH=/usr/bin:/bin", NULL};
    vb_spawn_opts opts = {.argv = argv,
                          .env = env,
                          .input = vb_script_filled(checker->arena, step),
                          .timeout_ms = LINTER_MS};
    vb_spawned r;
    vb_str rest, message;
    uint32_t line;

    if (vb_spawn(&opts, &r, NULL) && r.status != 0) {
        rest = vb_buf_view(&r.err);
        if (parse_bash_error(&rest, &line, &message)) {
            vb_loc loc = step->loc;

            if (line && line <= step->body_lines.len)
                loc = (vb_loc){loc.file, step->body_lines.at[line - 1], 1};
            vb_find(checker, "S001", plan, loc, "bash cannot parse this: %.*s",
                    VB_ARG(message));
        }
    }
    vb_spawned_release(&r);
}

static void
take_comment(vb_checker *checker, const vb_plan *plan, const vb_line_map *map,
             const vb_node *comment)
{
    int64_t line = vb_node_int(comment, "line", 0);
    int64_t col = vb_node_int(comment, "column", 1);
    int64_t end = vb_node_int(comment, "endColumn", col);
    int64_t code = vb_node_int(comment, "code", 0);
    vb_str message = vb_node_str(comment, "message", (vb_str){0});
    vb_finding *f;
    vb_loc loc;

    /* Below 2000 it is the text that shellcheck cannot read, which other
     * rules say better; 2215 is S017. */
    if (line < 1 || (size_t)line > map->len || !map->at[line - 1].line ||
        code < 2000 || code == 2215)
        return;
    loc = map->at[line - 1];
    loc.col = col > 0 ? (uint32_t)col : 1;
    f = vb_find(checker, "S002", plan, loc, "shellcheck SC%jd: %.*s",
                (intmax_t)code, VB_ARG(message));
    f->width = end > col ? (uint32_t)(end - col) : 1;
}

/* The whole path as one script, so that what one block sets is known in the
 * next. What other rules say better is left to them. */
static void
run_shellcheck(vb_checker *checker, const vb_plan *plan)
{
    static const char *const argv[] = {
        "shellcheck",
        "--norc",
        "--format=json1",
        "--shell=bash",
        "--severity=warning",
        "--exclude=SC1091,SC2034,SC2148,SC2154,SC2164,SC2155",
        "-",
        NULL};
    vb_script_opts script_opts = {.bare = true};
    vb_line_map map = {0};
    vb_buf script;
    vb_spawned r;
    const vb_node *comments = NULL;

    vb_buf_init(&script, VB_BUF_NO_MAX);
    if (vb_plan_script(plan, &script_opts, checker->arena, &script, &map,
                       NULL)) {
        vb_spawn_opts opts = {.argv = argv,
                              .input = vb_buf_view(&script),
                              .timeout_ms = LINTER_MS,
                              .max_output = LINTER_OUTPUT};

        if (vb_spawn(&opts, &r, NULL))
            comments =
                vb_node_get(vb_json_read(vb_buf_view(&r.out), "shellcheck",
                                         checker->arena, NULL),
                            "comments");
        for (size_t i = 0; comments && i < comments->len; i++)
            take_comment(checker, plan, &map, comments->items[i]);
        vb_spawned_release(&r);
    }
    vb_buf_release(&script);
}

/* A block without an end holds what is no part of it; D004 says so. */
static bool
is_unclosed(const vb_plan *plan, const vb_step *step)
{
    return plan->doc->blocks.at[plan->readings.at[step->reading].block]
        .unclosed;
}

void
vb_check_shell(vb_checker *checker)
{
    vb_check_secrets(checker);
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        const vb_plan *plan = checker->doc->plans[i];
        bool any = false;

        for (size_t k = 0; k < plan->steps.len; k++) {
            const vb_step *step = &plan->steps.at[k];

            if (!is_bash(step))
                continue;
            any = true;
            vb_check_shell_lines(checker, plan, step);
            if (!checker->opts->no_programs && !is_unclosed(plan, step))
                check_syntax(checker, plan, step);
        }
        if (any && !checker->opts->no_programs && vb_on_path("shellcheck"))
            run_shellcheck(checker, plan);
    }
}
