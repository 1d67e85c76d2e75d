/* Scenario files: what the loader refuses and where, how command lines are
 * read, what actions do to the simulated world. */
#include "rehearse/grammar.h"
#include "rehearse_ask.h"

static asker a;

typedef struct bad_row {
    const char *yaml;
    unsigned line, col;
    const char *message;
} bad_row;

static const bad_row bad_rows[] = {
    {"version: 2\n", 1, 10, "a scenario says 'version: 1'"},
    {"about: x\n", 1, 1, "a scenario says 'version: 1'"},
    {"version: 1\nrulez: []\n", 2, 1, "unknown key 'rulez' in a scenario"},
    {"version: 1\nprograms: {a/b: {}}\n", 2, 12,
     "'a/b' is no name for a program"},
    {"version: 1\nprograms:\n  p:\n    flags: {x: strong}\n", 4, 16,
     "unknown type of flag 'strong'"},
    {"version: 1\nprograms:\n  p:\n    commands:\n      go: {use: no}\n", 5, 17,
     "there is no flag set 'no'"},
    {"version: 1\nprograms:\n  p:\n    commands:\n      go: {required: [x]}\n",
     5, 22, "there is no flag 'x' here"},
    {"version: 1\nprograms:\n  p:\n    messages: {nope: x}\n", 4, 16,
     "unknown kind of message 'nope'"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p stop\n    do: []\n",
     4, 10, "program 'p' has no command 'stop'"},
    {"version: 1\nrules:\n  - run: p go\n    do: []\n", 3, 10,
     "there is no program 'p'"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    do:\n      - {ouch: x}\n",
     6, 9, "no known action in this entry"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    do:\n      - out: \"{{a b}}\"\n",
     6, 14, "unexpected token at column 3 of expression 'a b'"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    when: \"a ==\"\n    do: []\n",
     5, 11, "the expression is incomplete at column 5 of expression 'a =='"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    do:\n      - call: m\n",
     6, 15, "there is no macro 'm'"},
    {"version: 1\nmacros: {m: {params: [a], do: []}}\n"
     "programs: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    do:\n      - {call: m, with: {b: 1}}\n",
     7, 26, "macro 'm' has no parameter 'b'"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    do:\n      - {set: [a], to: 1, value: 2}\n",
     6, 9, "'set' needs either 'to' or 'value'"},
    {"version: 1\nprograms: {p: {commands: {go: }}}\n"
     "rules:\n  - run: p go\n    do:\n      - {fail: x, status: 300}\n",
     6, 9, "'status' is 1 to 255"},
    {"version: 1\nrules:\n  - argv: []\n    do: []\n", 3, 11,
     "'argv' begins with a program"},
};

START_TEST(refused)
{
    const bad_row *row = &bad_rows[_i];

    ck_assert_msg(!ask_load(&a, row->yaml), "it loads: %s", row->yaml);
    ck_assert_uint_ge(a.diags.errors, 1);
    ck_assert_vbstr(a.diags.list.at[0].message, row->message);
    ck_assert_uint_eq(a.diags.list.at[0].loc.line, row->line);
    ck_assert_uint_eq(a.diags.list.at[0].loc.col, row->col);
    ask_end(&a);
}
END_TEST

static const char grammar[] =
    "version: 1\n"
    "programs:\n"
    "  go:\n"
    "    flags: {verbose: {type: bool, short: v}, zone: {type: string, short: "
    "z}}\n"
    "    commands:\n"
    "      make thing:\n"
    "        args: NAME EXTRA*\n"
    "        flags: {n: int, kind: [big, small], tags: keyvalue, l: list,\n"
    "                set: strings, dry: {type: string, bare: client},\n"
    "                level: {type: string, default: low}, other: string}\n"
    "        required: [kind]\n"
    "        exclusive: [[n, other]]\n"
    "        one-of: [[zone, other]]\n"
    "    known: [make tea]\n"
    "  arg:\n"
    "    argparse: true\n"
    "    abbreviations: true\n"
    "    negatable: true\n"
    "    commands:\n"
    "      run: {args: NAME?, flags: {output: string, option: string, "
    "dry-run: bool, words: words}}\n"
    "rules:\n"
    "  - run: go make thing\n"
    "    do: [{out: \"{{json({f: flags, a: args})}}\"}]\n"
    "  - run: arg run\n"
    "    do: [{out: \"{{json({f: flags, a: args})}}\"}]\n";

typedef struct line_row {
    const char *line, *want; /* standard output, or "usage: ..." */
} line_row;

static const line_row line_rows[] = {
    {"go make thing x --kind big --zone z",
     "{\"f\": {\"kind\": \"big\", \"zone\": \"z\", \"level\": \"low\"}, "
     "\"a\": {\"name\": \"x\", \"extra\": []}}"},
    {"go -v --zone=z make thing x y z --kind=small --n=3 --level high",
     "{\"f\": {\"verbose\": true, \"zone\": \"z\", \"kind\": \"small\", "
     "\"n\": 3, \"level\": \"high\"}, \"a\": {\"name\": \"x\", \"extra\": "
     "[\"y\", \"z\"]}}"},
    {"go make thing x --kind big -zq --tags a=1,b=2 --l x,y --l z --set p "
     "--set q,r --dry",
     "{\"f\": {\"kind\": \"big\", \"zone\": \"q\", \"tags\": {\"a\": \"1\", "
     "\"b\": \"2\"}, \"l\": [\"x\", \"y\", \"z\"], \"set\": [\"p\", "
     "\"q,r\"], \"dry\": \"client\", \"level\": \"low\"}, \"a\": {\"name\": "
     "\"x\", \"extra\": []}}"},
    {"go make thing x --kind big --zone z -- --odd",
     "{\"f\": {\"kind\": \"big\", \"zone\": \"z\", \"level\": \"low\"}, "
     "\"a\": {\"name\": \"x\", \"extra\": [\"--odd\"]}}"},
    {"go", "usage: missing-command"},
    {"go mak", "usage: unknown-command"},
    {"go make", "usage: missing-command"},
    {"go make thing --kind big --zone z", "usage: missing-args"},
    {"go make thing x --zone z", "usage: missing-flags"},
    {"go make thing x --kind big", "usage: missing-one-of"},
    {"go make thing x --kind big --n 1 --other o", "usage: exclusive"},
    {"go make thing x --kind huge --zone z", "usage: bad-choice"},
    {"go make thing x --kind big --zone z --n one", "usage: bad-int"},
    {"go make thing x --kind big --zone z --tags a", "usage: bad-keyvalue"},
    {"go make thing x --kind big --zone", "usage: missing-value"},
    {"go make thing x --kind big -z", "usage: missing-value-short"},
    {"go make thing x --kindd big", "usage: unknown-flag"},
    {"go make thing x -q", "usage: unknown-short"},
    {"go make thing x --verbose=maybe", "usage: bad-bool"},
    {"arg run --outp text --no-dry-run",
     "{\"f\": {\"output\": \"text\", \"dry_run\": false}, \"a\": {}}"},
    {"arg run --words a b --dry-run",
     "{\"f\": {\"words\": [\"a\", \"b\"], \"dry_run\": true}, \"a\": {}}"},
    {"arg run --o x", "usage: ambiguous-flag"},
    {"arg run a b", "usage: extra-args"},
    {"arg run --bogus=1 a --other b c", "usage: unknown-flag"},
    {"arg run --output --dry-run", "usage: missing-value"},
};

START_TEST(command_lines)
{
    const line_row *row = &line_rows[_i];
    vb_str want = vb_str_c(row->want);
    int status;

    ck_assert(ask_load(&a, grammar));
    status = ask(&a, row->line, NULL);
    if (vb_str_starts(want, "usage: ")) {
        ck_assert_int_ne(status, 0);
        ck_assert_vbstr(a.answer.rule, "usage");
        ck_assert_msg(vb_str_has(a.answer.why, row->want + 7), "%.*s",
                      VB_ARG(a.answer.why));
    } else {
        ck_assert_vbstr(a.out, row->want);
        ck_assert_int_eq(status, 0);
    }
    ask_end(&a);
}
END_TEST

/* argparse reports all it does not know at once. */
START_TEST(unknown_words)
{
    const vb_program *p;
    vb_str argv[] = {VB_STR("run"), VB_STR("--bogus=1"), VB_STR("a"),
                     VB_STR("--other"), VB_STR("b")};
    vb_parsed parsed;
    const vb_node *unknown;

    ck_assert(ask_load(&a, grammar));
    p = vb_scenario_program(a.scenario, VB_STR("arg"));
    parsed = vb_program_parse(p, argv, VB_COUNT(argv), &a.arena);
    unknown = vb_node_get(parsed.fault, "unknown");
    ck_assert_uint_eq(unknown->len, 3);
    ck_assert_vbstr(unknown->items[0]->str, "--bogus=1");
    ck_assert_vbstr(unknown->items[2]->str, "b");
    ask_end(&a);
}
END_TEST

START_TEST(known_only)
{
    ck_assert(ask_load(&a, grammar));
    ck_assert_int_eq(ask(&a, "go make tea --with milk", NULL),
                     VB_STATUS_REFUSED);
    ck_assert_vbstr(a.answer.rule, "refused");
    ck_assert(vb_str_has(a.answer.why, "does not simulate it"));
    ask_end(&a);
}
END_TEST

static const char actions[] =
    "version: 1\n"
    "state: {things: {old: {n: 1}}}\n"
    "macros:\n"
    "  double: {params: [n], do: [{return: $n * 2}]}\n"
    "  forever: {do: [{call: forever}]}\n"
    "programs:\n"
    "  t:\n"
    "    commands: {add: {args: NAME}, list: , drop: {args: NAME}, read: "
    "{args: FILE},\n"
    "      odd: , loop: , big: , each: , later: , twice: , none: , broken: }\n"
    "rules:\n"
    "  - run: t add\n"
    "    when: has(state.things, args.name)\n"
    "    do: [{fail: \"{{args.name}} exists\", status: 3}]\n"
    "  - run: t add\n"
    "    do:\n"
    "      - {call: double, with: {n: length(args.name)}, as: d}\n"
    "      - {set: [things, \"{{args.name}}\"], value: {n: \"{{d}}\", text: "
    "\"<{{d}}>\", gone: \"{{nope}}\"}}\n"
    "      - {wait: 2m}\n"
    "      - {out: \"added\\n\"}\n"
    "  - run: t list\n"
    "    do: [{table: entries(state.things), columns: {NAME: key, N: value.n}, "
    "gap: 2}]\n"
    "  - run: t drop\n"
    "    do: [{unset: [things, \"{{args.name}}\"]}, {json: state.things, "
    "indent: 0}]\n"
    "  - run: t read\n"
    "    do:\n"
    "      - {set: [half], to: 1}\n"
    "      - {read: \"{{args.file}}\", as: doc, format: value, missing: "
    "[{fail: \"no {{args.file}}: {{reason}}\"}]}\n"
    "      - {out: \"{{doc.a.b}}\"}\n"
    "  - run: t loop\n"
    "    do: [{call: forever}]\n"
    "  - run: t big\n"
    "    do: [{each: range(10000), do: [{each: range(10000), do: [{out: "
    "x}]}]}]\n"
    "  - run: t each\n"
    "    do: [{each: state.things, as: t, do: [{out: \"{{index}}{{key}}{{t.n}} "
    "\"}]}, {exit: 4}]\n"
    "  - run: t later\n"
    "    do: [{if: turn('x') > 2, do: [{out: Ready}], else: [{out: "
    "Pending}]}]\n"
    "  - run: t twice\n"
    "    times: 2\n"
    "    do: [{out: first}]\n"
    "  - run: t twice\n"
    "    do: [{out: then}]\n"
    "  - run: t broken\n"
    "    do: [{set: [x], to: 1}, {out: \"{{1 / 0}}\"}]\n";

START_TEST(state)
{
    ck_assert(ask_load(&a, actions));
    ck_assert_int_eq(ask(&a, "t add abc", NULL), 0);
    ck_assert_int_eq(a.world.waited_ms, 120000);
    ck_assert_int_eq(ask(&a, "t add abc", NULL), 3);
    ck_assert_vbstr(a.errors, "abc exists\n");
    ck_assert_int_eq(ask(&a, "t list", NULL), 0);
    ck_assert_vbstr(a.out, "NAME  N\nold   1\nabc   6\n");
    ck_assert_int_eq(ask(&a, "t drop old", NULL), 0);
    ck_assert_vbstr(a.out, "{\"abc\": {\"n\": 6, \"text\": \"<6>\"}}\n");
    ck_assert_int_eq(ask(&a, "t each", NULL), 4);
    ck_assert_vbstr(a.out, "0abc6 ");
    ask_end(&a);
}
END_TEST

/* A command that fails for want of a file has not happened. */
START_TEST(files)
{
    ck_assert(ask_load(&a, actions));
    ck_assert_int_eq(ask(&a, "t read f.yaml", "a: {b: hello}\n"), 0);
    ck_assert_vbstr(a.out, "hello");
    ck_assert_int_eq(ask(&a, "t read f.yaml", NULL), 1);
    ck_assert_vbstr(a.errors, "no f.yaml: no such file or directory\n");
    ck_assert_int_eq(ask(&a, "t read f.yaml", "a: [unclosed\n"), 0);
    ck_assert_vbstr(a.out, "");
    /* An alias bomb is read, not unfolded. */
    ck_assert_int_eq(
        ask(&a, "t read f.yaml",
            "x: &a [1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a]\n"
            "z: &c [*b,*b,*b,*b,*b,*b,*b]\nw: &d [*c,*c,*c,*c,*c,*c]\n"
            "v: &e [*d,*d,*d,*d,*d,*d]\nu: &f [*e,*e,*e,*e,*e,*e]\n"
            "a: {b: fine}\n"),
        0);
    ck_assert_vbstr(a.out, "fine");
    ask_end(&a);
}
END_TEST

START_TEST(bounds)
{
    ck_assert(ask_load(&a, actions));
    ck_assert_int_eq(ask(&a, "t loop", NULL), VB_STATUS_REFUSED);
    ck_assert_msg(vb_str_has(a.answer.why, "more than 24 deep"), "%.*s",
                  VB_ARG(a.answer.why));
    ck_assert_int_eq(ask(&a, "t big", NULL), VB_STATUS_REFUSED);
    ck_assert(vb_str_has(a.answer.why, "actions for one command"));
    ck_assert_int_eq(ask(&a, "t none", NULL), VB_STATUS_REFUSED);
    ck_assert(vb_str_has(a.answer.why, "no rule answers 't none'"));
    ck_assert_int_eq(ask(&a, "t broken", NULL), VB_STATUS_REFUSED);
    ck_assert(vb_str_has(a.answer.why, "the scenario is at fault"));
    ck_assert_ptr_null(vb_node_get(a.world.root, "x"));
    ask_end(&a);
}
END_TEST

START_TEST(eventually)
{
    ck_assert(ask_load(&a, actions));
    ask(&a, "t later", NULL);
    ck_assert_vbstr(a.out, "Pending");
    ask(&a, "t later", NULL);
    ck_assert_vbstr(a.out, "Pending");
    ask(&a, "t later", NULL);
    ck_assert_vbstr(a.out, "Ready");
    ask(&a, "t twice", NULL);
    ck_assert_vbstr(a.out, "first");
    ask(&a, "t twice", NULL);
    ck_assert_vbstr(a.out, "first");
    ask(&a, "t twice", NULL);
    ck_assert_vbstr(a.out, "then");
    ask_end(&a);
}
END_TEST

/* Exact command lines: a recording. In order, and then by state. */
static const char recording[] = "version: 1\n"
                                "rules:\n"
                                "  - argv: [p, get, x, --n=1]\n"
                                "    times: 1\n"
                                "    do: [{out: \"pending\\n\"}]\n"
                                "  - argv: [p, get, x, --n=1]\n"
                                "    do: [{out: \"ready\\n\"}, {wait: 2s}]\n"
                                "  - argv: [p, put, y]\n"
                                "    times: 1\n"
                                "    do: [{err: \"no\\n\"}, {exit: 3}]\n";

START_TEST(replayed)
{
    ck_assert(ask_load(&a, recording));
    ask(&a, "p get x --n=1", NULL);
    ck_assert_vbstr(a.out, "pending\n");
    ask(&a, "p get x --n=1", NULL);
    ck_assert_vbstr(a.out, "ready\n");
    ck_assert_int_eq(a.world.waited_ms, 2000);
    ck_assert_int_eq(ask(&a, "p put y", NULL), 3);
    ck_assert_int_eq(ask(&a, "p get x --n=2", NULL), VB_STATUS_REFUSED);
    ck_assert_msg(vb_str_has(a.answer.why,
                             "no rule answers 'p get x --n=2'; the nearest "
                             "recorded command is 'p get x --n=1'"),
                  "%.*s", VB_ARG(a.answer.why));
    ck_assert_msg(vb_str_has(a.answer.why, "; its '--n' is '1', and here '2'"),
                  "%.*s", VB_ARG(a.answer.why));
    ck_assert_int_eq(ask(&a, "p put y", NULL), VB_STATUS_REFUSED);
    ck_assert(vb_str_has(a.answer.why, "as often as it was recorded"));
    ask_end(&a);
}
END_TEST

typedef struct fault_row {
    const char *text;
    vb_fault_kind kind;
    uint64_t times, skip;
    int status;
    const char *error;
} fault_row;

static const fault_row fault_rows[] = {
    {"t add: fail once", VB_FAULT_FAIL, 1, 0, 0, NULL},
    {"t add: fail 4 3 times", VB_FAULT_FAIL, 3, 0, 4, NULL},
    {"t: throttle twice after 1 time", VB_FAULT_THROTTLE, 2, 1, 0, NULL},
    {"t add: slow 10m", VB_FAULT_SLOW, UINT64_MAX, 0, 0, NULL},
    {"t add: hang always", VB_FAULT_HANG, UINT64_MAX, 0, 0, NULL},
    {"t add fail", VB_FAULT_FAIL, 0, 0, 0,
     "fault 't add fail' is not of the form 'PROGRAM COMMAND: KIND ...'"},
    {"t add: explode", VB_FAULT_FAIL, 0, 0, 0,
     "unknown kind of fault 'explode' (there are fail, timeout, throttle, "
     "partial, slow, hang and kill)"},
    {"t add: fail soon", VB_FAULT_FAIL, 0, 0, 0,
     "fault 't add: fail soon': 'soon' is not understood after 'fail'"},
};

START_TEST(fault_texts)
{
    const fault_row *row = &fault_rows[_i];
    vb_arena arena = {0};
    vb_fault f;
    vb_error err = {0};

    if (row->error) {
        ck_assert(!vb_fault_parse(vb_str_c(row->text), &arena, &f, &err));
        ck_assert_str_eq(err.message, row->error);
    } else {
        ck_assert(vb_fault_parse(vb_str_c(row->text), &arena, &f, &err));
        ck_assert_int_eq(f.kind, row->kind);
        ck_assert_uint_eq(f.times, row->times);
        ck_assert_uint_eq(f.skip, row->skip);
        ck_assert_int_eq(f.status, row->status);
    }
    vb_arena_release(&arena);
}
END_TEST

START_TEST(fault_strikes)
{
    vb_arena arena = {0};
    vb_fault f;
    vb_str add[] = {VB_STR("--x"), VB_STR("add"), VB_STR("n")};
    vb_str list[] = {VB_STR("list")};

    ck_assert(
        vb_fault_parse(VB_STR("t add: fail once after 1"), &arena, &f, NULL));
    ck_assert_ptr_null(vb_fault_strikes(&f, 1, VB_STR("t"), list, 1));
    ck_assert_ptr_null(vb_fault_strikes(&f, 1, VB_STR("u"), add, 3));
    ck_assert_ptr_null(vb_fault_strikes(&f, 1, VB_STR("t"), add, 3));
    ck_assert_ptr_eq(vb_fault_strikes(&f, 1, VB_STR("t"), add, 3), &f);
    ck_assert_ptr_null(vb_fault_strikes(&f, 1, VB_STR("t"), add, 3));
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rehearse_scenario");
    TCase *tc = tcase_create("all");

    tcase_add_loop_test(tc, refused, 0, VB_COUNT(bad_rows));
    tcase_add_loop_test(tc, command_lines, 0, VB_COUNT(line_rows));
    tcase_add_test(tc, unknown_words);
    tcase_add_test(tc, known_only);
    tcase_add_test(tc, state);
    tcase_add_test(tc, files);
    tcase_add_test(tc, bounds);
    tcase_add_test(tc, eventually);
    tcase_add_test(tc, replayed);
    tcase_add_loop_test(tc, fault_texts, 0, VB_COUNT(fault_rows));
    tcase_add_test(tc, fault_strikes);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
