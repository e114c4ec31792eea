/* SPDX-License-Identifier: MIT */
/* patterns.h - the host names in the gardens: which names they stand for. Pure functions. */
#ifndef XDP511_PATTERNS_H
#define XDP511_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "base/config.h"

/* One line of a zone's garden: "pay.example", or "*.pay.example" for every name below. */
struct name_pattern {
	uint32_t zone;
	char name[DOMAIN_SIZE];
};

struct patterns {
	struct name_pattern *list; /* sorted */
	size_t n;
};

/* Sorts the list, which stays the caller's. */
void patterns_sort(struct patterns *patterns);

bool patterns_has_zone(const struct patterns *patterns, uint32_t zone);

/* Whether the zone has a pattern for that name, which is in lower case. */
bool patterns_match(const struct patterns *patterns, uint32_t zone, const char *name);

/* What the gate needs of them: pairs keys[i], flags[i]. */
struct pattern_set {
	struct pattern_key *keys;
	uint32_t *flags;
	size_t n;
};

/* *ret_set is the caller's to pattern_set_done(). -ENOMEM. */
int patterns_hash(const struct patterns *patterns, struct pattern_set *ret_set);
void pattern_set_done(struct pattern_set *set);

#endif /* XDP511_PATTERNS_H */
