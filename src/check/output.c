#include "check/output.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

#include "base/banned.h"

bool
vb_check_format_parse(vb_str name, vb_check_format *out)
{
    static const char *const names[] = {
#define X(format, text) text,
        VB_CHECK_FORMATS(X)
#undef X
    };

    for (size_t i = 0; i < VB_COUNT(names); i++)
        if (vb_str_eqc(name, names[i])) {
            *out = (vb_check_format)i;
            return true;
        }
    return false;
}

static vb_str
file_of(vb_loc loc)
{
    return vb_str_c(loc.file ? loc.file : "");
}

static void
put_place(vb_json *json, const char *key, const vb_finding *f)
{
    if (!f->other.line)
        return;
    vb_json_object(json, key);
    vb_json_str(json, "file", file_of(f->other));
    vb_json_int(json, "line", f->other.line);
    vb_json_int(json, "col", f->other.col);
    vb_json_str(json, "message", f->other_message);
    vb_json_str(json, "excerpt", f->other_excerpt);
    vb_json_end(json, '}');
}

static void
put_fix(vb_json *json, const vb_fix *fix)
{
    if (!fix->present)
        return;
    vb_json_object(json, "fix");
    vb_json_c(json, "file", fix->file);
    vb_json_int(json, "line", fix->line);
    vb_json_int(json, "col", fix->col);
    vb_json_int(json, "length", fix->len);
    vb_json_str(json, "text", fix->text);
    vb_json_end(json, '}');
}

void
vb_findings_json(const vb_findings *findings, vb_buf *out)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.check/1");
    vb_json_int(&json, "errors",
                (int64_t)vb_findings_count(findings, VB_ERROR));
    vb_json_int(&json, "warnings",
                (int64_t)vb_findings_count(findings, VB_WARNING));
    vb_json_int(&json, "silenced", (int64_t)findings->silenced);
    vb_json_int(&json, "left_out", (int64_t)findings->dropped);
    vb_json_array(&json, "findings");
    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_finding *f = &findings->list.at[i];

        vb_json_object(&json, NULL);
        vb_json_c(&json, "rule", f->rule->id);
        vb_json_c(&json, "severity", vb_severity_name(f->severity));
        vb_json_str(&json, "file", file_of(f->loc));
        vb_json_int(&json, "line", f->loc.line);
        vb_json_int(&json, "col", f->loc.col);
        vb_json_str(&json, "message", f->message);
        vb_json_str(&json, "hint", f->hint);
        vb_json_str(&json, "excerpt", f->excerpt);
        vb_json_str(&json, "providers", f->providers);
        put_place(&json, "other", f);
        put_fix(&json, &f->fix);
        vb_json_end(&json, '}');
    }
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}

static const char *
sarif_level(vb_severity severity)
{
    return vb_severity_name(severity); /* note, warning, error: the same */
}

static void
sarif_rules(vb_json *json, const vb_findings *findings)
{
    vb_map seen;

    vb_map_init(&seen, findings->arena);
    vb_json_array(json, "rules");
    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_rule *rule = findings->list.at[i].rule;
        bool added;

        vb_map_add(&seen, vb_str_c(rule->id), &added);
        if (!added)
            continue;
        vb_json_object(json, NULL);
        vb_json_c(json, "id", rule->id);
        vb_json_object(json, "shortDescription");
        vb_json_c(json, "text", rule->title);
        vb_json_end(json, '}');
        vb_json_object(json, "fullDescription");
        vb_json_c(json, "text", rule->why);
        vb_json_end(json, '}');
        vb_json_object(json, "defaultConfiguration");
        vb_json_c(json, "level", sarif_level(rule->severity));
        vb_json_end(json, '}');
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

/* A relative reference for a path: bytes outside the unreserved set and '/'
 * are escaped. */
static vb_str
uri_of(vb_arena *arena, vb_str path)
{
    vb_buf out;
    vb_str result;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    while (vb_str_starts(path, "./"))
        path = vb_str_from(path, 2);
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];

        if (vb_is_alnum(c) || c == '/' || c == '.' || c == '-' || c == '_' ||
            c == '~')
            vb_buf_ch(&out, c);
        else
            vb_buf_fmt(&out, "%%%02X", (unsigned)(unsigned char)c);
    }
    result = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

static void
sarif_place(vb_json *json, vb_arena *arena, vb_loc loc, uint32_t width)
{
    vb_json_object(json, "physicalLocation");
    vb_json_object(json, "artifactLocation");
    vb_json_str(json, "uri", uri_of(arena, file_of(loc)));
    vb_json_end(json, '}');
    if (loc.line) {
        vb_json_object(json, "region");
        vb_json_int(json, "startLine", loc.line);
        if (loc.col) {
            vb_json_int(json, "startColumn", loc.col);
            vb_json_int(json, "endColumn", loc.col + (width ? width : 1));
        }
        vb_json_end(json, '}');
    }
    vb_json_end(json, '}');
}

static void
sarif_related(vb_json *json, vb_arena *arena, const vb_finding *f)
{
    if (!f->other.line)
        return;
    vb_json_array(json, "relatedLocations");
    vb_json_object(json, NULL);
    sarif_place(json, arena, f->other, 1);
    vb_json_object(json, "message");
    vb_json_str(json, "text", f->other_message);
    vb_json_end(json, '}');
    vb_json_end(json, '}');
    vb_json_end(json, ']');
}

/* A fix as SARIF has it: bytes of one line that give way to others. */
static void
sarif_fix(vb_json *json, vb_arena *arena, const vb_finding *f)
{
    if (!f->fix.present)
        return;
    vb_json_array(json, "fixes");
    vb_json_object(json, NULL);
    vb_json_array(json, "artifactChanges");
    vb_json_object(json, NULL);
    vb_json_object(json, "artifactLocation");
    vb_json_str(json, "uri", uri_of(arena, vb_str_c(f->fix.file)));
    vb_json_end(json, '}');
    vb_json_array(json, "replacements");
    vb_json_object(json, NULL);
    vb_json_object(json, "deletedRegion");
    vb_json_int(json, "startLine", f->fix.line);
    vb_json_int(json, "startColumn", f->fix.col);
    vb_json_int(json, "endColumn", f->fix.col + f->fix.len);
    vb_json_end(json, '}');
    vb_json_object(json, "insertedContent");
    vb_json_str(json, "text", f->fix.text);
    vb_json_end(json, '}');
    vb_json_end(json, '}');
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    vb_json_end(json, ']');
}

static void
sarif_result(vb_json *json, vb_arena *arena, const vb_finding *f)
{
    vb_digest print = vb_sha256(vb_str_fmt(
        arena, "%s\n%.*s\n%.*s\n%.*s", f->rule->id, VB_ARG(file_of(f->loc)),
        VB_ARG(f->message), VB_ARG(vb_str_trim(f->excerpt))));

    vb_json_object(json, NULL);
    vb_json_c(json, "ruleId", f->rule->id);
    vb_json_c(json, "level", sarif_level(f->severity));
    vb_json_object(json, "message");
    vb_json_str(json, "text", f->message);
    vb_json_end(json, '}');
    vb_json_array(json, "locations");
    vb_json_object(json, NULL);
    sarif_place(json, arena, f->loc, f->width);
    vb_json_end(json, '}');
    vb_json_end(json, ']');
    sarif_related(json, arena, f);
    sarif_fix(json, arena, f);
    vb_json_object(json, "partialFingerprints");
    vb_json_c(json, "verbatim/1", print.hex);
    vb_json_end(json, '}');
    vb_json_end(json, '}');
}

void
vb_findings_sarif(const vb_findings *findings, vb_buf *out)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "$schema",
              "https://json.schemastore.org/sarif-2.1.0.json");
    vb_json_c(&json, "version", "2.1.0");
    vb_json_array(&json, "runs");
    vb_json_object(&json, NULL);
    vb_json_object(&json, "tool");
    vb_json_object(&json, "driver");
    vb_json_c(&json, "name", "verbatim");
    vb_json_c(&json, "version", VB_VERSION);
    sarif_rules(&json, findings);
    vb_json_end(&json, '}');
    vb_json_end(&json, '}');
    /* verbatim counts bytes; SARIF has no such unit, and code points differ
     * only behind characters that are not ASCII. */
    vb_json_c(&json, "columnKind", "unicodeCodePoints");
    vb_json_array(&json, "results");
    for (size_t i = 0; i < findings->list.len; i++)
        sarif_result(&json, findings->arena, &findings->list.at[i]);
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}

/* Workflow commands escape '%', CR and LF, and in properties ':' and ',' . */
static void
github_escape(vb_buf *out, vb_str text, bool property)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%' || c == '\r' || c == '\n' ||
            (property && (c == ':' || c == ',')))
            vb_buf_fmt(out, "%%%02X", (unsigned)(unsigned char)c);
        else
            vb_buf_ch(out, c);
    }
}

void
vb_findings_github(const vb_findings *findings, vb_buf *out)
{
    static const char *const commands[] = {"notice", "warning", "error"};

    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_finding *f = &findings->list.at[i];

        vb_buf_fmt(out, "::%s file=", commands[f->severity]);
        github_escape(out, file_of(f->loc), true);
        if (f->loc.line)
            vb_buf_fmt(out, ",line=%u", f->loc.line);
        if (f->loc.line && f->loc.col)
            vb_buf_fmt(out, ",col=%u", f->loc.col);
        vb_buf_fmt(out, ",title=%s::", f->rule->id);
        github_escape(out, f->message, false);
        if (f->hint.len) {
            vb_buf_c(out, " (");
            github_escape(out, f->hint, false);
            vb_buf_ch(out, ')');
        }
        vb_buf_ch(out, '\n');
    }
}

void
vb_findings_junit(const vb_findings *findings, vb_buf *out)
{
    size_t errors = vb_findings_count(findings, VB_ERROR);

    vb_buf_fmt(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites>\n<testsuite name=\"verbatim check\" "
               "tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\" "
               "time=\"0\">\n",
               findings->list.len, errors);
    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_finding *f = &findings->list.at[i];

        vb_buf_c(out, "<testcase classname=\"");
        vb_text_html(out, file_of(f->loc));
        vb_buf_fmt(out, "\" name=\"%s line %u\" time=\"0\">", f->rule->id,
                   f->loc.line);
        vb_buf_fmt(out,
                   f->severity == VB_ERROR ? "<failure type=\"%s\" message=\""
                                           : "<system-out>%s: ",
                   f->rule->id);
        vb_text_html(out, f->message);
        vb_buf_c(out,
                 f->severity == VB_ERROR ? "\"></failure>" : "</system-out>");
        vb_buf_c(out, "</testcase>\n");
    }
    vb_buf_c(out, "</testsuite>\n</testsuites>\n");
}

/* A table cell: pipes and markup of the text stay text. */
static void
markdown_cell(vb_buf *out, vb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '<')
            vb_buf_c(out, "&lt;");
        else if (c == '&')
            vb_buf_c(out, "&amp;");
        else if (c == '\n' || c == '\r')
            vb_buf_ch(out, ' ');
        else if (c == '|' || c == '*' || c == '_' || c == '`' || c == '[' ||
                 c == ']' || c == '\\')
            vb_buf_fmt(out, "\\%c", c);
        else
            vb_buf_ch(out, c);
    }
}

void
vb_findings_markdown(const vb_findings *findings, vb_buf *out)
{
    size_t errors = vb_findings_count(findings, VB_ERROR);

    vb_buf_fmt(out, "## verbatim check: %zu error%s, %zu other finding%s\n",
               errors, errors == 1 ? "" : "s", findings->list.len - errors,
               findings->list.len - errors == 1 ? "" : "s");
    if (findings->list.len == 0)
        return;
    vb_buf_c(out, "\n| place | rule | finding |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_finding *f = &findings->list.at[i];

        vb_buf_c(out, "| ");
        markdown_cell(out, file_of(f->loc));
        vb_buf_fmt(out, ":%u | %s %s | ", f->loc.line,
                   vb_severity_name(f->severity), f->rule->id);
        markdown_cell(out, f->message);
        vb_buf_c(out, " |\n");
    }
}
