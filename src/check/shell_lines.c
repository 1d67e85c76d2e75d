/* Rules that look at the lines of a command block: characters, line ends,
 * downloads, prompts. */
#include "check/shell_lines.h"

#include "base/text.h"
#include "plan/prompt.h"
#include "plan/shell.h"

#include "base/banned.h"

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

/* "curl URL |" and a shell on the same or on the continued line. */
static bool
into_shell(vb_str text)
{
    static const char *const shells[] = {"sh",     "bash",    "zsh", "sudo",
                                         "python", "python3", "perl"};
    vb_str word;
    size_t pipe;

    while ((pipe = vb_str_chr(text, '|')) != VB_NPOS) {
        text = vb_str_from(text, pipe + 1);
        while (vb_str_word(&text, &word) && vb_str_eqc(word, "\\"))
            ;
        if (VB_STR_AMONG(word, shells))
            return true;
    }
    return false;
}

/* 'text' up to a fetch: does a shell take what it prints? bash -c "$(curl,
 * eval "$(curl, bash <(curl, source <(wget */
static bool
shell_takes(vb_str text)
{
    static const char *const shells[] = {"sh",   "bash",   "zsh",
                                         "eval", "source", "."};
    vb_str word;
    bool shell = false;

    text = vb_str_rtrim(text);
    if (!vb_str_ends(text, "$(") && !vb_str_ends(text, "<(") &&
        !vb_str_ends(text, "`"))
        return false;
    while (vb_str_word(&text, &word))
        shell |= VB_STR_AMONG(word, shells);
    return shell;
}

/* The line with the lines that continue it, up to a limit that no download
 * needs. */
static vb_str
with_continuations(vb_str line, vb_str rest)
{
    enum { MOST = 20 };
    vb_str all = line, next;

    for (int n = 0; n < MOST && vb_str_ends(vb_str_rtrim(all), "\\") &&
                    vb_str_line(&rest, &next);
         n++)
        all.len = (size_t)(next.ptr - all.ptr) + next.len;
    return all;
}

/* 'rest' is what follows the line. */
static void
check_piped_download(const code_line *line, vb_str rest)
{
    size_t fetch = vb_str_find(line->text, VB_STR("curl "));
    vb_str joined;

    if (fetch == VB_NPOS)
        fetch = vb_str_find(line->text, VB_STR("wget "));
    if (fetch == VB_NPOS)
        return;
    joined = with_continuations(line->text, rest);
    if (!vb_str_has(vb_str_from(joined, fetch), "://"))
        return;
    if (into_shell(vb_str_from(joined, fetch)))
        find_at(line, "S020", fetch, line->text.len - fetch,
                "a download is piped into a shell");
    else if (shell_takes(vb_str_sub(line->text, 0, fetch)))
        find_at(line, "S020", fetch, line->text.len - fetch,
                "a shell runs a download that nobody has looked at");
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

/* A block of commands that is no picture of a terminal, with the prompts that
 * are in its source. */
static void
check_prompts(vb_checker *checker, const vb_plan *plan, const vb_step *step)
{
    static const char *const sessions[] = {
        "console",      "shell-session", "shellsession", "terminal", "session",
        "bash-session", "sh-session",    "powershell",   "",
    };
    const vb_reading *reading = &plan->readings.at[step->reading];
    const vb_block *block = &plan->doc->blocks.at[reading->block];
    vb_str rest = block->text, line;

    if (block->form != VB_CODE_FENCED || VB_STR_AMONG(block->lang, sessions))
        return;
    for (size_t i = 0; i < reading->parts.len; i++)
        if (reading->parts.at[i].kind != VB_KIND_COMMAND)
            return;
    for (uint32_t n = 0; vb_str_line(&rest, &line); n++) {
        vb_loc loc = {block->loc.file, block->first_line + n,
                      block->indent + 1};
        vb_prompt prompt = vb_prompt_of(line);
        vb_finding *f;

        if (prompt.kind != VB_PROMPT_SHELL)
            continue;
        f = vb_find(checker, "S016", plan, loc,
                    "a prompt stands before the command");
        f->width = (uint32_t)prompt.len;
        f->hint = VB_STR("leave the prompts out, or tag the block 'console'");
        return;
    }
}

/* A command whose name is an option. */
static void
check_lost_backslash(vb_checker *checker, const vb_plan *plan,
                     const vb_step *step)
{
    vb_arena scratch = {0};
    const vb_shell *shell = vb_shell_read(&scratch, step->body);

    for (size_t i = 0; i < shell->simples.len; i++) {
        const vb_simple *simple = &shell->simples.at[i];
        vb_str rest = step->body, line, before = {0};
        vb_loc loc = step->loc;
        vb_finding *f;

        if (simple->words.len == 0 || simple->piped_from || simple->and_or ||
            simple->line == 0 || simple->line >= step->body_lines.len ||
            !vb_str_starts(simple->words.at[0].text, "-") ||
            simple->words.at[0].text.len < 2 || simple->words.at[0].quoted)
            continue;
        for (uint32_t n = 0; n < simple->line && vb_str_line(&rest, &line); n++)
            before = line;
        /* another rule's business */
        if (vb_str_ends(vb_str_rtrim(before), "\\"))
            continue;
        loc.line = step->body_lines.at[simple->line];
        loc.col = 1;
        f = vb_find(checker, "S017", plan, loc,
                    "'%.*s' stands where a command is expected",
                    VB_ARG(simple->words.at[0].text));
        f->hint = VB_STR("end the line before in a backslash");
        break;
    }
    vb_arena_release(&scratch);
}

void
vb_check_shell_lines(vb_checker *checker, const vb_plan *plan,
                     const vb_step *step)
{
    const vb_block *block =
        &plan->doc->blocks.at[plan->readings.at[step->reading].block];
    const vb_source *source = plan->doc->sources.at[block->source];
    vb_str rest = step->body, text;
    bool heredoc = vb_str_has(step->body, "<<");

    check_prompts(checker, plan, step);
    check_lost_backslash(checker, plan, step);
    for (size_t n = 0; !heredoc && vb_str_line(&rest, &text); n++) {
        code_line line = {checker, plan, text, step->loc, rest.len == 0};
        size_t at;

        if (n >= step->body_lines.len)
            break;
        /* Where the text stands in its source line: behind the container's
         * prefix and the prompt. */
        line.loc.line = step->body_lines.at[n];
        at = vb_str_find(vb_source_line(source, line.loc.line), text);
        line.loc.col = at == VB_NPOS ? 1 : (uint32_t)at + 1;
        check_characters(&line);
        check_line_end(&line);
        check_piped_download(&line, rest);
        check_remote_manifest(&line);
    }
}

static void
find_secret(vb_checker *checker, vb_loc loc, size_t width)
{
    vb_finding *f =
        vb_find(checker, "S022", NULL, loc, "this looks like a real secret");

    f->width = (uint32_t)width;
    f->hint = VB_STR("revoke it, and write a placeholder");
}

/* The key ids and tokens whose shape alone gives them away. Documented
 * examples, which say so in the key itself, are no secrets. */
static void
check_tokens(vb_checker *checker, vb_str text, vb_loc loc)
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
        size_t at = vb_str_find(text, vb_str_c(shapes[i].start));
        size_t n = 0, digits = 0;
        vb_str word;

        if (at == VB_NPOS || (at > 0 && vb_is_word(text.ptr[at - 1])))
            continue;
        word = vb_str_from(text, at);
        for (; n < word.len && (vb_is_word(word.ptr[n]) || word.ptr[n] == '-');
             n++)
            digits += vb_is_digit(word.ptr[n]);
        word = vb_str_sub(word, 0, n);
        if ((shapes[i].len ? n != shapes[i].len : n < 30) || digits == 0 ||
            vb_str_ihas(word, "example") || vb_str_ihas(word, "xxxx"))
            continue;
        loc.col = (uint32_t)at + 1;
        find_secret(checker, loc, n);
    }
}

/* The first line of a private key's content, not of a picture of one. */
static bool
is_key_text(vb_str line)
{
    size_t n = 0;

    line = vb_str_trim(line);
    for (size_t i = 0; i < line.len; i++)
        n += vb_is_alnum(line.ptr[i]) || line.ptr[i] == '+' ||
             line.ptr[i] == '/' || line.ptr[i] == '=';
    return n == line.len && n >= 40;
}

void
vb_check_secrets(vb_checker *checker)
{
    const vb_doc *doc = checker->doc->doc;

    for (size_t i = 0; i < doc->sources.len; i++) {
        const vb_source *source = doc->sources.at[i];
        vb_str rest = source->text, line;
        vb_loc key = {0};
        size_t width = 0;

        for (uint32_t n = 1; vb_str_line(&rest, &line); n++) {
            vb_loc loc = {source->path, n, 1};
            size_t at = vb_str_find(line, VB_STR("-----BEGIN "));

            if (key.line && is_key_text(line))
                find_secret(checker, key, width);
            key.line = 0;
            if (at != VB_NPOS && vb_str_has(line, "PRIVATE KEY-----")) {
                key = loc;
                key.col = (uint32_t)at + 1;
                width = line.len - at;
            }
            check_tokens(checker, line, loc);
        }
    }
}
