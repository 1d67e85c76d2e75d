/* Does the guide promise that a command fails, or warn that it might? */
#include "plan/planner.h"

#include "base/banned.h"

/* What a reader is told to expect ... */
static const char *const promises[] = {
    "should see an error",
    "should see the error",
    "should see this error",
    "should see the following error",
    "will see an error",
    "will see the error",
    "will see the following error",
    "you'll see an error",
    "should get an error",
    "will get an error",
    "should get the following error",
    "you'll get an error",
    "you get an error",
    "you get the following error",
    "expect an error",
    "expect this error",
    "expect the following error",
    "expected to fail",
    "should fail",
    "will fail",
    "this fails",
    "it fails",
    "command fails",
    "fails with",
    "results in an error",
    "results in the following error",
    "returns an error",
    "returns the error",
    "returns the following error",
    "prints an error",
    "shows an error",
    "should be denied",
    "should be rejected",
    "will be denied",
    "will be rejected",
};
/* ... and what makes a warning of it. */
static const char *const maybes[] = {
    "if ",     "may ",   "might ",    "could ",   "can ",     "sometimes",
    "in case", "unless", "otherwise", "when you", "whenever", "without this",
    "do not",  "don't",  "not ",      "would",    "avoid",    "troubleshoot",
};

static bool
says_any(vb_str sentence, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        vb_str rest = sentence;
        vb_str word = vb_str_c(words[i]);
        size_t at;

        while ((at = vb_str_ifind(rest, word)) != VB_NPOS) {
            const char *hit = rest.ptr + at;

            if (hit == sentence.ptr || !vb_is_word(hit[-1]))
                return true;
            rest = vb_str_from(rest, at + 1);
        }
    }
    return false;
}

bool
vb_failure_promised(vb_str sentence)
{
    enum { SENTENCE_MAX = 400 };

    return sentence.len <= SENTENCE_MAX &&
           says_any(sentence, promises, VB_COUNT(promises)) &&
           !says_any(sentence, maybes, VB_COUNT(maybes));
}

/* "exit code 3", "exit status 3"; -1 when it is not said. */
static int
status_in(vb_str sentence)
{
    static const char *const words[] = {"exit code ", "exit status ",
                                        "exits with ", "return code "};

    for (size_t i = 0; i < VB_COUNT(words); i++) {
        size_t at = vb_str_find(sentence, vb_str_c(words[i])), n = 0;
        uint64_t status;

        if (at == VB_NPOS)
            continue;
        sentence = vb_str_from(sentence, at + vb_str_c(words[i]).len);
        while (n < sentence.len && vb_is_digit(sentence.ptr[n]))
            n++;
        if (vb_str_u64(vb_str_sub(sentence, 0, n), &status) && status > 0 &&
            status < 256)
            return (int)status;
    }
    return -1;
}

void
vb_failures(vb_planner *p)
{
    for (size_t s = 0; s < p->plan->steps.len; s++) {
        vb_step *step = &p->plan->steps.at[s];
        vb_str lead = p->contexts[step->reading].lead;
        vb_expectation *last;

        if (step->kind != VB_KIND_COMMAND || !vb_failure_promised(lead))
            continue;
        if (step->expects.len == 0)
            vb_vec_push(p->arena, &step->expects,
                        (vb_expectation){.loc = step->loc,
                                         .manner = VB_MANNER_SUBSET,
                                         .exit_status = -1});
        last = &step->expects.at[step->expects.len - 1];
        last->from_error = true;
        if (last->exit_status < 0)
            last->exit_status = status_in(lead);
    }
}
