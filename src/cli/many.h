/*
 * One command over several documents: files, folders, URLs. One document
 * gives its own output; of several, text follows text, and JSON is one object
 * {"schema": ..., "documents": [...]}.
 */
#ifndef VB_CLI_MANY_H
#define VB_CLI_MANY_H

#include "base/buf.h"
#include "cli/cli.h"
#include "cli/load.h"

typedef struct vb_many {
    const char *schema; /* of the object around several documents */
    bool json;
    vb_strs paths;
    size_t at, shown;
    const vb_plan *plan; /* of the document that is on */
    vb_buf out;          /* what is printed for it */
    int exit_code;       /* the worst so far */
} vb_many;

/* Finds the documents; false, with a message, when there is none. */
bool vb_many_begin(vb_cli *cli, const vb_strs *arguments, vb_many *many);
/* The next plan that can be made; what cannot be read is reported and
 * passed over. */
bool vb_many_next(vb_cli *cli, vb_many *many, const vb_doc_args *args);
/* Prints 'out' and, for text, the document's diagnostics. */
void vb_many_done(vb_cli *cli, vb_many *many);
/* The exit code. */
int vb_many_end(vb_many *many);

#endif
