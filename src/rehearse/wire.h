/*
 * What shim and server say to each other: frames of a head and 'len' bytes,
 * in the byte order of the one machine both run on. The shim includes nothing
 * else of the program.
 */
#ifndef VB_REHEARSE_WIRE_H
#define VB_REHEARSE_WIRE_H

#include <stdint.h>

typedef enum vb_wire_type {
    /* shim to server */
    VB_WIRE_HELLO = 1, /* uint32 argc, then texts ending in NUL: working
                          directory, argv[0], argv[1..], environment */
    VB_WIRE_FILE,      /* uint32 errno, then the content */
    /* server to shim */
    VB_WIRE_READ,  /* path; "-" is standard input. Answered by FILE */
    VB_WIRE_WRITE, /* uint32 mode (0: 0666), uint32 append, path, NUL,
                      content */
    VB_WIRE_OUT,
    VB_WIRE_ERR,
    VB_WIRE_EXIT, /* uint32 status */
    VB_WIRE_KILL, /* uint32 signal */
} vb_wire_type;

typedef struct vb_wire_head {
    uint32_t type, len;
} vb_wire_head;

enum {
    VB_WIRE_FILE_MAX = 16 << 20,                /* content of one file */
    VB_WIRE_MAX = VB_WIRE_FILE_MAX + (1 << 16), /* one frame */
};

#endif
