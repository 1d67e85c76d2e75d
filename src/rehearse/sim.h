/*
 * The simulated programs of a rehearsal. A scenario (runbooks/scenarios.md)
 * gives gcloud, kubectl and the like their behaviour: grammar, state, output,
 * failures. Each simulated program is the small shim binary under the
 * program's name; it asks the running verbatim over a Unix socket and does
 * what it is told, so the scenario is loaded once a run and the state has one
 * owner.
 *
 * The server never blocks: the caller polls vb_sim_fds() and calls
 * vb_sim_service() when one is ready.
 */
#ifndef VB_REHEARSE_SIM_H
#define VB_REHEARSE_SIM_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_scenario vb_scenario; /* opaque, immutable once loaded */

/* Loads and validates scenario files (several merge, first match wins).
 * NULL with located diagnostics when one is wrong. */
vb_scenario *vb_scenario_load(vb_arena *arena, const char *const *paths,
                              size_t npaths, vb_diags *diags, vb_error *err);
/* Program names it simulates. */
size_t vb_scenario_programs(const vb_scenario *scenario, const vb_str **names);

struct vb_recorder;

typedef struct vb_sim vb_sim; /* opaque: socket, shims, state, clock */

typedef struct vb_sim_opts {
    const char *dir;      /* made by the server: DIR/bin/<program>, DIR/sock */
    const char *shim;     /* path of the verbatim-shim binary */
    const char *seed;     /* text that makes generated ids repeatable */
    const vb_str *faults; /* --fault: "eksctl create nodegroup: fail once" */
    size_t nfaults;
    vb_str state;     /* what vb_sim_save gave, to continue from; or empty */
    const char *work; /* where the steps start; NULL: nowhere */
    /* Records real programs instead of simulating: then there is no scenario,
     * DIR/bin holds a shim for each of them and nothing else. Borrowed. */
    struct vb_recorder *recorder;
    const char *tools_path; /* where the real file tools are looked for, as
                               PATH; NULL: the process's own PATH */
} vb_sim_opts;

vb_sim *vb_sim_open(const vb_scenario *scenario, const vb_sim_opts *opts,
                    vb_error *err);
/* DIR/bin, the whole of PATH in a rehearsal: the shims, and symbolic links to
 * the ordinary file tools the scenario allows. DIR must be visible inside the
 * sandbox under the same name (the shim finds DIR/sock through
 * /proc/self/exe); the socket works across network namespaces. */
const char *vb_sim_path(const vb_sim *sim);

/* Fills 'fds' (at most 'max') and returns how many to poll. */
size_t vb_sim_fds(const vb_sim *sim, struct pollfd *fds, size_t max);
/* Serves what is ready; never blocks. False when the rehearsal itself is
 * broken (not when a simulated program fails). */
bool vb_sim_service(vb_sim *sim, const struct pollfd *fds, size_t nfds,
                    vb_error *err);

/* What one simulated command was, for the record. */
typedef struct vb_sim_call {
    vb_str program;
    const vb_str *argv;
    size_t argc;
    int status;
    const char *rule;     /* id of the rule that answered, or "refused" */
    vb_str why;           /* a refusal in words, or empty */
    int64_t simulated_ms; /* waiting that cost no real time */
} vb_sim_call;
/* Calls since the last drain, in order; valid until the next call here. */
size_t vb_sim_drain(vb_sim *sim, const vb_sim_call **calls);
/* Total of simulated waiting. */
int64_t vb_sim_waited_ms(const vb_sim *sim);
/* The state as JSON, to be kept with a snapshot and continued from. */
void vb_sim_save(const vb_sim *sim, vb_buf *out);

void vb_sim_close(vb_sim *sim);

#endif
