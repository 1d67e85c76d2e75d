/* Reading events for the model. */
#ifndef VB_REPORT_READ_H
#define VB_REPORT_READ_H

#include "base/attr.h"
#include "base/error.h"
#include "base/node.h"
#include "record/reader.h"

/* Calls 'take' for each event. False when a line is none, or the file cannot
 * be read; a torn last line is not a failure. */
VB_MUST_USE bool vb_read_each(const char *path,
                              void (*take)(void *user, const vb_event *event),
                              void *user, vb_error *err);

static inline size_t
vb_list_len(const vb_node *node)
{
    return node && node->kind == VB_NODE_LIST ? node->len : 0;
}

static inline uint32_t
vb_node_u32(const vb_node *map, const char *key)
{
    int64_t value = vb_node_int(map, key, 0);

    return value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
}

#endif
