/* Manners other than a reader's: the text taken literally or as a pattern. */
#ifndef VB_VERIFY_MANNER_H
#define VB_VERIFY_MANNER_H

#include "base/arena.h"
#include "base/diag.h"
#include "verify/expect.h"

typedef struct vb_regex vb_regex;

/* NULL and a diagnostic at the place of the fault when it is no pattern. The
 * compiled form is kept for the life of 'arena'. */
vb_regex *vb_regex_compile(vb_arena *arena, vb_str pattern, vb_loc where,
                           vb_diags *diags);

typedef enum vb_found {
    VB_FOUND_NO,
    VB_FOUND_YES,
    VB_FOUND_LIMIT /* a limit was hit: nobody knows */
} vb_found;

vb_found vb_regex_search(const vb_regex *regex, vb_str text);

#endif
