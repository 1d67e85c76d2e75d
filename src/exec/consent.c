/* What is about to happen, shown to whoever is there, and their answer. */
#include "exec/interact.h"

#include "base/banned.h"

/* With their values, but for secrets, which the record takes out. */
static void
list_inputs(vb_runner *run, vb_buf *out)
{
    for (size_t i = 0; i < run->given.len; i++) {
        const vb_given *given = &run->given.at[i];
        vb_buf line, clean;

        vb_buf_init(&line, VB_BUF_NO_MAX);
        vb_buf_init(&clean, VB_BUF_NO_MAX);
        /* Not left to the record: it finds no value that is cut or short. */
        if (vb_given_secret(run, given))
            vb_buf_fmt(&line, "%.*s=[redacted:%.*s]", VB_ARG(given->name),
                       VB_ARG(given->name));
        else
            vb_buf_fmt(&line, "%.*s=%.*s", VB_ARG(given->name),
                       VB_ARG(vb_str_sub(given->value, 0, 200)));
        vb_record_redact(run->record, vb_buf_view(&line), &clean);
        if (i == 0)
            vb_buf_c(out, "with these values:\n");
        vb_buf_c(out, "  ");
        vb_buf_str(out, vb_buf_view(&clean));
        vb_buf_ch(out, '\n');
        vb_buf_release(&line);
        vb_buf_release(&clean);
    }
}

static void
list_destructive(const vb_runner *run, vb_buf *out)
{
    size_t n = 0;

    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];

        if (!run->steps[i].runs || !step->destructive)
            continue;
        if (n++ == 0)
            vb_buf_c(out, "these destroy something:\n");
        vb_buf_fmt(out, "  %.*s (%s:%u)\n", VB_ARG(step->id), step->loc.file,
                   step->loc.line);
    }
}

static bool
has_destructive(const vb_runner *run)
{
    for (size_t i = 0; i < run->plan->steps.len; i++)
        if (run->steps[i].runs && run->plan->steps.at[i].destructive)
            return true;
    return false;
}

bool
vb_consent(vb_runner *run, bool *given, vb_error *err)
{
    vb_ev_consent ev = {
        .given = true, .by = vb_user_name(run->arena), .how = VB_STR("--yes")};
    vb_buf text;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_fmt(&text, "%zu steps will run in %s\n", run->selected,
               run->dir.work);
    for (size_t i = 0; i < run->places.len; i++)
        vb_buf_fmt(&text, "  %.*s: %.*s\n", VB_ARG(run->places.at[i].name),
                   VB_ARG(run->places.at[i].value));
    list_inputs(run, &text);
    list_destructive(run, &text);
    ev.text = vb_str_copy(run->arena, vb_buf_view(&text));
    vb_buf_release(&text);
    if (run->sim) {
        ev.how = VB_STR("rehearsal");
    } else if (!run->opts->yes && run->hooks && run->hooks->ask) {
        vb_str answer = {0};

        ev.how = VB_STR("terminal");
        ev.given = vb_ask(run,
                          vb_str_fmt(run->arena, "%.*s\ngo on? [y/N] ",
                                     VB_ARG(ev.text)),
                          &answer) &&
                   vb_str_istarts(answer, "y");
    } else if (!run->opts->yes) {
        ev.how = VB_STR("no terminal");
        ev.given = !has_destructive(run);
    }
    *given = ev.given;
    return vb_event_consent(run->record, &ev, err);
}
