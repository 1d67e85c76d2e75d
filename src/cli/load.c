#include "cli/load.h"

#include "doc/doc.h"

#include "base/banned.h"

/* Diagnostics carry a place; the line they speak of belongs to them, too. */
static void
add_excerpts(const vb_doc *doc, vb_diags *diags)
{
    for (size_t i = 0; i < diags->list.len; i++)
        if (diags->list.at[i].excerpt.len == 0)
            vb_doc_excerpt(doc, &diags->list.at[i]);
}

const vb_plan *
vb_cli_plan(vb_cli *cli, vb_str path, const vb_doc_args *args, int *exit_code)
{
    vb_doc_opts doc_opts = {.root = args->root};
    vb_plan_opts plan_opts = {
        .provider = vb_str_c(args->provider),
        .tabs = args->tabs.at,
        .ntabs = args->tabs.len,
        .with = args->with.at,
        .nwith = args->with.len,
        .overlay_path = args->overlay,
    };
    vb_error err = {.message = ""};
    const vb_doc *doc;
    const vb_plan *plan;

    doc = vb_doc_read(&cli->arena, vb_str_dup(&cli->arena, path), &doc_opts,
                      &cli->diags, &err);
    *exit_code = VB_EXIT_DOCUMENT;
    if (!doc) {
        vb_cli_diags(cli, &cli->diags);
        if (err.message[0])
            vb_cli_error(cli, "%s", err.message);
        return NULL;
    }
    plan = vb_plan_make(&cli->arena, doc, &plan_opts, &cli->diags);
    add_excerpts(doc, &cli->diags);
    if (!plan)
        vb_cli_diags(cli, &cli->diags);
    return plan;
}
