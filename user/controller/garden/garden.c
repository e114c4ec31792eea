/* SPDX-License-Identifier: MIT */
/* garden.c - the walled garden of all zones: from the configuration, the portals and the API. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/config_values.h"
#include "controller/garden/garden.h"

#define ADDRESS_BITS 128

const char *garden_source_name(enum garden_source source)
{
	static const char *const names[] = {"config", "portal", "api"};

	return names[source];
}

/* A list being made; @err is kept so that collecting reads without interruptions. */
struct draft {
	struct garden_line *lines;
	size_t n;
	size_t room;
	size_t zone_start; /* where the present zone's lines start */
	int err;
};

static void push(struct draft *draft, const struct garden_line *line)
{
	struct garden_line *larger;
	size_t i;

	for (i = draft->zone_start; i < draft->n; i++) {
		if (garden_same_text(&draft->lines[i], line))
			return;
	}
	if (draft->n == draft->room) {
		draft->room = draft->room ? 2 * draft->room : 64;
		larger = reallocarray(draft->lines, draft->room, sizeof(*larger));
		if (!larger) {
			draft->err = -ENOMEM;
			draft->room = draft->n;
			return;
		}
		draft->lines = larger;
	}
	draft->lines[draft->n++] = *line;
}

static void push_host(struct draft *draft, const struct names *names, struct garden_line line,
		      const struct url *url)
{
	const struct address *addresses = NULL;
	struct address literal;
	size_t i, n;

	line.source = GARDEN_PORTAL;
	line.entry = (struct garden_entry){.bits = ADDRESS_BITS};
	line.entry.service.port_be = htons(url->port);
	line.entry.service.protocol = IPPROTO_TCP;
	if (!parse_address(url->host, &literal)) {
		addresses = &literal;
		n = 1;
	} else {
		n = names_addresses(names, url->host, &addresses);
	}
	for (i = 0; i < n; i++) {
		line.entry.address = addresses[i];
		push(draft, &line);
	}
}

static void push_listeners(struct draft *draft, struct garden_line line,
			   const struct endpoints *listeners)
{
	line.source = GARDEN_PORTAL;
	line.entry = (struct garden_entry){.bits = ADDRESS_BITS};
	line.entry.service.protocol = IPPROTO_TCP;
	for (size_t i = 0; i < listeners->n; i++) {
		line.entry.service.port_be = htons(endpoint_port(&listeners->list[i]));
		if (endpoint_address(&listeners->list[i], &line.entry.address))
			push(draft, &line);
	}
}

/* So that nobody's resolver has to know the portal's name, but the guests' own. */
static void push_embedded_portal(struct draft *draft, const struct config *config,
				 const struct garden_line *line)
{
	push_listeners(draft, *line, &config->web.http);
	push_listeners(draft, *line, &config->web.https);
	push_listeners(draft, *line, &config->uam.listen);
	push_listeners(draft, *line, &config->fas.listen);
}

/* Where guests of a zone have to get to: the portal, and its RFC 8908 API. */
static size_t urls_of(const struct config_zone *zone, struct url ret_urls[2])
{
	const char *reason;
	size_t n = 0;

	n += !parse_url(zone->portal.url, &ret_urls[n], &reason);
	n += !parse_url(zone->portal.api_url, &ret_urls[n], &reason);
	return n;
}

static void collect_zone(struct draft *draft, const struct garden_lines *garden,
			 const struct config_zone *zone, uint32_t id)
{
	struct garden_line line = {.zone_id = id};
	struct url urls[2];
	size_t i, n;

	draft->zone_start = draft->n;
	snprintf(line.zone, sizeof(line.zone), "%s", zone->name);
	line.source = GARDEN_CONFIG;
	for (i = 0; i < zone->allow.n_prefixes; i++) {
		line.entry = zone->allow.prefixes[i];
		push(draft, &line);
	}
	line.entry = (struct garden_entry){.bits = 0};
	for (i = 0; i < zone->allow.n_domains; i++) {
		snprintf(line.name, sizeof(line.name), "%s", zone->allow.domains[i]);
		push(draft, &line);
	}
	line.name[0] = '\0';
	n = urls_of(zone, urls);
	for (i = 0; i < n; i++)
		push_host(draft, garden->names, line, &urls[i]);
	push_embedded_portal(draft, garden->config, &line);
}

static void collect_stored(struct draft *draft, const struct stored_line *stored, size_t n,
			   const struct garden_line *of)
{
	struct garden_line line = *of;
	size_t i;

	line.source = GARDEN_API;
	for (i = 0; i < n; i++) {
		if (!strcmp(stored[i].zone, line.zone) &&
		    !garden_read_text(stored[i].entry, &line, NULL))
			push(draft, &line);
	}
}

static int collect(const struct garden_lines *garden, const struct zones *zones,
		   struct draft *ret_draft)
{
	struct stored_line *stored = NULL;
	struct draft draft = {};
	size_t n_stored = 0;
	uint32_t id;
	int err = store_lines(garden->store, &stored, &n_stored);

	if (err)
		return err;
	for (id = 0; id < X511_MAX_ZONES; id++) {
		const struct config_zone *zone = zones->slots[id].config;
		struct garden_line line = {.zone_id = id};

		if (!zone)
			continue;
		snprintf(line.zone, sizeof(line.zone), "%s", zone->name);
		collect_zone(&draft, garden, zone, id);
		collect_stored(&draft, stored, n_stored, &line);
	}
	free(stored);
	if (draft.err)
		free(draft.lines);
	else
		*ret_draft = draft;
	return draft.err;
}

static int give_names(const struct garden_lines *garden, const struct draft *draft,
		      struct error *error)
{
	struct patterns patterns = {.list = calloc(draft->n + 1, sizeof(*patterns.list))};
	size_t i;
	int err;

	if (!patterns.list)
		return fail(error, ENOMEM, "out of memory");
	for (i = 0; i < draft->n; i++) {
		const struct garden_line *line = &draft->lines[i];

		if (!line->name[0])
			continue;
		patterns.list[patterns.n].zone = line->zone_id;
		memcpy(patterns.list[patterns.n++].name, line->name, sizeof(line->name));
	}
	err = domains_set(garden->domains, &patterns, error);
	free(patterns.list);
	return err;
}

static int give_prefixes(struct gate *gate, const struct draft *draft, struct error *error)
{
	struct zone_garden_entry *entries = calloc(draft->n + 1, sizeof(*entries));
	size_t i, n = 0;
	int err;

	if (!entries)
		return fail(error, ENOMEM, "out of memory");
	for (i = 0; i < draft->n; i++) {
		if (draft->lines[i].name[0])
			continue;
		entries[n].zone = draft->lines[i].zone_id;
		entries[n++].entry = draft->lines[i].entry;
	}
	if (error)
		error->text[0] = '\0';
	err = gate_set_garden(gate, entries, n, error);
	free(entries);
	if (err && error && !error->text[0])
		return fail(error, -err, "the gate did not take the garden: %s", strerror(-err));
	return err;
}

/* Both lists are sorted. */
static struct garden_change difference(const struct garden_lines *old, const struct draft *new)
{
	struct garden_change change = {};
	size_t i = 0, j = 0;

	while (i < old->n || j < new->n) {
		int order = i == old->n	  ? 1
			    : j == new->n ? -1
					  : garden_compare_lines(&old->lines[i], &new->lines[j]);

		change.removed += order < 0;
		change.added += order > 0;
		i += order <= 0;
		j += order >= 0;
	}
	return change;
}

/* Only the kernel's running out of memory makes this fail, and then it is tried again some time. */
static void tell_zones(const struct garden_lines *garden, struct zones *zones)
{
	uint32_t id;
	int err;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		err = zones_set_names(zones, garden->gate, id,
				      patterns_has_zone(&garden->domains->patterns, id));
		if (err)
			log_warning("zone '%s' could not be told of its names: %s",
				    zones->slots[id].name, strerror(-err));
	}
}

int garden_rebuild(struct garden_lines *garden, struct zones *zones,
		   struct garden_change *ret_change, struct error *error)
{
	struct garden_change change;
	struct draft draft;
	int err = collect(garden, zones, &draft);

	if (err)
		return fail(error, -err, "the garden could not be read from the database: %s",
			    strerror(-err));
	err = give_prefixes(garden->gate, &draft, error);
	if (!err)
		err = give_names(garden, &draft, error);
	if (err) {
		free(draft.lines);
		return err;
	}
	if (draft.n)
		qsort(draft.lines, draft.n, sizeof(*draft.lines), garden_compare_lines);
	change = difference(garden, &draft);
	free(garden->lines);
	garden->lines = draft.lines;
	garden->n = draft.n;
	if (ret_change)
		*ret_change = change;
	tell_zones(garden, zones);
	return 0;
}

void garden_done(struct garden_lines *garden)
{
	free(garden->lines);
	garden->lines = NULL;
	garden->n = 0;
}

int garden_want_names(struct names *names, const struct config *config)
{
	struct url *urls = calloc(config->n_zones + 1, 2 * sizeof(*urls));
	const char **wanted = calloc(config->n_zones + 1, 2 * sizeof(*wanted));
	size_t i, j, n = 0, n_wanted = 0;
	struct address literal;
	int err = urls && wanted ? 0 : -ENOMEM;

	for (i = 0; i < config->n_zones && !err; i++)
		n += urls_of(&config->zones[i], &urls[n]);
	for (j = 0; j < n; j++) {
		if (parse_address(urls[j].host, &literal))
			wanted[n_wanted++] = urls[j].host;
	}
	if (!err)
		err = names_want(names, wanted, n_wanted);
	free(wanted);
	free(urls);
	return err;
}

const struct garden_line *garden_find(const struct garden_lines *garden,
				      const struct garden_line *line)
{
	size_t i;

	for (i = 0; i < garden->n; i++) {
		if (!strcmp(garden->lines[i].zone, line->zone) &&
		    garden_same_text(&garden->lines[i], line))
			return &garden->lines[i];
	}
	return NULL;
}

size_t garden_count(const struct garden_lines *garden, enum garden_source source)
{
	size_t i, n = 0;

	for (i = 0; i < garden->n; i++)
		n += garden->lines[i].source == source;
	return n;
}
