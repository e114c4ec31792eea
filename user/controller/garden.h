/* SPDX-License-Identifier: MIT */
/* garden.h - the walled garden of all zones: from the configuration, the portals and the API. */
#ifndef XDP511_CONTROLLER_GARDEN_H
#define XDP511_CONTROLLER_GARDEN_H

#include "controller/names.h"
#include "controller/store.h"
#include "controller/zones.h"
#include "gate/gate.h"

#define GARDEN_MAX_API_LINES 4096

enum garden_source { GARDEN_CONFIG, GARDEN_PORTAL, GARDEN_API };

struct garden_line {
	char zone[ZONE_NAME_SIZE];
	uint32_t zone_id;
	struct garden_entry entry;
	enum garden_source source;
};

/* What stands in the gate now. */
struct garden_lines {
	struct gate *gate;
	struct store *store;
	struct names *names;
	struct garden_line *lines;
	size_t n;
};

const char *garden_source_name(enum garden_source source);

/* How many lines came and went. */
struct garden_change {
	size_t added;
	size_t removed;
};

/* Collects all lines and gives them to the gate; on failure nothing has changed. */
int garden_rebuild(struct garden_lines *garden, const struct zones *zones,
		   struct garden_change *ret_change, struct error *error);
void garden_done(struct garden_lines *garden);

/* The portals' host names that need an address, for names_want(). */
int garden_want_names(struct names *names, const struct config *config);

const struct garden_line *garden_find(const struct garden_lines *garden, const char *zone,
				      const struct garden_entry *entry);
size_t garden_count(const struct garden_lines *garden, enum garden_source source);

#endif /* XDP511_CONTROLLER_GARDEN_H */
