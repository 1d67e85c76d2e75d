#include "cli/many.h"

#include "cli/documents.h"
#include "cli/fetch.h"

#include "base/banned.h"

bool
vb_many_begin(vb_cli *cli, const vb_strs *arguments, vb_many *many)
{
    vb_error err = {.message = ""};

    vb_buf_init(&many->out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < arguments->len; i++) {
        vb_str path = arguments->at[i];

        if (vb_is_url(path)) {
            vb_vec_push(&cli->arena, &many->paths, path);
        } else if (!vb_documents_find(&cli->arena, path, &many->paths, &err)) {
            vb_cli_error(cli, "%s", err.message);
            return false;
        }
    }
    if (many->json && many->paths.len > 1)
        vb_buf_fmt(&many->out, "{\"schema\":\"%s\",\"documents\":[",
                   many->schema);
    return true;
}

bool
vb_many_next(vb_cli *cli, vb_many *many, const vb_doc_args *args)
{
    while (many->at < many->paths.len) {
        int exit_code;

        vb_diags_init(&cli->diags, &cli->arena);
        many->plan =
            vb_cli_plan(cli, many->paths.at[many->at++], args, &exit_code);
        if (many->plan)
            break;
        many->exit_code = exit_code;
    }
    if (!many->plan)
        return false;
    if (many->shown++)
        vb_buf_ch(&many->out, many->json ? ',' : '\n');
    return true;
}

void
vb_many_done(vb_cli *cli, vb_many *many)
{
    if (many->json && many->paths.len == 1)
        vb_buf_ch(&many->out, '\n');
    vb_cli_out(vb_buf_view(&many->out));
    vb_buf_clear(&many->out);
    if (!many->json)
        vb_cli_diags(cli, &cli->diags);
    if (cli->diags.errors)
        many->exit_code = VB_EXIT_DOCUMENT;
    many->plan = NULL;
}

int
vb_many_end(vb_many *many)
{
    if (many->json && many->paths.len > 1)
        vb_buf_c(&many->out, "]}\n");
    vb_cli_out(vb_buf_view(&many->out));
    vb_buf_release(&many->out);
    return many->exit_code;
}
