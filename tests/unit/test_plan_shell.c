/* The lexer of shell text: words, variables, here-documents, contexts. */
#include "plan/known.h"
#include "plan/shell.h"

#include "base/arena.h"
#include "base/buf.h"
#include "unit.h"

/* Every simple command's words, joined: words by '|', commands by '/'. */
typedef struct words_row {
    const char *text, *words;
} words_row;

static const words_row words_rows[] = {
    {"echo a  b", "echo|a|b"},
    {"echo 'a b' \"c d\" e\\ f", "echo|a b|c d|e f"},
    {"a; b && c || d | e & f", "a/b/c/d/e/f"},
    {"echo a # no word", "echo|a"},
    {"echo a#b '# c'", "echo|a#b|# c"},
    {"echo one \\\n  two", "echo|one|two"},
    {"if true; then echo y; else echo n; fi", "true/echo|y/echo|n"},
    {"for x in 1 2; do echo $x; done", "echo|$x"},
    {"case $x in a|b) one;; *) two;; esac", "one/two"},
    {"f() { ls; }\nf", "ls/f"},
    {"X=1 Y=2 cmd z", "cmd|z"},
    {"X=1", ""},
    {"cmd >out 2>&1 <in", "cmd"},
    {"cat <<EOF\nls -l\nEOF\ndate", "cat/date"},
    {"cat <<'A' <<B\n$(x)\nA\n$(y)\nB\nz", "cat/y/z"},
    {"[[ a < b && c ]] && d", "[[|a|<|b|&&|c|]]/d"},
    {"echo \"$(ls \"a b\")\"", "ls|a b/echo|$(ls \"a b\")"},
    {"echo `ls x` y", "ls|x/echo|`ls x`|y"},
    {"A=(1 \"2 3\" $(ls))\nb", "ls/b"},
    {"echo $((1 + 2)) ${x:-'a b'}", "echo|$((1 + 2))|${x:-'a b'}"},
    {"echo $'a\\'b' c", "echo|$'a\\'b'|c"},
    {"while read -r l; do echo \"$l\"; done < f", "read|-r|l/echo|$l"},
    {"", ""},
    {"\\\n", ""},
    {")", ""},
};

static void
add_words(vb_buf *out, const vb_shell *sh)
{
    /* in the order in which the words end in the text */
    for (size_t i = 0; i < sh->simples.len; i++) {
        const vb_simple *s = &sh->simples.at[i];

        if (s->words.len == 0)
            continue;
        vb_buf_c(out, out->len ? "/" : "");
        for (size_t w = 0; w < s->words.len; w++) {
            vb_buf_c(out, w ? "|" : "");
            vb_buf_str(out, s->words.at[w].text);
        }
    }
}

/* Commands in the order of the list, whatever order the lexer keeps. */
static bool
same_set(vb_str got, vb_str want)
{
    vb_str rest = want, one;

    if (got.len != want.len)
        return false;
    while (vb_str_field(&rest, '/', &one))
        if (vb_str_find(got, one) == VB_NPOS)
            return false;
    return true;
}

START_TEST(words)
{
    const words_row *row = &words_rows[_i];
    vb_arena arena;
    vb_buf got;

    vb_arena_init(&arena);
    vb_buf_init(&got, 10000);
    add_words(&got, vb_shell_read(&arena, vb_str_c(row->text)));
    ck_assert_msg(same_set(vb_buf_view(&got), vb_str_c(row->words)),
                  "%s: got '%s', want '%s'", row->text, vb_buf_cstr(&got),
                  row->words);
    vb_buf_release(&got);
    vb_arena_release(&arena);
}
END_TEST

/* Variables: "name" read, "name?" with a default, "name!" required; after
 * '=' those set. */
typedef struct vars_row {
    const char *text, *uses, *sets;
} vars_row;

static const vars_row vars_rows[] = {
    {"echo $A ${B} \"$C\" '$D'", "A B C", ""},
    {"echo ${A:-x} ${B-x} ${C:+x} ${D:?x} ${E:=y}", "A? B? C? D! E?", "E"},
    {"echo ${#A} ${!B} ${C[1]} ${D%.*}", "A B C D", ""},
    {"A=1 B=\"$C\"", "C", "A B"},
    {"export A=1 B", "", "A B"},
    {"read -p 'x: ' A B", "", "A B"},
    {"for A in $B; do :; done", "B", "A"},
    {"printf -v A %s x", "", "A"},
    {"local A=1; declare -r B=2; readonly C", "", "A B C"},
    {"echo $((A + $B))", "A B", ""},
    {"(( I = J + 1 ))", "J", "I"},
    {"cat <<E\n$A $(echo $B)\nE", "A B", ""},
    {"cat <<'E'\n$A\nE", "", ""},
    {"echo \\$A $1 $@ $? $$ $", "", ""},
    {"mapfile -t A < f", "", "A"},
    {"A+=x", "", "A"},
    {"echo a=b", "", ""},
    {"while getopts ab: O; do :; done", "", "O"},
};

/* The names of variables that are read inside of functions. */
static const vars_row inside_rows[] = {
    {"f() { echo $A; }; echo $B", "A", ""},
    {"f() ( echo $A )\necho $B", "A", ""},
    {"function f { if $A; then echo \"$(ls $B)\"; fi; }\necho $C", "A B", ""},
    {"f() { (echo $A); echo $B; }\n(echo $C)", "A B", ""},
    {"{ echo $A; }", "", ""},
    {"f() {\n  for x in $A; do echo $B; done\n}\nfor y in $C; do :; done",
     "A B", ""},
};

START_TEST(uses_inside_functions)
{
    const vars_row *row = &inside_rows[_i];
    vb_arena arena;
    vb_shell *sh;
    vb_buf got;

    vb_arena_init(&arena);
    sh = vb_shell_read(&arena, vb_str_c(row->text));
    vb_buf_init(&got, 10000);
    for (size_t i = 0; i < sh->uses.len; i++) {
        const vb_var_use *use = &sh->uses.at[i];

        if (use->simple >= sh->simples.len ||
            !sh->simples.at[use->simple].in_function)
            continue;
        vb_buf_c(&got, got.len ? " " : "");
        vb_buf_str(&got, use->name);
    }
    ck_assert_vbstr(vb_buf_view(&got), row->uses);
    vb_buf_release(&got);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(variables)
{
    const vars_row *row = &vars_rows[_i];
    vb_arena arena;
    vb_shell *sh;
    vb_buf got;

    vb_arena_init(&arena);
    sh = vb_shell_read(&arena, vb_str_c(row->text));
    vb_buf_init(&got, 10000);
    for (size_t i = 0; i < sh->uses.len; i++) {
        const vb_var_use *use = &sh->uses.at[i];

        vb_buf_c(&got, i ? " " : "");
        vb_buf_str(&got, use->name);
        vb_buf_c(&got, use->has_default ? "?" : use->required ? "!" : "");
    }
    ck_assert_vbstr(vb_buf_view(&got), row->uses);
    vb_buf_clear(&got);
    for (size_t i = 0; i < sh->sets.len; i++) {
        vb_buf_c(&got, i ? " " : "");
        vb_buf_str(&got, sh->sets.at[i].name);
    }
    ck_assert_vbstr(vb_buf_view(&got), row->sets);
    vb_buf_release(&got);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(samples_know_their_bytes)
{
    vb_arena arena;
    vb_str text = VB_STR("export A=\"x y\" B='z'\nC=$(date)\n");
    vb_shell *sh;

    vb_arena_init(&arena);
    sh = vb_shell_read(&arena, text);
    ck_assert_uint_eq(sh->sets.len, 3);
    for (size_t i = 0; i < sh->sets.len; i++) {
        const vb_var_set *set = &sh->sets.at[i];

        if (vb_str_eqc(set->name, "A")) {
            ck_assert_vbstr(set->value, "x y");
            ck_assert_vbstr(vb_str_sub(text, set->start, set->len), "\"x y\"");
        }
        if (vb_str_eqc(set->name, "C"))
            ck_assert(!set->is_static);
    }
    vb_arena_release(&arena);
}
END_TEST

typedef struct context_row {
    const char *text; /* the byte behind '@' is asked about */
    vb_ctx_kind kind;
} context_row;

static const context_row context_rows[] = {
    {"echo @x", VB_CTX_BARE},
    {"echo \"a @x\"", VB_CTX_DQUOTE},
    {"echo 'a @x'", VB_CTX_SQUOTE},
    {"echo \"$(ls @x)\"", VB_CTX_BARE},
    {"echo \"$(ls)@x\"", VB_CTX_DQUOTE},
    {"echo \"a\"@x", VB_CTX_BARE},
    {"ls # @x", VB_CTX_COMMENT},
    {"cat <<E\n@x\nE", VB_CTX_HEREDOC_EXPAND},
    {"cat <<'E'\n@x\nE", VB_CTX_HEREDOC},
    {"cat <<E\na\nE\necho @x", VB_CTX_BARE},
    {"echo `ls @x`", VB_CTX_BACKQUOTE},
    {"echo $((1+@x))", VB_CTX_ARITH},
    {"echo \"${a:-@x}\"", VB_CTX_DQUOTE},
    {"echo ${a:-@x}", VB_CTX_BARE},
    {"echo $'a@x'", VB_CTX_SQUOTE},
};

START_TEST(contexts)
{
    const context_row *row = &context_rows[_i];
    vb_str text = vb_str_c(row->text);
    vb_arena arena;
    vb_ctx_kind got;

    vb_arena_init(&arena);
    got = vb_shell_context(vb_shell_read(&arena, text),
                           (uint32_t)vb_str_chr(text, '@'));
    ck_assert_msg(got == row->kind, "%s: got %d, want %d", row->text, got,
                  row->kind);
    vb_arena_release(&arena);
}
END_TEST

typedef struct extent_row {
    const char *text;
    size_t extent;
} extent_row;

static const extent_row extent_rows[] = {
    {"ls\nrest", 3},
    {"ls \\\n -l\nrest", 9},
    {"cat <<E\nx\nE\nrest", 12},
    {"echo 'a\nb'\nrest", 11},
    {"if x; then\ny\nfi\nrest", 16},
    {"a |\nb\nrest", 6},
    {"a &&\nb\nrest", 7},
    {"ls", 2},
    {"echo 'open", VB_NPOS},
    {"cat <<E\nx", VB_NPOS},
};

START_TEST(extents)
{
    vb_arena arena;

    vb_arena_init(&arena);
    ck_assert_uint_eq(vb_shell_extent(&arena, vb_str_c(extent_rows[_i].text)),
                      extent_rows[_i].extent);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(faults)
{
    static const words_row rows[] = {
        {"echo \"a", "an open double quote"},
        {"echo 'a", "an open single quote"},
        {"echo $(ls", "an open '('"},
        {"echo `ls", "an open backquote"},
        {"echo ${a", "an open '${'"},
        {"if a; then b", "a compound command without its end"},
    };
    vb_arena arena;
    vb_shell *sh;

    vb_arena_init(&arena);
    sh = vb_shell_read(&arena, vb_str_c(rows[_i].text));
    ck_assert_ptr_nonnull(sh->fault);
    ck_assert_str_eq(sh->fault, rows[_i].words);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(deep_nesting_ends)
{
    vb_arena arena;
    vb_buf text;
    vb_shell *sh;

    vb_arena_init(&arena);
    vb_buf_init(&text, VB_BUF_NO_MAX);
    for (int i = 0; i < 100000; i++)
        vb_buf_c(&text, "$(");
    sh = vb_shell_read(&arena, vb_buf_view(&text));
    ck_assert_str_eq(sh->fault, "nesting that is too deep");
    vb_buf_release(&text);
    vb_arena_release(&arena);
}
END_TEST

typedef struct effect_row {
    const char *text;
    vb_effect effect;
    bool runs_on;
    const char *opens;
} effect_row;

static const effect_row effect_rows[] = {
    {"kubectl get pods", VB_EFFECT_READ, false, NULL},
    {"kubectl -n x delete pod y", VB_EFFECT_DESTROY, false, NULL},
    {"kubectl apply -f x", VB_EFFECT_CHANGE, false, NULL},
    {"gcloud container clusters list", VB_EFFECT_READ, false, NULL},
    {"gcloud container clusters delete x", VB_EFFECT_DESTROY, false, NULL},
    {"aws s3 rm s3://x --recursive", VB_EFFECT_DESTROY, false, NULL},
    {"aws sts get-caller-identity", VB_EFFECT_READ, false, NULL},
    {"sudo rm -rf x", VB_EFFECT_DESTROY, false, NULL},
    {"terraform plan", VB_EFFECT_READ, false, NULL},
    {"export A=1", VB_EFFECT_SHELL, false, NULL},
    {"echo x > f", VB_EFFECT_CHANGE, false, NULL},
    {"watch kubectl get pods", VB_EFFECT_READ, true, NULL},
    {"kubectl port-forward svc/x 80", VB_EFFECT_READ, true, NULL},
    {"ssh me@host", VB_EFFECT_CHANGE, false, "ssh"},
    {"ssh -i k me@host ls", VB_EFFECT_CHANGE, false, NULL},
    {"kubectl exec -it p -- bash", VB_EFFECT_CHANGE, false, "kubectl exec"},
    {"kubectl exec p -- ls", VB_EFFECT_CHANGE, false, NULL},
    {"docker run -it ubuntu bash", VB_EFFECT_CHANGE, false, "docker exec"},
    {"sudo -i", VB_EFFECT_CHANGE, false, "sudo"},
    {"mysql", VB_EFFECT_CHANGE, false, "an interactive prompt"},
    {"mysql < dump.sql", VB_EFFECT_CHANGE, false, NULL},
};

START_TEST(effects)
{
    const effect_row *row = &effect_rows[_i];
    vb_arena arena;
    vb_shell *sh;
    const vb_simple *s;
    const char *opens;

    vb_arena_init(&arena);
    sh = vb_shell_read(&arena, vb_str_c(row->text));
    s = &sh->simples.at[0];
    ck_assert_msg(vb_effect_of(s) == row->effect, "%s: %d", row->text,
                  vb_effect_of(s));
    ck_assert_msg(vb_runs_on(s) == row->runs_on, "%s", row->text);
    opens = vb_opens_shell(s);
    if (row->opens)
        ck_assert_msg(opens && vb_str_eqc(vb_str_c(opens), row->opens), "%s",
                      row->text);
    else
        ck_assert_msg(!opens, "%s: %s", row->text, opens ? opens : "");
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plan/shell");
    TCase *tc = tcase_create("shell");

    tcase_add_loop_test(tc, words, 0, (int)VB_COUNT(words_rows));
    tcase_add_loop_test(tc, uses_inside_functions, 0,
                        (int)VB_COUNT(inside_rows));
    tcase_add_loop_test(tc, variables, 0, (int)VB_COUNT(vars_rows));
    tcase_add_test(tc, samples_know_their_bytes);
    tcase_add_loop_test(tc, contexts, 0, (int)VB_COUNT(context_rows));
    tcase_add_loop_test(tc, extents, 0, (int)VB_COUNT(extent_rows));
    tcase_add_loop_test(tc, faults, 0, 6);
    tcase_add_test(tc, deep_nesting_ends);
    tcase_add_loop_test(tc, effects, 0, (int)VB_COUNT(effect_rows));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
