/* SPDX-License-Identifier: MIT */
/* api_garden.c - /v1/garden: what guests may reach; lines added here are kept in the database. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "controller/api/api.h"
#include "controller/clock.h"

#define TIME_TEXT 32

static json_t *line_json(const struct garden_line *line)
{
	char text[DOMAIN_SIZE];

	return json_pack("{s:s, s:s, s:s, s:n, s:n}", "zone", line->zone, "entry",
			 garden_format_text(line, text), "source", garden_source_name(line->source),
			 "name", "expires_at");
}

static json_t *learned_json(const struct learned *entry, const char *zone)
{
	char address[ADDRESS_TEXT], time[TIME_TEXT];
	uint64_t expires_ms = clock_wall_ms_from_tick(entry->expires_tick);

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "zone", zone, "entry",
			 format_address(&entry->key.address, address), "source", "dns", "name",
			 learned_text(entry), "expires_at",
			 format_time(expires_ms / MS_PER_S, time, sizeof(time)));
}

/* What has expired counts no more, also as long as it hasn't been swept. @zone NULL: any. */
static int append_learned(const struct controller *controller, const char *zone, json_t *list)
{
	size_t i, n = learned_count(controller->domains.learned);
	struct learned *entries = learned_list(controller->domains.learned);
	uint32_t tick = gate_tick(gate_now_ns());

	if (!entries)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		uint32_t id = entries[i].key.zone;
		const char *name = id < X511_MAX_ZONES ? controller->zones.slots[id].name : "";

		if (entries[i].expires_tick > tick && (!zone || !strcmp(zone, name)))
			json_array_append_new(list, learned_json(&entries[i], name));
	}
	free(entries);
	return 0;
}

enum MHD_Result api_list_garden(struct resource_call *call)
{
	const struct garden_lines *garden = &controller_of(call)->garden;
	const char *zone = httpd_query(call->request, "zone");
	json_t *list;
	size_t i;

	if (zone && !zones_config(&controller_of(call)->zones, zone))
		return api_refuse_zone(call, zone);
	list = json_array();
	for (i = 0; i < garden->n; i++) {
		if (!zone || !strcmp(zone, garden->lines[i].zone))
			json_array_append_new(list, line_json(&garden->lines[i]));
	}
	if (append_learned(controller_of(call), zone, list)) {
		json_decref(list);
		return httpd_problem(call->request, MHD_HTTP_INTERNAL_SERVER_ERROR,
				     "out of memory");
	}
	return httpd_json(call->request, MHD_HTTP_OK, list);
}

/* As quote(), but whole: it is read from there, so that no sentence has its control characters. */
static int copy_text(const char *entry, char copy[DOMAIN_SIZE], struct error *error)
{
	char text[QUOTED_SIZE];
	size_t i;

	if (strlen(entry) >= DOMAIN_SIZE)
		return fail(error, EINVAL,
			    "'%s' is too long for a line of the garden; use at most %d characters",
			    quote(entry, text), DOMAIN_SIZE - 1);
	for (i = 0; entry[i]; i++)
		copy[i] = entry[i] >= ' ' && entry[i] <= '~' ? entry[i] : '?';
	copy[i] = '\0';
	return 0;
}

/* 0, or the status for the sentence in @error. */
static unsigned int read_line(struct resource_call *call, const char *entry, const char *zone,
			      struct garden_line *ret_line)
{
	struct error error;
	char text[DOMAIN_SIZE];

	if (!zones_config(&controller_of(call)->zones, zone)) {
		(void)api_refuse_zone(call, zone);
		return MHD_HTTP_NOT_FOUND;
	}
	memset(ret_line, 0, sizeof(*ret_line));
	if (copy_text(entry, text, &error) || garden_read_text(text, ret_line, &error)) {
		(void)httpd_problem(call->request, MHD_HTTP_BAD_REQUEST, "%s", error.text);
		return MHD_HTTP_BAD_REQUEST;
	}
	memcpy(ret_line->zone, zone, strlen(zone) + 1); /* a configured name, so it fits */
	ret_line->source = GARDEN_API;
	return 0;
}

static struct stored_line stored_of(const struct garden_line *line)
{
	struct stored_line stored = {};

	memcpy(stored.zone, line->zone, sizeof(stored.zone));
	garden_format_text(line, stored.entry);
	return stored;
}

static enum MHD_Result add_line(struct resource_call *call, const struct garden_line *line)
{
	struct controller *controller = controller_of(call);
	struct stored_line stored = stored_of(line);
	struct error error;
	int err;

	if (garden_count(&controller->garden, GARDEN_API) >= GARDEN_MAX_API_LINES)
		return httpd_problem(
			call->request, MHD_HTTP_INSUFFICIENT_STORAGE,
			"all %d lines of the garden for the API are taken; remove some, or "
			"put them into the configuration",
			GARDEN_MAX_API_LINES);
	err = store_add_line(controller->store, &stored);
	if (err)
		return httpd_problem(
			call->request, api_status_of(err),
			"the line could not be kept in the database (%s); make room or "
			"repair the state directory",
			store_problem(controller->store));
	err = garden_rebuild(&controller->garden, &controller->zones, NULL, &error);
	if (err) {
		(void)store_remove_line(controller->store, &stored);
		return httpd_problem(call->request,
				     err == -E2BIG ? MHD_HTTP_UNPROCESSABLE_CONTENT
						   : api_status_of(err),
				     "%s", error.text);
	}
	return httpd_json(call->request, MHD_HTTP_CREATED, line_json(line));
}

/* The two texts of the body; -EINVAL with a sentence. @zone stays as it is if it isn't there. */
static int read_body(const json_t *body, const char **entry, const char **zone, struct error *error)
{
	const char *key;
	char text[QUOTED_SIZE];
	json_t *value;

	json_object_foreach((json_t *)body, key, value)
	{
		const char **field = !strcmp(key, "entry") ? entry : zone;

		if (strcmp(key, "entry") != 0 && strcmp(key, "zone") != 0)
			return fail(error, EINVAL,
				    "a line of the garden has no field '%s'; remove it or correct "
				    "its name",
				    quote(key, text));
		*field = json_string_value(value);
		if (!*field)
			return fail(error, EINVAL, "'%s' is no text; write it in quotes", key);
	}
	if (!*entry)
		return fail(error, EINVAL,
			    "'entry' is missing; send one like {\"entry\": \"203.0.113.0/24\"}");
	return 0;
}

enum MHD_Result api_add_garden(struct resource_call *call)
{
	const char *entry = NULL, *zone = ZONE_DEFAULT;
	const struct garden_line *present;
	struct garden_line line;
	struct error error;

	if (read_body(call->body, &entry, &zone, &error))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST, "%s", error.text);
	if (read_line(call, entry, zone, &line))
		return MHD_YES; /* answered */
	present = garden_find(&controller_of(call)->garden, &line);
	if (present)
		return httpd_json(call->request, MHD_HTTP_OK, line_json(present));
	return add_line(call, &line);
}

static enum MHD_Result remove_line(struct resource_call *call, const struct garden_line *line)
{
	struct controller *controller = controller_of(call);
	struct stored_line stored = stored_of(line);
	json_t *json = line_json(line);
	struct error error;
	int err = store_remove_line(controller->store, &stored);

	if (err) {
		json_decref(json);
		return httpd_problem(
			call->request, api_status_of(err),
			"the line could not be removed from the database (%s); repair the "
			"state directory",
			store_problem(controller->store));
	}
	err = garden_rebuild(&controller->garden, &controller->zones, NULL, &error);
	if (err) {
		json_decref(json);
		return httpd_problem(call->request, api_status_of(err), "%s", error.text);
	}
	return httpd_json(call->request, MHD_HTTP_OK, json);
}

enum MHD_Result api_remove_garden(struct resource_call *call)
{
	const char *entry = httpd_query(call->request, "entry");
	const char *zone = httpd_query(call->request, "zone");
	const struct garden_line *present;
	char text[DOMAIN_SIZE];
	struct garden_line line;

	if (!entry)
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "which line of the garden is missing; name it with ?entry=");
	if (read_line(call, entry, zone ? zone : ZONE_DEFAULT, &line))
		return MHD_YES; /* answered */
	present = garden_find(&controller_of(call)->garden, &line);
	garden_format_text(&line, text);
	if (!present)
		return httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
				     "'%s' isn't in the garden of zone '%s'", text, line.zone);
	if (present->source != GARDEN_API)
		return httpd_problem(
			call->request, MHD_HTTP_CONFLICT,
			"'%s' comes from %s of the configuration; edit '%s' and reload", text,
			present->source == GARDEN_PORTAL ? "the portal" : "[allow]",
			controller_of(call)->config_file);
	line = *present; /* the list is made anew below */
	return remove_line(call, &line);
}
