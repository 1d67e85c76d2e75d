/*
 * The shell's view of a path: does it parse, does shellcheck see a fault, and
 * is there a character in it that only looks right.
 */
#include "check/check.h"

#include "base/node.h"
#include "base/spawn.h"
#include "base/text.h"
#include "plan/script.h"

#include <string.h>

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

/* One line of a command block. */
typedef struct code_line {
    vb_checker *checker;
    const vb_plan *plan;
    vb_str text;
    vb_loc loc; /* of its first byte */
    bool last;  /* of its block */
} code_line;

static vb_finding *
find_at(const code_line *line, const char *id, size_t at, size_t width,
        const char *message)
{
    vb_loc loc = line->loc;
    vb_finding *f;

    loc.col += (uint32_t)at;
    f = vb_find(line->checker, id, line->plan, loc, "%s", message);
    f->width = (uint32_t)width;
    return f;
}

static void
offer(vb_finding *f, const code_line *line, size_t at, size_t len, vb_str text)
{
    f->fix = (vb_fix){true,           line->loc.file,
                      line->loc.line, line->loc.col + (uint32_t)at,
                      (uint32_t)len,  text};
}

/* Characters that look like the shell's own and are not. */
static void
check_characters(const code_line *line)
{
    static const struct {
        uint32_t code;
        const char *id, *message, *instead;
    } looks[] = {
        {0x201c, "S010", "a typographic quote in a command", "\""},
        {0x201d, "S010", "a typographic quote in a command", "\""},
        {0x2018, "S010", "a typographic quote in a command", "'"},
        {0x2019, "S010", "a typographic quote in a command", "'"},
        {0x00a0, "S011", "a no-break space in a command", " "},
        {0x202f, "S011", "a no-break space in a command", " "},
        {0x200b, "S011", "an invisible space in a command", ""},
        {0xfeff, "S011", "an invisible space in a command", ""},
    };
    size_t at = 0, n;
    uint32_t code;

    while (at < line->text.len) {
        n = vb_utf8_next(vb_str_from(line->text, at), &code);
        if (n == 0)
            n = 1;
        for (size_t i = 0; n > 1 && i < VB_COUNT(looks); i++)
            if (looks[i].code == code) {
                vb_finding *f =
                    find_at(line, looks[i].id, at, n, looks[i].message);

                offer(f, line, at, n, vb_str_c(looks[i].instead));
            }
        if ((code == 0x2013 || code == 0x2014) && n > 1 && at > 0 &&
            vb_is_space(line->text.ptr[at - 1]) && at + n < line->text.len &&
            vb_is_alpha(line->text.ptr[at + n])) {
            vb_finding *f = find_at(line, "S015", at, n,
                                    "a typographic dash before an option");

            offer(f, line, at, n, VB_STR("--"));
        }
        at += n;
    }
}

static void
check_line_end(const code_line *line)
{
    vb_str trimmed = vb_str_rtrim(line->text);
    size_t slashes = 0, at;
    vb_finding *f;

    while (slashes < trimmed.len &&
           trimmed.ptr[trimmed.len - 1 - slashes] == '\\')
        slashes++;
    if (slashes == 0 || vb_str_starts(vb_str_ltrim(trimmed), "#"))
        return;
    at = trimmed.len - slashes;
    if (trimmed.len < line->text.len && !line->last) {
        f = find_at(line, "S012", trimmed.len, line->text.len - trimmed.len,
                    "white space behind the backslash at the line's end");
        offer(f, line, trimmed.len, line->text.len - trimmed.len, VB_STR(""));
    } else if (slashes == 2 && !line->last && at > 0 &&
               vb_is_space(line->text.ptr[at - 1])) {
        f = find_at(line, "S013", at, 2,
                    "two backslashes at the end of a continued line");
        offer(f, line, at, 2, VB_STR("\\"));
    } else if (slashes % 2 == 1 && line->last) {
        f = find_at(line, "S014", at, 1, "the block ends in a backslash");
        offer(f, line, at, line->text.len - at, VB_STR(""));
    }
}

/* "curl URL | sh" and its relatives. */
static void
check_piped_download(const code_line *line)
{
    static const char *const shells[] = {"sh",     "bash",    "zsh", "sudo",
                                         "python", "python3", "perl"};
    vb_str text = line->text, word;
    size_t fetch = vb_str_find(text, VB_STR("curl "));
    size_t pipe;
    vb_str rest;

    if (fetch == VB_NPOS)
        fetch = vb_str_find(text, VB_STR("wget "));
    if (fetch == VB_NPOS || !vb_str_has(vb_str_from(text, fetch), "://"))
        return;
    pipe = vb_str_chr(vb_str_from(text, fetch), '|');
    if (pipe == VB_NPOS)
        return;
    rest = vb_str_from(text, fetch + pipe + 1);
    if (!vb_str_word(&rest, &word))
        return;
    for (size_t i = 0; i < VB_COUNT(shells); i++)
        if (vb_str_eqc(word, shells[i]))
            find_at(line, "S020", fetch, text.len - fetch,
                    "a download is piped into a shell");
}

/* "v1.2", "3.26.1", or the forty digits of a commit. */
static bool
has_version(vb_str url)
{
    size_t run = 0;

    for (size_t i = 0; i < url.len; i++) {
        if (i + 2 < url.len && vb_is_digit(url.ptr[i]) &&
            url.ptr[i + 1] == '.' && vb_is_digit(url.ptr[i + 2]))
            return true;
        run = vb_is_xdigit(url.ptr[i]) ? run + 1 : 0;
        if (run == 40)
            return true;
    }
    return false;
}

/* kubectl apply -f https://.../master/x.yaml */
static void
check_remote_manifest(const code_line *line)
{
    size_t apply = vb_str_find(line->text, VB_STR("kubectl "));
    size_t at, n = 0;
    vb_str url;

    if (apply == VB_NPOS || (!vb_str_has(line->text, " apply ") &&
                             !vb_str_has(line->text, " create ")))
        return;
    at = vb_str_find(line->text, VB_STR("https://"));
    if (at == VB_NPOS)
        return;
    url = vb_str_from(line->text, at);
    while (n < url.len && !vb_is_space(url.ptr[n]) && url.ptr[n] != '"' &&
           url.ptr[n] != '\'')
        n++;
    url = vb_str_sub(url, 0, n);
    if (!has_version(url) && !vb_str_has(url, "$"))
        find_at(line, "S021", at, n,
                "a remote manifest without a version in its address");
}

/* The key ids and tokens whose shape alone gives them away. Documented
 * examples, which say so in the key itself, are no secrets. */
static void
check_secrets(const code_line *line)
{
    static const struct {
        const char *start;
        size_t len; /* of the whole, 0: at least 30 */
    } shapes[] = {
        {"AKIA", 20}, {"ASIA", 20}, {"ghp_", 40},
        {"gho_", 40}, {"AIza", 39}, {"github_pat_", 0},
        {"xoxb-", 0}, {"xoxp-", 0}, {"sk_live_", 0},
    };

    for (size_t i = 0; i < VB_COUNT(shapes); i++) {
        size_t at = vb_str_find(line->text, vb_str_c(shapes[i].start));
        size_t n = 0, digits = 0;
        vb_str word;

        if (at == VB_NPOS || (at > 0 && vb_is_word(line->text.ptr[at - 1])))
            continue;
        word = vb_str_from(line->text, at);
        for (; n < word.len && (vb_is_word(word.ptr[n]) || word.ptr[n] == '-');
             n++)
            digits += vb_is_digit(word.ptr[n]);
        word = vb_str_sub(word, 0, n);
        if ((shapes[i].len ? n != shapes[i].len : n < 30) || digits == 0 ||
            vb_str_ihas(word, "example") || vb_str_ihas(word, "xxxx"))
            continue;
        find_at(line, "S022", at, n, "this looks like a real secret");
    }
}

static void
check_step_lines(vb_checker *checker, const vb_plan *plan, const vb_step *step)
{
    const vb_block *block =
        &plan->doc->blocks.at[plan->readings.at[step->reading].block];
    const vb_source *source = plan->doc->sources.at[block->source];
    vb_str rest = step->body, text;
    bool heredoc = vb_str_has(step->body, "<<");

    for (size_t n = 0; vb_str_line(&rest, &text); n++) {
        code_line line = {checker, plan, text, step->loc, rest.len == 0};
        size_t at;

        if (n >= step->body_lines.len)
            break;
        /* Where the text stands in its source line: behind the container's
         * prefix and the prompt. */
        line.loc.line = step->body_lines.at[n];
        at = vb_str_find(vb_source_line(source, line.loc.line), text);
        line.loc.col = at == VB_NPOS ? 1 : (uint32_t)at + 1;
        check_secrets(&line);
        if (heredoc)
            continue;
        check_characters(&line);
        check_line_end(&line);
        check_piped_download(&line);
        check_remote_manifest(&line);
    }
}

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
    vb_spawn_opts opts = {
        .argv = argv, .env = env, .input = step->body, .timeout_ms = LINTER_MS};
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
    vb_str message = vb_node_str(comment, "message", (vb_str){0});
    vb_finding *f;
    vb_loc loc;

    if (line < 1 || (size_t)line > map->len || !map->at[line - 1].line)
        return;
    loc = map->at[line - 1];
    loc.col = col > 0 ? (uint32_t)col : 1;
    f = vb_find(checker, "S002", plan, loc, "shellcheck SC%jd: %.*s",
                (intmax_t)vb_node_int(comment, "code", 0), VB_ARG(message));
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

void
vb_check_shell(vb_checker *checker)
{
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        const vb_plan *plan = checker->doc->plans[i];
        bool any = false;

        for (size_t k = 0; k < plan->steps.len; k++) {
            const vb_step *step = &plan->steps.at[k];

            if (!is_bash(step))
                continue;
            any = true;
            check_step_lines(checker, plan, step);
            if (!checker->opts->no_programs)
                check_syntax(checker, plan, step);
        }
        if (any && !checker->opts->no_programs && vb_on_path("shellcheck"))
            run_shellcheck(checker, plan);
    }
}
