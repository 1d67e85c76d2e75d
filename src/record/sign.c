#include "record/sign.h"

#include "base/io.h"
#include "base/spawn.h"
#include "base/text.h"
#include "record/disk.h"

#include <errno.h>
#include <unistd.h>

#include "base/banned.h"

enum { SIGN_TIMEOUT_MS = 60000 };

typedef struct paths {
    const char *transcript, *sig;
} paths;

static paths
paths_of(const char *run, vb_arena *arena)
{
    vb_str at = vb_is_dir(run) ? vb_path_join(arena, vb_str_c(run),
                                              VB_STR(VB_TRANSCRIPT_NAME))
                               : vb_str_copy(arena, vb_str_c(run));

    return (paths){at.ptr, vb_str_join(arena, at, VB_STR(".sig")).ptr};
}

/* Runs ssh-keygen; *status is its exit status and *said what it printed. */
static bool
keygen(const char *const *argv, int *status, vb_str *said, vb_arena *arena,
       vb_error *err)
{
    const vb_spawn_opts opts = {
        .argv = argv, .timeout_ms = SIGN_TIMEOUT_MS, .merge = true};
    vb_spawned result = {0};
    bool ok = vb_spawn(&opts, &result, err);

    *status = result.status;
    *said = vb_str_copy(arena, vb_str_trim(vb_buf_view(&result.out)));
    if (result.missing)
        vb_fail(err, "no ssh-keygen here: it makes and checks signatures");
    else if (ok && result.timed_out)
        ok = vb_fail(err, "'ssh-keygen' gave no answer within a minute");
    vb_spawned_release(&result);
    return ok;
}

bool
vb_record_sign(const char *run, const char *key, vb_arena *arena, vb_error *err)
{
    paths p = paths_of(run, arena);
    const char *const argv[] = {
        "ssh-keygen", "-Y", "sign",       "-n", VB_SIGN_NAMESPACE,
        "-f",         key,  p.transcript, NULL};
    vb_check_result check;
    vb_str said;
    int status;

    if (!vb_record_verify(run, &check, arena, NULL, err))
        return false;
    if (!check.intact || check.incomplete)
        return vb_fail(err, "'%s' is %s: it is not signed", p.transcript,
                       check.intact ? "incomplete" : "changed");
    if (unlink(p.sig) < 0 && errno != ENOENT)
        return vb_fail_errno(err, "cannot replace '%s'", p.sig);
    if (!keygen(argv, &status, &said, arena, err))
        return false;
    return status == 0 ||
           vb_fail(err, "ssh-keygen did not sign: %.*s", VB_ARG(said));
}

/* The identity that the allowed-signers file has for this signature. */
static bool
find_signer(const paths *p, const char *allowed, vb_str *signer,
            vb_arena *arena, vb_error *err)
{
    const char *const argv[] = {"ssh-keygen", "-Y", "find-principals", "-s",
                                p->sig,       "-f", allowed,           NULL};
    vb_str said, first;
    int status;

    if (!keygen(argv, &status, &said, arena, err))
        return false;
    if (status == 0 && vb_str_line(&said, &first))
        *signer = first;
    return true;
}

/* The transcript is its standard input; a shell opens it, whose text is fixed
 * and to which every path is an argument. */
static bool
check_with(const paths *p, const char *allowed, vb_str signer, int *status,
           vb_str *said, vb_arena *arena, vb_error *err)
{
    const char *const argv[] = {
        "sh",
        "-c",
        "exec ssh-keygen -Y verify -n \"$1\" -f \"$2\" -I \"$3\" -s \"$4\" "
        "<\"$5\"",
        "sh",
        VB_SIGN_NAMESPACE,
        allowed,
        vb_str_dup(arena, signer),
        p->sig,
        p->transcript,
        NULL};

    return keygen(argv, status, said, arena, err);
}

static void
bad(vb_check_result *result, vb_diags *diags, const paths *p, vb_str why)
{
    result->intact = false;
    vb_diag_add(diags, VB_ERROR, VB_RULE_SIGN, (vb_loc){p->sig, 0, 0},
                "the signature is not good: %.*s", VB_ARG(why));
}

bool
vb_record_verify_signature(const char *run, const char *allowed,
                           const char *signer, vb_check_result *result,
                           vb_arena *arena, vb_diags *diags, vb_error *err)
{
    paths p = paths_of(run, arena);
    vb_str who = vb_str_c(signer), said;
    int status;

    result->signed_ = false;
    if (!vb_exists(p.sig)) {
        bad(result, diags, &p, VB_STR("there is none"));
        return true;
    }
    if (!signer && !find_signer(&p, allowed, &who, arena, err))
        return false;
    if (who.len == 0) {
        bad(result, diags, &p,
            VB_STR("nobody in the allowed-signers file made it"));
        return true;
    }
    if (!check_with(&p, allowed, who, &status, &said, arena, err))
        return false;
    if (status) {
        bad(result, diags, &p, said);
        return true;
    }
    result->signed_ = true;
    result->signer = vb_str_copy(arena, who);
    return true;
}
