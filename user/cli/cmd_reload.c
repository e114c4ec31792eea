/* SPDX-License-Identifier: MIT */
/* cmd_reload.c - `xdp511 reload`: the daemon reads its configuration again and says what changed. */
#include "cli/commands.h"

#include "cli/client.h"
#include "cli/output.h"

static void print_changes(const json_t *changed)
{
	json_t *change;
	size_t i;

	json_array_foreach(changed, i, change)
		print_line("%s", json_is_string(change) ? json_string_value(change) : "-");
	if (!json_array_size(changed))
		print_line("nothing changed");
}

enum outcome cmd_reload(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "POST", "/v1/reload", &url);
	json_t *answer = NULL;
	json_t *body = json_object(); /* so that the request says how long its body is */
	enum outcome outcome;
	json_t *changed;

	request.body = body;
	outcome = client_object(&request, &answer, NULL, error);
	json_decref(body);
	if (outcome != OUTCOME_DONE)
		return outcome;
	changed = json_object_get(answer, "changed");
	if (!json_is_array(changed))
		outcome = answer_broken(error);
	else if (arguments->json)
		print_json(answer);
	else
		print_changes(changed);
	json_decref(answer);
	return outcome;
}
