/* SPDX-License-Identifier: MIT */
/* portals.h - the hosts of the zones' portals: their names, and whether they take connections. */
#ifndef XDP511_PREFLIGHT_PORTALS_H
#define XDP511_PREFLIGHT_PORTALS_H

#include "preflight/collect.h"

struct portals; /* opaque */

/* Begins to look up their names. NULL: there is no memory. */
struct portals *portals_start(const struct config *config, const struct running *running);

/* Waits for names until @until_ms, tries to connect until @connect_until_ms, judges, and frees. Takes NULL. */
void portals_finish(struct portals *portals, struct report *report, int64_t until_ms,
		    int64_t connect_until_ms);

#endif /* XDP511_PREFLIGHT_PORTALS_H */
