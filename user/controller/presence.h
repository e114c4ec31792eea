/* SPDX-License-Identifier: MIT */
/*
 * presence.h - whether the gate may have an entry, without asking the kernel: a million lookups
 * of those who are new would be a third of an import.
 */
#ifndef XDP511_PRESENCE_H
#define XDP511_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bit for a hash of the id, set for all that are there, and for some that are not. */
struct presence {
	uint64_t *words; /* NULL: everybody may be there */
	size_t n;	 /* a power of two */
};

/* For @max entries; without memory it knows nothing. */
void presence_init(struct presence *presence, uint32_t max);
void presence_free(struct presence *presence);

void presence_note(struct presence *presence, uint64_t id);
void presence_forget_all(struct presence *presence);
bool presence_may_have(const struct presence *presence, uint64_t id);

#endif /* XDP511_PRESENCE_H */
