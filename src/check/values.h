/* Values on a path that the service they are meant for refuses. */
#ifndef VB_CHECK_VALUES_H
#define VB_CHECK_VALUES_H

#include "check/check.h"

/* Rules V006 and V007, and V005 for "{name}". */
void vb_check_values(vb_checker *checker, const vb_plan *plan);

#endif
