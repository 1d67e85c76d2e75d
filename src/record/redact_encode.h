/* The ways in which a value may be printed. */
#ifndef VB_RECORD_REDACT_ENCODE_H
#define VB_RECORD_REDACT_ENCODE_H

#include "base/str.h"

/* Calls 'each' with every spelling of 'value', itself first; some may be the
 * same. The text lives for the call. */
void vb_spellings(vb_str value, void (*each)(void *user, vb_str spelling),
                  void *user);

#endif
