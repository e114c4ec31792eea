/* SPDX-License-Identifier: MIT */
/* top_devices.c - the API's sessions and guests as the rows of `xdp511 top`. */
#include "cli/top/top_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define MS_A_SECOND 1000.0

static uint64_t number_of(const json_t *object, const char *name)
{
	json_int_t number = json_integer_value(json_object_get(object, name));

	return number > 0 ? (uint64_t)number : 0;
}

static void copy(char *text, size_t size, const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	snprintf(text, size, "%s", value ? value : "");
}

static uint64_t moment_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	uint64_t seconds = 0;

	if (text)
		(void)parse_time(text, &seconds);
	return seconds;
}

static void add_address(struct top_device *device, const char *address)
{
	size_t used = strlen(device->addresses);

	/* One that fits in part is no address. */
	if (!address || used + strlen(address) + 2 > sizeof(device->addresses))
		return;
	snprintf(device->addresses + used, sizeof(device->addresses) - used, "%s%s",
		 used ? " " : "", address);
}

static void take_session(struct top_device *device, const json_t *session)
{
	const json_t *addresses = json_object_get(session, "addresses");
	const char *state = json_string_value(json_object_get(session, "state"));
	json_t *address;
	size_t i;

	*device = (struct top_device){.state = state ? state[0] : '?'};
	copy(device->mac, sizeof(device->mac), session, "mac");
	copy(device->zone, sizeof(device->zone), session, "zone");
	copy(device->user, sizeof(device->user), session, "user");
	json_array_foreach(addresses, i, address) add_address(device, json_string_value(address));
	device->is_measured = json_is_integer(json_object_get(session, "down_now_bps"));
	device->up = (double)number_of(session, "up_now_bps");
	device->down = (double)number_of(session, "down_now_bps");
	device->up_total = number_of(session, "up_bytes");
	device->down_total = number_of(session, "down_bytes");
	device->until_s = moment_of(session, "expires_at");
}

static void take_guest(struct top_device *device, const json_t *guest)
{
	*device = (struct top_device){.state = 'g'};
	copy(device->mac, sizeof(device->mac), guest, "mac");
	copy(device->zone, sizeof(device->zone), guest, "zone");
	add_address(device, json_string_value(json_object_get(guest, "address")));
	device->up_total = number_of(guest, "packets");
	device->down_total = number_of(guest, "dropped");
	device->until_s = moment_of(guest, "parked_until");
}

/* Room for all, once. */
static struct top_device *new_devices(void)
{
	return calloc(TOP_DEVICES, sizeof(struct top_device));
}

void top_model_sessions(struct top_model *model, const json_t *sessions, uint64_t now_ms)
{
	struct top_list *list = &model->sessions;
	json_t *session;
	size_t i;

	if (!list->devices)
		list->devices = new_devices();
	if (!list->devices)
		return;
	list->n = 0;
	json_array_foreach(sessions, i, session)
	{
		if (list->n < TOP_DEVICES)
			take_session(&list->devices[list->n++], session);
	}
	list->is_known = true;
	list->at_ms = now_ms;
}

static int by_device(const void *a, const void *b)
{
	const struct top_device *one = a, *other = b;
	int order = strcmp(one->mac, other->mac);

	return order ? order : strcmp(one->zone, other->zone);
}

/* The API has a guest's counters alone. Who was not among the loudest before has no rates yet. */
static void measure(struct top_device *device, const struct top_list *before, double seconds)
{
	const struct top_device *then;

	if (!before->is_known || seconds <= 0)
		return;
	then = bsearch(device, before->devices, before->n, sizeof(*device), by_device);
	if (!then || then->up_total > device->up_total || then->down_total > device->down_total)
		return;
	device->is_measured = true;
	device->up = (double)(device->up_total - then->up_total) / seconds;
	device->down = (double)(device->down_total - then->down_total) / seconds;
}

void top_model_guests(struct top_model *model, const json_t *guests, uint64_t now_ms)
{
	struct top_list *list = &model->guests;
	struct top_list now = {.is_known = true, .at_ms = now_ms, .devices = new_devices()};
	json_t *guest;
	size_t i;

	if (!now.devices)
		return;
	json_array_foreach(guests, i, guest)
	{
		if (now.n == TOP_DEVICES)
			break;
		take_guest(&now.devices[now.n], guest);
		measure(&now.devices[now.n++], list, (double)(now_ms - list->at_ms) / MS_A_SECOND);
	}
	qsort(now.devices, now.n, sizeof(*now.devices), by_device);
	free(list->devices);
	*list = now;
}
