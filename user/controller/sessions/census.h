/* SPDX-License-Identifier: MIT */
/*
 * census.h - how many guests there are, by zone: a walk over their table in slices, one after the
 * other as long as somebody asks.
 */
#ifndef XDP511_CENSUS_H
#define XDP511_CENSUS_H

#include <stdbool.h>

#include "base/loop.h"
#include "gate/gate.h"

struct census; /* opaque */

struct census_numbers {
	uint32_t guests[X511_MAX_ZONES];
	uint32_t parked[X511_MAX_ZONES];
	uint32_t total; /* with those of zones that are gone */
};

int census_new(struct loop *loop, struct gate *gate, struct census **ret_census);
struct census *census_free(struct census *census); /* takes NULL, returns NULL */

/* Those of the last whole walk (NULL: there was none yet); and the next one begins. */
const struct census_numbers *census_ask(struct census *census);

#endif /* XDP511_CENSUS_H */
