#include "record/redact.h"

#include "base/io.h"
#include "base/text.h"
#include "record/record.h"

#include "unit.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

static vb_redactor *redactor;
static vb_buf out;

static void
setup(void)
{
    redactor = vb_redactor_new();
    vb_buf_init(&out, VB_BUF_NO_MAX);
}

static void
teardown(void)
{
    vb_redactor_free(redactor);
    vb_buf_release(&out);
}

static vb_str
redacted(vb_str text)
{
    vb_buf_clear(&out);
    vb_redact_text(redactor, text, &out);
    return vb_buf_view(&out);
}

/* ---------------------------------------------------------------- values -- */

static const struct {
    const char *value, *text, *want;
} values[] = {
    {"hunter2!", "pw hunter2! end", "pw [redacted:V] end"},
    {"hunter2!", "hunter2!hunter2!", "[redacted:V][redacted:V]"},
    {"hunter2!", "hunter2hunter2!", "hunter2[redacted:V]"},
    {"hunter2!", "hunt\ner2! end", "[redacted:V] end"},
    {"hunter2!", "h\r\nunter2!", "[redacted:V]"},
    {"hunter2!", "hu\n    nt\n    er2!.", "[redacted:V]."},
    {"hunter2!", "hunter2\n", "hunter2\n"},
    {"hunter2!", "Hunter2!", "Hunter2!"},
    {"p&ss word", "q=p%26ss%20word&x", "q=[redacted:V]&x"},
    {"p&ss word", "q=p%26ss+word&x", "q=[redacted:V]&x"},
    {"p&ss word", "x p&ss\n word y", "x [redacted:V] y"},
    {"p&ss word", "x p&ss\n    word y", "x [redacted:V] y"},
    {"p&ss word", "x p&ss \r\n  word y", "x [redacted:V] y"},
    {"p&ss word", "x p&ss\nword y", "x [redacted:V] y"},
    {"p&ss word", "x p&ss\n\nword y", "x [redacted:V] y"},
    {"p&ss word", "x p&ssword y", "x p&ssword y"},
    {"a bcd", "x a\nbcd", "x [redacted:V]"},
    {"a bcd", "x a\n bcd", "x [redacted:V]"},
    {"ab cd", "x ab\ncd", "x [redacted:V]"},
    {"a b c d", "a\nb c\nd", "[redacted:V]"},
    {"a  bcd", "a\n bcd", "[redacted:V]"},
    {"a  bcd", "a\n  bcd", "[redacted:V]"},
    {"p/ss:word", "q=p%2fss%3aword&x", "q=[redacted:V]&x"},
    {"pa'ss", "+ login 'pa'\\''ss'", "+ login '[redacted:V]'"},
    {"a\"b\\cd", "{\"k\":\"a\\\"b\\\\cd\"}", "{\"k\":\"[redacted:V]\"}"},
    {"line one\nline two", "x line one\nline two y", "x [redacted:V] y"},
    {"line one\nline two", "+ echo $'line one\\nline two'",
     "+ echo $'[redacted:V]'"},
    {"s3cretvalue", "73336372657476616c7565", "[redacted:V]"},
    {"a<b&c>d", "<p>a&lt;b&amp;c&gt;d</p>", "<p>[redacted:V]</p>"},
    {"aaaa", "aaaaaaa", "[redacted:V]"},
    {"abcabcabd", "abcabcabcabd", "abc[redacted:V]"},
};

START_TEST(known_values)
{
    const char *text = values[_i].text;

    ck_assert(
        vb_redactor_add(redactor, VB_STR("V"), vb_str_c(values[_i].value)));
    ck_assert_vbstr(redacted(vb_str_c(text)), values[_i].want);
}
END_TEST

START_TEST(common_and_short_values_are_refused)
{
    ck_assert(!vb_redactor_add(redactor, VB_STR("A"), VB_STR("true")));
    ck_assert(!vb_redactor_add(redactor, VB_STR("A"), VB_STR("abc")));
    ck_assert(!vb_redactor_add(redactor, VB_STR("A"), VB_STR("  \n")));
    ck_assert_vbstr(redacted(VB_STR("true abc")), "true abc");
}
END_TEST

START_TEST(the_longer_name_wins)
{
    vb_redactor_add(redactor, VB_STR("SHORT"), VB_STR("alpha"));
    vb_redactor_add(redactor, VB_STR("LONG"), VB_STR("alphabet"));
    ck_assert_vbstr(redacted(VB_STR("alpha alphabet alphabe")),
                    "[redacted:SHORT] [redacted:LONG] [redacted:SHORT]be");
    vb_redactor_add(redactor, VB_STR("x\"<y"), VB_STR("beta"));
    ck_assert_vbstr(redacted(VB_STR("beta")), "[redacted:x__y]");
}
END_TEST

START_TEST(base64_at_each_alignment)
{
    vb_str secret = VB_STR("Tr0ub4dor&3");

    vb_redactor_add(redactor, VB_STR("V"), secret);
    for (size_t before = 0; before < 7; before++) {
        vb_buf plain, text;
        vb_str got;

        vb_buf_init(&plain, VB_BUF_NO_MAX);
        vb_buf_init(&text, VB_BUF_NO_MAX);
        vb_buf_fill(&plain, '-', before);
        vb_buf_str(&plain, secret);
        vb_buf_c(&plain, "tail");
        vb_base64(&text, vb_buf_view(&plain));
        got = redacted(vb_buf_view(&text));
        ck_assert_msg(vb_str_has(got, "[redacted:V]"), "%zu: %.*s", before,
                      VB_ARG(got));
        vb_buf_release(&plain);
        vb_buf_release(&text);
    }
}
END_TEST

/* ---------------------------------------------------------------- shapes -- */

/* Made up, and put together here so that no scanner takes this file for a
 * leak. "@" is replaced by letters and digits. */
static const struct {
    const char *text, *want;
} shapes[] = {
    {"id AKIA"
     "QWERTYUIOP234567 x",
     "id [redacted:aws-key] x"},
    {"idAKIA"
     "QWERTYUIOP234567",
     "idAKIA"
     "QWERTYUIOP234567"},
    {"AKIA"
     "QWERTYUIOP2345678",
     "AKIA"
     "QWERTYUIOP2345678"},
    {"aws_secret_access_key = wJa1rXUt"
     "nFEMI/K7MDENG/bPxRf1CYzz9Q8pLmKv",
     "aws_secret_access_key = [redacted:secret]"},
    {"\"SecretAccessKey\": \"wJa1rXUt"
     "nFEMI/K7MDENG/bPxRf1CYzz9Q8pLmKv\",",
     "\"SecretAccessKey\": \"[redacted:secret]\","},
    {"key=AIza"
     "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q&x",
     "key=[redacted:google-key]&x"},
    {"AccountKey=Zm9v"
     "YmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u==;End",
     "AccountKey=[redacted:azure-key];End"},
    {"ghp_"
     "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8.",
     "[redacted:github-token]."},
    {"xoxb-"
     "123456789012-abcdefGHIJKL",
     "[redacted:slack-token]"},
    {"t eyJ"
     "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27u z",
     "t [redacted:jwt] z"},
    {"-----BEGIN RSA PRIVATE "
     "KEY-----\nMIIEpAIBAAKCAQEA7x\nabcd+/==\n"
     "-----END RSA PRIVATE KEY-----\n",
     "-----BEGIN RSA PRIVATE KEY-----[redacted:private-key]"
     "-----END RSA PRIVATE KEY-----\n"},
    {"\"k\":\"-----BEGIN PRIVATE "
     "KEY-----\\nMIIEpAIBAAKCAQEA7x\\nabcd\\n"
     "-----END PRIVATE KEY-----\\n\"",
     "\"k\":\"-----BEGIN PRIVATE KEY-----[redacted:private-key]"
     "-----END PRIVATE KEY-----\\n\""},
    {"-----BEGIN RSA PRIVATE "
     "KEY-----\nProc-Type: 4,ENCRYPTED\n"
     "DEK-Info: AES-128-CBC,0123\n\nMIIEpAIBAAKCAQEA7x\n-----END",
     "-----BEGIN RSA PRIVATE KEY-----[redacted:private-key]-----END"},
    {"Authorization: Bearer abc123DEF456ghi789JKL",
     "Authorization: Bearer [redacted:authorization]"},
    {"curl -H 'bearer abc123DEF456ghi789JKL'",
     "curl -H 'bearer [redacted:bearer-token]'"},
    {"> Basic dXNlcjpwYXNzd29yZA==\r\n", "> Basic [redacted:basic-auth]\r\n"},
    {"postgres://app:s3cr3t@db:5432/x",
     "postgres://app:[redacted:url-password]@db:5432/x"},
    {"client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt",
     "client-key-data: [redacted:key]"},
    {"DB_PASSWORD=x9#Lq2!vTz", "DB_PASSWORD=[redacted:password]"},
    {"password: 'x9#Lq2!v Tz,8'", "password: '[redacted:password]'"},
    {"mysql --password Zx81qLpR77", "mysql --password [redacted:password]"},
    {"{\"token\":\"9f8e7d6c5b4a39281706f5e4d3c2b1a0\"}",
     "{\"token\":\"[redacted:token]\"}"},
    {"{\\\"api_key\\\": \\\"9f8e7d6c5b4a39281706\\\"}",
     "{\\\"api_key\\\": \\\"[redacted:key]\\\"}"},
    {"eab-hmac-key=Q7w2E9r4T6y1U8i3O5p0", "eab-hmac-key=[redacted:key]"},
};

START_TEST(shapes_of_credentials)
{
    ck_assert_vbstr(redacted(vb_str_c(shapes[_i].text)), shapes[_i].want);
}
END_TEST

static const char *const ordinary[] = {
    "    privateKeySecretRef:\n      name: letsencrypt\n",
    "privateKeySecretRef: letsencrypt\n",
    "secretName: https-certificates\n",
    "kubectl create secret generic clouddns-dns01-solver --from-file=key.json",
    "PASSWORD=$DB_PASSWORD\n",
    "password: <your password>\n",
    "export TOKEN=${TOKEN:-}\n",
    "https://example.com:8443/path@2x.png\n",
    "ssh://git@github.com/org/repo.git\n",
    "https://user:$TOKEN@example.com\n",
    "The basic authentication scheme; bearer authentication.\n",
    "secret/mysql-credentials created\n",
    "token: default-token-abc\n",
    "kms_key_id: 1234abcd-12ab-34cd-56ef-1234567890ab\n",
    "public_key: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhk\n",
    "Digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c\n",
    "secret-manager: true\nsecretsmanager.googleapis.com\n",
    "token expires in 3600s\n",
    "password: password\n",
    "eyJ is how a token begins\n",
    "AKIA is a prefix; keys: a, b, c\n",
    "--- PASS: TestSecretKeyRotation (0.00s)\n",
    "Enter passphrase (empty for no passphrase): ",
    "compass: north-by-northwest; monkey=banana-split-sundae\n",
};

START_TEST(ordinary_text_survives)
{
    ck_assert_vbstr(redacted(vb_str_c(ordinary[_i])), ordinary[_i]);
}
END_TEST

static void
first_difference(vb_str got, vb_str want, size_t size)
{
    size_t at = 0;

    while (at < got.len && at < want.len && got.ptr[at] == want.ptr[at])
        at++;
    if (at == got.len && at == want.len)
        return;
    at -= at < 20 ? at : 20;
    ck_abort_msg("pieces of %zu give '%.*s' where the whole gives '%.*s'", size,
                 VB_ARG(vb_str_sub(got, at, 60)),
                 VB_ARG(vb_str_sub(want, at, 60)));
}

/* Whatever the pieces, the result is that of the whole. */
START_TEST(pieces_change_nothing)
{
    vb_buf text, whole, pieces;
    vb_redact_stream *stream = vb_redact_open(redactor);

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_init(&whole, VB_BUF_NO_MAX);
    vb_buf_init(&pieces, VB_BUF_NO_MAX);
    for (size_t i = 0; i < VB_COUNT(values); i++) {
        vb_redactor_add(redactor, VB_STR("V"), vb_str_c(values[i].value));
        vb_buf_fmt(&text, "%s\n", values[i].text);
    }
    for (size_t i = 0; i < VB_COUNT(shapes); i++)
        vb_buf_fmt(&text, "%s\n", shapes[i].text);
    for (size_t i = 0; i < VB_COUNT(ordinary); i++)
        vb_buf_fmt(&text, "%s\n", ordinary[i]);
    vb_redact_text(redactor, vb_buf_view(&text), &whole);
    for (size_t size = 1; size < 80; size++) {
        vb_buf_clear(&pieces);
        for (size_t at = 0; at < text.len; at += size)
            vb_redact_feed(stream, vb_str_sub(vb_buf_view(&text), at, size),
                           &pieces);
        vb_redact_finish(stream, &pieces);
        first_difference(vb_buf_view(&pieces), vb_buf_view(&whole), size);
    }
    vb_redact_close(stream);
    vb_buf_release(&text);
    vb_buf_release(&whole);
    vb_buf_release(&pieces);
}
END_TEST

/* ------------------------------------------------------------ many seeds -- */

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint32_t
random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % n;
}

static void
random_text(vb_buf *text, size_t len, const char *alphabet)
{
    for (size_t i = 0; i < len; i++)
        vb_buf_ch(text, alphabet[random_below((uint32_t)strlen(alphabet))]);
}

/* One way to print a secret. */
static void
spell(vb_buf *text, vb_str secret, uint32_t way)
{
    vb_buf plain;

    vb_buf_init(&plain, VB_BUF_NO_MAX);
    switch (way) {
    case 0:
        vb_buf_str(text, secret);
        break;
    case 1:
        for (size_t i = 0; i < secret.len; i++)
            if (vb_is_alnum(secret.ptr[i]))
                vb_buf_ch(text, secret.ptr[i]);
            else
                vb_buf_fmt(text, "%%%02X", (unsigned)secret.ptr[i]);
        break;
    case 2:
        random_text(&plain, random_below(9), "xyz ");
        vb_buf_str(&plain, secret);
        random_text(&plain, random_below(9), "xyz ");
        vb_base64(text, vb_buf_view(&plain));
        break;
    case 3:
        for (size_t i = 0, wrap = 1 + random_below(30); i < secret.len; i++) {
            if (i && i % wrap == 0)
                vb_buf_c(text, random_below(2) ? "\n" : "\r\n   ");
            vb_buf_ch(text, secret.ptr[i]);
        }
        break;
    default:
        vb_buf_ch(text, '\'');
        for (size_t i = 0; i < secret.len; i++)
            if (secret.ptr[i] == '\'')
                vb_buf_c(text, "'\\''");
            else
                vb_buf_ch(text, secret.ptr[i]);
        vb_buf_ch(text, '\'');
        break;
    }
    vb_buf_release(&plain);
}

/* The bytes between the edges of what was spelled must not all be there. */
static bool
leaks(vb_str clean, vb_str spelled)
{
    /* The first and last digits of base64 hold bits of the neighbours. */
    size_t edge = spelled.len > 24 ? 6 : 1;

    return vb_str_find(clean, vb_str_sub(spelled, edge,
                                         spelled.len - 2 * edge)) != VB_NPOS;
}

START_TEST(ten_thousand_secrets)
{
    enum { SECRETS = 50, ROUNDS = 10000 };
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                  "qrstuvwxyz0123456789!#$%&'()+-./:;=?@_~";
    vb_buf secret[SECRETS], text, spelled, clean;
    vb_redact_stream *stream = vb_redact_open(redactor);
    size_t leaked = 0;

    for (size_t i = 0; i < SECRETS; i++) {
        vb_buf_init(&secret[i], VB_BUF_NO_MAX);
        random_text(&secret[i], 8 + random_below(56), letters);
        ck_assert(
            vb_redactor_add(redactor, VB_STR("S"), vb_buf_view(&secret[i])));
    }
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_init(&spelled, VB_BUF_NO_MAX);
    vb_buf_init(&clean, VB_BUF_NO_MAX);
    for (int round = 0; round < ROUNDS; round++) {
        size_t at = 0;

        vb_buf_clear(&text);
        vb_buf_clear(&spelled);
        vb_buf_clear(&clean);
        spell(&spelled, vb_buf_view(&secret[random_below(SECRETS)]),
              random_below(5));
        random_text(&text, random_below(200), " abcdef\n=:\"'");
        vb_buf_str(&text, vb_buf_view(&spelled));
        random_text(&text, random_below(200), " abcdef\n=:\"'");
        while (at < text.len) {
            size_t n = 1 + random_below(64);

            vb_redact_feed(stream, vb_str_sub(vb_buf_view(&text), at, n),
                           &clean);
            at += n;
        }
        vb_redact_finish(stream, &clean);
        if (!leaks(vb_buf_view(&clean), vb_buf_view(&spelled)))
            continue;
        if (leaked++ < 3)
            fprintf(stderr, "leak: %.*s\n in %.*s\n",
                    VB_ARG(vb_buf_view(&spelled)), VB_ARG(vb_buf_view(&clean)));
    }
    ck_assert_uint_eq(leaked, 0);
    for (size_t i = 0; i < SECRETS; i++)
        vb_buf_release(&secret[i]);
    vb_buf_release(&text);
    vb_buf_release(&spelled);
    vb_buf_release(&clean);
    vb_redact_close(stream);
}
END_TEST

/* Guides and sources of this project as ordinary text. */
START_TEST(real_text_survives)
{
    static const char *const patterns[] = {"src/*/*.c",
                                           "src/*/*.h",
                                           "runbooks/*.md",
                                           "runbooks/*/*.md",
                                           "../shared/corpus/docs/*/*/*.md",
                                           "../shared/corpus/docs/*/*/*/*.md"};
    glob_t found = {0};
    size_t bytes = 0, changed = 0;

    vb_redactor_add(redactor, VB_STR("V"), VB_STR("x9Lq2vTz77"));
    for (size_t i = 0; i < VB_COUNT(patterns); i++)
        glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        vb_buf text;
        vb_str clean;

        if (!vb_read_file(found.gl_pathv[i], 1 << 24, &text, NULL))
            continue;
        clean = redacted(vb_buf_view(&text));
        bytes += text.len;
        if (!vb_str_eq(clean, vb_buf_view(&text))) {
            size_t at = 0;

            while (at < clean.len && clean.ptr[at] == text.ptr[at])
                at++;
            changed++;
            fprintf(stderr, "changed: %s: %.*s\n", found.gl_pathv[i],
                    VB_ARG(vb_str_sub(vb_buf_view(&text), at, 60)));
        }
        vb_buf_release(&text);
    }
    printf("%zu bytes of ordinary text in %zu files, %zu changed\n", bytes,
           (size_t)found.gl_pathc, changed);
    globfree(&found);
    ck_assert_uint_eq(changed, 0);
}
END_TEST

static const struct {
    const char *name, *value;
    bool likely;
} inputs[] = {
    {"GITHUB_TOKEN", "9f8e7d6c5b4a39281706f5e4d3c2b1a0", true},
    {"DB_PASSWORD", "x9#Lq2!vTz", true},
    {"SECRET_NAME", "x9#Lq2!vTz", false},
    {"SSH_PUBLIC_KEY", "x9Lq2vTz77Qw3Er5Ty8U", false},
    {"TOKEN", "letsencrypt", false},
    {"PROJECT",
     "AKIA"
     "QWERTYUIOP234567",
     true},
    {"REGION", "us-west1", false},
    {"CLUSTER_VERSION", "1.24.3-gke.100", false},
};

START_TEST(inputs_that_nobody_declared)
{
    ck_assert_int_eq(
        vb_secret_likely(vb_str_c(inputs[_i].name), vb_str_c(inputs[_i].value)),
        inputs[_i].likely);
}
END_TEST

static const struct {
    const char *name, *value;
    bool secret;
} handed_over[] = {
    {"PGPASSWORD", "postgres", true},
    {"NPM_PUBLISH_TOKEN", "letmein", true},
    {"GITHUB_TOKEN", "letmein", true},
    {"DB2_PASSWORD", "abc", true},
    {"API_TOKEN", "true", true},
    {"RESTIC_PASSWORD", "correct horse battery staple", true},
    {"STRIPE_API_KEY", "sandbox", true},
    {"DB_PASSWORD", "", false},
    {"PASSWORD_FILE", "/run/secrets/db", false},
    {"SECRET_NAME", "db", false},
    {"GOOGLE_APPLICATION_CREDENTIALS", "/home/ada/key.json", false},
    {"GCP_CREDENTIALS", "plain words", true},
    {"PWD", "/home/ada", false},
    {"OLDPWD", "/home/ada", false},
    {"SSH_PUBLIC_KEY", "x9Lq2vTz77Qw3Er5Ty8U", false},
    {"PRIMARY_KEY", "id", false},
    {"MODULE_PATH", "/opt", false},
    {"TOKENIZER", "bert", false},
};

/* A private key as 'kubectl get secret' shows it: encoded, bare, in JSON, and
 * over several lines. */
START_TEST(a_private_key_in_base64)
{
    static const int widths[] = {0, 64, 76};
    vb_buf pem, digits, text;
    vb_str all, seen;

    vb_buf_init(&pem, VB_BUF_NO_MAX);
    vb_buf_init(&digits, VB_BUF_NO_MAX);
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_c(&pem, "-----BEGIN EC PRIVATE "
                   "KEY-----\n");
    for (int i = 0; i < 300; i++)
        vb_buf_ch(&pem, "k7Qz9Lw2Xf4B"[i % 12]);
    vb_buf_c(&pem, "\n-----END EC PRIVATE "
                   "KEY-----\n");
    vb_base64(&digits, vb_buf_view(&pem));
    all = vb_buf_view(&digits);
    for (size_t w = 0; w < VB_COUNT(widths); w++) {
        size_t width = widths[w] ? (size_t)widths[w] : all.len;

        vb_buf_clear(&text);
        vb_buf_c(&text, "  tls.key: ");
        for (size_t at = 0; at < all.len; at += width) {
            vb_buf_str(&text, vb_str_sub(all, at, width));
            vb_buf_c(&text, "\n    ");
        }
        vb_buf_c(&text, "kind: Secret\n");
        seen = redacted(vb_buf_view(&text));
        ck_assert(vb_str_has(seen, "  tls.key: [redacted:private-key]"));
        ck_assert(vb_str_has(seen, "kind: Secret\n"));
        for (size_t at = 0; at + 40 < all.len; at += 20)
            ck_assert(vb_str_find(seen, vb_str_sub(all, at, 16)) == VB_NPOS);
    }
    vb_buf_clear(&text);
    vb_buf_fmt(&text, "{\"tls.key\":\"%.*s\",\"type\":1}", VB_ARG(all));
    seen = redacted(vb_buf_view(&text));
    ck_assert(vb_str_eqc(
        seen, "{\"tls.key\":\"[redacted:private-key]\",\"type\":1}"));
    vb_buf_release(&pem);
    vb_buf_release(&digits);
    vb_buf_release(&text);
}
END_TEST

START_TEST(other_keys_in_other_clothes)
{
    static const char *const texts[] = {
        "a=-----BEGIN%20PRIVATE%20"
        "KEY-----%0Ak7Qz9Lw2Xf4Bk7Qz9Lw2Xf4B%0A",
        "a=%2D%2D%2D%2D%2DBEGIN+RSA+PRIVATE+"
        "KEY%2D%2D%0Ak7Qz9Lw2Xf4B%0A",
        "h=Bearer%20k7Qz9Lw2Xf4Bk7Qz9Lw2Xf4B",
        "Z2hwX2ExQjJjM0Q0ZTVGNmc3SDhpOUow"
        "azdRejlMdzJYZjRCazdRejlMdzJYZjRC"};

    for (size_t i = 0; i < VB_COUNT(texts); i++) {
        vb_str seen = redacted(vb_str_c(texts[i]));

        ck_assert_msg(vb_str_has(seen, "[redacted:"), "%s", texts[i]);
        ck_assert_msg(!vb_str_has(seen, "Qz9Lw2Xf4B"), "%s", texts[i]);
    }
    /* Certificates are public. */
    ck_assert(!vb_str_has(
        redacted(VB_STR("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUREekNDQWZl"
                        "Z0F3SUJBZ0lVQm9ndXNib2d1c2JvZ3VzYm9ndXM=")),
        "redacted"));
}
END_TEST

START_TEST(the_password_of_a_url_object)
{
    ck_assert(
        vb_redactor_add(redactor, VB_STR("DB"), VB_STR("a+b c/d&e=f%g~Q")));
    ck_assert(vb_str_eqc(redacted(VB_STR("x://u:a+b%20c%2Fd&e%3Df%g~Q@h")),
                         "x://u:[redacted:DB]@h"));
}
END_TEST

START_TEST(a_name_that_says_secret)
{
    ck_assert_int_eq(vb_secret_by_name(vb_str_c(handed_over[_i].name),
                                       vb_str_c(handed_over[_i].value)),
                     handed_over[_i].secret);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("redact");
    TCase *tc = tcase_create("redact");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, known_values, 0, VB_COUNT(values));
    tcase_add_test(tc, common_and_short_values_are_refused);
    tcase_add_test(tc, the_longer_name_wins);
    tcase_add_test(tc, base64_at_each_alignment);
    tcase_add_loop_test(tc, shapes_of_credentials, 0, VB_COUNT(shapes));
    tcase_add_loop_test(tc, ordinary_text_survives, 0, VB_COUNT(ordinary));
    tcase_add_loop_test(tc, a_name_that_says_secret, 0, VB_COUNT(handed_over));
    tcase_add_test(tc, a_private_key_in_base64);
    tcase_add_test(tc, other_keys_in_other_clothes);
    tcase_add_test(tc, the_password_of_a_url_object);
    tcase_add_test(tc, pieces_change_nothing);
    tcase_add_test(tc, ten_thousand_secrets);
    tcase_add_test(tc, real_text_survives);
    tcase_add_loop_test(tc, inputs_that_nobody_declared, 0, VB_COUNT(inputs));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
