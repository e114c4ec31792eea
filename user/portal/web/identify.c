/* SPDX-License-Identifier: MIT */
/* identify.c - asks the daemon whose connection it is, and compares that with the signed link. */
#include "portal/web/identify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nettle/base16.h>

#include "portal/portal.h"

#define KEY_DIGITS ((size_t)2 * LINK_KEY_SIZE)

struct identify {
	uint8_t link_key[LINK_KEY_SIZE];
	bool has_key;
};

static void on_key(void *context, int status, const json_t *answer)
{
	struct identify *identify = context;
	const char *text = json_string_value(json_object_get(answer, "key"));
	uint8_t key[BASE16_DECODE_LENGTH(KEY_DIGITS)];
	struct base16_decode_ctx hex;
	size_t n = sizeof(key);

	base16_decode_init(&hex);
	if (status != 200 || !text || strlen(text) != KEY_DIGITS ||
	    !base16_decode_update(&hex, &n, key, KEY_DIGITS, text) || !base16_decode_final(&hex) ||
	    n != LINK_KEY_SIZE) {
		log_warning("the daemon doesn't tell the key of its links (status %d); guests are "
			    "known by their connections alone",
			    status);
		return;
	}
	memcpy(identify->link_key, key, LINK_KEY_SIZE);
	identify->has_key = true;
}

/* The stream of events has begun, so the daemon is there; perhaps it is another than before. */
static void on_event(void *context, const json_t *event)
{
	struct portal *portal = context;

	if (!event)
		(void)control_request(portal->control, "GET", "/v1/link-key", NULL, on_key,
				      portal->identify);
}

int identify_start(struct portal *portal, struct error *error)
{
	portal->identify = calloc(1, sizeof(*portal->identify));
	if (!portal->identify || control_follow(portal->control, on_event, portal))
		return fail(error, ENOMEM, "out of memory");
	return 0;
}

void identify_stop(struct portal *portal)
{
	free(portal->identify);
	portal->identify = NULL;
}

static void go_on(struct web_request *request, enum standing standing)
{
	request->asker->standing = standing;
	request->then(request);
}

static enum standing standing_of(const char *state)
{
	static const struct {
		const char *state;
		enum standing standing;
	} standings[] = {
		{"guest", STANDING_GUEST},
		{"active", STANDING_ACTIVE},
		{"trusted", STANDING_TRUSTED},
		{"blocked", STANDING_BLOCKED},
	};
	size_t i;

	for (i = 0; i < sizeof(standings) / sizeof(standings[0]); i++) {
		if (state && !strcmp(standings[i].state, state))
			return standings[i].standing;
	}
	return STANDING_UNANSWERED;
}

/*
 * The zone as this program knows it. The daemon may have read a newer configuration: in a zone that
 * isn't known nobody signs in by the ways of another, whose page the guest could choose.
 */
static bool take_zone(struct web_request *request)
{
	struct asker *asker = request->asker;
	const struct config_zone *zone =
		config_find_zone(request->portal->config, asker->device.zone);

	if (zone)
		asker->zone = zone;
	else
		web_log(request->web, "zone '%s' isn't known; reload xdp511-portal",
			asker->device.zone);
	return zone;
}

static void take_session(struct asker *asker, const json_t *session)
{
	if (json_is_object(session))
		asker->session = json_incref((json_t *)session);
}

static void on_session(void *context, int status, const json_t *answer)
{
	struct web_request *request = context;
	const char *state = json_string_value(json_object_get(answer, "state"));

	if (status == 404) {
		go_on(request, STANDING_GUEST);
		return;
	}
	if (status == 200)
		take_session(request->asker, answer);
	go_on(request, status == 200 ? standing_of(state) : STANDING_UNANSWERED);
}

static void ask_session(struct web_request *request)
{
	const struct device *device = &request->asker->device;
	char path[CONTROL_PATH_SIZE];

	if (!take_zone(request) ||
	    control_request(request->portal->control, "GET",
			    control_session_path(device->mac, device->zone, path), NULL, on_session,
			    request))
		go_on(request, STANDING_UNANSWERED);
}

/* The link counts alone when the gate hasn't seen the connection. */
static void go_by_link(struct web_request *request)
{
	struct asker *asker = request->asker;
	const struct signed_link *link = &asker->link;

	if (!link->zone[0]) {
		go_on(request, STANDING_UNKNOWN);
		return;
	}
	memcpy(asker->device.mac, link->mac, sizeof(link->mac));
	strcpy(asker->device.zone, link->zone);
	strcpy(asker->url, link->url);
	asker->is_by_link = true;
	ask_session(request);
}

static void take_url(struct asker *asker)
{
	const struct signed_link *link = &asker->link;

	if (!memcmp(link->mac, asker->device.mac, sizeof(link->mac)) &&
	    !strcmp(link->zone, asker->device.zone))
		strcpy(asker->url, link->url);
}

static int read_device(const json_t *answer, struct device *device)
{
	const char *mac = json_string_value(json_object_get(answer, "mac"));
	const char *zone = json_string_value(json_object_get(answer, "zone"));

	if (!mac || !zone || strlen(zone) >= sizeof(device->zone) ||
	    parse_mac(mac, device->mac, NULL))
		return -EINVAL;
	strcpy(device->zone, zone);
	return 0;
}

static void on_device(void *context, int status, const json_t *answer)
{
	struct web_request *request = context;
	struct asker *asker = request->asker;

	if (status == 404) {
		go_by_link(request);
		return;
	}
	if (status != 200 || read_device(answer, &asker->device) || !take_zone(request)) {
		go_on(request, STANDING_UNANSWERED);
		return;
	}
	request->peer->device = asker->device;
	request->peer->is_known = true;
	take_url(asker);
	take_session(asker, json_object_get(answer, "session"));
	go_on(request, standing_of(json_string_value(json_object_get(answer, "state"))));
}

static void ask_device(struct web_request *request)
{
	const struct peer *peer = request->peer;
	char path[CONTROL_PATH_SIZE];

	snprintf(path, sizeof(path), "/v1/devices?address=%s&port=%u", peer->address, peer->port);
	if (control_request(request->portal->control, "GET", path, NULL, on_device, request))
		go_on(request, STANDING_UNANSWERED);
}

void identify(struct web_request *request, const struct config_zone *zone, web_fn then)
{
	const struct identify *identify = request->portal->identify;
	struct asker *asker = request->asker = calloc(1, sizeof(*asker));

	if (!asker)
		return; /* the connection ends without an answer */
	request->then = then;
	asker->zone = zone;
	strcpy(asker->device.address, request->peer->address);
	if (identify->has_key && *request->query)
		(void)signed_link_read(request->query, identify->link_key, (uint64_t)time(NULL),
				       &asker->link);
	web_wait(request);
	if (!request->peer->is_known) {
		ask_device(request);
		return;
	}
	memcpy(asker->device.mac, request->peer->device.mac, sizeof(asker->device.mac));
	strcpy(asker->device.zone, request->peer->device.zone);
	take_url(asker);
	ask_session(request);
}

struct asker *asker_free(struct asker *asker)
{
	if (!asker)
		return NULL;
	json_decref(asker->session);
	free(asker);
	return NULL;
}
