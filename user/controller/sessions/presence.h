/* SPDX-License-Identifier: MIT */
/*
 * presence.h - a set of ids that answers "perhaps" or "for sure not", for questions that are to
 * cost nothing nearly always.
 */
#ifndef XDP511_PRESENCE_H
#define XDP511_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bit for a hash of the id, set for all that were noted, and for some that were not. */
struct presence {
	uint64_t *words; /* NULL: everybody perhaps */
	size_t n;	 /* a power of two */
};

/* For @max ids; without memory it knows nothing. */
void presence_init(struct presence *presence, uint32_t max);
void presence_free(struct presence *presence);

void presence_note(struct presence *presence, uint64_t id);
void presence_forget_all(struct presence *presence);
bool presence_may_have(const struct presence *presence, uint64_t id);

#endif /* XDP511_PRESENCE_H */
