/*
 * Any bytes as TOML, HCL and INI. A reader answers with a fault that lies
 * within the text, or with none.
 */
#include "check/syntax.h"

#include "fuzz_node.h"

static void
read_one(vb_str text, int language)
{
    vb_arena arena = {0};
    vb_syntax s = {.arena = &arena, .text = text};
    bool ok = language == 0   ? vb_toml_syntax(&s)
              : language == 1 ? vb_hcl_syntax(&s)
                              : vb_ini_syntax(&s, language == 3);

    must(ok == (s.message.len == 0));
    must(s.where <= text.len);
    must(ok || (s.line >= 1 && s.line <= vb_str_lines(text) + 1 && s.col >= 1));
    vb_arena_release(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int language = 0; language < 4; language++)
        read_one(vb_str_n((const char *)data, size), language);
    return 0;
}
