/*
 * The plan: what one reader does with a document, in order, and what each
 * block of the document was taken for. Nothing is dropped silently: each
 * block is a step, an expectation, a table of facts, or has the reason why it
 * is none of them.
 */
#ifndef VB_PLAN_PLAN_H
#define VB_PLAN_PLAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/hash.h"
#include "doc/doc.h"
#include "verify/expect.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vb_kind {
    VB_KIND_IGNORE,
    VB_KIND_COMMAND,
    VB_KIND_FILE,   /* write this content under this name */
    VB_KIND_EXPECT, /* output of the command before it */
    VB_KIND_MANUAL, /* a person does it */
    VB_KIND_TABLE,  /* facts */
} vb_kind;

typedef enum vb_phase { VB_PHASE_MAIN, VB_PHASE_TEARDOWN } vb_phase;

/* How an expectation is to be met over time. */
typedef enum vb_when {
    VB_WHEN_ONCE,
    VB_WHEN_EVENTUALLY, /* poll: "repeat until", pods still Pending */
} vb_when;

/* One piece of a block that holds both commands and their output. */
typedef struct vb_part {
    vb_kind kind;  /* COMMAND, EXPECT or IGNORE */
    uint32_t line; /* source line of its first line */
    vb_str text;   /* prompts removed */
} vb_part;

/* What a block was taken for, and why. One for each code block and table, in
 * document order, whatever the reader's choice. */
typedef struct vb_reading {
    uint32_t block; /* index into doc->blocks */
    vb_kind kind;
    vb_phase phase;
    bool optional;
    bool selected; /* the chosen reader sees it */
    bool inline_output;
    vb_str name;    /* FILE: its name */
    bool generated; /* the name is ours */
    vb_str why;     /* the cue that decided, in words */
    vb_str why_optional;
    vb_manner manner; /* EXPECT */
    vb_when when;     /* EXPECT */
    uint32_t of;      /* EXPECT: index of the reading whose output it is, or
                         VB_NONE; FILE with a generated name: the reading of the
                         first command that uses it, or VB_NONE */
    uint32_t step;    /* index of the step it became, or VB_NONE */
    VB_VEC(vb_part) parts; /* split blocks */
    vb_str shell;          /* COMMAND: "bash", "sh", "python", ... */
    vb_str foreign; /* COMMAND meant for the inside of another shell: which;
                       refused unless declared. Empty otherwise */
} vb_reading;

/* A variable of the path. */
typedef struct vb_input {
    vb_str name;
    bool secret;
    bool placeholder; /* <YOUR-PROJECT>, not $VAR; 'name' is its slug */
    vb_str spelled;   /* as the text has it: "<YOUR-PROJECT>", "$EMAIL" */
    vb_str description, example; /* overlay or the guide's sentence */
    vb_str fallback; /* value when nothing is given; see 'has_fallback' */
    bool has_fallback;
    vb_loc loc;    /* first use */
    uint32_t step; /* first step that needs it */
} vb_input;

/* A literal assignment of the guide that --set may replace. */
typedef struct vb_sample {
    vb_str name, value; /* value as the shell would see it; static text only */
    uint32_t step;
    uint32_t start, len; /* bytes of vb_step.body that spell the value,
                            quotes included */
    vb_loc loc;
} vb_sample;

/* Where a slot stands in its text, which decides how a value is written
 * there so that it stays data. */
typedef enum vb_slot_context {
    VB_SLOT_RAW,     /* a file's content or an expectation: as it is */
    VB_SLOT_BARE,    /* shell text outside quotes */
    VB_SLOT_DQUOTE,  /* within "..." or an expanding here-document's body */
    VB_SLOT_SQUOTE,  /* within '...' */
    VB_SLOT_HEREDOC, /* a here-document's body without expansion */
    VB_SLOT_HEREDOC_EXPAND,
    VB_SLOT_PLAIN, /* text that something interprets a second time (eval,
                      bash -c, ssh, arithmetic, backquotes): only values of
                      plain characters are accepted */
} vb_slot_context;

/* A place inside a step's body that a run fills in. */
typedef struct vb_slot {
    uint32_t start, len; /* bytes of vb_step.body */
    vb_str name;         /* input name */
    vb_str spelled;      /* the bytes themselves: "<YOUR-PROJECT>" */
    vb_slot_context context;
} vb_slot;

typedef struct vb_expectation {
    vb_str text;
    vb_loc loc; /* of its first line */
    vb_manner manner;
    vb_when when;
    vb_str lang;
    uint32_t command_line; /* source line of the command it belongs to when
                              the step has several, else 0 */
    int exit_status;       /* expected; -1: not said */
    bool similar;          /* the guide calls it similar, no more */
    bool from_error;       /* the guide announces an error message */
} vb_expectation;

typedef struct vb_ready {
    vb_str port, http, output, file; /* whichever are set */
} vb_ready;

typedef struct vb_step {
    vb_str id;    /* "kubernetes-cluster/gcloud-container-clusters-create" */
    vb_kind kind; /* COMMAND, FILE or MANUAL */
    vb_phase phase;
    bool destructive, optional, mutating, background;
    bool chosen; /* runs: not optional, or asked for by --with/overlay; false
                    too when the overlay says skip */
    bool unknown_env; /* reads a file with 'source' or uses 'eval': may set
                         variables the plan cannot see */
    vb_str title;     /* one line for people: heading or lead-in */
    vb_str body; /* COMMAND: shell text; FILE: content; MANUAL: checklist */
    uint32_t reading; /* index into plan->readings */
    vb_loc loc;       /* first line of the body */
    uint32_t end_line;
    VB_VEC(uint32_t) body_lines; /* source line of each body line */
    vb_str shell;                /* "bash", "python3", ... */
    vb_str foreign;
    bool shell_given;    /* the overlay says what runs it */
    vb_str name;         /* FILE: where to write, relative to the work dir */
    bool fill_vars;      /* FILE: $NAME takes the shell's value (the guide says
                            to fill it in); names in 'uses' */
    vb_str mode;         /* FILE: "write" or "append" */
    VB_VEC(vb_str) uses; /* variables read before this step sets them */
    VB_VEC(vb_str) sets; /* variables assigned */
    VB_VEC(vb_str)
    guarded;                      /* of 'uses': must not be empty when a command
                                     reads them (no default in the guide) */
    VB_VEC(vb_str) programs;      /* external programs it starts */
    VB_VEC(vb_str) reads, writes; /* files named in it */
    VB_VEC(vb_slot) slots;        /* placeholders in the body */
    VB_VEC(vb_expectation) expects;
    int64_t timeout_ms; /* 0: the run's default */
    uint32_t retries;   /* for steps told to be repeatable */
    int64_t poll_ms;    /* limit for 'eventually'; 0: the run's default */
    vb_ready ready;
    vb_str condition; /* optional: the guide's words */
} vb_step;

/* What a later step takes from an output: an id that the author copied by
 * hand, or a placeholder that an output shows, too. A run puts what the
 * output really said in its place, unless the user gives a value. */
typedef struct vb_carry {
    vb_str name;      /* for --set */
    vb_str text;      /* as the expected output has it */
    vb_str spelled;   /* as the later step has it; mostly the same */
    const char *cls;  /* what it is, in words; static */
    bool placeholder; /* without the output there is no value at all */
    bool sample;      /* 'name' is a variable that the guide sets to it */
    uint32_t step;    /* whose output it is */
    vb_loc loc;       /* there */
    uint32_t first;   /* the first step that uses it */
} vb_carry;

/* Something a table or list states. */
typedef struct vb_fact {
    vb_str key;      /* row label or column title */
    vb_str provider; /* provider of the column or scope; or empty */
    VB_VEC(vb_str) values;
    vb_str group; /* table's corner or column title */
    vb_loc loc;
    uint32_t block, scope;
    const char *form; /* "key-value", "list", "matrix", "settings" static */
} vb_fact;

typedef struct vb_choice {
    vb_str axis, label;
    bool explicit_; /* asked for; else the first tab was taken */
    bool provider;
} vb_choice;

typedef struct vb_provider_offer {
    vb_str name;  /* canonical: "gcp" */
    vb_str label; /* as the guide has it */
} vb_provider_offer;

typedef struct vb_plan {
    vb_arena *arena;
    const vb_doc *doc;
    const struct vb_overlay *overlay; /* never NULL */
    vb_str provider; /* canonical name, empty when none was chosen */
    VB_VEC(vb_provider_offer) providers; /* offered by the document */
    VB_VEC(vb_choice) choices;
    VB_VEC(vb_reading) readings;
    VB_VEC(vb_step) steps; /* reader's order, teardown last */
    VB_VEC(vb_fact) facts;
    VB_VEC(vb_input) inputs;   /* needed and never set on this path */
    VB_VEC(vb_sample) samples; /* set by the guide to a sample value */
    VB_VEC(vb_carry) links;    /* outputs that later steps build on */
    size_t gaps;               /* visible includes that are missing */
    size_t teardown_steps;
    vb_digest digest; /* of the plan's canonical JSON */
} vb_plan;

typedef struct vb_plan_opts {
    vb_str provider;    /* as given by the user; may be an alias */
    const vb_str *tabs; /* "LABEL" or "AXIS=LABEL" */
    size_t ntabs;
    const vb_str *with; /* step ids or 'all' */
    size_t nwith;
    const char *overlay_path; /* NULL: GUIDE.verbatim.yaml when present */
    bool unsealed;            /* nobody asks for the plan's digest */
    bool unlinked;            /* nobody asks for its links */
} vb_plan_opts;

/* Makes the plan. Everything wrong with the document's meaning is in 'diags'
 * (an unknown provider is an error there and lists those there are). NULL
 * only when the overlay cannot be used. */
vb_plan *vb_plan_make(vb_arena *arena, const vb_doc *doc,
                      const vb_plan_opts *opts, vb_diags *diags);

const vb_carry *vb_plan_carry(const vb_plan *plan, vb_str name);
/* Does the step's text hold a place that takes the link's value? Its line in
 * 'loc', which may be NULL. */
bool vb_step_takes(const vb_plan *plan, uint32_t step, const vb_carry *link,
                   vb_loc *loc);

/* A value for an input, a sample or a placeholder. */
typedef struct vb_given {
    vb_str name, value;
} vb_given;

/*
 * The text to execute or to write: the step's body with samples replaced and
 * placeholder slots filled in, each value spelled for the place it stands in.
 * The shell never reads a value a second time: quotes, newlines and "$(...)"
 * in it stay data. Names that are not given keep the guide's sample; false
 * and err when a slot has no value or a value cannot stand where its slot is.
 * '$NAME' in files with 'fill_vars' is left to exec/, which knows the live
 * shell. Linear in the body.
 */
VB_MUST_USE bool vb_step_render(const vb_plan *plan, const vb_step *step,
                                const vb_given *values, size_t nvalues,
                                vb_buf *out, vb_error *err);

/* What expected outputs must follow when these values are given: the guide's
 * samples and placeholders -> values. Returns the count; the array is in
 * 'arena'. */
size_t vb_plan_substs(const vb_plan *plan, vb_arena *arena,
                      const vb_given *values, size_t nvalues, vb_subst **out);

/* The documented JSON (runbooks/plan-format.md), "schema": "verbatim.plan/1".
 */
void vb_plan_json(const vb_plan *plan, const vb_diags *diags, vb_buf *out);
/* All blocks with their readings: {"schema": "verbatim.explain/1",
 * "blocks": [...]}. */
void vb_explain_json(const vb_plan *plan, const vb_diags *diags, vb_buf *out);

/* A code block that the reader sees and that became nothing in the plan. */
bool vb_reading_unused(const vb_plan *plan, const vb_reading *reading);
const vb_step *vb_plan_step(const vb_plan *plan, vb_str id);
const char *vb_kind_name(vb_kind kind);
const char *vb_phase_name(vb_phase phase);

#endif
