/* SPDX-License-Identifier: MIT */
/* mac_auth.c - devices that RADIUS knows by their MAC: what is remembered, and the part as a whole. */
#include "portal/nas/mac_auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "portal/nas/mac_auth_internal.h"

#define CLEAN_MS 60000

void mac_tell_database(struct portal *portal, int err)
{
	if (err && err != -ENOENT)
		log_warning("MAC authentication: the database '%s' can't be used (%s); see to "
			    "the disk",
			    portal->accounts->file, accounts_problem(portal->accounts));
}

/* true: what was remembered is the attempt's result. */
static bool recall(struct attempt *attempt)
{
	const struct config_sign_in *sign_in = &attempt->zone->sign_in;
	uint64_t now = (uint64_t)time(NULL);
	struct mac_answer answer;
	int err = mac_memory_get(attempt->portal->accounts, attempt->device.mac,
				 attempt->device.zone, now, &answer);

	if (err) {
		mac_tell_database(attempt->portal, err);
		return false;
	}
	attempt->result = ATTEMPT_REFUSED;
	if (!answer.is_accepted)
		return true;
	if (!mac_memory_age(&answer.grant, answer.asked_at, now))
		return false;
	attempt->grant = answer.grant;
	snprintf(attempt->grant.method, sizeof(attempt->grant.method), MAC_METHOD);
	attempt->grant.max_devices = sign_in->devices;
	attempt->grant.is_oldest_out = sign_in->is_oldest_out;
	attempt->result = ATTEMPT_GRANTED;
	return true;
}

void mac_auth_try(struct attempt *attempt)
{
	struct mac_auth *mac_auth = attempt->portal->mac_auth;

	attempt->result = ATTEMPT_REFUSED;
	if (!mac_auth || !attempt->zone->sign_in.mac_auth || recall(attempt)) {
		attempt->done(attempt);
		return;
	}
	if (mac_ask(mac_auth, attempt))
		return;
	attempt->result = ATTEMPT_UNAVAILABLE;
	attempt->done(attempt);
}

/* --- ends --------------------------------------------------------------------------------------- */

void mac_auth_forget(struct portal *portal, const uint8_t mac[6], const char *zone,
		     uint32_t pause_s)
{
	const struct config_zone *of = config_find_zone(portal->config, zone);
	uint64_t now = (uint64_t)time(NULL);
	const struct mac_answer pause = {.asked_at = now, .until = now + pause_s};

	if (!portal->mac_auth || !of || !of->sign_in.mac_auth)
		return;
	mac_tell_database(portal, pause_s ? mac_memory_put(portal->accounts, mac, zone, &pause)
					  : mac_memory_forget(portal->accounts, mac, zone, false));
}

/* Whom the operator signs out doesn't come back by what was remembered. */
static void on_event(void *context, const json_t *event)
{
	struct mac_auth *mac_auth = context;
	const char *type = json_string_value(json_object_get(event, "type"));
	const char *reason = json_string_value(json_object_get(event, "reason"));
	const char *method = json_string_value(json_object_get(event, "method"));
	const char *text = json_string_value(json_object_get(event, "mac"));
	const char *zone = json_string_value(json_object_get(event, "zone"));
	struct portal *portal = mac_auth->portal;
	uint8_t mac[6];

	if (!type || !reason || !method || !text || !zone || strcmp(type, "sign-out") != 0 ||
	    strcmp(method, MAC_METHOD) != 0 || parse_mac(text, mac, NULL))
		return;
	if (!strcmp(reason, "logout") || !strcmp(reason, "blocked") || !strcmp(reason, "timeout"))
		mac_tell_database(portal, mac_memory_forget(portal->accounts, mac, zone, true));
}

static void on_clean(void *context)
{
	struct mac_auth *mac_auth = context;

	mac_tell_database(mac_auth->portal,
			  mac_memory_clean(mac_auth->portal->accounts, (uint64_t)time(NULL)));
}

static bool is_wanted(const struct config *config)
{
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		if (config->zones[i].sign_in.mac_auth)
			return true;
	}
	return false;
}

int mac_auth_start(struct portal *portal, struct error *error)
{
	struct mac_auth *mac_auth;
	int err;

	if (!is_wanted(portal->config))
		return 0;
	mac_auth = calloc(1, sizeof(*mac_auth));
	if (!mac_auth)
		return fail(error, ENOMEM, "out of memory");
	portal->mac_auth = mac_auth;
	mac_auth->portal = portal;
	mac_auth->timer = loop_timer(portal->loop, on_clean, mac_auth);
	if (mac_auth->timer < 0)
		return fail(error, -mac_auth->timer, "MAC authentication can't start: %s",
			    strerror(-mac_auth->timer));
	loop_set_every(portal->loop, mac_auth->timer, CLEAN_MS);
	err = control_follow(portal->control, on_event, mac_auth);
	return err ? fail(error, -err, "the daemon's events can't be followed: %s", strerror(-err))
		   : 0;
}

void mac_auth_stop(struct portal *portal)
{
	if (!portal->mac_auth)
		return;
	mac_questions_end(portal->mac_auth);
	free(portal->mac_auth);
	portal->mac_auth = NULL;
}
