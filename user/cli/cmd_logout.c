/* SPDX-License-Identifier: MIT */
/* cmd_logout.c - `xdp511 logout`: signs out a device, a user's devices, a zone, or everyone. */
#include "cli/commands.h"

#include "base/units.h"
#include "cli/client.h"
#include "cli/output.h"
#include "cli/session.h"

static void print_device(const json_t *session)
{
	char up[FIELD_TEXT];
	char down[FIELD_TEXT];

	print_line("%s signed out of zone %s: %s up, %s down", field_text(session, "mac", "-"),
		   field_text(session, "zone", "-"),
		   format_size((uint64_t)field_number(session, "up_bytes"), up, sizeof(up)),
		   format_size((uint64_t)field_number(session, "down_bytes"), down, sizeof(down)));
}

static void print_removed(const json_t *answer)
{
	json_int_t removed = field_number(answer, "removed");

	print_line("%" JSON_INTEGER_FORMAT " %s signed out", removed,
		   removed == 1 ? "device" : "devices");
}

static enum outcome check_usage(const struct arguments *arguments, struct error *error)
{
	bool device = arguments->n_operands;
	int others = !!arguments->user + arguments->all;
	bool bulk_zone = arguments->zone && !device;

	if (device + others + bulk_zone == 1)
		return OUTCOME_DONE;
	return wrong_usage(error,
			   "logout takes one of MAC [--zone Z], --user U, --zone Z and --all");
}

enum outcome cmd_logout(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = session_request(arguments, "DELETE", &url);
	enum outcome outcome = check_usage(arguments, error);
	json_t *answer = NULL;

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!arguments->n_operands) {
		url_start(&url, "/v1/sessions", NULL);
		url_query(&url, "user", arguments->user);
		url_query(&url, "zone", arguments->zone);
		url_query(&url, "all", arguments->all ? "true" : NULL);
		request.silence_ms = CLIENT_BULK_MS;
		url_query(&url, "state", "active"); /* trust and block are taken back one by one */
	}
	outcome = client_object(&request, &answer, NULL, error);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (arguments->json)
		print_json(answer);
	else if (arguments->n_operands)
		print_device(answer);
	else
		print_removed(answer);
	json_decref(answer);
	return OUTCOME_DONE;
}
