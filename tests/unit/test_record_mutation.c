/*
 * Random single mutations of a whole, signed-off transcript: each must be
 * noticed. MUTATIONS=10000 in the environment asks for more than the two
 * thousand that every test run does.
 */
#include "record/reader.h"

#include "sample_run.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL = 2000 };

static vb_arena arena;
static const char *dir;
static uint64_t state = UINT64_C(0x2545f4914f6cdd1d);

static size_t
below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)((state >> 16) % n);
}

static void
setup(void)
{
    dir = sample_dir(&arena);
    sample_write(dir, &arena, true);
}

static void
teardown(void)
{
    ck_assert(vb_remove_tree(dir, NULL));
    vb_arena_release(&arena);
}

typedef VB_VEC(vb_str) line_vec;

static void
join(const line_vec *lines, vb_buf *out)
{
    for (size_t i = 0; i < lines->len; i++) {
        vb_buf_str(out, lines->at[i]);
        vb_buf_ch(out, '\n');
    }
}

/* One mutation of the lines or bytes; what it was, in words. */
static const char *
mutate(vb_str whole, const line_vec *lines, vb_buf *out)
{
    size_t a = below(lines->len), b = below(lines->len);
    vb_str kept = lines->at[a];

    switch (below(7)) {
    case 0: /* removed */
        for (size_t i = 0; i < lines->len; i++)
            if (i != a)
                vb_buf_fmt(out, "%.*s\n", VB_ARG(lines->at[i]));
        return "a line removed";
    case 1: /* repeated */
        for (size_t i = 0; i < lines->len; i++) {
            vb_buf_fmt(out, "%.*s\n", VB_ARG(lines->at[i]));
            if (i == b)
                vb_buf_fmt(out, "%.*s\n", VB_ARG(kept));
        }
        return "a line repeated";
    case 2: /* exchanged */
        b = a == b ? (a + 1) % lines->len : b;
        lines->at[a] = lines->at[b];
        lines->at[b] = kept;
        join(lines, out);
        lines->at[b] = lines->at[a];
        lines->at[a] = kept;
        return "two lines exchanged";
    case 3: /* cut */
        vb_buf_str(out, vb_str_sub(whole, 0, below(whole.len)));
        return "cut";
    case 4: /* a byte more */
        a = below(whole.len);
        vb_buf_str(out, vb_str_sub(whole, 0, a));
        vb_buf_ch(out, (char)(32 + below(95)));
        vb_buf_str(out, vb_str_from(whole, a));
        return "a byte put in";
    case 5: /* a byte less */
        a = below(whole.len - 1);
        vb_buf_str(out, vb_str_sub(whole, 0, a));
        vb_buf_str(out, vb_str_from(whole, a + 1));
        return "a byte taken out";
    default:
        vb_buf_str(out, whole);
        out->ptr[below(whole.len)] ^= (char)(1 << below(8));
        return "a bit flipped";
    }
}

START_TEST(every_mutation_is_noticed)
{
    const char *asked = getenv("MUTATIONS");
    size_t rounds = asked ? strtoul(asked, NULL, 10) : USUAL;
    vb_str path = sample_path(&arena, dir, "transcript.jsonl"), whole, rest,
           line;
    line_vec lines = {0};
    vb_error err = {.message = ""};
    vb_arena scratch = {0};

    SAMPLE_OK(vb_read_file_arena(path.ptr, 1 << 26, &arena, &whole, &err));
    for (rest = whole; vb_str_line(&rest, &line);)
        vb_vec_push(&arena, &lines, line);
    for (size_t i = 0; i < rounds; i++) {
        vb_buf mutant;
        vb_check_result result;
        vb_diags diags;
        const char *what;
        FILE *file;

        vb_buf_init(&mutant, VB_BUF_NO_MAX);
        what = mutate(whole, &lines, &mutant);
        /* Not vb_write_file: ten thousand syncs take their time. */
        file = fopen(path.ptr, "wb");
        ck_assert(fwrite(mutant.ptr, 1, mutant.len, file) == mutant.len);
        ck_assert_int_eq(fclose(file), 0);
        vb_arena_reset(&scratch);
        vb_diags_init(&diags, &scratch);
        SAMPLE_OK(vb_record_verify(dir, &result, &scratch, &diags, &err));
        ck_assert_msg(!result.intact || result.incomplete,
                      "mutation %zu (%s) was not noticed", i, what);
        ck_assert_msg(diags.list.len > 0, "mutation %zu (%s): no words", i,
                      what);
        vb_buf_release(&mutant);
    }
    vb_arena_release(&scratch);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("record mutation");
    TCase *tc = tcase_create("mutation");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, every_mutation_is_noticed);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
