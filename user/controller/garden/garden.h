/* SPDX-License-Identifier: MIT */
/* garden.h - the walled garden of all zones: from the configuration, the portals and the API. */
#ifndef XDP511_CONTROLLER_GARDEN_H
#define XDP511_CONTROLLER_GARDEN_H

#include "controller/garden/domains.h"
#include "controller/garden/names.h"
#include "controller/journal/store.h"
#include "controller/zones.h"
#include "gate/gate.h"

#define GARDEN_MAX_API_LINES 4096

enum garden_source { GARDEN_CONFIG, GARDEN_PORTAL, GARDEN_API };

struct garden_line {
	char zone[ZONE_NAME_SIZE];
	uint32_t zone_id;
	struct garden_entry entry;
	char name[DOMAIN_SIZE]; /* "pay.example" or "*.pay.example"; "": it is the entry */
	enum garden_source source;
};

/* What stands in the gate now. */
struct garden_lines {
	struct gate *gate;
	struct store *store;
	struct names *names;
	struct domains *domains;
	const struct config *config; /* where the embedded portal listens */
	struct garden_line *lines;
	size_t n;
};

const char *garden_source_name(enum garden_source source);

/*
 * Reads what a line allows, as it stands in the configuration, into entry or name; -EINVAL with a
 * sentence (garden_text.c).
 */
int garden_read_text(const char *text, struct garden_line *line, struct error *error);

/* The same notation, canonical. @buffer holds DOMAIN_SIZE. Returns it. */
char *garden_format_text(const struct garden_line *line, char *buffer);

bool garden_same_text(const struct garden_line *a, const struct garden_line *b);
int garden_compare_lines(const void *a, const void *b); /* by zone, for qsort() */

/* How many lines came and went. */
struct garden_change {
	size_t added;
	size_t removed;
};

/*
 * Collects all lines and gives them to the gate, and to the zones whether they have names; on
 * failure nothing has changed.
 */
int garden_rebuild(struct garden_lines *garden, struct zones *zones,
		   struct garden_change *ret_change, struct error *error);
void garden_done(struct garden_lines *garden);

/* The portals' host names that need an address, for names_want(). */
int garden_want_names(struct names *names, const struct config *config);

/* The line of that zone that allows the same. */
const struct garden_line *garden_find(const struct garden_lines *garden,
				      const struct garden_line *line);
size_t garden_count(const struct garden_lines *garden, enum garden_source source);

#endif /* XDP511_CONTROLLER_GARDEN_H */
