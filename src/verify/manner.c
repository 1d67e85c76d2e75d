#include "verify/manner.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string.h>

#include "base/banned.h"

enum { MATCH_LIMIT = 5000000, DEPTH_LIMIT = 20000, HEAP_LIMIT_KIB = 65536 };

/* The pattern's text is kept, not its compiled form: an arena frees no
 * library's objects. Compiling again costs microseconds. */
struct vb_regex {
    vb_str pattern;
};

static pcre2_code *
compile(vb_str pattern, int *error, PCRE2_SIZE *at)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_code *code;

    if (context)
        pcre2_set_max_pattern_length(context, (size_t)1024 * 1024);
    code =
        pcre2_compile((PCRE2_SPTR)(pattern.ptr ? pattern.ptr : ""), pattern.len,
                      PCRE2_MULTILINE | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                          PCRE2_NEVER_BACKSLASH_C,
                      error, at, context);
    pcre2_compile_context_free(context);
    return code;
}

static vb_loc
place_of(vb_str pattern, size_t at, vb_loc where)
{
    vb_str before = vb_str_sub(pattern, 0, at);
    size_t line;

    while ((line = vb_str_chr(before, '\n')) != VB_NPOS) {
        before = vb_str_from(before, line + 1);
        where.line++;
        where.col = 1;
    }
    where.col += (uint32_t)before.len;
    return where;
}

vb_regex *
vb_regex_compile(vb_arena *arena, vb_str pattern, vb_loc where, vb_diags *diags)
{
    int error = 0;
    PCRE2_SIZE at = 0;
    pcre2_code *code;
    vb_regex *regex;
    unsigned char message[256];

    while (pattern.len && (pattern.ptr[pattern.len - 1] == '\n' ||
                           pattern.ptr[pattern.len - 1] == '\r'))
        pattern.len--;
    code = compile(pattern, &error, &at);
    if (!code) {
        if (pcre2_get_error_message(error, message, sizeof message) < 0)
            message[0] = '\0';
        vb_diag_add(diags, VB_ERROR, NULL, place_of(pattern, at, where),
                    "the expected output is no valid pattern: %s",
                    (const char *)message);
        return NULL;
    }
    pcre2_code_free(code);
    regex = VB_NEW(arena, vb_regex);
    regex->pattern = pattern;
    return regex;
}

vb_found
vb_regex_search(const vb_regex *regex, vb_str text)
{
    int error, rc;
    PCRE2_SIZE at;
    pcre2_code *code = compile(regex->pattern, &error, &at);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_match_data *data =
        code ? pcre2_match_data_create_from_pattern(code, NULL) : NULL;
    vb_found found = VB_FOUND_LIMIT;

    if (code && limits && data) {
        pcre2_set_match_limit(limits, MATCH_LIMIT);
        pcre2_set_depth_limit(limits, DEPTH_LIMIT);
        pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
        /* without JIT it is slower, not wrong */
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
        rc = pcre2_match(code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len,
                         0, 0, data, limits);
        if (rc >= 0)
            found = VB_FOUND_YES;
        else if (rc == PCRE2_ERROR_NOMATCH)
            found = VB_FOUND_NO;
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    pcre2_code_free(code);
    return found;
}
