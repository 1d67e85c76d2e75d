/* What blocks are taken for: small guides, one line of kinds each. */
#include "base/buf.h"
#include "plan/cue.h"
#include "plan/prompt.h"
#include "plan/shape.h"
#include "plan_text.h"

/* Kinds in document order: c command, f file, e expect, m manual, t table,
 * i ignore; 'T' before one in the teardown phase, '?' before an optional one,
 * '+' behind one with inline output. */
typedef struct kinds_row {
    const char *text, *kinds;
} kinds_row;

#define F "```"
static const kinds_row kinds_rows[] = {
    {F "bash\nkubectl get pods\n" F "\n", "c"},
    {F "bash\nkubectl get pods\n" F "\n" F "\nNAME  READY\na     1/1\n" F "\n",
     "ce"},
    {"Run it:\n" F "bash\nls\n" F "\nThe output is similar to this:\n" F
     "bash\n{\n  \"a\": 1\n}\n" F "\n",
     "ce"},
    {F "bash\ncloud.google.com/neg: '{\"ports\": {}}'\n" F "\n", "i"},
    {F "console\n$ ls\na\nb\n$ pwd\n/x\n" F "\n", "c+"},
    {F "console\n$ ls\n$ pwd\n" F "\n", "c"},
    {F "bash\nkubectl get pv\nNAME  CAPACITY  STATUS\npv    1Gi       Bound\n" F
       "\n",
     "c+"},
    {F "bash\n{\n  mkdir -p x\n  mv y x/\n}\n" F "\n", "c"},
    {F "bash\nls\n" F "\n\nThen:\n" F "bash\n{\n  apt-get update\n}\n" F "\n",
     "cc"},
    {F "bash\nls\n" F "\n\nThe output is:\n" F "\n{\n  \"a\": 1\n}\n" F "\n",
     "ce"},
    {"1. Call it\n(twice):\n\n    " F "bash\n    ls\n    " F
     "\n\n    That is all there is to say.\n",
     "c"},
    {"1. Call it:\n\n    " F "bash\n    ls\n    " F
     "\n_Note_: a word about it.\n\n    " F "\n    pwd\n    " F
     "\n\n    This is said at the depth of the list.\n",
     "cci"},
    {F "bash\n> az login\n" F "\n", "c"},
    {F "\n# who\n> az account list\n{\n  \"a\": 1\n}\n\n> az account set "
       "-s x\n" F "\n",
     "c+"},
    {F "\n> to whom it may concern\n" F "\n", "i"},
    {"1. (Optional) Delete the rest\n\n    They are of no use.\n    To delete "
     "them:\n\n    " F "bash\n    kubectl delete crd x\n    " F "\n",
     "?c"},
    {"Give a copy of the `store.yaml` to those pipelines.\n" F
     "python\nimport store\n" F "\n",
     "i"},
    {"If the command below fails, wait a moment and try again.\n" F
     "bash\nls\n" F "\n",
     "c"},
    {"* If it is ill, look into the logs.\n\n" F "bash\nls\n" F "\n", "c"},
    {"Write a settings file (`credentials`) here:\n" F "\na: 1\n" F "\n", "f"},
    {"Create a file named `a.yaml`:\n" F "yaml\na: 1\n" F "\n", "f"},
    {"**`a.yaml`**\n\n" F "yaml\na: 1\n" F "\n", "f"},
    {"Add the following to `a.yaml`:\n" F "yaml\na: 1\n" F "\n", "m"},
    {F "yaml title=\"a.yaml\"\na: 1\n" F "\n", "f"},
    {F "yaml\n# a.yaml\na: 1\n" F "\n", "f"},
    {"Values:\n" F "yaml\na: 1\n" F "\n" F
     "bash\nhelm install x y -f v.yaml\n" F "\n",
     "fc"},
    {"You may get an error message similar to the following:\n" F
     "\nboom: no\n" F "\n",
     "i"},
    {"Save the key to the file `k.json`:\n" F "bash\ngcloud iam keys create "
     "k.json\n" F "\n",
     "c"},
    {"Your output is similar to:\n" F "bash\nkubectl get nodes\n" F "\n", "c"},
    {"# Clean up\n" F "bash\nrm x\n" F "\n", "Tc"},
    {"# X\n**Deleting the cluster**\n\n" F "bash\nrm x\n" F "\n", "Tc"},
    {"Simulate a disaster:\n" F "bash\nkubectl delete namespace x\n" F "\n",
     "c"},
    {"If you use a proxy, run:\n" F "bash\nls\n" F "\n", "?c"},
    {"Alternatively, run:\n" F "bash\nls\n" F "\n", "?c"},
    {"If deployed correctly you should see:\n" F "bash\nls\n" F "\n", "c"},
    {"# Troubleshooting\n" F "bash\nls\n" F "\n", "?c"},
    {F "bash\nls\n" F "\n<!-- expected_similarity=0.3 -->\n" F
       "json\n{\"a\": 1}\n" F "\n",
     "ce"},
    {F "output\nkubectl get pods\n" F "\n", "e"},
    {F "mermaid\ngraph TD\n" F "\n", "i"},
    {F "\n.\n├── a\n└── b\n" F "\n", "i"},
    {"| A | B |\n|---|---|\n| 1 | 2 |\n", "t"},
    {"Do:\n\n    kubectl get pods\n\nYou should see:\n\n    NAME  READY\n",
     "ce"},
    {F "powershell\nGet-AzVM\n" F "\n", "c"},
    {"Create a file `a.yaml` and add the following:\n" F "yaml\na: 1\n" F "\n",
     "f"},
    {"Create a file `a.txt`. Add this to it:\n" F "text\nhello you\n" F "\n",
     "f"},
    {F "bash\nnano a.yaml\n" F "\n" F "yaml\na: 1\n" F "\n", "?cf"},
    {F "bash\n# only words\n" F "\n", "i"},
    {F "yaml\nname: x\n...\nother: y\n" F "\n", "i"},
};
#undef F

static void
add_kind(vb_buf *out, const vb_reading *rd)
{
    static const char letters[] = "icfemt";

    if (rd->phase == VB_PHASE_TEARDOWN)
        vb_buf_ch(out, 'T');
    if (rd->optional)
        vb_buf_ch(out, '?');
    vb_buf_ch(out, letters[rd->kind]);
    if (rd->inline_output)
        vb_buf_ch(out, '+');
}

START_TEST(kinds)
{
    const kinds_row *row = &kinds_rows[_i];
    plan_text t;
    vb_buf got;

    plan_text_init(&t, row->text, NULL, NULL);
    vb_buf_init(&got, 1000);
    for (size_t i = 0; i < t.plan->readings.len; i++) {
        add_kind(&got, &t.plan->readings.at[i]);
        ck_assert_uint_gt(t.plan->readings.at[i].why.len, 0);
    }
    ck_assert_msg(vb_str_eqc(vb_buf_view(&got), row->kinds),
                  "%s\ngot '%s', want '%s'", row->text, vb_buf_cstr(&got),
                  row->kinds);
    vb_buf_release(&got);
    plan_text_release(&t);
}
END_TEST

typedef struct prompt_row {
    const char *line;
    vb_prompt_kind kind;
    size_t len;
} prompt_row;

static const prompt_row prompt_rows[] = {
    {"$ ls", VB_PROMPT_SHELL, 2},
    {"  $ ls", VB_PROMPT_SHELL, 4},
    {"$HOME/bin/x", VB_PROMPT_NONE, 0},
    {"# ls", VB_PROMPT_ROOT, 2},
    {"% ls -l", VB_PROMPT_SHELL, 2},
    {"% of all", VB_PROMPT_NONE, 0},
    {"me@host:~/x$ ls", VB_PROMPT_SHELL, 13},
    {"[root@host ~]# ls", VB_PROMPT_SHELL, 15},
    {"bash-5.1$ ls", VB_PROMPT_SHELL, 10},
    {"PS C:\\Users> dir", VB_PROMPT_POWER, 13},
    {"PS> dir", VB_PROMPT_POWER, 4},
    {"> more", VB_PROMPT_MORE, 2},
    {"mysql> SELECT 1;", VB_PROMPT_FOREIGN, 7},
    {"/ # ls", VB_PROMPT_FOREIGN, 4},
    {">>> import os", VB_PROMPT_FOREIGN, 4},
    {"mail me@host for $ 5", VB_PROMPT_NONE, 0},
    {"", VB_PROMPT_NONE, 0},
};

START_TEST(prompts)
{
    const prompt_row *row = &prompt_rows[_i];
    vb_prompt p = vb_prompt_of(vb_str_c(row->line));

    ck_assert_msg(p.kind == row->kind, "%s: kind %d", row->line, p.kind);
    ck_assert_uint_eq(p.len, row->len);
}
END_TEST

/* Parts: "kind@line text" joined by '|', newlines as '~'. */
typedef struct split_row {
    const char *text, *parts;
} split_row;

static const split_row split_rows[] = {
    {"$ a\n1\n$ b\n2\n", "command@1 a|expect@2 1|command@3 b|expect@4 2"},
    {"$ a \\\n  -x\n1\n", "command@1 a \\~  -x|expect@3 1"},
    {"$ cat <<E\n$x\nE\nout\n", "command@1 cat <<E~$x~E|expect@4 out"},
    {"$ cat <<E\n> x\n> E\nx\n", "command@1 cat <<E~x~E|expect@4 x"},
    {"# about a\n$ a\n", "ignore@1 # about a|command@2 a"},
    {"$ a\n# ...\ndone\n", "command@1 a|expect@2 # ...~done"},
    {"$ a\n1\n\n# about b\n$ b\n",
     "command@1 a|expect@2 1|ignore@4 # about b|command@5 b"},
    {"ls -l\n# => x\n", "command@1 ls -l|expect@2 x"},
    {"kubectl get po\nNAME  READY\nx     1/1\nkubectl delete po x\n",
     "command@1 kubectl get po|expect@2 NAME  READY~x     1/1|"
     "command@4 kubectl delete po x"},
    {"echo 'a\nNAME  READY\n'\n", ""},
    {"cat <<E\nNAME  READY\nE\n", ""},
    {"export A=1\nls\n", ""},
    {"ls\n(cd x && make)\n{ make; }\n", ""},
    {"(cd x && ls)\n(none)\n", ""},
    {"$ a \\\n  -x \\  # why\n  -y\n$ b\n",
     "command@1 a \\~  -x \\  # why~  -y|command@4 b"},
    {"$ a \\\n  # -x \\\n  > y\n", "command@1 a \\~  # -x \\~  > y"},
};

START_TEST(splits)
{
    const split_row *row = &split_rows[_i];
    vb_split_work work = {0};
    vb_arena arena;
    vb_split split;
    vb_buf got;

    vb_arena_init(&arena);
    split = vb_split_block(&arena, &work, vb_str_c(row->text), 1, false);
    vb_buf_init(&got, 1000);
    for (size_t i = 0; i < split.parts.len; i++) {
        const vb_part *part = &split.parts.at[i];

        vb_buf_fmt(&got, "%s%s@%u ", i ? "|" : "", vb_kind_name(part->kind),
                   part->line);
        vb_buf_str(&got, part->text);
    }
    for (size_t i = 0; i < got.len; i++)
        if (got.ptr[i] == '\n')
            got.ptr[i] = '~';
    ck_assert_msg(vb_str_eqc(vb_buf_view(&got), row->parts),
                  "%s: got '%s', want '%s'", row->text, vb_buf_cstr(&got),
                  row->parts);
    vb_buf_release(&got);
    vb_split_release(&work);
    vb_arena_release(&arena);
}
END_TEST

typedef struct cue_row {
    const char *sentence;
    uint32_t has, hasnt;
} cue_row;

static const cue_row cue_rows[] = {
    {"The output is similar to this:", VB_CUE_OUTPUT | VB_CUE_SIMILAR, 0},
    {"The ouput looks similar to:", VB_CUE_OUTPUT, 0},
    {"The output should include the following lines:", VB_CUE_SUBSET, 0},
    {"Repeat until the output looks like this:", VB_CUE_EVENTUALLY, 0},
    {"an error message similar to the following:", VB_CUE_ERROR, VB_CUE_OUTPUT},
    {"Add the following to `x`:", VB_CUE_EDIT | VB_CUE_INTO, VB_CUE_FILE},
    {"Create a file named x:", VB_CUE_FILE, VB_CUE_EDIT},
    {"If you use a proxy, run:", VB_CUE_IF | VB_CUE_RUN, 0},
    {"Check if it works:", 0, VB_CUE_IF},
    {"Or run:", VB_CUE_OR, 0},
    {"Run this or that:", 0, VB_CUE_OR},
    {"Apply the following manifest:", VB_CUE_APPLY, VB_CUE_EDIT},
    {"Results:", VB_CUE_OUTPUT, 0},
    {"", 0, UINT32_MAX},
};

START_TEST(cues)
{
    const cue_row *row = &cue_rows[_i];
    uint32_t got = vb_cues_of(vb_str_c(row->sentence));

    ck_assert_msg((got & row->has) == row->has, "%s: %x", row->sentence, got);
    ck_assert_msg((got & row->hasnt) == 0, "%s: %x", row->sentence, got);
}
END_TEST

START_TEST(last_sentences)
{
    static const split_row rows[] = {
        {"One. Two:", "Two:"},
        {"One, e.g. this. Two!", "Two!"},
        {"No end", "No end"},
        {"See a.b.c for more. It says:", "It says:"},
        {"", ""},
    };

    ck_assert_vbstr(vb_last_sentence(vb_str_c(rows[_i].text), NULL, 0, NULL),
                    rows[_i].parts);
}
END_TEST

typedef struct shape_row {
    const char *text;
    vb_shape shape;
} shape_row;

static const shape_row shape_rows[] = {
    {"", VB_SHAPE_EMPTY},
    {"kubectl get pods", VB_SHAPE_COMMAND},
    {"A=1", VB_SHAPE_COMMAND},
    {"./run.sh", VB_SHAPE_COMMAND},
    {"# comment\nls -l", VB_SHAPE_COMMAND},
    {"{\n  \"a\": 1\n}", VB_SHAPE_JSON},
    {"[[ -f x ]] && ls", VB_SHAPE_COMMAND},
    {"{{ template }}", VB_SHAPE_PLAIN},
    {"apiVersion: v1\nkind: Pod\n", VB_SHAPE_MANIFEST},
    {"a: 1\nb:\n  c: 2\n", VB_SHAPE_YAML},
    {"NAME   READY   STATUS\nx      1/1     Running", VB_SHAPE_TABLE},
    {"ID     Name    Region\n1      a       b", VB_SHAPE_TABLE},
    {"+----+\n| a  |\n+----+", VB_SHAPE_TABLE},
    {"2022-08-11 22:10:23 [x] started", VB_SHAPE_LOG},
    {"namespace/x created", VB_SHAPE_LOG},
    {"Setting up\nnamespace/x created", VB_SHAPE_LOG},
    {"<html><body></body></html>", VB_SHAPE_MARKUP},
    {"make sure it works", VB_SHAPE_PLAIN},
    {"find the pod", VB_SHAPE_PLAIN},
    {"find . -name x", VB_SHAPE_COMMAND},
    {"server.port=80", VB_SHAPE_KEYS},
};

START_TEST(shapes)
{
    vb_shape got = vb_shape_of(vb_str_c(shape_rows[_i].text));

    ck_assert_msg(got == shape_rows[_i].shape, "%s: %s", shape_rows[_i].text,
                  vb_shape_name(got));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plan/blocks");
    TCase *tc = tcase_create("blocks");

    tcase_add_loop_test(tc, kinds, 0, (int)VB_COUNT(kinds_rows));
    tcase_add_loop_test(tc, prompts, 0, (int)VB_COUNT(prompt_rows));
    tcase_add_loop_test(tc, splits, 0, (int)VB_COUNT(split_rows));
    tcase_add_loop_test(tc, cues, 0, (int)VB_COUNT(cue_rows));
    tcase_add_loop_test(tc, last_sentences, 0, 5);
    tcase_add_loop_test(tc, shapes, 0, (int)VB_COUNT(shape_rows));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
