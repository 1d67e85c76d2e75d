/* For the writer and the reader of JSON alone. */
#ifndef VB_BASE_JSON_PLAIN_H
#define VB_BASE_JSON_PLAIN_H

#include "base/str.h"

/* Length of the longest prefix that stands for itself in a JSON string: valid
 * UTF-8 without controls, quotes and backslashes. */
size_t vb_json_plain(vb_str s);

#endif
