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
    VB_WIRE_READ,  /* path; "-" is standard input, "-N" its next N bytes.
                      Answered by FILE */
    VB_WIRE_WRITE, /* uint32 mode (0: 0666), uint32 append, path, NUL,
                      content */
    VB_WIRE_OUT,
    VB_WIRE_ERR,
    VB_WIRE_EXIT, /* uint32 status */
    VB_WIRE_KILL, /* uint32 signal */
    /* A recording. Server to shim: run the real program. Texts ending in NUL:
       where it is if PATH does not say, then files it may write. */
    VB_WIRE_RUN,
    /* shim to server, while it runs and when it has ended */
    VB_WIRE_GIVEN, /* path, NUL, content: a file it was given */
    VB_WIRE_WROTE, /* uint32 mode, path, NUL, content */
    VB_WIRE_IN,    /* standard input that it read */
    VB_WIRE_SAID,  /* uint32 stream (1 or 2), what it printed there */
    VB_WIRE_ENDED, /* vb_wire_end; answered by EXIT or KILL */
} vb_wire_type;

typedef struct vb_wire_end {
    int64_t took_ns;
    uint32_t status, signal; /* signal 0: it exited */
    uint32_t terminal;       /* it printed on a terminal */
    uint32_t cut;            /* something was too large to be told */
} vb_wire_end;

typedef struct vb_wire_head {
    uint32_t type, len;
} vb_wire_head;

enum {
    VB_WIRE_FILE_MAX = 16 << 20,                /* content of one file */
    VB_WIRE_MAX = VB_WIRE_FILE_MAX + (1 << 16), /* one frame */
    VB_WIRE_GIVEN_MAX = 1 << 20, /* a file that a recording keeps */
};

#endif
