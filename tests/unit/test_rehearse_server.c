/* The real shim over the real socket: orders, files, several at once. */
#include "base/io.h"
#include "rehearse/sim.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char scenario_text[] =
    "version: 1\n"
    "programs:\n"
    "  t:\n"
    "    env: WHO\n"
    "    commands: {hello: , copy: {args: FROM TO}, count: , stdin: , hang: , "
    "big: }\n"
    "rules:\n"
    "  - run: t hello\n"
    "    do: [{out: \"hello {{env.WHO}}\\n\"}, {err: \"warned\\n\"}, {wait: "
    "1h}, "
    "{exit: 7}]\n"
    "  - run: t copy\n"
    "    do:\n"
    "      - {read: \"{{args.from}}\", as: c, missing: [{fail: \"no file\", "
    "status: "
    "9}]}\n"
    "      - {write: \"{{args.to}}\", content: \"<{{c}}>\", mode: \"600\"}\n"
    "  - run: t count\n"
    "    do: [{set: [n], to: (state.n || 0) + 1}, {out: \"{{state.n}}\\n\"}]\n"
    "  - run: t stdin\n"
    "    do: [{read: \"-\", as: c}, {out: \"got {{c}}\"}]\n"
    "  - run: t big\n"
    "    do: [{let: {x: \"join('', map(&'0123456789', range(10000)))\"}}, "
    "{each: range(20), do: [{out: \"{{x}}\"}]}]\n";

typedef struct bench {
    vb_arena arena;
    char dir[64], shim[4096];
    vb_scenario *scenario;
    vb_sim *sim;
    pid_t child;
    int out; /* what the script printed */
} bench;

static bench b;

/* The shim is beside the folder of this test program. */
static void
find_shim(void)
{
    ssize_t n = readlink("/proc/self/exe", b.shim, sizeof b.shim - 32);
    char *slash;

    ck_assert_int_gt(n, 0);
    b.shim[n] = '\0';
    slash = strrchr(b.shim, '/');
    *slash = '\0';
    slash = strrchr(b.shim, '/');
    memcpy(slash, "/verbatim-shim", sizeof "/verbatim-shim");
    ck_assert_msg(access(b.shim, X_OK) == 0, "no shim at %s", b.shim);
}

static void
open_sim(const vb_str *faults, size_t nfaults, vb_str state)
{
    vb_sim_opts opts = {.dir = b.dir,
                        .shim = b.shim,
                        .seed = "s",
                        .faults = faults,
                        .nfaults = nfaults,
                        .state = state};
    vb_error err = {0};

    b.sim = vb_sim_open(b.scenario, &opts, &err);
    ck_assert_msg(b.sim != NULL, "%s", err.message);
}

static void
setup(void)
{
    char file[128];
    const char *path = file;
    vb_diags diags;
    vb_error err = {0};

    memset(&b, 0, sizeof b);
    vb_arena_init(&b.arena);
    vb_diags_init(&diags, &b.arena);
    snprintf(b.dir, sizeof b.dir, "/tmp/vb-sim-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(b.dir));
    find_shim();
    snprintf(file, sizeof file, "%s/s.yaml", b.dir);
    ck_assert(vb_write_file(file, vb_str_c(scenario_text), 0600, NULL));
    b.scenario = vb_scenario_load(&b.arena, &path, 1, &diags, &err);
    ck_assert_msg(b.scenario != NULL, "%s", err.message);
}

static void
teardown(void)
{
    vb_sim_close(b.sim);
    vb_arena_release(&b.arena);
    ck_assert(vb_remove_tree(b.dir, NULL));
}

/* Starts a script whose PATH is the rehearsal's. */
static void
start(const char *script)
{
    int fds[2];

    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    b.child = fork();
    ck_assert_int_ge(b.child, 0);
    if (b.child == 0) {
        dup2(fds[1], STDOUT_FILENO);
        dup2(fds[1], STDERR_FILENO);
        if (chdir(b.dir) || setenv("PATH", vb_sim_path(b.sim), 1) ||
            setenv("WHO", "world", 1))
            _exit(120);
        execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(121);
    }
    close(fds[1]);
    b.out = fds[0];
}

/* Serves until the script has ended; its output is in 'out', its exit status
 * is returned. */
static int
serve(vb_buf *out)
{
    bool open = true;
    int status;

    while (open) {
        struct pollfd fds[80];
        size_t n = vb_sim_fds(b.sim, fds + 1, 79);
        char piece[4096];
        ssize_t got;

        fds[0] = (struct pollfd){.fd = b.out, .events = POLLIN};
        ck_assert_int_gt(poll(fds, n + 1, 10000), 0);
        ck_assert(vb_sim_service(b.sim, fds + 1, n, NULL));
        if (!fds[0].revents)
            continue;
        got = vb_read(b.out, piece, sizeof piece);
        if (got > 0)
            vb_buf_add(out, piece, (size_t)got);
        open = got > 0;
    }
    close(b.out);
    ck_assert_int_eq(waitpid(b.child, &status, 0), b.child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
script(const char *text, vb_buf *out)
{
    vb_buf_init(out, VB_BUF_NO_MAX);
    start(text);
    return serve(out);
}

START_TEST(orders)
{
    const vb_sim_call *calls;
    vb_buf out;

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("t hello", &out), 7);
    ck_assert_str_eq(vb_buf_cstr(&out), "hello world\nwarned\n");
    ck_assert_uint_eq(vb_sim_drain(b.sim, &calls), 1);
    ck_assert_vbstr(calls[0].program, "t");
    ck_assert_vbstr(calls[0].argv[0], "hello");
    ck_assert_int_eq(calls[0].status, 7);
    ck_assert_int_eq(calls[0].simulated_ms, 3600000);
    ck_assert_int_eq(vb_sim_waited_ms(b.sim), 3600000);
    ck_assert_uint_eq(vb_sim_drain(b.sim, &calls), 0);
    vb_buf_release(&out);
}
END_TEST

/* Files are read and written where the command runs, under its umask. */
START_TEST(files)
{
    vb_buf out;

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("t copy a b; echo $?; echo -n x > a; mkdir d; "
                            "cd d && t copy ../a new/b && cat new/b && "
                            "stat -c %a new/b",
                            &out),
                     0);
    ck_assert_str_eq(vb_buf_cstr(&out), "no file\n9\n<x>600\n");
    vb_buf_release(&out);
}
END_TEST

START_TEST(standard_input)
{
    vb_buf out;

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("echo some words | t stdin", &out), 0);
    ck_assert_str_eq(vb_buf_cstr(&out), "got some words\n");
    vb_buf_release(&out);
}
END_TEST

/* More output than a socket holds, read slowly; and a reader that leaves. */
START_TEST(large_output)
{
    vb_buf out;

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("t big | wc -c; t big | head -c 3", &out), 0);
    ck_assert_str_eq(vb_buf_cstr(&out), "2000000\n012");
    vb_buf_release(&out);
}
END_TEST

/* Forty commands at once on one state: none is lost. */
START_TEST(at_once)
{
    const vb_sim_call *calls;
    vb_buf out;

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("for i in 1 2 3 4 5 6 7 8; do "
                            "(for k in 1 2 3 4 5; do t count; done) & done; "
                            "wait; t count",
                            &out),
                     0);
    ck_assert(vb_str_ends(vb_buf_view(&out), "\n41\n"));
    ck_assert_uint_eq(vb_sim_drain(b.sim, &calls), 41);
    vb_buf_release(&out);
}
END_TEST

START_TEST(resumed)
{
    vb_buf out, state;

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("t count; t count; t hello", &out), 7);
    vb_buf_init(&state, VB_BUF_NO_MAX);
    vb_sim_save(b.sim, &state);
    vb_sim_close(b.sim);
    vb_buf_release(&out);
    open_sim(NULL, 0, vb_buf_view(&state));
    ck_assert_int_eq(script("t count", &out), 0);
    ck_assert_str_eq(vb_buf_cstr(&out), "3\n");
    ck_assert_int_eq(vb_sim_waited_ms(b.sim), 3600000);
    vb_buf_release(&out);
    vb_buf_release(&state);
}
END_TEST

START_TEST(faults)
{
    vb_str texts[] = {VB_STR("t count: fail 3 once"),
                      VB_STR("t hello: kill once"),
                      VB_STR("t copy: partial once")};
    vb_buf out;

    open_sim(texts, VB_COUNT(texts), VB_STR(""));
    ck_assert_int_eq(script("t count; echo $?; t count; t hello; echo $?; "
                            "echo -n y > f; t copy f g; echo $?; cat g",
                            &out),
                     0);
    ck_assert_str_eq(vb_buf_cstr(&out),
                     "t: fail (a fault of the rehearsal)\n3\n1\nKilled\n137\n"
                     "t: partial (a fault of the rehearsal)\n1\n"
                     "<y>");
    vb_buf_release(&out);
}
END_TEST

START_TEST(wrong_fault)
{
    vb_str text = VB_STR("u x: fail");
    vb_sim_opts opts = {.dir = b.dir,
                        .shim = b.shim,
                        .seed = "s",
                        .faults = &text,
                        .nfaults = 1};
    vb_error err = {0};

    ck_assert_ptr_null(vb_sim_open(b.scenario, &opts, &err));
    ck_assert_str_eq(err.message,
                     "fault 'u x: fail': the scenario has no program 'u'");
}
END_TEST

/* A shim whose server is gone says so and fails. */
START_TEST(no_server)
{
    vb_buf out;
    char line[256];

    open_sim(NULL, 0, VB_STR(""));
    ck_assert_int_eq(script("cp bin/t keep", &out), 0);
    vb_buf_release(&out);
    vb_sim_close(b.sim);
    b.sim = NULL;
    snprintf(line, sizeof line, "%s/bin/t hello 2>/dev/null", b.dir);
    ck_assert_int_eq(WEXITSTATUS(system(line)), 125);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rehearse_server");
    TCase *tc = tcase_create("all");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, orders);
    tcase_add_test(tc, files);
    tcase_add_test(tc, standard_input);
    tcase_add_test(tc, large_output);
    tcase_add_test(tc, at_once);
    tcase_add_test(tc, resumed);
    tcase_add_test(tc, faults);
    tcase_add_test(tc, wrong_fault);
    tcase_add_test(tc, no_server);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
