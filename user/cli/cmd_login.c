/* SPDX-License-Identifier: MIT */
/* cmd_login.c - `xdp511 login`: signs a device in, or renews its sign-in. */
#include "cli/commands.h"

#include <errno.h>
#include <stdint.h>

#include "cli/client.h"
#include "cli/output.h"
#include "cli/session.h"

/* What isn't given stays out: the daemon then takes the default of the zone. */
static int add_amount(json_t *body, const char *name, const struct amount *amount)
{
	uint64_t value = amount->value > INT64_MAX ? INT64_MAX : amount->value;

	if (!amount->given)
		return 0;
	return json_object_set_new(body, name, json_integer((json_int_t)value));
}

static json_t *make_body(const struct arguments *arguments)
{
	json_t *body = json_object();
	int bad = !body;

	bad |= json_object_set_new(body, "method", json_string("cli"));
	if (arguments->user)
		bad |= json_object_set_new(body, "user", json_string(arguments->user));
	bad |= add_amount(body, "timeout", &arguments->timeout);
	bad |= add_amount(body, "idle", &arguments->idle);
	bad |= add_amount(body, "up", &arguments->up);
	bad |= add_amount(body, "down", &arguments->down);
	bad |= add_amount(body, "quota", &arguments->quota);
	if (!bad)
		return body;
	json_decref(body);
	return NULL;
}

static void print_login(const json_t *session)
{
	const char *mac = field_text(session, "mac", "-");
	const char *zone = field_text(session, "zone", "-");
	const char *end = field_text(session, "expires_at", NULL);

	if (end)
		print_line("%s signed in to zone %s until %s", mac, zone, end);
	else
		print_line("%s signed in to zone %s without an end", mac, zone);
}

enum outcome cmd_login(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = session_request(arguments, "PUT", &url);
	json_t *session = NULL;
	json_t *body = make_body(arguments);
	enum outcome outcome;

	if (!body) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	request.body = body;
	outcome = client_object(&request, &session, NULL, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(session);
	else if (outcome == OUTCOME_DONE)
		print_login(session);
	json_decref(session);
	json_decref(body);
	return outcome;
}
