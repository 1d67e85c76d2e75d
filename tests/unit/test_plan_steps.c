/* Plans as a whole: steps, order, variables, placeholders, rendering,
 * choices, facts, the overlay. */
#include "base/buf.h"
#include "plan/overlay.h"
#include "plan/placeholder.h"
#include "plan_text.h"

#include <string.h>

#define F "```"

static void
ck_names(const vb_str *at, size_t len, const char *want)
{
    vb_buf got;

    vb_buf_init(&got, 1000);
    for (size_t i = 0; i < len; i++) {
        vb_buf_c(&got, i ? " " : "");
        vb_buf_str(&got, at[i]);
    }
    ck_assert_vbstr(vb_buf_view(&got), want);
    vb_buf_release(&got);
}

START_TEST(teardown_is_deferred)
{
    plan_text t;

    plan_text_init(&t,
                   "# G\n## Make\n" F "bash\nkubectl create ns a\n" F
                   "\n## Clean up\n" F "bash\nkubectl delete ns a\n" F
                   "\n## Use\n" F "bash\nkubectl get ns\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 3);
    ck_assert_uint_eq(t.plan->teardown_steps, 1);
    ck_assert_vbstr(t.plan->steps.at[0].id, "make/kubectl-create-ns-a");
    ck_assert_vbstr(t.plan->steps.at[1].id, "use/kubectl-get-ns");
    ck_assert_vbstr(t.plan->steps.at[2].id, "clean-up/kubectl-delete-ns-a");
    ck_assert(t.plan->steps.at[2].destructive);
    ck_assert(!t.plan->steps.at[1].mutating);
    plan_text_release(&t);
}
END_TEST

/* A page's title makes the whole page teardown, its first heading only what
 * stands below it. */
START_TEST(a_title_speaks_for_its_page)
{
    plan_text t;

    plan_text_init(&t,
                   "---\ntitle: Cleaning up\n---\n" F
                   "bash\nkubectl delete ns a\n" F "\n## Then\n" F
                   "bash\nkubectl delete ns b\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->teardown_steps, 2);
    plan_text_release(&t);
    plan_text_init(&t,
                   "## Clean up\n" F "bash\nkubectl delete ns a\n" F
                   "\n## Make\n" F "bash\nkubectl create ns a\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->teardown_steps, 1);
    plan_text_release(&t);
}
END_TEST

START_TEST(ids_are_unique)
{
    plan_text t;

    plan_text_init(&t, F "bash\nls\n" F "\n" F "bash\nls\n" F "\n", NULL, NULL);
    ck_assert_vbstr(t.plan->steps.at[0].id, "start/ls");
    ck_assert_vbstr(t.plan->steps.at[1].id, "start/ls-2");
    plan_text_release(&t);
}
END_TEST

START_TEST(a_file_moves_before_its_reader)
{
    plan_text t;

    plan_text_init(&t,
                   F "bash\ncat a.yaml\n" F "\nThe file. Create `a.yaml`:\n" F
                     "yaml\na: 1\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 2);
    ck_assert_int_eq(t.plan->steps.at[0].kind, VB_KIND_FILE);
    ck_assert_vbstr(t.plan->steps.at[0].name, "a.yaml");
    plan_text_release(&t);
}
END_TEST

START_TEST(output_belongs_to_its_command)
{
    plan_text t;
    const vb_step *step;

    plan_text_init(&t,
                   F "console\n$ a\n1\n$ b\n2\n" F "\nThe output is:\n" F
                     "\n2\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 1);
    step = &t.plan->steps.at[0];
    ck_assert_vbstr(step->body, "a\nb\n");
    ck_assert_uint_eq(step->expects.len, 3);
    ck_assert_uint_eq(step->expects.at[0].command_line, 2);
    ck_assert_uint_eq(step->expects.at[1].command_line, 4);
    ck_assert_uint_eq(step->body_lines.at[0], 2);
    ck_assert_uint_eq(step->body_lines.at[1], 4);
    plan_text_release(&t);
}
END_TEST

START_TEST(needed_and_never_set)
{
    plan_text t;
    const vb_step *step;

    plan_text_init(&t,
                   F "bash\nNAME=x\ngcloud a --zone \"${ZONE}\" $NAME\n" F
                     "\n" F "bash\ngcloud b $NAME ${OPT:-1} $HOME\n"
                     "[ -z \"$MAYBE\" ] && ls\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->inputs.len, 1);
    ck_assert_vbstr(t.plan->inputs.at[0].name, "ZONE");
    ck_assert_uint_eq(t.plan->inputs.at[0].loc.line, 3);
    step = &t.plan->steps.at[1];
    ck_names(step->uses.at, step->uses.len, "NAME OPT MAYBE");
    ck_names(step->guarded.at, step->guarded.len, "NAME");
    step = &t.plan->steps.at[0];
    ck_names(step->sets.at, step->sets.len, "NAME");
    ck_assert_uint_eq(t.plan->samples.len, 1);
    ck_assert_vbstr(t.plan->samples.at[0].value, "x");
    plan_text_release(&t);
}
END_TEST

START_TEST(files_told_to_be_filled_in)
{
    plan_text t;
    const vb_step *step;

    plan_text_init(&t,
                   "Create a file `i.yaml` like this:\n" F
                   "yaml\n# Replace $EMAIL with yours\nemail: $EMAIL\n"
                   "other: $OTHER\n" F "\n",
                   NULL, NULL);
    step = &t.plan->steps.at[0];
    ck_assert(step->fill_vars);
    ck_names(step->uses.at, step->uses.len, "EMAIL");
    ck_assert_uint_eq(t.plan->inputs.len, 1);
    plan_text_release(&t);
}
END_TEST

/* One value into one text; NULL want: it is refused. */
typedef struct render_row {
    const char *body, *name, *value, *want;
} render_row;

static const render_row render_rows[] = {
    {"A=x\necho $A", "A", "y", "A=y\necho $A\n"},
    {"A=\"x\"\n", "A", "it's $(rm)", "A='it'\\''s $(rm)'\n"},
    {"export A=x B=2\n", "A", "a b", "export A='a b' B=2\n"},
    {"ls <your-dir>\n", "YOUR_DIR", "a b; rm c", "ls 'a b; rm c'\n"},
    {"ls \"<your-dir>/x\"\n", "YOUR_DIR", "$(rm)`x`\"\\",
     "ls \"\\$(rm)\\`x\\`\\\"\\\\/x\"\n"},
    {"ls '<your-dir>'\n", "YOUR_DIR", "it's", "ls 'it'\\''s'\n"},
    {"ls \"$(cat <your-dir>)\"\n", "YOUR_DIR", "a b", "ls \"$(cat 'a b')\"\n"},
    {"cat <<E\n<your-dir> $X\nE\n", "YOUR_DIR", "$(rm)\\",
     "cat <<E\n\\$(rm)\\\\ $X\nE\n"},
    {"cat <<'E'\n<your-dir>\nE\n", "YOUR_DIR", "$(rm)",
     "cat <<'E'\n$(rm)\nE\n"},
    {"cat <<'E'\n<your-dir>\nE\n", "YOUR_DIR", "x\nE\nrm", NULL},
    {"bash -c 'ls <your-dir>'\n", "YOUR_DIR", "x; rm", NULL},
    {"bash -c 'ls <your-dir>'\n", "YOUR_DIR", "a-b_c.d",
     "bash -c 'ls a-b_c.d'\n"},
    {"ls `cat <your-dir>`\n", "YOUR_DIR", "$(rm)", NULL},
    {"echo $((<your-dir>))\n", "YOUR_DIR", "1+x[$(rm)]", NULL},
    {"ssh h ls <your-dir>\n", "YOUR_DIR", "a b", NULL},
    {"ls <your-dir>\n", "OTHER", "x", NULL},
    {"P=<your-dir>\n", "P", "z", "P=z\n"},
    {"ls # <your-dir>\n", "X", "x", "ls # <your-dir>\n"},
    {"gcloud x --project YOUR_PROJECT\n", "YOUR_PROJECT", "p",
     "gcloud x --project p\n"},
    {"gcloud x --project [PROJECT_ID]\n", "PROJECT_ID", "p",
     "gcloud x --project p\n"},
    {"aws x --subnet-id subnet-xxxxxxxx\n", "SUBNET_ID", "s-1",
     "aws x --subnet-id s-1\n"},
};

START_TEST(values_stay_data)
{
    const render_row *row = &render_rows[_i];
    vb_given value = {vb_str_c(row->name), vb_str_c(row->value)};
    vb_error err = {0};
    plan_text t;
    vb_buf text, got;
    bool ok;

    vb_buf_init(&text, 10000);
    vb_buf_fmt(&text, F "bash\n%s" F "\n", row->body);
    if (row->body[strlen(row->body) - 1] != '\n') {
        vb_buf_clear(&text);
        vb_buf_fmt(&text, F "bash\n%s\n" F "\n", row->body);
    }
    plan_text_init(&t, vb_buf_cstr(&text), NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 1);
    vb_buf_init(&got, 10000);
    ok = vb_step_render(t.plan, &t.plan->steps.at[0], &value, 1, &got, &err);
    if (row->want)
        ck_assert_msg(ok && vb_str_eqc(vb_buf_view(&got), row->want),
                      "%s: got '%s' (%s)", row->body, vb_buf_cstr(&got),
                      err.message);
    else
        ck_assert_msg(!ok && err.message[0], "%s: got '%s'", row->body,
                      vb_buf_cstr(&got));
    vb_buf_release(&got);
    vb_buf_release(&text);
    plan_text_release(&t);
}
END_TEST

START_TEST(outputs_follow_samples)
{
    vb_given values[] = {{VB_STR_INIT("P"), VB_STR_INIT("mine")},
                         {VB_STR_INIT("YOUR_ZONE"), VB_STR_INIT("z")}};
    plan_text t;
    vb_subst *substs;

    plan_text_init(&t,
                   F "bash\nP=sample\ngcloud a $P --zone <your-zone>\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(vb_plan_substs(t.plan, &t.arena, values, 2, &substs), 2);
    ck_assert_vbstr(substs[0].sample, "sample");
    ck_assert_vbstr(substs[0].actual, "mine");
    ck_assert_vbstr(substs[1].sample, "<your-zone>");
    plan_text_release(&t);
}
END_TEST

typedef struct hole_row {
    const char *text, *found; /* NULL: none */
    bool shell;
} hole_row;

static const hole_row hole_rows[] = {
    {"a <YOUR-PROJECT> b", "<YOUR-PROJECT>", true},
    {"a <in.txt >out.txt", NULL, true},
    {"cat <<EOF", NULL, true},
    {"diff <(a) <(b)", NULL, true},
    {"status <none>", NULL, false},
    {"a <cluster name> b", "<cluster name>", true},
    {"x YOUR_CLUSTER y", "YOUR_CLUSTER", true},
    {"x $YOUR_CLUSTER y", NULL, true},
    {"YOUR_CLUSTER=x", NULL, true},
    {"x your-bucket-name y", "your-bucket-name", true},
    {"yours truly", NULL, false},
    {"x [PROJECT_ID] y", "[PROJECT_ID]", true},
    {"x [A-Z] y", NULL, true},
    {"[[ -f X ]]", NULL, true},
    {"[INFO] x", NULL, true},
    {"a[IDX]", NULL, true},
    {"x {{ name }} y", "{{ name }}", true},
    {"x {{.Names}} y", NULL, true},
    {"${{ x }}", NULL, true},
    {"id subnet-xxxxxxxx", "subnet-xxxxxxxx", true},
    {"mktemp /tmp/a.XXXXXX", NULL, true},
    {"B=0X0X0X-0X0X0X", "0X0X0X-0X0X0X", true},
    {"xxx", NULL, true},
    {"", NULL, true},
};

START_TEST(holes)
{
    const hole_row *row = &hole_rows[_i];
    vb_str text = vb_str_c(row->text);
    vb_hole h = vb_hole_next(text, 0, row->shell, false);

    if (!row->found) {
        ck_assert_msg(h.kind == VB_HOLE_NONE, "%s: %zu+%zu", row->text, h.start,
                      h.len);
        return;
    }
    ck_assert_msg(h.kind != VB_HOLE_NONE, "%s", row->text);
    ck_assert_vbstr(vb_str_sub(text, h.start, h.len), row->found);
}
END_TEST

static const char tabs[] =
    "<CloudPlatformToggle>\n<div slot=\"gcp\">\n\n" F "bash\ngcloud a\n" F
    "\n\n</div>\n<div slot=\"aws\">\n\n" F "bash\naws b\n" F
    "\n\n</div>\n</CloudPlatformToggle>\n";

START_TEST(providers)
{
    vb_str hint = {0};
    plan_text t;

    plan_text_init(&t, tabs, "google", NULL);
    ck_assert_vbstr(t.plan->provider, "gcp");
    ck_assert_uint_eq(t.plan->providers.len, 2);
    ck_assert_uint_eq(t.plan->steps.len, 1);
    ck_assert_vbstr(t.plan->steps.at[0].id, "start/gcloud-a");
    plan_text_release(&t);
    plan_text_init(&t, tabs, NULL, NULL);
    ck_assert_uint_eq(t.plan->provider.len, 0);
    ck_assert_uint_eq(t.plan->steps.len, 2);
    plan_text_release(&t);
    plan_text_init(&t, tabs, "awz", NULL);
    ck_assert_uint_eq(t.diags.errors, 1);
    for (size_t i = 0; i < t.diags.list.len; i++)
        if (vb_str_eqc(vb_str_c(t.diags.list.at[i].rule), "P001"))
            hint = t.diags.list.at[i].hint;
    ck_assert(vb_str_has(hint, "gcp, aws"));
    plan_text_release(&t);
}
END_TEST

START_TEST(optional_only_when_asked)
{
    static const char text[] =
        "If you use a proxy, run:\n" F "bash\nls\n" F "\n";
    plan_text t;

    plan_text_init(&t, text, NULL, NULL);
    ck_assert(t.plan->steps.at[0].optional);
    ck_assert(!t.plan->steps.at[0].chosen);
    plan_text_release(&t);
    plan_text_init(&t, text, NULL, "start/ls");
    ck_assert(t.plan->steps.at[0].chosen);
    plan_text_release(&t);
    plan_text_init(&t, text, NULL, "no/such");
    ck_assert_uint_eq(t.diags.errors, 1);
    plan_text_release(&t);
}
END_TEST

START_TEST(conditions_that_later_steps_need)
{
    plan_text t;

    plan_text_init(&t,
                   "If you use a zone of your own, run:\n" F
                   "bash\nZ=$(date)\n" F "\nThen:\n" F "bash\nls $Z\n" F "\n",
                   NULL, NULL);
    ck_assert(t.plan->steps.at[0].chosen);
    ck_assert(!t.plan->steps.at[0].optional);
    plan_text_release(&t);
}
END_TEST

START_TEST(tables_state_facts)
{
    plan_text t;

    plan_text_init(&t,
                   "|      | GCP | AWS |\n|---|---|---|\n"
                   "| Pool | `n2` | `m6` |\n\n"
                   "| Roles |\n|---|\n| a |\n| b |\n\n"
                   "Use these settings:\n\n"
                   "| General | &nbsp; |\n|---|---|\n| Domain | x |\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->facts.len, 5);
    ck_assert_str_eq(t.plan->facts.at[0].form, "matrix");
    ck_assert_vbstr(t.plan->facts.at[1].provider, "aws");
    ck_assert_vbstr(t.plan->facts.at[1].values.at[0], "m6");
    ck_assert_str_eq(t.plan->facts.at[2].form, "list");
    ck_assert_str_eq(t.plan->facts.at[4].form, "settings");
    ck_assert_uint_eq(t.plan->steps.len, 1);
    ck_assert_int_eq(t.plan->steps.at[0].kind, VB_KIND_MANUAL);
    plan_text_release(&t);
}
END_TEST

START_TEST(insides_of_other_shells)
{
    plan_text t;

    plan_text_init(&t,
                   F "bash\nkubectl exec -it db -- mysql -u me\n" F "\n" F
                     "\nmysql> SELECT 1;\n+---+\n| 1 |\n+---+\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 2);
    ck_assert_vbstr(t.plan->steps.at[0].foreign, "kubectl exec");
    ck_assert_vbstr(t.plan->steps.at[1].foreign, "mysql");
    plan_text_release(&t);
}
END_TEST

/* Which of a guide's steps are typed elsewhere, one letter each: 'o' opens a
 * shell or is inside of one, '.' is the reader's own. */
static const struct {
    const char *text, *want;
} inside_rows[] = {
    {F "bash\nssh box\n" F "\n\n"
       "Look around:\n\n" F "bash\ndf -h\n" F "\n\n"
       "Leave:\n\n" F "bash\nexit\n" F "\n\n"
       "Go on:\n\n" F "bash\nls\n" F "\n\n",
     "ooo."},
    {F "bash\nssh box\n" F "\n\n"
       "Exit, and look here:\n\n" F "bash\ndf -h\n" F "\n\n",
     "o."},
    {"## A\n\n" F "bash\nsudo -i\n" F "\n\n"
     "### B\n\n" F "bash\ndf -h\n" F "\n\n"
     "## C\n\n" F "bash\nls\n" F "\n\n",
     "oo."},
    {F "bash\ndocker exec -it box sh\n" F "\n\n"
       "Then:\n\n" F "bash\ncat /etc/hosts\n" F "\n\n"
       "And:\n\n" F "bash\ndocker ps\n" F "\n\n"
       "And:\n\n" F "bash\nls\n" F "\n\n",
     "oo.."},
    {F "bash\nssh box uptime\n" F "\n\n"
       "Then:\n\n" F "bash\nls\n" F "\n\n",
     ".."},
    {F "bash\nssh box\nuptime\nexit\n" F "\n\n"
       "Then:\n\n" F "bash\nls\n" F "\n\n",
     "o."},
    {F "bash\ngcloud compute ssh vm\n" F "\n\n"
       "Then:\n\n" F "bash\nls\n" F "\n\n",
     "oo"},
    {F "bash\ngcloud compute ssh vm --command=ls\n" F "\n\n"
       "Then:\n\n" F "bash\nls\n" F "\n\n",
     ".."},
    {"If you like, look inside:\n\n" F "bash\nkubectl exec -it box -- bash\n" F
     "\n\n"
     "Then:\n\n" F "bash\nls\n" F "\n\n",
     "o."},
    {F "bash\nkubectl exec -it box -- mysql -e 'select 1'\n" F "\n\n"
       "Then:\n\n" F "bash\nls\n" F "\n\n",
     ".."},
};

START_TEST(insides_that_later_blocks_are_typed_in)
{
    plan_text t;
    char got[8] = "";

    plan_text_init(&t, inside_rows[_i].text, NULL, NULL);
    for (size_t i = 0; i < t.plan->steps.len && i < sizeof got - 1; i++)
        got[i] = t.plan->steps.at[i].foreign.len ? 'o' : '.';
    ck_assert_str_eq(got, inside_rows[_i].want);
    plan_text_release(&t);
}
END_TEST

/* Which steps a reader may leave out, 'o', by what stands further up. */
static const struct {
    const char *text, *want;
} section_rows[] = {
    {"Instead of doing it, print it. This prints it:\n\n" F "bash\nls\n" F "\n",
     "o"},
    {"## A space stuck in removal\n\n" F "bash\nls\n" F "\n", "o"},
    {"## Option 1: a\n\n" F "bash\nls\n" F "\n\n"
     "## Option 2: b\n\n" F "bash\nls\n" F "\n\n",
     ".o"},
    {"## Install it with Helm\n\n" F "bash\nls\n" F "\n\n"
     "### More\n\n" F "bash\nls\n" F "\n\n"
     "## Install it with kubectl\n\n" F "bash\nls\n" F "\n\n"
     "### More\n\n" F "bash\nls\n" F "\n\n",
     "..oo"},
    {"## Using Helm\n\n" F "bash\nls\n" F "\n\n"
     "## Using kubectl\n\n" F "bash\nls\n" F "\n\n"
     "## Check\n\n" F "bash\nls\n" F "\n\n",
     ".o."},
    {"## Working with pods\n\n" F "bash\nls\n" F "\n\n"
     "## Working with jobs\n\n" F "bash\nls\n" F "\n\n",
     ".."},
    {"# A\n\n"
     "There are two ways to do it.\n\n"
     "## B\n\n" F "bash\nls\n" F "\n\n"
     "## C\n\n" F "bash\nls\n" F "\n\n"
     "# D\n\n" F "bash\nls\n" F "\n\n",
     ".o."},
    {"# A\n\n"
     "There are two ways to do it.\n\n"
     "## B\n\n" F "bash\nls\n" F "\n\n"
     "## C\n\n" F "bash\nls\n" F "\n\n"
     "## D\n\n" F "bash\nls\n" F "\n\n",
     "..."},
    {"There are several ways:\n\n"
     "- [B](#b)\n- [C](#c)\n\n"
     "## A\n\n" F "bash\nls\n" F "\n\n"
     "## C\n\n" F "bash\nls\n" F "\n\n"
     "## B\n\n" F "bash\nls\n" F "\n\n"
     "## D\n\n" F "bash\nls\n" F "\n\n",
     "..o."},
    {"## A\n\n"
     "This section is optional.\n\n" F "bash\nls\n" F "\n\n"
     "Then:\n\n" F "bash\nls\n" F "\n\n"
     "## B\n\n" F "bash\nls\n" F "\n\n",
     "oo."},
    {"If it is empty, you can set it.\n\n"
     "First, list:\n\n" F "bash\nls\n" F "\n\n"
     "Next, set:\n\n" F "bash\nls\n" F "\n\n"
     "Look again:\n\n" F "bash\nls\n" F "\n\n",
     "oo."},
    {"For example, look:\n\n" F "bash\nls\n" F "\n\n"
     "Run this, for example:\n\n" F "bash\nls\n" F "\n\n",
     "o."},
    {"> **Tip**: look around\n>\n> ```bash\n> ls\n> ```\n\n"
     "Go on:\n\n" F "bash\nls\n" F "\n\n",
     "o."},
};

START_TEST(steps_that_sections_make_optional)
{
    plan_text t;
    char got[8] = "";

    plan_text_init(&t, section_rows[_i].text, NULL, NULL);
    for (size_t i = 0; i < t.plan->steps.len && i < sizeof got - 1; i++)
        got[i] = t.plan->steps.at[i].optional ? 'o' : '.';
    ck_assert_str_eq(got, section_rows[_i].want);
    plan_text_release(&t);
}
END_TEST

/* byexample's options behind commands and in comments. */
START_TEST(options_of_byexample)
{
    plan_text t;

    plan_text_init(&t,
                   F "bash\n$ echo a  # byexample: +norm-ws\na\n"
                     "$ false  # byexample: +skip\nb\n"
                     "$ date  # byexample: +pass -skip\nc\n" F "\n\n" F
                     "bash\n$ rm x # byexample: +SKIP\n" F
                     "\n\n<!-- byexample: +skip -->\n\n" F "bash\nls\n" F "\n",
                   NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 3);
    ck_assert_vbstr(t.plan->steps.at[0].body,
                    "echo a  # byexample: +norm-ws\n"
                    "date  # byexample: +pass -skip\n");
    ck_assert_uint_eq(t.plan->steps.at[0].expects.len, 1);
    ck_assert(!t.plan->steps.at[0].optional);
    ck_assert(t.plan->steps.at[1].optional);
    ck_assert_vbstr(t.plan->steps.at[1].body, "rm x # byexample: +SKIP\n");
    ck_assert(t.plan->steps.at[2].optional);
    plan_text_release(&t);
}
END_TEST

/* Literals that the prose says to replace: the inputs, as NAME=spelled. */
static const struct {
    const char *text, *want;
} told_rows[] = {
    {"Replace `my-zone` with your zone:\n\n" F
     "bash\necho --zone my-zone my-zone-2\n" F "\n",
     "MY_ZONE=my-zone"},
    {"Replace `my-zone` with `your-zone`:\n\n" F "bash\necho my-zone\n" F "\n",
     ""},
    {"Replace the value of `my-zone` and `x1` in the command by your own:\n\n" F
     "bash\necho my-zone x1\n" F "\n",
     "MY_ZONE=my-zone X1=x1"},
    {"Replace \"example.com\" with your domain:\n\n" F
     "bash\necho www.example.com example.community\n" F "\n",
     "EXAMPLE_COM=example.com"},
    {"Replace PROJECT_ID with the id of your project:\n\n" F
     "bash\necho --project=PROJECT_ID\n" F "\n",
     "PROJECT_ID=PROJECT_ID"},
    {"Replace `zone1` with your zone:\n\n" F "bash\nexport ZONE=zone1\n" F "\n",
     "ZONE=zone1"},
    {"Replace `ZONE` with your zone:\n\n" F
     "bash\nZONE=a; echo $ZONE ${ZONE}\n" F "\n",
     ""},
    {"Replacing the old pods takes a minute. With your leave:\n\n" F
     "bash\necho pods\n" F "\n",
     ""},
    {"Run this. Replace the pump, then with your hands:\n\n" F
     "bash\necho pump\n" F "\n",
     ""},
    {F "bash\necho A_B host1\n" F "\n\nReplace the following:\n\n- `A_B`: a\n- "
       "`host1` is a host\n- `x` and more\n",
     "A_B=A_B HOST1=host1"},
    {"Replace `web` with your name:\n\n" F "bash\necho web\n" F "\n\n## B\n\n" F
     "bash\necho web\n" F "\n",
     "WEB=web"},
};

START_TEST(literals_to_replace)
{
    plan_text t;
    vb_buf got;

    plan_text_init(&t, told_rows[_i].text, NULL, NULL);
    vb_buf_init(&got, 1000);
    for (size_t i = 0; i < t.plan->inputs.len; i++)
        if (t.plan->inputs.at[i].placeholder)
            vb_buf_fmt(&got, "%s%.*s=%.*s", got.len ? " " : "",
                       VB_ARG(t.plan->inputs.at[i].name),
                       VB_ARG(t.plan->inputs.at[i].spelled));
    ck_assert_str_eq(vb_buf_cstr(&got), told_rows[_i].want);
    vb_buf_release(&got);
    plan_text_release(&t);
}
END_TEST

/* A plain word means what is said only in its section. */
START_TEST(plain_words_are_replaced_in_their_section)
{
    plan_text t;

    plan_text_init(&t, told_rows[VB_COUNT(told_rows) - 1].text, NULL, NULL);
    ck_assert_uint_eq(t.plan->steps.len, 2);
    ck_assert_uint_eq(t.plan->steps.at[0].slots.len, 1);
    ck_assert_uint_eq(t.plan->steps.at[1].slots.len, 0);
    plan_text_release(&t);
}
END_TEST

/* Overlays: how many diagnostics, and of which rule the first. */
typedef struct overlay_row {
    const char *text;
    const char *rule; /* NULL: fine */
    uint32_t line;
} overlay_row;

static const overlay_row overlay_rows[] = {
    {"", NULL, 0},
    {"version: 1\n", NULL, 0},
    {"version: 2\n", "O001", 1},
    {"verson: 1\n", "O001", 1},
    {"inputs:\n  A: {default: x, secret: true, pattern: '^x'}\n  B: y\n", NULL,
     0},
    {"inputs:\n  A:\n    defalt: x\n", "O001", 3},
    {"inputs: 3\n", "O002", 1},
    {"steps:\n  a/b: {timeout: 5m, retry: 3, poll: 90s, skip: true}\n", NULL,
     0},
    {"steps:\n  a/b: {timeout: soon}\n", "O001", 2},
    {"steps:\n  a/b: {retry: many}\n", "O002", 2},
    {"steps:\n  a/b: {kind: commando}\n", "O001", 2},
    {"steps:\n  a/b: {expect: {manner: exact, when: eventually}}\n", NULL, 0},
    {"steps:\n  a/b: {expect: {manner: loose}}\n", "O001", 2},
    {"steps:\n  line 12: {phase: teardown}\n  x.md:3: {kind: file}\n", NULL, 0},
    {"silence:\n  - {rule: V010, at: 'x.md:3', reason: known}\n  - V020\n",
     NULL, 0},
    {"silence:\n  - {at: 'x.md:3'}\n", "O001", 2},
    {"providers: {ovh: [ovhcloud, 'OVH Cloud']}\n", NULL, 0},
    {"environment: {A: b}\nrequire: {project: x}\nfirst: [a.md]\n", NULL, 0},
    {"- a\n", "O002", 1},
};

START_TEST(overlays)
{
    const overlay_row *row = &overlay_rows[_i];
    vb_arena arena;
    vb_diags diags;
    vb_overlay *o;

    vb_arena_init(&arena);
    vb_diags_init(&diags, &arena);
    o = vb_overlay_parse(&arena, vb_str_c(row->text), "o.yaml", &diags);
    if (!row->rule) {
        ck_assert_msg(o && diags.list.len == 0, "%s", row->text);
    } else {
        ck_assert_msg(!o, "%s", row->text);
        ck_assert_str_eq(diags.list.at[0].rule, row->rule);
        ck_assert_uint_eq(diags.list.at[0].loc.line, row->line);
    }
    vb_arena_release(&arena);
}
END_TEST

START_TEST(silences)
{
    vb_arena arena;
    vb_diags diags;
    vb_overlay *o;

    vb_arena_init(&arena);
    vb_diags_init(&diags, &arena);
    o = vb_overlay_parse(&arena,
                         VB_STR("silence:\n- {rule: A, at: 'x.md:3'}\n- B\n"),
                         "o.yaml", &diags);
    ck_assert(vb_overlay_silences(o, "A", "d/x.md", 3));
    ck_assert(!vb_overlay_silences(o, "A", "d/x.md", 4));
    ck_assert(!vb_overlay_silences(o, "A", "d/yx.md", 3));
    ck_assert(vb_overlay_silences(o, "B", "z", 9));
    vb_arena_release(&arena);
}
END_TEST

START_TEST(plans_are_sealed)
{
    plan_text a, b;

    plan_text_init(&a, F "bash\nls\n" F "\n", NULL, NULL);
    plan_text_init(&b, F "bash\nls \n" F "\n", NULL, NULL);
    ck_assert_str_ne(a.plan->digest.hex, b.plan->digest.hex);
    plan_text_release(&b);
    plan_text_init(&b, F "bash\nls\n" F "\n", NULL, NULL);
    ck_assert_str_eq(a.plan->digest.hex, b.plan->digest.hex);
    plan_text_release(&a);
    plan_text_release(&b);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plan/steps");
    TCase *tc = tcase_create("steps");

    tcase_add_test(tc, teardown_is_deferred);
    tcase_add_test(tc, a_title_speaks_for_its_page);
    tcase_add_test(tc, ids_are_unique);
    tcase_add_test(tc, a_file_moves_before_its_reader);
    tcase_add_test(tc, output_belongs_to_its_command);
    tcase_add_test(tc, needed_and_never_set);
    tcase_add_test(tc, files_told_to_be_filled_in);
    tcase_add_loop_test(tc, values_stay_data, 0, (int)VB_COUNT(render_rows));
    tcase_add_test(tc, outputs_follow_samples);
    tcase_add_loop_test(tc, holes, 0, (int)VB_COUNT(hole_rows));
    tcase_add_test(tc, providers);
    tcase_add_test(tc, optional_only_when_asked);
    tcase_add_test(tc, conditions_that_later_steps_need);
    tcase_add_test(tc, tables_state_facts);
    tcase_add_test(tc, insides_of_other_shells);
    tcase_add_test(tc, options_of_byexample);
    tcase_add_loop_test(tc, steps_that_sections_make_optional, 0,
                        VB_COUNT(section_rows));
    tcase_add_loop_test(tc, literals_to_replace, 0, VB_COUNT(told_rows));
    tcase_add_test(tc, plain_words_are_replaced_in_their_section);
    tcase_add_loop_test(tc, insides_that_later_blocks_are_typed_in, 0,
                        VB_COUNT(inside_rows));
    tcase_add_loop_test(tc, overlays, 0, (int)VB_COUNT(overlay_rows));
    tcase_add_test(tc, silences);
    tcase_add_test(tc, plans_are_sealed);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
