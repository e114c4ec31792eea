/* SPDX-License-Identifier: MIT */
/* describe.c - `xdp511 --describe`: the verbs and their options as JSON, for manual and completions. */
#include <errno.h>

#include <jansson.h>

#include "cli/options.h"

static json_t *options_json(const struct option *options)
{
	json_t *list = json_array();

	for (; options && options->name; options++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s?, s:s, s:s}", "name", options->name,
						"argument", options->argument, "kind",
						options->type->kind ? options->type->kind : "text",
						"help", options->help));
	return list;
}

static json_t *verbs_json(const struct verb *verbs)
{
	json_t *list = json_array();

	for (; verbs->name; verbs++)
		json_array_append_new(list, json_pack("{s:s, s:s?, s:s, s:s, s:b, s:o}", "name",
						      verbs->name, "alias", verbs->alias,
						      "operands", verbs->operands, "help",
						      verbs->help, "takes_mac", verbs->takes_mac,
						      "options", options_json(verbs->options)));
	return list;
}

static json_t *exits_json(void)
{
	return json_pack("[{s:i, s:s}, {s:i, s:s}, {s:i, s:s}, {s:i, s:s}]", "code", OUTCOME_DONE,
			 "meaning", "Done.", "code", OUTCOME_REFUSED, "meaning",
			 "Refused or failed; one sentence on standard error says why.", "code",
			 OUTCOME_USAGE, "meaning", "Wrong usage.", "code", OUTCOME_UNREACHABLE,
			 "meaning", "The daemon can't be reached.");
}

enum outcome describe_verbs(const struct verb *verbs, struct error *error)
{
	json_t *json = json_pack("{s:s, s:s, s:o, s:o, s:o}", "program", "xdp511", "version",
				 X511_VERSION, "verbs", verbs_json(verbs), "options",
				 options_json(global_options), "exits", exits_json());
	int err = json ? json_dumpf(json, stdout, JSON_INDENT(1)) : -1;

	json_decref(json);
	if (err || puts("") < 0 || fflush(stdout)) {
		fail(error, EIO, "the description could not be written");
		return OUTCOME_REFUSED;
	}
	return OUTCOME_DONE;
}
