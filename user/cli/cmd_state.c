/* SPDX-License-Identifier: MIT */
/* cmd_state.c - `xdp511 trust|untrust|block|unblock`: devices that no sign-in decides about. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include "cli/client.h"
#include "cli/output.h"
#include "cli/session.h"

static const struct state_verb {
	const char *name;
	const char *state;
	bool remove;
	const char *sentence;
} state_verbs[] = {
	{"trust", "trusted", false, "is trusted"},
	{"untrust", "trusted", true, "is no longer trusted"},
	{"block", "blocked", false, "is blocked"},
	{"unblock", "blocked", true, "is no longer blocked"},
};

static const struct state_verb *find_verb(const char *name)
{
	size_t i = 0;

	while (strcmp(state_verbs[i].name, name))
		i++;
	return &state_verbs[i];
}

enum outcome cmd_state(const struct arguments *arguments, struct error *error)
{
	const struct state_verb *verb = find_verb(arguments->verb->name);
	struct url url;
	struct request request = session_request(arguments, verb->remove ? "DELETE" : "PUT", &url);
	json_t *session = NULL;
	json_t *body = NULL;
	enum outcome outcome = OUTCOME_REFUSED;

	if (verb->remove) {
		url_query(&url, "state", verb->state);
	} else {
		body = json_pack("{s:s, s:s}", "method", "cli", "state", verb->state);
		if (!body) {
			fail(error, ENOMEM, "out of memory");
			return OUTCOME_REFUSED;
		}
		request.body = body;
	}
	outcome = client_object(&request, &session, NULL, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(session);
	else if (outcome == OUTCOME_DONE)
		print_line("%s %s in zone %s", arguments->mac, verb->sentence,
			   field_text(session, "zone", "-"));
	json_decref(session);
	json_decref(body);
	return outcome;
}
