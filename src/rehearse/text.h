/* Small pieces of text as command lines write and read them. */
#ifndef VB_REHEARSE_TEXT_H
#define VB_REHEARSE_TEXT_H

#include "base/arena.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* '*', '?' and '[a-z]'; the whole of 's', linear in each star. */
bool vb_sim_glob(vb_str pattern, vb_str s);
/* "a-f0-9" as the characters it stands for; also "hex", "digits", "lower",
 * "pod" (what Kubernetes makes suffixes of). */
vb_str vb_sim_alphabet(vb_arena *arena, vb_str spec);
/* Seconds as kubectl prints an age: "45s", "22m", "3h14m", "5d". */
vb_str vb_sim_age(vb_arena *arena, int64_t seconds);
/* %Y %m %d %e %H %M %S %a %b %% of a UTC time. */
vb_str vb_sim_date(vb_arena *arena, vb_str format, int64_t seconds);
/* "90", "90s", "1h30m", "5m0s", "250ms"; false when it is none. */
bool vb_sim_duration(vb_str s, int64_t *ms);
/* The candidate nearest to 'word' in spelling, or the empty slice when none
 * is near. */
vb_str vb_sim_nearest(vb_str word, const vb_str *candidates, size_t len);
/* A label selector ("a=b,c!=d,e,!f,g in (h,i)") on a map of labels. */
bool vb_sim_selects(vb_str selector, const vb_node *labels);

#endif
