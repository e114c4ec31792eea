/* SPDX-License-Identifier: MIT */
/* garden.h - the walled garden as the gate's trie wants it. Pure functions. */
#ifndef XDP511_GATE_GARDEN_H
#define XDP511_GATE_GARDEN_H

#include "gate/gate.h"

/* Pairs keys[i], values[i]: every prefix once, with all that is allowed within it. */
struct garden_set {
	struct garden_key *keys;
	struct garden *values;
	size_t n;
};

/*
 * The trie finds only the longest prefix of an address, so each prefix also gets the services
 * of the shorter ones of its zone around it. *ret_set is the caller's to garden_set_done().
 */
int garden_push_down(const struct zone_garden_entry *entries, size_t n, struct garden_set *ret_set,
		     struct error *error);

void garden_set_done(struct garden_set *set);

#endif /* XDP511_GATE_GARDEN_H */
