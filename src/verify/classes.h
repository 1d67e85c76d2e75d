/*
 * Volatile classes: kinds of tokens that differ from day to day. Each has a
 * strict finder, which decides on the guide's side that a token is there, and
 * a generous taker, which says how much of the output may stand for it. Both
 * are hand written, look at a bounded stretch of text and never backtrack.
 * runbooks/outputs.md lists the classes for people.
 */
#ifndef VB_VERIFY_CLASSES_H
#define VB_VERIFY_CLASSES_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* X(constant, name, identity): the same identity in the text must be the same
 * again in the output; measures repeat by chance and are free. */
#define VB_CLASSES(X)                                                          \
    X(NONE, "text", false)                                                     \
    X(TIMESTAMP, "timestamp", false)                                           \
    X(DATE, "date", false)                                                     \
    X(TIME, "time of day", false)                                              \
    X(EPOCH, "epoch time", false)                                              \
    X(AGE, "age", false)                                                       \
    X(DURATION, "duration", false)                                             \
    X(UUID, "UUID", true)                                                      \
    X(HEX, "hash", true)                                                       \
    X(PRINT, "fingerprint", true)                                              \
    X(TOKEN, "id", true)                                                       \
    X(UPPER_ID, "id", true)                                                    \
    X(NUMBER_ID, "id number", true)                                            \
    X(KUBE_HASH, "generated name", true)                                       \
    X(KUBE_SUFFIX, "generated name", true)                                     \
    X(NODE_SUFFIX, "generated name", true)                                     \
    X(RANDOM_NAME, "generated name", true)                                     \
    X(IPV4, "address", true)                                                   \
    X(CIDR, "address range", true)                                             \
    X(IPV6, "address", true)                                                   \
    X(HOST, "host address", true)                                              \
    X(PORT, "port", true)                                                      \
    X(TEMP, "temporary path", true)                                            \
    X(HOME, "home directory", false)                                           \
    X(EMAIL, "mail address", true)                                             \
    X(VERSION, "version", false)                                               \
    X(SIZE, "size", false)                                                     \
    X(RATE, "rate", false)                                                     \
    X(PERCENT, "percentage", false)                                            \
    X(NUMBER, "number", false)                                                 \
    X(PROGRESS, "progress figure", false)                                      \
    X(RESTARTS, "restart count", false)                                        \
    X(MASK, "masked text", false)                                              \
    X(LABEL, "generated name", true)                                           \
    X(PICTURE, "picture of a key", false)                                      \
    X(FETCH, "fetched or not", false)                                          \
    X(SECRET, "generated value", false)                                        \
    X(CELL, "value", false)                                                    \
    X(USAGE, "amount in use", false)                                           \
    X(PLACEHOLDER, "placeholder", true)

typedef enum vb_class {
#define VB_CLASS_ENUM(id, name, identity) VB_CLASS_##id,
    VB_CLASSES(VB_CLASS_ENUM)
#undef VB_CLASS_ENUM
        VB_CLASS_COUNT
} vb_class;

const char *vb_class_name(vb_class cls);
bool vb_class_identity(vb_class cls);

/* The length of the volatile token that starts at 'at', or 0. The caller sees
 * to it that the byte before 'at' does not belong to the same word. */
size_t vb_class_find(vb_str line, size_t at, vb_class *cls);

/* How many bytes of 'line' from 'at' on can stand for 'sample', a token of
 * that class; 0 when none can. */
size_t vb_class_take(vb_class cls, vb_str sample, vb_str line, size_t at);

/* Byte 'at' of 'line', NUL past the end. */
static inline char
vb_at(vb_str line, size_t at)
{
    return at < line.len ? line.ptr[at] : '\0';
}

/* strchr() finds the NUL that ends its string, too, and a NUL may well stand
 * in an output. */
static inline bool
vb_one_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* True when no word goes on at 'at'. */
static inline bool
vb_ends_at(vb_str line, size_t at)
{
    return at >= line.len || !vb_is_word(line.ptr[at]);
}

/* How many digits stand at 'at', at most 'max'. */
static inline size_t
vb_digits(vb_str line, size_t at, size_t max)
{
    size_t n = 0;

    while (n < max && vb_is_digit(vb_at(line, at + n)))
        n++;
    return n;
}

/* The class families, one file each: strict finders and takers. */
size_t vb_time_find(vb_str line, size_t at, vb_class *cls);
size_t vb_time_take(vb_class cls, vb_str line, size_t at);
/* "22m", "1h5m", "0.53s"; with 'words' also "3 minutes ago". */
size_t vb_duration_len(vb_str line, size_t at, bool words);

/* A label of a host name that a cloud gave out; a line of a key's picture. */
size_t vb_label_find(vb_str line, size_t at);
size_t vb_label_take(vb_str line, size_t at);
size_t vb_picture_len(vb_str line, size_t at);

/* Generated parts of names alone: what stands behind a '-'. */
size_t vb_name_find(vb_str line, size_t at, vb_class *cls);
size_t vb_id_find(vb_str line, size_t at, vb_class *cls);
size_t vb_id_take(vb_class cls, vb_str sample, vb_str line, size_t at);

size_t vb_net_find(vb_str line, size_t at, vb_class *cls);
size_t vb_net_take(vb_class cls, vb_str sample, vb_str line, size_t at);

size_t vb_measure_find(vb_str line, size_t at, vb_class *cls);
size_t vb_measure_take(vb_class cls, vb_str sample, vb_str line, size_t at);
/* Digits with groups and decimals. */
size_t vb_number_len(vb_str line, size_t at);
/* The letters before a version's digits: "v", "go". */
size_t vb_version_prefix(vb_str line, size_t at);
/* "1.22", "v1.22.9-eks-810597c": digits with at least one dot. */
size_t vb_version_len(vb_str line, size_t at);

#endif
