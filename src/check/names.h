/* Names of what is created, used and deleted along a path. */
#ifndef VB_CHECK_NAMES_H
#define VB_CHECK_NAMES_H

#include "check/calls.h"
#include "check/check.h"

/* Rule A005. */
void vb_check_names(vb_checker *checker, const vb_plan *plan, vb_calls *calls);

#endif
