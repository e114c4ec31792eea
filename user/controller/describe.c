/* SPDX-License-Identifier: MIT */
/* describe.c - keys, resources, verdicts, counters and events as JSON, each from its own table. */
#include "controller/describe.h"

#include <errno.h>
#include <stdio.h>

#include "base/config_help.h"
#include "controller/api/api.h"
#include "controller/events/feed.h"
#include "responder/responder.h"

/* What isn't in the table of meanings yet is there without one. */
static json_t *key_json(const struct key *key)
{
	const struct key_help *help = key_help_find(key->section, key->name);
	char form[KEY_FORM_SIZE];

	return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:b, s:b}", "section", key->section, "name",
			 key->name, "form", key_form(key, form), "default",
			 help ? help->unset : NULL, "meaning", help ? help->meaning : "",
			 "is_repeatable", key->repeatable, "is_of_zones", key_is_inherited(key));
}

/* In the order of the meanings, which is the reader's; then what has none. */
static json_t *keys_json(void)
{
	const struct key_help *help;
	json_t *list = json_array();
	const struct key *key;
	size_t i, j;

	for (i = 0; (help = key_help_at(i)); i++) {
		for (j = 0; (key = key_at(j)); j++) {
			if (key_help_find(key->section, key->name) == help)
				json_array_append_new(list, key_json(key));
		}
	}
	for (j = 0; (key = key_at(j)); j++) {
		if (!key_help_find(key->section, key->name))
			json_array_append_new(list, key_json(key));
	}
	return list;
}

static json_t *row_json(const char *name, const char *kind, const char *sentence)
{
	return json_pack("{s:s, s:s, s:s}", "name", name, "kind", kind, "meaning", sentence);
}

static json_t *verdicts_json(void)
{
	json_t *list = json_array();

#define X(name, action, sentence) json_array_append_new(list, row_json(#name, #action, sentence));
	X511_VERDICTS(X)
#undef X
	return list;
}

static json_t *counters_json(void)
{
	json_t *list = json_array();

#define X(name, sentence) json_array_append_new(list, row_json(#name, "", sentence));
	RESPONDER_COUNTERS(X)
#undef X
	return list;
}

static json_t *events_json(void)
{
	json_t *list = json_array();

#define X(name, text, limit) json_array_append_new(list, json_string(text));
	FEED_EVENTS(X)
#undef X
	return list;
}

int describe_tables(void)
{
	json_t *json = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "program", "xdp511d",
				 "version", X511_VERSION, "keys", keys_json(), "resources",
				 resources_describe(api_resources()), "verdicts", verdicts_json(),
				 "counters", counters_json(), "events", events_json());
	int err = json ? json_dumpf(json, stdout, JSON_INDENT(1)) : -1;

	json_decref(json);
	return err || puts("") < 0 || fflush(stdout) ? -EIO : 0;
}
