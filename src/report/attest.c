#include "report/attest.h"

#include "base/io.h"
#include "base/json.h"
#include "base/node.h"
#include "base/sign.h"
#include "base/text.h"
#include "record/disk.h"
#include "report/model.h"

#include "base/banned.h"

/* ------------------------------------------------------------- statement -- */

static void
descriptor(vb_json *json, const char *key, vb_str name, vb_str sha256)
{
    vb_json_object(json, key);
    vb_json_str(json, "name", name);
    vb_json_object(json, "digest");
    vb_json_str(json, "sha256", sha256);
    vb_json_end(json, '}');
    vb_json_end(json, '}');
}

static void
subjects(vb_json *json, const vb_run *run)
{
    vb_json_array(json, "subject");
    for (size_t i = 0; i < run->documents.len; i++) {
        const vb_doc_ref *doc = &run->documents.at[i];

        if (vb_str_eqc(doc->role, "guide") || vb_str_eqc(doc->role, "chunk"))
            descriptor(json, NULL, doc->path, doc->sha256);
    }
    vb_json_end(json, ']');
}

typedef struct listed {
    vb_json *json;
    unsigned verdicts;
} listed;

static void
list_step(void *user, const vb_step_ref *step)
{
    const listed *l = user;

    if (!step->replaced && step->ended && (l->verdicts & 1u << step->verdict))
        vb_json_str(l->json, NULL, step->id);
}

/* Names of the steps with one of these verdicts. */
static bool
tests(vb_json *json, const vb_run *run, const char *key, unsigned verdicts,
      vb_error *err)
{
    listed l = {json, verdicts};
    bool ok;

    vb_json_array(json, key);
    ok = vb_run_refs(run, list_step, &l, err);
    vb_json_end(json, ']');
    return ok;
}

static bool
predicate(vb_json *json, const vb_run *run, vb_str transcript, vb_error *err)
{
    const unsigned passed = 1u << VB_VERDICT_PASS,
                   warned =
                       1u << VB_VERDICT_UNVERIFIED | 1u << VB_VERDICT_SKIPPED,
                   failed = ~(passed | warned);
    bool ok;

    vb_json_object(json, "predicate");
    vb_json_c(json, "result",
              vb_str_eqc(run->verdict, "passed")       ? "PASSED"
              : vb_str_eqc(run->verdict, "unverified") ? "WARNED"
                                                       : "FAILED");
    vb_json_array(json, "configuration");
    descriptor(json, NULL, VB_STR("plan.json"), run->plan_sha256);
    descriptor(json, NULL, VB_STR(VB_TRANSCRIPT_NAME), transcript);
    for (size_t i = 0; i < run->documents.len; i++)
        if (vb_str_eqc(run->documents.at[i].role, "overlay") ||
            vb_str_eqc(run->documents.at[i].role, "scenario"))
            descriptor(json, NULL, run->documents.at[i].path,
                       run->documents.at[i].sha256);
    vb_json_end(json, ']');
    ok = tests(json, run, "passedTests", passed, err) &&
         tests(json, run, "warnedTests", warned, err) &&
         tests(json, run, "failedTests", failed, err);
    vb_json_object(json, "verbatim");
    vb_json_str(json, "version", run->verbatim);
    vb_json_str(json, "run", run->id);
    vb_json_str(json, "verdict", run->verdict);
    vb_json_bool(json, "rehearsal", run->rehearsal);
    vb_json_str(json, "provider", run->provider);
    vb_json_str(json, "started", run->started);
    vb_json_c(json, "head", run->check.head.hex);
    vb_json_end(json, '}');
    vb_json_end(json, '}');
    return ok;
}

static bool
transcript_digest(const char *path, vb_arena *arena, vb_digest *digest,
                  vb_error *err)
{
    vb_str at = vb_is_dir(path) ? vb_path_join(arena, vb_str_c(path),
                                               VB_STR(VB_TRANSCRIPT_NAME))
                                : vb_str_copy(arena, vb_str_c(path));
    vb_reader *reader = vb_reader_open(path, err);
    vb_read_status status;
    vb_str line;
    vb_hash hash;

    if (!reader)
        return false;
    vb_hash_init(&hash);
    while ((status = vb_reader_line(reader, &line, NULL)) == VB_READ_EVENT) {
        vb_hash_add(&hash, line.ptr, line.len);
        vb_hash_add(&hash, "\n", 1);
    }
    *digest = vb_hash_final(&hash);
    vb_reader_close(reader);
    return status == VB_READ_END || vb_fail(err, "cannot read '%s'", at.ptr);
}

bool
vb_attest_statement(const char *path, vb_buf *out, vb_error *err)
{
    vb_arena arena = {0};
    vb_run *run = vb_run_load(path, &arena, err);
    bool ok = run != NULL;
    vb_digest digest;
    vb_json json;

    if (ok && (!run->check.intact || run->check.incomplete))
        ok = vb_fail(err, "'%s' is %s: it is not attested", path,
                     run->check.intact ? "incomplete" : "changed");
    ok = ok && transcript_digest(path, &arena, &digest, err);
    if (ok) {
        vb_json_init(&json, out);
        vb_json_object(&json, NULL);
        vb_json_c(&json, "_type", "https://in-toto.io/Statement/v1");
        subjects(&json, run);
        vb_json_c(&json, "predicateType",
                  "https://in-toto.io/attestation/test-result/v0.1");
        ok = predicate(&json, run, vb_str_c(digest.hex), err);
        vb_json_end(&json, '}');
    }
    vb_run_close(run);
    vb_arena_release(&arena);
    return ok;
}

/* -------------------------------------------------------------- envelope -- */

/* What is signed: DSSE's pre-authentication encoding. */
static void
encode(vb_str payload, vb_buf *out)
{
    vb_buf_fmt(out, "DSSEv1 %zu %s %zu ", sizeof VB_ATTEST_TYPE - 1,
               VB_ATTEST_TYPE, payload.len);
    vb_buf_str(out, payload);
}

static void
put_base64(vb_json *json, const char *key, vb_str bytes)
{
    vb_buf text;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_base64(&text, bytes);
    vb_json_str(json, key, vb_buf_view(&text));
    vb_buf_release(&text);
}

bool
vb_attest_sign(const char *run, const char *key_path, vb_buf *out,
               vb_error *err)
{
    vb_buf payload, encoded, sig;
    vb_digest key_id;
    vb_json json;
    bool ok;

    vb_buf_init(&payload, VB_BUF_NO_MAX);
    vb_buf_init(&encoded, VB_BUF_NO_MAX);
    vb_buf_init(&sig, VB_BUF_NO_MAX);
    ok = vb_attest_statement(run, &payload, err);
    encode(vb_buf_view(&payload), &encoded);
    ok = ok && vb_sign_pem(key_path, vb_buf_view(&encoded), &sig, &key_id, err);
    if (ok) {
        vb_json_init(&json, out);
        vb_json_object(&json, NULL);
        vb_json_c(&json, "payloadType", VB_ATTEST_TYPE);
        put_base64(&json, "payload", vb_buf_view(&payload));
        vb_json_array(&json, "signatures");
        vb_json_object(&json, NULL);
        vb_json_c(&json, "keyid", key_id.hex);
        put_base64(&json, "sig", vb_buf_view(&sig));
        vb_json_end(&json, '}');
        vb_json_end(&json, ']');
        vb_json_end(&json, '}');
        vb_buf_ch(out, '\n');
    }
    vb_buf_release(&payload);
    vb_buf_release(&encoded);
    vb_buf_release(&sig);
    return ok;
}

/* Whether one of the envelope's signatures is the key's. */
static bool
any_good(const vb_node *signatures, const char *key_path, vb_str bytes,
         vb_error *err)
{
    size_t n =
        signatures && signatures->kind == VB_NODE_LIST ? signatures->len : 0;

    for (size_t i = 0; i < n && i < 16; i++) {
        vb_buf sig;
        bool good = false, tried;

        vb_buf_init(&sig, VB_BUF_NO_MAX);
        tried = !vb_base64_decode(&sig, vb_node_str(signatures->items[i], "sig",
                                                    VB_STR("!"))) ||
                vb_verify_pem(key_path, bytes, vb_buf_view(&sig), &good, err);
        vb_buf_release(&sig);
        if (!tried || good)
            return good;
    }
    return vb_fail(err, "no signature of the envelope is by '%s'", key_path);
}

bool
vb_attest_verify(vb_str envelope, const char *key_path, vb_buf *statement,
                 vb_error *err)
{
    vb_arena arena = {0};
    const vb_node *top = vb_json_read(envelope, NULL, &arena, NULL);
    vb_buf payload, encoded;
    bool ok;

    vb_buf_init(&payload, VB_BUF_NO_MAX);
    vb_buf_init(&encoded, VB_BUF_NO_MAX);
    ok = vb_str_eqc(vb_node_str(top, "payloadType", VB_STR("")),
                    VB_ATTEST_TYPE) &&
         vb_base64_decode(&payload, vb_node_str(top, "payload", VB_STR("!")));
    if (!ok)
        vb_fail(err, "not a DSSE envelope with an in-toto statement");
    encode(vb_buf_view(&payload), &encoded);
    ok = ok && any_good(vb_node_get(top, "signatures"), key_path,
                        vb_buf_view(&encoded), err);
    if (ok)
        vb_buf_str(statement, vb_buf_view(&payload));
    vb_buf_release(&payload);
    vb_buf_release(&encoded);
    vb_arena_release(&arena);
    return ok;
}

/* ----------------------------------------------------------------- check -- */

enum { ENVELOPE_BYTES_MAX = 64 * 1024 * 1024 };

/* The digest that the statement has of the transcript. */
static vb_str
stated_digest(const vb_node *statement)
{
    const vb_node *list =
        vb_node_get(vb_node_get(statement, "predicate"), "configuration");
    size_t n = list && list->kind == VB_NODE_LIST ? list->len : 0;

    for (size_t i = 0; i < n; i++)
        if (vb_str_eqc(vb_node_str(list->items[i], "name", VB_STR("")),
                       VB_TRANSCRIPT_NAME))
            return vb_node_str(vb_node_get(list->items[i], "digest"), "sha256",
                               VB_STR(""));
    return VB_STR("");
}

static bool
check_envelope(const char *run, const char *path, const char *key_path,
               vb_arena *arena, vb_error *err)
{
    vb_buf statement;
    vb_digest digest;
    vb_str envelope;
    bool ok;

    vb_buf_init(&statement, VB_BUF_NO_MAX);
    ok = vb_read_file_arena(path, ENVELOPE_BYTES_MAX, arena, &envelope, err) &&
         vb_attest_verify(envelope, key_path, &statement, err) &&
         transcript_digest(run, arena, &digest, err);
    if (ok && !vb_str_eqc(stated_digest(vb_json_read(vb_buf_view(&statement),
                                                     path, arena, NULL)),
                          digest.hex))
        ok = vb_fail(err, "it is about another transcript");
    vb_buf_release(&statement);
    return ok;
}

bool
vb_attest_check(const char *run, const char *key_path, vb_check_result *result,
                vb_arena *arena, vb_diags *diags)
{
    vb_str dir = vb_is_dir(run) ? vb_str_c(run) : vb_path_dir(vb_str_c(run));
    const char *path =
        vb_str_dup(arena, vb_path_join(arena, dir, VB_STR(VB_ATTEST_NAME)));
    vb_error err = {.message = ""};

    if (check_envelope(run, path, key_path, arena, &err))
        return true;
    result->intact = false;
    vb_diag_add(diags, VB_ERROR, VB_RULE_ATTEST, (vb_loc){path, 0, 0},
                "the attestation does not hold: %s", err.message);
    return false;
}
