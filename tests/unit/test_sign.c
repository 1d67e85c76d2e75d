#include "record/sign.h"

#include "base/io.h"
#include "base/sign.h"
#include "base/spawn.h"
#include "report/attest.h"

#include "sample_run.h"

static vb_arena arena;
static const char *dir, *keys;

static void
setup(void)
{
    dir = sample_dir(&arena);
    keys = sample_dir(&arena);
    sample_write(dir, &arena, true);
}

static void
teardown(void)
{
    ck_assert(vb_remove_tree(dir, NULL));
    ck_assert(vb_remove_tree(keys, NULL));
    vb_arena_release(&arena);
}

static const char *
key(const char *name)
{
    return sample_path(&arena, keys, name).ptr;
}

/* False when the program is not here: the test says so and is over. */
static bool
tool(const char *const *argv)
{
    const vb_spawn_opts opts = {.argv = argv};
    vb_spawned result = {0};
    vb_error err = {.message = ""};
    bool ok = vb_spawn(&opts, &result, &err);

    if (result.missing) {
        printf("skip: no %s here\n", argv[0]);
        return false;
    }
    ck_assert_msg(ok && result.status == 0, "%s: %s", argv[0], err.message);
    vb_spawned_release(&result);
    return true;
}

START_TEST(ssh_signature)
{
    const char *const make[] = {"ssh-keygen", "-q", "-t",      "ed25519", "-N",
                                "",           "-f", key("id"), NULL};
    vb_error err = {.message = ""};
    vb_check_result result;
    vb_diags diags;
    vb_str public, allowed;

    if (!tool(make))
        return;
    SAMPLE_OK(vb_read_file_arena(key("id.pub"), 4096, &arena, &public, &err));
    allowed = vb_str_fmt(&arena, "ada@example.org %.*s\n",
                         VB_ARG(vb_str_trim(public)));
    SAMPLE_OK(vb_write_file(key("allowed"), allowed, 0644, &err));
    SAMPLE_OK(vb_record_sign(dir, key("id"), &arena, &err));
    SAMPLE_OK(vb_record_sign(dir, key("id"), &arena, &err));

    vb_diags_init(&diags, &arena);
    SAMPLE_OK(vb_record_verify(dir, &result, &arena, &diags, &err));
    SAMPLE_OK(vb_record_verify_signature(
        dir, &(vb_signers){.allowed = key("allowed")}, &result, &arena, &diags,
        &err));
    ck_assert(result.intact && result.signed_);
    ck_assert_vbstr(result.signer, "ada@example.org");
    SAMPLE_OK(vb_record_verify_signature(
        dir, &(vb_signers){key("allowed"), "eve@example.org"}, &result, &arena,
        &diags, &err));
    ck_assert(!result.intact && !result.signed_);
    ck_assert_uint_eq(diags.errors, 1);
}
END_TEST

START_TEST(unsigned_and_unfinished_runs)
{
    vb_error err = {.message = ""};
    vb_check_result result = {.intact = true};
    vb_diags diags;

    vb_diags_init(&diags, &arena);
    SAMPLE_OK(vb_record_verify_signature(dir,
                                         &(vb_signers){.allowed = "/nowhere"},
                                         &result, &arena, &diags, &err));
    ck_assert(!result.intact && diags.errors == 1);
    ck_assert(vb_remove_tree(dir, NULL));
    sample_write(dir, &arena, false);
    ck_assert(!vb_record_sign(dir, "/nowhere", &arena, &err));
    ck_assert_msg(strstr(err.message, "incomplete") != NULL, "%s", err.message);
}
END_TEST

static const char *const algorithms[][3] = {
    {"ed25519", NULL, NULL},
    {"EC", "ec_paramgen_curve:P-256", NULL},
    {"EC", "ec_paramgen_curve:P-384", NULL},
};

START_TEST(attestation)
{
    const char *const *alg = algorithms[_i];
    const char *const make[] = {"openssl",
                                "genpkey",
                                "-algorithm",
                                alg[0],
                                "-out",
                                key("k"),
                                alg[1] ? "-pkeyopt" : NULL,
                                alg[1],
                                NULL};
    const char *const public[] = {"openssl", "pkey", "-in",    key("k"),
                                  "-pubout", "-out", key("p"), NULL};
    vb_error err = {.message = ""};
    vb_buf envelope, statement;
    vb_str edited;

    if (!tool(make) || !tool(public))
        return;
    vb_buf_init(&envelope, VB_BUF_NO_MAX);
    vb_buf_init(&statement, VB_BUF_NO_MAX);
    SAMPLE_OK(vb_attest_sign(dir, key("k"), &envelope, &err));
    SAMPLE_OK(
        vb_attest_verify(vb_buf_view(&envelope), key("p"), &statement, &err));
    ck_assert(vb_str_has(vb_buf_view(&statement), "\"result\":\"FAILED\""));
    ck_assert(vb_str_has(vb_buf_view(&statement), "first-steps/drain"));
    edited = vb_str_copy(&arena, vb_buf_view(&envelope));
    ((char *)edited.ptr)[80] ^= 2;
    ck_assert(!vb_attest_verify(edited, key("p"), &statement, &err));
    ck_assert(!vb_attest_verify(VB_STR("{}"), key("p"), &statement, &err));
    ck_assert(!vb_attest_sign(dir, key("p"), &statement, &err));
    vb_buf_release(&envelope);
    vb_buf_release(&statement);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sign");
    TCase *tc = tcase_create("sign");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, ssh_signature);
    tcase_add_test(tc, unsigned_and_unfinished_runs);
    tcase_add_loop_test(tc, attestation, 0, VB_COUNT(algorithms));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
