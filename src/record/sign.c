#include "record/sign.h"

#include "base/io.h"
#include "base/spawn.h"
#include "base/text.h"
#include "record/disk.h"

#include <errno.h>
#include <unistd.h>

#include "base/banned.h"

enum { SIGN_TIMEOUT_MS = 60000 };

/* One signature being made or checked. */
typedef struct signing {
    const char *transcript, *sig, *allowed;
    vb_arena *arena;
    int status;  /* of the last ssh-keygen */
    vb_str said; /* what it printed */
} signing;

static signing
signing_of(const char *run, const char *allowed, vb_arena *arena)
{
    vb_str at = vb_is_dir(run) ? vb_path_join(arena, vb_str_c(run),
                                              VB_STR(VB_TRANSCRIPT_NAME))
                               : vb_str_copy(arena, vb_str_c(run));

    return (signing){.transcript = at.ptr,
                     .sig = vb_str_join(arena, at, VB_STR(".sig")).ptr,
                     .allowed = allowed,
                     .arena = arena};
}

static bool
keygen(signing *s, const char *const *argv, vb_error *err)
{
    const vb_spawn_opts opts = {
        .argv = argv, .timeout_ms = SIGN_TIMEOUT_MS, .merge = true};
    vb_spawned result = {0};
    bool ok = vb_spawn(&opts, &result, err);

    s->status = result.status;
    s->said = vb_str_copy(s->arena, vb_str_trim(vb_buf_view(&result.out)));
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
    signing s = signing_of(run, NULL, arena);
    const char *const argv[] = {
        "ssh-keygen", "-Y", "sign",       "-n", VB_SIGN_NAMESPACE,
        "-f",         key,  s.transcript, NULL};
    vb_check_result check;

    if (!vb_record_verify(run, &check, arena, NULL, err))
        return false;
    if (!check.intact || check.incomplete)
        return vb_fail(err, "'%s' is %s: it is not signed", s.transcript,
                       check.intact ? "incomplete" : "changed");
    if (unlink(s.sig) < 0 && errno != ENOENT)
        return vb_fail_errno(err, "cannot replace '%s'", s.sig);
    if (!keygen(&s, argv, err))
        return false;
    return s.status == 0 ||
           vb_fail(err, "ssh-keygen did not sign: %.*s", VB_ARG(s.said));
}

/* The identity that the allowed-signers file has for this signature. */
static bool
find_signer(signing *s, vb_str *signer, vb_error *err)
{
    const char *const argv[] = {"ssh-keygen", "-Y", "find-principals", "-s",
                                s->sig,       "-f", s->allowed,        NULL};
    vb_str first;

    if (!keygen(s, argv, err))
        return false;
    if (s->status == 0 && vb_str_line(&s->said, &first))
        *signer = first;
    return true;
}

/* The transcript is its standard input: a shell opens it, whose text is fixed
 * and to which every path is an argument. */
static bool
check_with(signing *s, vb_str signer, vb_error *err)
{
    static const char command[] = "exec ssh-keygen -Y verify -n \"$1\" "
                                  "-f \"$2\" -I \"$3\" -s \"$4\" <\"$5\"";
    const char *const argv[] = {"sh",
                                "-c",
                                command,
                                "sh",
                                VB_SIGN_NAMESPACE,
                                s->allowed,
                                vb_str_dup(s->arena, signer),
                                s->sig,
                                s->transcript,
                                NULL};

    return keygen(s, argv, err);
}

/* Who signed; empty with s->said when nobody did who may. */
static bool
check(signing *s, const char *signer, vb_str *who, vb_error *err)
{
    *who = vb_str_c(signer);
    if (!vb_exists(s->sig)) {
        *who = (vb_str){0};
        s->said = VB_STR("there is none");
        return true;
    }
    if (!signer && !find_signer(s, who, err))
        return false;
    if (who->len == 0) {
        s->said = VB_STR("nobody in the allowed-signers file made it");
        return true;
    }
    if (!check_with(s, *who, err))
        return false;
    if (s->status)
        *who = (vb_str){0};
    return true;
}

bool
vb_record_verify_signature(const char *run, const vb_signers *signers,
                           vb_check_result *result, vb_arena *arena,
                           vb_diags *diags, vb_error *err)
{
    signing s = signing_of(run, signers->allowed, arena);
    vb_str who;

    result->signed_ = false;
    if (!check(&s, signers->signer, &who, err))
        return false;
    result->signed_ = who.len > 0;
    result->signer = vb_str_copy(arena, who);
    if (result->signed_)
        return true;
    result->intact = false;
    vb_diag_add(diags, VB_ERROR, VB_RULE_SIGN, (vb_loc){s.sig, 0, 0},
                "the signature is not good: %.*s", VB_ARG(s.said));
    return true;
}
