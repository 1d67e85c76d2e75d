/*
 * Inside of plan/: what the passes over one document share. The passes run in
 * the order of plan.c; each one only adds to what the earlier ones found.
 */
#ifndef VB_PLAN_PLANNER_H
#define VB_PLAN_PLANNER_H

#include "plan/cue.h"
#include "plan/overlay.h"
#include "plan/plan.h"
#include "plan/prompt.h"
#include "plan/shape.h"
#include "plan/shell.h"

#include <stdbool.h>
#include <stdint.h>

/* What a code block's tag says. */
typedef enum vb_tag {
    VB_TAG_NONE,      /* no language */
    VB_TAG_TEXT,      /* text, plaintext, none, log */
    VB_TAG_SHELL,     /* bash, sh, azurecli, ... */
    VB_TAG_SESSION,   /* console, shell-session, terminal */
    VB_TAG_POWER,     /* powershell */
    VB_TAG_OUTPUT,    /* output */
    VB_TAG_DATA,      /* yaml, json, hcl, ... */
    VB_TAG_SOURCE,    /* go, python, js: programs */
    VB_TAG_DIRECTIVE, /* {note}, mermaid: no code at all */
    VB_TAG_DIFF,
} vb_tag;

/* The surroundings of one code block or table, by reading index. */
typedef struct vb_context {
    uint32_t block;
    vb_tag tag;
    vb_shape shape;
    uint32_t prose;     /* block index of the lead-in paragraph, VB_NONE */
    uint32_t above;     /* block directly above when it is prose or a bold line
                           (names a file on a line of its own), VB_NONE */
    vb_str lead;        /* its last sentence; or empty */
    uint32_t lead_at;   /* where it starts in that block's text */
    uint32_t cues;      /* of the lead */
    uint32_t para_cues; /* of the lead paragraph's first sentence */
    uint32_t after;     /* prose directly behind, VB_NONE */
    bool ends_colon;    /* the lead ends in ':' */
    uint32_t prev;      /* reading before it with nothing between; never across
                           a tab's edge; VB_NONE */
    uint32_t before;    /* reading before it in the same scope or around it */
    bool page_prompts;  /* its page has shell prompts */
    bool form;          /* TABLE: settings that a person enters */
} vb_context;

/* A literal that the guide tells the reader to put a value for. */
enum { VB_TOLD_MAX = 64 };
typedef struct vb_told {
    vb_str text, name, sentence;
    uint32_t heading; /* where it is said */
    bool wide;        /* it means that everywhere, not only in that section */
} vb_told;

typedef struct vb_planner {
    vb_plan *plan;
    const vb_doc *doc;
    vb_arena *arena;
    const vb_plan_opts *opts;
    vb_overlay *overlay;
    vb_diags *diags;
    uint32_t *chosen;     /* [doc->axes.len] option index or VB_NONE */
    vb_context *contexts; /* [plan->readings.len] */
    vb_split *splits;     /* [plan->readings.len]; valid for commands */
    uint32_t *reading_of; /* [doc->blocks.len] or VB_NONE */
    VB_VEC(vb_told) told; /* literals to replace (told.c) */
    vb_split_work split_work;
    vb_arena work;     /* released when the plan is made: what the plan keeps
                          is copied out of it */
    vb_shell **shells; /* [plan->steps.len], in 'work'; NULL for other kinds */
} vb_planner;

static inline const vb_block *
vb_reading_block(const vb_planner *p, uint32_t reading)
{
    return &p->doc->blocks.at[p->plan->readings.at[reading].block];
}

/* A heading's words; the source line where the document has none (a shortcode
 * that the page's generator translates). */
vb_str vb_heading_text(const vb_planner *p, const vb_block *heading);

const vb_block *vb_heading_of(const vb_doc *doc, uint32_t heading);
/* Numbering and pictographs before a title's first word left out. */
vb_str vb_bare_title(vb_str title);
/* sections.c: for each block of the document that is a heading, why its
 * section is for some readers only, or NULL; static texts, in 'work'. */
const char *const *vb_sections(vb_planner *p);

/* select.c */
const char *vb_planner_provider(const vb_planner *p, vb_str name);
void vb_select(vb_planner *p);

/* context.c */
vb_tag vb_tag_of(vb_str lang);
void vb_contexts(vb_planner *p);
/* Could one reader see both? True when neither scope is another tab of a
 * group the other stands in. */
bool vb_scopes_meet(const vb_doc *doc, uint32_t a, uint32_t b);

/* markers.c: what other tools' annotations say. */
typedef struct vb_marker {
    vb_str file, name;
    double similarity; /* < 0: not said */
    bool skip, background, expect, terminal;
    vb_str timeout;
    vb_str regex;
} vb_marker;
vb_marker vb_marker_of(const vb_planner *p, uint32_t reading);
/* byexample's options behind single commands, "# byexample: +skip": parts that
 * are not to be done or compared become IGNORE. The number of commands that
 * are left; with none, the parts stay as they are. */
size_t vb_part_marks(vb_part *parts, size_t n);
/* key=value or key="value" in an info string; empty when absent. */
vb_str vb_info_attr(vb_str info, const char *key);
/* The same, or "key": "value" in braces. */
vb_str vb_cell_attr(vb_str info, const char *key);

/* name.c */
typedef struct vb_name {
    vb_str name;
    const char *why; /* static */
    bool strong;     /* the guide says that this block is that file */
    bool created;    /* ... and that the reader creates it now */
} vb_name;
vb_name vb_name_of(const vb_planner *p, uint32_t reading);
/* "-f NAME" and kin of a later command that nobody else writes. */
vb_name vb_name_from_next(const vb_planner *p, uint32_t reading);
vb_str vb_name_generate(const vb_planner *p, uint32_t reading);
/* A file name inside 'text' that a guide would give a file; empty if none. */
vb_str vb_filename_in(vb_str text);
bool vb_is_filename(vb_str text);

/* classify.c, pair.c, teardown.c, optional.c */
void vb_classify(vb_planner *p);
void vb_pair(vb_planner *p);
void vb_phases(vb_planner *p);
void vb_optionals(vb_planner *p);

/* steps.c, step_ids.c, step_order.c */
void vb_steps(vb_planner *p);
vb_str *vb_step_ids(vb_planner *p);
void vb_step_order(vb_planner *p);
/* What a step of shell text does: programs, files, flags. */
void vb_step_look(vb_planner *p, vb_step *step, const vb_shell *shell);
/* inside.c: steps that are typed into a shell an earlier one opened. */
void vb_inside_of(vb_planner *p);
/* Line of the source that holds byte 'at' of the body. */
vb_loc vb_step_loc(const vb_step *step, uint32_t at);
/* vars.c */
void vb_variables(vb_planner *p);
/* placeholder.c: slots of every step, and their inputs. */
void vb_placeholders(vb_planner *p);
/* Where a stretch of a step's text stands for the shell; false in comments. */
bool vb_slot_place(vb_planner *p, uint32_t step, uint32_t at,
                   vb_slot_context *out);
/* "--subnet-id " before 'at' -> "SUBNET_ID"; empty when nothing is there. */
vb_str vb_option_name(vb_planner *p, vb_str body, size_t at);
/* failure.c: "you should see an error", but not "if you see an error". */
bool vb_failure_promised(vb_str sentence);
/* Steps that the guide says fail, by the sentence before the command. */
void vb_failures(vb_planner *p);
/* carry.c: what later steps take from earlier outputs. */
void vb_carries(vb_planner *p);
/* facts.c: settings forms become MANUAL-like steps. */
void vb_facts(vb_planner *p);
bool vb_table_is_form(const vb_planner *p, uint32_t reading);
vb_str vb_table_checklist(const vb_planner *p, uint32_t reading);

/* plan_json.c: the digest over everything a run depends on. */
void vb_plan_seal(vb_plan *plan);

/* overlay_apply.c */
void vb_overlay_readings(vb_planner *p);
void vb_overlay_steps(vb_planner *p, const vb_str *ids);

#endif
