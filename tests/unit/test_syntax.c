/* Syntax of TOML, HCL and INI: what passes, and where the fault is. */
#include "base/buf.h"
#include "check/syntax.h"

#include "unit.h"

#include <string.h>

typedef enum language { TOML, HCL, INI, UNIT } language;

typedef struct sample {
    language language;
    const char *text;
    uint32_t line, col; /* of the fault; 0: there is none */
} sample;

static const sample samples[] = {
    /* TOML */
    {TOML, "", 0, 0},
    {TOML, "a = 1\nb = 'x' # c\n\"c d\" = \"\\u00e9\\\"\"\n", 0, 0},
    {TOML, "a.b = 1\na.c = 2\n[d.e]\nf = [1, 2,\n 3, # x\n]\n", 0, 0},
    {TOML, "[[p]]\nn = 1\n[[p]]\nn = 2\n[p.q]\nx = 1\n", 0, 0},
    {TOML, "[a.b]\nx = 1\n[a]\ny = 2\n", 0, 0},
    {TOML, "t = {a = 1, b = {c = [\"x\"]}}\nu = [{a = 1}, {a = 2}]\n", 0, 0},
    {TOML, "s = \"\"\"\na\n\"b\" \\\n  c\"\"\"\nt = '''\\'''\n", 0, 0},
    {TOML, "i = -1_000\nh = 0xFF\no = 0o17\nb = 0b1\nf = 6.6e-34\n", 0, 0},
    {TOML, "d = 1979-05-27 07:32:00\ne = 07:32:00\nn = -inf\n", 0, 0},
    {TOML, "k = <your key>\n...\nv = ${VALUE}\r\n", 0, 0},
    {TOML, "a = x\n", 1, 5},
    {TOML, "a = 1\na = 2\n", 2, 1},
    {TOML, "[a]\n[b]\n[a]\n", 3, 2},
    {TOML, "[[a]]\n[a]\n", 2, 2},
    {TOML, "a = 1\n[a.b]\n", 2, 2},
    {TOML, "a = 1\n[[a]]\n", 2, 3},
    {TOML, "[[p]]\nn = 1\nn = 2\n", 3, 1},
    {TOML, "t = {a = 1, a = 2}\n", 1, 13},
    {TOML, "[a\nb = 1\n", 1, 1},
    {TOML, "a = \"x\nb = 1\n", 1, 5},
    {TOML, "a = '''x\nb = 1\n", 1, 5},
    {TOML, "a = \"\\d\"\n", 1, 6},
    {TOML, "a = [1 2]\n", 1, 5 + 1},
    {TOML, "a = [\"x\"\n \"y\"]\n", 2, 2},
    {TOML, "a = [1,\n", 1, 5},
    {TOML, "a = {b = 1\n}\n", 1, 5},
    {TOML, "a =\n", 1, 4},
    {TOML, "a: 1\n", 1, 2},
    {TOML, "= 1\n", 1, 1},
    {TOML, "a = 1 b = 2\n", 1, 5},
    {TOML, "a = \"x\" y\n", 1, 9},
    {TOML, "a = 012\n", 1, 5},
    {TOML, "a = True\n", 1, 5},
    {TOML, "a = 1.2.3\n", 1, 5},
    /* HCL */
    {HCL, "", 0, 0},
    {HCL, "a = 1\nb \"c\" d {\n  e = [1, 2]\n  f { g = \"h\" }\n}\n", 0, 0},
    {HCL, "a = \"${b[\"c\"]}-$${d}\"\n# x\n// y\n/* z\n */\n", 0, 0},
    {HCL, "a = <<EOF\n{ \" [\nEOF\nb = <<-X\n  y\n  X\n", 0, 0},
    {HCL, "a = f(<<EOF\nx }\nEOF\n)\n", 0, 0},
    {HCL, "a = [for k, v in m : \"x\" if v]\nb = {\n  c = 1\n  d : 2\n}\n", 0,
     0},
    {HCL, "a = b ? \"c\" : \"d\"\n...\npath \"x/*\" { c = [\"r\"] }\n", 0, 0},
    {HCL, "a = {\n  \"k\" = 1, l = [\"x\", \"y\",]\n}\n", 0, 0},
    {HCL, "a {\n  b = 1\n", 1, 3},
    {HCL, "a {\n}\n}\n", 3, 1},
    {HCL, "a = [1\nb {\n}\n", 1, 5},
    {HCL, "a = \"x\nb = 1\n", 1, 5},
    {HCL, "a = 'x'\n", 1, 5},
    {HCL, "a = <<EOF\nx\n", 1, 5},
    {HCL, "a = [\n  \"x\"\n  \"y\"\n]\n", 3, 3},
    {HCL, "a =\n", 1, 3},
    {HCL, "a \"b\"\n{\n}\n", 1, 1},
    {HCL, "a \"b {\n}\n", 1, 3},
    {HCL, "a = (1]\n", 1, 7},
    {HCL, "a = 1)\n", 1, 6},
    {HCL, "/* x\n", 1, 1},
    {HCL, "= 1\n", 1, 1},
    {HCL, "a = \"${b\"\n", 1, 9},
    /* INI */
    {INI, "", 0, 0},
    {INI, "; c\n# d\n[a]\nb = c\nd: e\n[f \"g\"] ; h\nhost1\n  more\n", 0, 0},
    {INI, "[a]\nk = b \\\n  [c\n", 0, 0},
    {INI, "[a\nb = 1\n", 1, 1},
    {INI, "[]\n", 1, 1},
    {INI, "  [a] b\n", 1, 6},
    {INI, "[a]\n = 1\n", 2, 2},
    {UNIT, "[Unit]\nDescription=x\nAfter=a \\\n  b\n", 0, 0},
    {UNIT, "[Service]\nExecStart /bin/true\n", 2, 1},
};

static bool
read_as(language l, vb_syntax *s)
{
    switch (l) {
    case TOML:
        return vb_toml_syntax(s);
    case HCL:
        return vb_hcl_syntax(s);
    default:
        return vb_ini_syntax(s, l == UNIT);
    }
}

START_TEST(faults_are_where_they_are)
{
    const sample *want = &samples[_i];
    vb_arena arena = {0};
    vb_syntax s = {.arena = &arena, .text = vb_str_c(want->text)};
    bool ok = read_as(want->language, &s);

    ck_assert_msg(ok == (want->line == 0) && s.line == want->line &&
                      s.col == want->col && (s.message.len == 0) == ok,
                  "%s\n%u:%u wanted, %u:%u: %.*s", want->text, want->line,
                  want->col, s.line, s.col, VB_ARG(s.message));
    vb_arena_release(&arena);
}
END_TEST

/* Every beginning of every sample, and depths that nobody writes. */
START_TEST(beginnings_end)
{
    const sample *want = &samples[_i];

    for (size_t n = 0; n <= strlen(want->text); n++)
        for (int l = TOML; l <= UNIT; l++) {
            vb_arena arena = {0};
            vb_syntax s = {.arena = &arena, .text = vb_str_n(want->text, n)};

            ck_assert(read_as((language)l, &s) == (s.message.len == 0));
            vb_arena_release(&arena);
        }
}
END_TEST

START_TEST(depth_is_bounded)
{
    static const char *const openers[] = {"[", "{", "(", "\"${", "{a="};

    for (size_t i = 0; i < VB_COUNT(openers); i++)
        for (int l = TOML; l <= HCL; l++) {
            vb_arena arena = {0};
            vb_syntax s = {.arena = &arena};
            vb_buf text;

            vb_buf_init(&text, VB_BUF_NO_MAX);
            vb_buf_c(&text, "a = ");
            for (int k = 0; k < 100000; k++)
                vb_buf_c(&text, openers[i]);
            s.text = vb_buf_view(&text);
            ck_assert(!read_as((language)l, &s));
            vb_buf_release(&text);
            vb_arena_release(&arena);
        }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("syntax");
    TCase *tc = tcase_create("syntax");

    tcase_add_loop_test(tc, faults_are_where_they_are, 0,
                        (int)VB_COUNT(samples));
    tcase_add_loop_test(tc, beginnings_end, 0, (int)VB_COUNT(samples));
    tcase_add_test(tc, depth_is_bounded);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
