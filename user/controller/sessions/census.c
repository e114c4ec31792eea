/* SPDX-License-Identifier: MIT */
/* census.c - counts guests in slices, so that the loop is never kept for long. */
#include "controller/sessions/census.h"

#include <errno.h>
#include <stdlib.h>

#define SLICE	       4096 /* as the walk wants it; about a millisecond */
#define SLICE_EVERY_MS 20   /* a million guests in five seconds */

struct census {
	struct loop *loop;
	struct gate *gate;
	int timer;
	bool is_walking;
	bool is_known;
	struct gate_walk walk;
	struct census_numbers counted; /* of the walk */
	struct census_numbers known;
	struct session_key keys[SLICE];
	struct guest guests[SLICE];
};

static void count(struct census *census, int n)
{
	const uint64_t now_ns = gate_now_ns();
	int i;

	for (i = 0; i < n; i++) {
		const uint16_t zone = census->keys[i].zone;

		census->counted.total++;
		if (zone >= X511_MAX_ZONES)
			continue;
		census->counted.guests[zone]++;
		census->counted.parked[zone] += census->guests[i].parked_until_ns > now_ns;
	}
}

static void on_slice(void *context)
{
	struct census *census = context;
	int n = gate_walk_guests(census->gate, &census->walk, census->keys, census->guests, SLICE);

	count(census, n);
	if (n >= 0 && !census->walk.is_over) {
		loop_set(census->loop, census->timer, SLICE_EVERY_MS);
		return;
	}
	census->is_walking = false;
	if (n < 0)
		return;
	census->known = census->counted;
	census->is_known = true;
}

int census_new(struct loop *loop, struct gate *gate, struct census **ret_census)
{
	struct census *census = calloc(1, sizeof(*census));
	int timer;

	if (!census)
		return -ENOMEM;
	timer = loop_timer(loop, on_slice, census);
	if (timer < 0) {
		free(census);
		return timer;
	}
	census->loop = loop;
	census->gate = gate;
	census->timer = timer;
	(void)census_ask(census);
	*ret_census = census;
	return 0;
}

struct census *census_free(struct census *census)
{
	free(census);
	return NULL;
}

const struct census_numbers *census_ask(struct census *census)
{
	if (!census->is_walking) {
		census->is_walking = true;
		census->walk = (struct gate_walk){};
		census->counted = (struct census_numbers){};
		loop_set(census->loop, census->timer, 0);
	}
	return census->is_known ? &census->known : NULL;
}
