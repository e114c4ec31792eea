/* SPDX-License-Identifier: MIT */
/* method_radius.c - users that a RADIUS server knows: asked by PAP or CHAP, judged by its answer. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <sys/random.h>

#include "base/mac.h"
#include "base/units.h"
#include "portal/web/form.h"
#include "portal/nas/nas.h"
#include "portal/portal.h"
#include "portal/nas/radius_grant.h"
#include "radius/client.h"

#define SERVICE_LOGIN 1
#define PLAIN_DIGITS  12 /* of a number, such as that of a telephone */

static void grant_by(struct attempt *attempt, const char *user, const char *method,
		     const struct received *answer)
{
	const struct portal *portal = attempt->portal;
	struct grant grant = {
		.has_accounting = portal->config->radius.accounting.n > 0,
		.max_devices = attempt->zone->sign_in.devices,
		.is_oldest_out = attempt->zone->sign_in.is_oldest_out,
	};
	struct error error;
	int err = grant_read(portal->config, &answer->attributes, (uint64_t)time(NULL), &grant,
			     &error);

	attempt->result = ATTEMPT_REFUSED;
	if (err) {
		nas_note(portal, NAS_UNREADABLE, error.text);
		return;
	}
	strncat(grant.method, method, sizeof(grant.method) - 1);
	strncat(grant.user, user, sizeof(grant.user) - 1);
	/* The server may know the user by another name than was typed (RFC 2865 5.1). */
	if (answer->attributes.values[ATTR_USER_NAME].size < sizeof(grant.user))
		(void)attribute_text(&answer->attributes, ATTR_USER_NAME, grant.user,
				     sizeof(grant.user));
	attempt->grant = grant;
	attempt->result = ATTEMPT_GRANTED;
}

/* No server has said anything. */
static void do_without(struct attempt *attempt, const char *user, const char *method)
{
	uint64_t allow_for_s = attempt->portal->config->radius.allow_for_s;
	char text[24];

	attempt->result = ATTEMPT_UNAVAILABLE;
	if (!allow_for_s)
		return;
	attempt->grant = (struct grant){.timeout_s = {true, allow_for_s}};
	strncat(attempt->grant.method, method, sizeof(attempt->grant.method) - 1);
	strncat(attempt->grant.user, user, sizeof(attempt->grant.user) - 1);
	attempt->result = ATTEMPT_GRANTED;
	nas_note(attempt->portal, NAS_ALLOWED, format_duration(allow_for_s, text, sizeof(text)));
}

void radius_judge(struct attempt *attempt, const char *user, const char *method, int err,
		  const struct received *answer)
{
	if (err == -ETIMEDOUT) {
		do_without(attempt, user, method);
	} else if (err) {
		attempt->result = ATTEMPT_UNAVAILABLE;
	} else {
		nas_note(attempt->portal, NAS_ANSWERED, "");
		attempt->result = ATTEMPT_REFUSED;
		reply_read(&answer->attributes, attempt->reply);
		/* A challenge asks for more than a form has, and is a refusal here (RFC 2865 4.4). */
		if (answer->code == CODE_ACCESS_ACCEPT)
			grant_by(attempt, user, method, answer);
	}
}

static void on_answer(void *context, int err, const struct received *answer)
{
	struct attempt *attempt = context;

	radius_judge(attempt, form_value(attempt->form, "username"), "radius", err, answer);
	attempt->done(attempt);
}

/* -EIO: no random numbers. */
static int add_secret_of(const struct attempt *attempt, struct packet *packet)
{
	const struct portal *portal = attempt->portal;
	const char *password = form_value(attempt->form, "password");
	uint8_t random[17], response[16]; /* CHAP's challenge, and its id */

	if (attempt->is_chap) {
		packet_add_chap(packet, attempt->chap_id, attempt->chap_challenge,
				attempt->chap_response);
	} else if (portal->config->radius.is_chap) {
		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			return -EIO;
		chap_response(random[16], password, random, response);
		packet_add_chap(packet, random[16], random, response);
	} else {
		packet_add_password(packet, radius_secret(portal->radius), password);
	}
	return 0;
}

/* What a session can't be named by, and what RADIUS can't carry, isn't anybody's. */
static bool is_askable(const struct attempt *attempt)
{
	const char *user = form_value(attempt->form, "username");
	const char *password = form_value(attempt->form, "password");
	uint8_t mac[6];

	/* The account of a device has its MAC for a password, which isn't for others to type. */
	if (attempt->portal->mac_auth && strlen(user) > PLAIN_DIGITS && !parse_mac(user, mac, NULL))
		return false;
	return user[0] && strlen(user) < GRANT_USER_SIZE && is_printable(user) &&
	       (attempt->is_chap || (password[0] && strlen(password) < RADIUS_PASSWORD_SIZE));
}

void method_radius(struct attempt *attempt)
{
	struct portal *portal = attempt->portal;
	struct packet packet;
	int err;

	attempt->is_radius = true;
	attempt->result = ATTEMPT_REFUSED;
	if (!is_askable(attempt)) {
		attempt->done(attempt);
		return;
	}
	err = portal->radius ? 0 : -ENOENT;
	if (!err) {
		radius_begin(portal->radius, RADIUS_AUTHENTICATION, &packet);
		packet_add_text(&packet, ATTR_USER_NAME, form_value(attempt->form, "username"));
		packet_add_number(&packet, ATTR_SERVICE_TYPE, SERVICE_LOGIN);
		nas_add_device(portal, &attempt->device, &packet);
		err = add_secret_of(attempt, &packet);
	}
	if (!err)
		err = radius_ask(portal->radius, RADIUS_AUTHENTICATION, &packet, on_answer,
				 attempt);
	if (err) {
		attempt->result = ATTEMPT_UNAVAILABLE;
		attempt->done(attempt);
	}
}
