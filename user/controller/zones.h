/* SPDX-License-Identifier: MIT */
/* zones.h - zones by number: given once, kept over restarts; and the maps that say who is in which. */
#ifndef XDP511_ZONES_H
#define XDP511_ZONES_H

#include "base/config.h"
#include "controller/journal/store.h"
#include "gate/gate.h"

struct zones {
	struct {
		char name[ZONE_NAME_SIZE];	  /* "": the number is free */
		const struct config_zone *config; /* NULL: not configured any more */
		bool has_names;			  /* in its garden */
	} slots[X511_MAX_ZONES];
};

/*
 * Gives each zone of @config the number it had, or a free one; one that @running uses for another
 * zone isn't free (NULL: nothing runs yet, and what the store has lost is read from the pinned
 * maps). The config has to live on.
 */
struct zones_from {
	struct store *store;
	struct gate *gate;
	const struct zones *running;
};

int zones_assign(const struct zones_from *from, const struct config *config,
		 struct zones *ret_zones, struct error *error);

/* The zone's number, configured or not; -ENOENT. */
int zones_find(const struct zones *zones, const char *name);

/* The rules of that zone; NULL if there is none of the name, or not any more. */
const struct config_zone *zones_config(const struct zones *zones, const char *name);

/* Whether its garden has names is told by the garden. */
int zones_set_names(struct zones *zones, struct gate *gate, uint32_t id, bool has_names);

/*
 * Fills the maps: rules, ports, VLANs, and those that follow the machine's own addresses. A frame
 * meets a zone only when its rules are there, and never one that is neither the old nor the new.
 */
int zones_apply(const struct zones *zones, const struct config *config, struct gate *gate,
		struct error *error);

/* The latter alone: own addresses, and default resolvers. */
int zones_apply_addresses(const struct zones *zones, struct gate *gate, struct error *error);

#endif /* XDP511_ZONES_H */
