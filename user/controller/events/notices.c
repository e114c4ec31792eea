/* SPDX-License-Identifier: MIT */
/* notices.c - what the gate tells: guests parked, addresses and places that can't be, limits hit. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/mac.h"
#include "controller/clock.h"
#include "controller/sessions/moves.h"
#include "controller/sessions/sources.h"

#define MAX_OVER 256

struct notices {
	struct controller *controller;
	struct moves *moves;
	struct session_key over[MAX_OVER]; /* sessions past their limits */
	size_t n_over;
};

/* "" for a zone that has gone since. */
static const char *zone_of(const struct controller *controller, const struct notice *notice)
{
	uint16_t zone = notice->device.zone;

	return zone < X511_MAX_ZONES ? controller->zones.slots[zone].name : "";
}

/* "" when it isn't signed in. */
static void find_user(struct controller *controller, const struct notice *notice,
		      char user[USER_SIZE])
{
	struct session_view view;

	user[0] = '\0';
	if (!sessions_find(&controller->sessions, store_id(&notice->device), &view))
		memcpy(user, view.who.user, USER_SIZE);
}

static json_t *device_json(struct controller *controller, const struct notice *notice)
{
	size_t n_ports;
	const struct gate_port *ports = gate_ports(controller->gate, &n_ports);
	const char *interface = notice->port < n_ports ? ports[notice->port].name : "";
	char user[USER_SIZE], mac[MAC_TEXT];

	find_user(controller, notice, user);
	return json_pack("{s:s, s:s, s:i, s:o, s:s}", "mac", format_mac(notice->device.mac, mac),
			 "zone", zone_of(controller, notice), "vlan", (int)notice->vlan, "user",
			 user[0] ? json_string(user) : json_null(), "interface", interface);
}

static void publish(struct controller *controller, enum event_type type,
		    const struct notice *notice, const char *reason, const char *address)
{
	uint64_t now_ms = clock_wall_ms();
	json_t *json;

	if (!feed_wants(controller->feed, type, now_ms))
		return;
	json = device_json(controller, notice);
	if (json && reason)
		json_object_set_new(json, "reason", json_string(reason));
	if (json && address)
		json_object_set_new(json, "address", json_string(address));
	feed_publish(controller->feed, type, now_ms, json);
}

/* Forgotten when there are too many: the sweep finds it in its turn. */
static void note_over(struct notices *notices, const struct notice *notice)
{
	if (notices->n_over < MAX_OVER)
		notices->over[notices->n_over++] = notice->device;
}

static void on_notice(void *context, const struct notice *notice)
{
	struct notices *notices = context;
	struct controller *controller = notices->controller;
	char address[ADDRESS_TEXT];

	switch (notice->kind) {
	case NOTICE_PARKED:
		controller->tally.parked++;
		publish(controller, EVENT_PARKED, notice, NULL, NULL);
		break;
	case NOTICE_SPOOF:
		controller->tally.spoofs[TALLY_SPOOF_ADDRESS]++;
		publish(controller, EVENT_SPOOF_SUSPECTED, notice, "address",
			format_address(&notice->address, address));
		break;
	case NOTICE_MOVED:
		if (!moves_note(notices->moves, notice))
			break;
		controller->tally.spoofs[TALLY_SPOOF_TWO_PLACES]++;
		publish(controller, EVENT_SPOOF_SUSPECTED, notice,
			tally_spoof_word(TALLY_SPOOF_TWO_PLACES), NULL);
		break;
	case NOTICE_OVER:
		note_over(notices, notice);
		break;
	}
}

static void on_notices(void *context)
{
	struct notices *notices = context;

	notices->n_over = 0;
	gate_read_notices(notices->controller->gate);
	if (notices->n_over)
		sessions_sweep_these(&notices->controller->sessions, notices->over,
				     notices->n_over);
}

int notices_watch(struct controller *controller, struct error *error)
{
	struct notices *notices = calloc(1, sizeof(*notices));
	int fd, err;

	controller->notices = notices;
	if (notices)
		notices->moves = moves_new();
	if (!notices || !notices->moves)
		return fail(error, ENOMEM, "out of memory");
	notices->controller = controller;
	err = gate_open_notices(controller->gate, on_notice, notices, &fd);
	if (!err)
		err = loop_watch(controller->loop, fd, on_notices, notices);
	if (err)
		return fail(error, -err, "the gate's notices can't be read: %s", strerror(-err));
	return 0;
}

struct notices *notices_free(struct notices *notices)
{
	if (notices)
		moves_free(notices->moves);
	free(notices);
	return NULL;
}
