/* SPDX-License-Identifier: MIT */
/* counters.h - the walk that writes what the gate has counted, and what is written already. */
#ifndef XDP511_COUNTERS_H
#define XDP511_COUNTERS_H

#include <stdbool.h>

#include "controller/journal/store.h"
#include "gate/gate.h"

struct counters; /* opaque; for one thread */

int counters_new(struct gate *gate, struct counters **ret_counters);
struct counters *counters_free(struct counters *counters); /* takes NULL, returns NULL */

/* The disk has this of the session already. */
void counters_know(struct counters *counters, uint64_t id, const struct session *session);

/*
 * The next piece of the walk: at most one transaction. 1: there is more, 0: the walk is over,
 * and the next call starts another. -errno: this piece will be written by the next walk.
 */
int counters_step(struct counters *counters, struct store *store);

struct usage counters_usage(const struct session *session);

#endif /* XDP511_COUNTERS_H */
