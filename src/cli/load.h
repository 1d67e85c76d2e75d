/*
 * From a command line to a plan: what plan, explain, run, export and check
 * have in common. Stops early, with the right exit code, where there is
 * nothing to go on with.
 */
#ifndef VB_CLI_LOAD_H
#define VB_CLI_LOAD_H

#include "cli/cli.h"
#include "plan/plan.h"

/* The options about a document, first in each args struct that uses
 * VB_DOC_OPTS. */
typedef struct vb_doc_args {
    const char *provider, *overlay, *root;
    vb_strs tabs, with, first;
    bool allow_private;
    bool unsealed; /* no option: the plan's digest and links stay away */
} vb_doc_args;

#define VB_DOC_OPTS(type)                                                      \
    {'p',                                                                      \
     "provider",                                                               \
     VB_OPT_STRING,                                                            \
     offsetof(type, doc.provider),                                             \
     "NAME",                                                                   \
     "choose this provider's path (gcp, aws, azure, ... or an alias)",         \
     NULL,                                                                     \
     NULL},                                                                    \
        {'t',                                                                  \
         "tab",                                                                \
         VB_OPT_LIST,                                                          \
         offsetof(type, doc.tabs),                                             \
         "[AXIS=]LABEL",                                                       \
         "choose a tab of another kind; may be given more than once",          \
         NULL,                                                                 \
         NULL},                                                                \
        {0,           "with",                                                  \
         VB_OPT_LIST, offsetof(type, doc.with),                                \
         "STEP",      "include this optional step ('all' for every one)",      \
         NULL,        NULL},                                                   \
        {0,                                                                    \
         "overlay",                                                            \
         VB_OPT_STRING,                                                        \
         offsetof(type, doc.overlay),                                          \
         "FILE",                                                               \
         "use FILE instead of GUIDE.verbatim.yaml",                            \
         NULL,                                                                 \
         NULL},                                                                \
        {0,                                                                    \
         "root",                                                               \
         VB_OPT_STRING,                                                        \
         offsetof(type, doc.root),                                             \
         "DIR",                                                                \
         "includes must stay below DIR (default: the repository, else the "    \
         "guide's directory)",                                                 \
         NULL,                                                                 \
         NULL},                                                                \
        {0,                                                                    \
         "first",                                                              \
         VB_OPT_LIST,                                                          \
         offsetof(type, doc.first),                                            \
         "DOC",                                                                \
         "work through this document before; may be given more than once",     \
         NULL,                                                                 \
         NULL},                                                                \
    {                                                                          \
        0, "allow-private", VB_OPT_FLAG, offsetof(type, doc.allow_private),    \
            NULL, "fetch documents from loopback and private addresses, too",  \
            NULL, NULL                                                         \
    }

/* Reads the document and makes its plan. NULL when that is impossible: the
 * diagnostics have been printed and *exit_code says how to end. The
 * document's own diagnostics are left in cli->diags, not printed. */
const vb_plan *vb_cli_plan(vb_cli *cli, vb_str path, const vb_doc_args *args,
                           int *exit_code);

#endif
