/*
 * What the programs of a guide say about its command lines. No command of a
 * document is ever run: a program is asked for its own help, for completions
 * or by its own linter, with plain words only, in an empty folder, with an
 * environment of ours and a time limit. Where it is not installed, files that
 * describe its command line (the grammars of the rehearsal) answer instead.
 *
 * Each program has a small probe; the table is in programs.c, and users add
 * theirs with `--probe`. Answers are kept, so each question is asked once,
 * whatever the number of documents and threads.
 */
#ifndef VB_CHECK_PROGRAMS_H
#define VB_CHECK_PROGRAMS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/cache.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "check/calls.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_programs vb_programs;

typedef struct vb_programs_opts {
    bool ask;             /* installed programs, too; else descriptions alone */
    const char *surfaces; /* folder of descriptions; NULL: the shipped one */
    const vb_str *probes; /* "NAME[=help[:OPTION]]", "NAME=completer:PROGRAM" */
    size_t nprobes;
} vb_programs_opts;

VB_MUST_USE bool vb_programs_open(const vb_programs_opts *opts,
                                  vb_programs **out, vb_error *err);
/* NULL is fine. */
void vb_programs_close(vb_programs *programs);

typedef enum vb_refusal {
    VB_REFUSES_NOTHING,
    VB_REFUSES_COMMAND, /* there is no such subcommand */
    VB_REFUSES_OPTION,
    VB_REFUSES_VALUE,
    VB_REFUSES_MISSING, /* something required is not given */
    VB_REFUSES_TO_TELL, /* neither installed nor described */
} vb_refusal;

typedef struct vb_asked {
    vb_refusal kind;
    size_t part;  /* of the call: the word in question; 0 the program */
    vb_str word;  /* as asked for, or what is missing */
    vb_str quote; /* the program's own words; may be empty */
    vb_str near;  /* a name like it that there is, or empty */
} vb_asked;

/* Answers for all calls of a document at once, from programs that are slow to
 * start: command string -> vb_node. In 'arena'; NULL: nothing was prepared. */
const vb_map *vb_programs_prepare(vb_programs *programs, vb_arena *arena,
                                  const vb_calls *calls, size_t ncalls);
/* Everything in the answer is in 'arena' or lives as long as 'programs'. */
vb_asked vb_programs_ask(vb_programs *programs, vb_arena *arena,
                         const vb_map *prepared, const vb_call *call);

/* ------------------------------------------- for programs*.c alone -- */

typedef struct vb_probe {
    const char *name;
    enum { VB_PROBE_HELP, VB_PROBE_COMPLETER, VB_PROBE_GCLOUD } how;
    const char *with;    /* HELP: the option; COMPLETER: the program */
    const char *globals; /* HELP: the command that lists them, or NULL */
} vb_probe;

/* What one start of a program came to. */
typedef struct vb_said {
    bool answered; /* it was started and ended in time */
    int status;
    vb_str out, err;
} vb_said;

/* Starts a program, or gives the answer that it gave before. 'line' is
 * COMP_LINE for a completer, or NULL. */
const vb_said *vb_programs_start(vb_programs *programs, const char *const *argv,
                                 const char *line);

vb_asked vb_ask_help(vb_programs *programs, const vb_probe *probe,
                     vb_arena *arena, const vb_call *call);
vb_asked vb_ask_completer(vb_programs *programs, const vb_probe *probe,
                          vb_arena *arena, const vb_call *call);
vb_asked vb_ask_gcloud(vb_arena *arena, const vb_map *prepared,
                       const vb_call *call);
/* The text that gcloud is asked about; *open when a variable outside quotes may
 * hold more words. */
vb_str vb_gcloud_string(vb_arena *arena, const vb_call *call, bool *open);
/* Writes a file into the folder that programs are started in; its path, or
 * NULL. */
const char *vb_programs_file(vb_programs *programs, vb_arena *arena,
                             vb_str content);

/* The descriptions: NULL when the program has none. */
typedef struct vb_surfaces vb_surfaces;
vb_surfaces *vb_surfaces_read(vb_arena *arena, const char *folder,
                              vb_error *err);
/* 'missing' alone: report only what is required and not given. */
vb_asked vb_ask_surface(const vb_surfaces *surfaces, vb_arena *arena,
                        const vb_call *call, bool missing);

/* Letters, digits and dashes: a word that may be passed on. */
bool vb_plain_word(vb_str word);
/* The nearest of 'count' names, or empty. */
vb_str vb_near_name(vb_str name, const vb_str *names, size_t count);

#endif
