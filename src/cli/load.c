#include "cli/load.h"

#include "base/io.h"
#include "cli/fetch.h"
#include "doc/doc.h"
#include "plan/overlay.h"

#include "base/banned.h"

/* Diagnostics carry a place; the line they speak of belongs to them, too. */
static void
add_excerpts(const vb_doc *doc, vb_diags *diags)
{
    for (size_t i = 0; i < diags->list.len; i++)
        if (diags->list.at[i].excerpt.len == 0)
            vb_doc_excerpt(doc, &diags->list.at[i]);
}

/* The documents to read before: those asked for, then the overlay's, which
 * stand beside the guide. */
static void
add_first(vb_cli *cli, const char *guide, const vb_doc_args *args,
          vb_doc_opts *opts)
{
    VB_VEC(const char *) first = {0};
    vb_diags unheard;
    const vb_overlay *overlay;

    for (size_t i = 0; i < args->first.len; i++)
        vb_vec_push(&cli->arena, &first, args->first.at[i].ptr);
    /* What is wrong with the overlay is said when the plan is made. */
    vb_diags_init(&unheard, &cli->arena);
    overlay = vb_overlay_read(&cli->arena, args->overlay, guide, &unheard);
    for (size_t i = 0; overlay && i < overlay->first.len; i++)
        vb_vec_push(&cli->arena, &first,
                    vb_path_join(&cli->arena, vb_path_dir(vb_str_c(guide)),
                                 overlay->first.at[i])
                        .ptr);
    opts->first = first.at;
    opts->nfirst = first.len;
}

/* Reads the document from a file or, for a URL, from the network. */
static const vb_doc *
read_document(vb_cli *cli, vb_str path, const vb_doc_args *args, vb_error *err)
{
    vb_doc_opts opts = {.root = args->root};
    const char *name = vb_str_dup(&cli->arena, path);
    vb_fetched fetched;

    if (vb_is_url(path)) {
        if (!vb_fetch_document(&cli->arena, path, args->allow_private, &fetched,
                               err))
            return NULL;
        name = fetched.path;
        opts.root = fetched.root;
    }
    add_first(cli, name, args, &opts);
    return vb_doc_read(&cli->arena, name, &opts, &cli->diags, err);
}

const vb_plan *
vb_cli_plan(vb_cli *cli, vb_str path, const vb_doc_args *args, int *exit_code)
{
    vb_plan_opts plan_opts = {
        .provider = vb_str_c(args->provider),
        .tabs = args->tabs.at,
        .ntabs = args->tabs.len,
        .with = args->with.at,
        .nwith = args->with.len,
        .overlay_path = args->overlay,
        .unsealed = args->unsealed,
        .unlinked = args->unsealed,
    };
    vb_error err = {.message = ""};
    const vb_doc *doc;
    const vb_plan *plan;

    doc = read_document(cli, path, args, &err);
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
