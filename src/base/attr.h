/* Compiler attributes used throughout, spelled once. */
#ifndef VB_BASE_ATTR_H
#define VB_BASE_ATTR_H

#define VB_MUST_USE __attribute__((warn_unused_result))
#define VB_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define VB_UNUSED __attribute__((unused))
#define VB_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
