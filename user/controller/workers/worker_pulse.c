/* SPDX-License-Identifier: MIT */
/* worker_pulse.c - sees that each worker's loop turns, and ends one that doesn't. */
#include <signal.h>

#include "controller/clock.h"
#include "controller/workers/workers.h"

#define PATIENCE_S 30 /* for one that is to end, or to be started */

/*
 * Looks are counted, and not the time: after a pause of the whole machine there was one look, and
 * the workers may come to theirs a little later.
 */
static void look_at(struct workers *workers, struct worker *worker)
{
	const uint64_t *turns = &workers->counters[worker - workers->list].turns;
	uint64_t now = __atomic_load_n(turns, __ATOMIC_RELAXED);

	if (now != worker->turns) {
		worker->turns = now;
		worker->n_still = 0;
		return;
	}
	if (++worker->n_still != WORKER_STILL_S || worker->is_retiring)
		return;
	log_event(LOG_LEVEL_WARNING,
		  &(struct log_event){.kind = LOG_KIND_WORKER_HUNG,
				      .interface = worker->port->name},
		  "the worker of '%s' queue %u has stood still for %d s; it is ended",
		  worker->port->name, worker->queue, WORKER_STILL_S);
	worker->has_hung = true;
	(void)kill(worker->pid, SIGKILL);
}

bool workers_watch(struct workers *workers)
{
	uint64_t now_ns = gate_now_ns();
	bool is_tended = true;
	size_t i;

	for (i = 0; i < workers->n; i++) {
		struct worker *worker = &workers->list[i];

		if (worker->pid)
			look_at(workers, worker);
		if (worker->pid && worker->n_still > WORKER_STILL_S + PATIENCE_S)
			is_tended = false;
		if (worker->due_ns && now_ns > worker->due_ns + PATIENCE_S * NS_PER_S)
			is_tended = false;
	}
	return is_tended;
}
