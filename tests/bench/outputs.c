/* The labelled outputs as verbatim judges them, and as a similarity score
 * would: Jaro-Winkler over the whole texts, at the thresholds that guides
 * use. Prints a table. */
#include "labelled.h"

/* Jaro's score with Winkler's bonus for a common beginning. */
static double
jaro_winkler(vb_str a, vb_str b)
{
    size_t longest = a.len > b.len ? a.len : b.len, same = 0, moved = 0;
    size_t reach = longest / 2 ? longest / 2 - 1 : 0, start = 0, k = 0;
    char *in_a = calloc(a.len + 1, 1), *in_b = calloc(b.len + 1, 1);
    double score = 0;

    if (!in_a || !in_b)
        abort();
    for (size_t i = 0; i < a.len; i++) {
        size_t from = i > reach ? i - reach : 0;
        size_t to = i + reach + 1 < b.len ? i + reach + 1 : b.len;

        for (size_t j = from; j < to && !in_a[i]; j++)
            if (!in_b[j] && a.ptr[i] == b.ptr[j]) {
                in_a[i] = in_b[j] = 1;
                same++;
            }
    }
    for (size_t i = 0; i < a.len; i++) {
        if (!in_a[i])
            continue;
        while (!in_b[k])
            k++;
        moved += a.ptr[i] != b.ptr[k++];
    }
    free(in_a);
    free(in_b);
    if (same == 0)
        return a.len == b.len && a.len == 0;
    score = ((double)same / (double)a.len + (double)same / (double)b.len +
             ((double)same - (double)moved / 2) / (double)same) /
            3;
    while (start < 4 && start < a.len && start < b.len &&
           a.ptr[start] == b.ptr[start])
        start++;
    return score + (double)start * 0.1 * (1 - score);
}

typedef struct tally {
    size_t refused, missed;
} tally;

static void
count(tally *t, const labelled *pair, bool match)
{
    t->refused += pair->match && !match;
    t->missed += !pair->match && match;
}

static void
print(const char *name, const tally *t, size_t same, size_t other)
{
    printf("| %-18s | %4zu of %zu (%.1f %%) | %4zu of %zu (%.1f %%) |\n", name,
           t->refused, same, 100.0 * (double)t->refused / (double)same,
           t->missed, other, 100.0 * (double)t->missed / (double)other);
}

int
main(int argc, char **argv)
{
    static const double limits[] = {0.3, 0.6, 0.9};
    tally ours = {0}, scores[3] = {{0}};
    vb_arena arena = {0};
    labelled_set set =
        labelled_read(&arena, argc > 1 ? argv[1] : "fixtures/outputs");
    size_t same = 0;

    if (set.fault || set.pairs.len == 0) {
        fprintf(stderr, "outputs: %s\n", set.fault ? set.fault : "no pairs");
        return 1;
    }
    for (size_t i = 0; i < set.pairs.len; i++) {
        const labelled *pair = &set.pairs.at[i];
        const vb_compare *got = labelled_compare(&arena, pair);
        vb_str text = pair->actual.len ? pair->actual : pair->err;
        double score =
            jaro_winkler(vb_str_trim(pair->expected), vb_str_trim(text));

        same += pair->match;
        count(&ours, pair, got && got->match);
        for (int k = 0; k < 3; k++)
            count(&scores[k], pair, score >= limits[k]);
    }
    printf("%zu pairs: %zu true matches, %zu with one meaningful change\n\n",
           set.pairs.len, same, set.pairs.len - same);
    printf("| judge              | true matches refused | differences missed "
           "|\n| --- | --- | --- |\n");
    print("verbatim", &ours, same, set.pairs.len - same);
    print("Jaro-Winkler 0.3", &scores[0], same, set.pairs.len - same);
    print("Jaro-Winkler 0.6", &scores[1], same, set.pairs.len - same);
    print("Jaro-Winkler 0.9", &scores[2], same, set.pairs.len - same);
    vb_arena_release(&arena);
    return 0;
}
