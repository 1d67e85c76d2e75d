/*
 * SSH signatures over a transcript, made and checked by ssh-keygen, beside it
 * as transcript.jsonl.sig. The namespace is "verbatim". An incomplete or
 * changed transcript is not signed.
 */
#ifndef VB_RECORD_SIGN_H
#define VB_RECORD_SIGN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "record/reader.h"

#define VB_SIGN_NAMESPACE "verbatim"

/* 'key' is a private key file, or a public one whose private half an agent
 * holds. An older signature is replaced. */
VB_MUST_USE bool vb_record_sign(const char *run, const char *key,
                                vb_arena *arena, vb_error *err);

typedef struct vb_signers {
    const char *allowed; /* an allowed-signers file (ssh-keygen(1)) */
    const char *signer;  /* who must have signed, or NULL: whoever it allows */
} vb_signers;

/* Checks the signature: fills result->signed_ and result->signer; what is
 * wrong is an error in 'diags' and clears result->intact. False only when
 * ssh-keygen cannot be run. Call it behind vb_record_verify, with its result.
 */
VB_MUST_USE bool vb_record_verify_signature(const char *run,
                                            const vb_signers *signers,
                                            vb_check_result *result,
                                            vb_arena *arena, vb_diags *diags,
                                            vb_error *err);

#endif
