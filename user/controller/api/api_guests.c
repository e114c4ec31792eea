/* SPDX-License-Identifier: MIT */
/* api_guests.c - /v1/guests: the loudest devices that aren't signed in, found slice by slice. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/mac.h"
#include "base/units.h"
#include "controller/api/api.h"
#include "controller/clock.h"
#include "controller/sessions/talkers.h"

#define SLICE	    4096 /* guests looked at before the loop goes on */
#define TOP_DEFAULT 20
#define TOP_MAX	    1000

/* A search on its way; then its answer. */
struct search {
	struct gate *gate;
	const struct zones *zones;
	int zone; /* -1: all */
	struct gate_walk walk;
	struct session_key *keys;
	struct guest *guests;
	struct talkers *talkers;
	char *text; /* NULL: still searching */
	size_t size;
	size_t sent;
};

static void free_search(void *context)
{
	struct search *search = context;

	talkers_free(search->talkers);
	free(search->keys);
	free(search->guests);
	free(search->text);
	free(search);
}

static json_t *address_or_null(__be32 ipv4_be)
{
	struct address address = {.bytes = {[10] = 0xff, [11] = 0xff}};
	char text[ADDRESS_TEXT];

	if (!ipv4_be)
		return json_null();
	memcpy(address.bytes + 12, &ipv4_be, sizeof(ipv4_be));
	return json_string(format_address(&address, text));
}

static json_t *moment_or_null(uint64_t ns)
{
	char text[32];

	if (!ns)
		return json_null();
	return json_string(format_time(clock_wall_ms_from_ns(ns) / MS_PER_S, text, sizeof(text)));
}

static json_t *guest_json(const struct search *search, const struct talker *talker)
{
	const struct guest *guest = &talker->guest;
	const char *zone = talker->device.zone < X511_MAX_ZONES
				   ? search->zones->slots[talker->device.zone].name
				   : "";
	bool is_parked = guest->parked_until_ns > gate_now_ns();
	char mac[MAC_TEXT];

	return json_pack("{s:s, s:s, s:o, s:I, s:I, s:o, s:o}", "mac",
			 format_mac(talker->device.mac, mac), "zone", zone, "address",
			 address_or_null(guest->ipv4_be), "packets", (json_int_t)guest->packets,
			 "dropped", (json_int_t)guest->dropped, "last_seen_at",
			 moment_or_null((uint64_t)guest->seen_tick << X511_TICK_SHIFT),
			 "parked_until", moment_or_null(is_parked ? guest->parked_until_ns : 0));
}

static int make_text(struct search *search)
{
	size_t i, n;
	const struct talker *talkers = talkers_list(search->talkers, &n);
	json_t *list = json_array();
	int bad = !list;
	char *text;

	for (i = 0; i < n; i++)
		bad |= json_array_append_new(list, guest_json(search, &talkers[i]));
	text = bad ? NULL : json_dumps(list, JSON_COMPACT);
	json_decref(list);
	search->size = text ? strlen(text) : 0;
	search->text = text;
	return text ? 0 : -ENOMEM;
}

static int look_further(struct search *search)
{
	int i, n = gate_walk_guests(search->gate, &search->walk, search->keys, search->guests,
				    SLICE);

	for (i = 0; i < n; i++) {
		if (search->zone < 0 || search->zone == search->keys[i].zone)
			talkers_offer(search->talkers, &search->keys[i], &search->guests[i]);
	}
	if (n < 0)
		return n;
	return search->walk.is_over ? make_text(search) : 0;
}

/* One slice a call. The blank before the list says that the search goes on. */
static ssize_t read_search(void *context, uint64_t position, char *buffer, size_t max)
{
	struct search *search = context;
	size_t n;

	(void)position;
	if (!search->text) {
		if (look_further(search))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		buffer[0] = ' ';
		return 1;
	}
	n = search->size - search->sent < max ? search->size - search->sent : max;
	if (!n)
		return MHD_CONTENT_READER_END_OF_STREAM;
	memcpy(buffer, search->text + search->sent, n);
	search->sent += n;
	return (ssize_t)n;
}

static struct search *new_search(struct resource_call *call, int zone, size_t top)
{
	struct search *search = calloc(1, sizeof(*search));

	if (!search)
		return NULL;
	search->gate = controller_of(call)->gate;
	search->zones = &controller_of(call)->zones;
	search->zone = zone;
	search->keys = malloc(SLICE * sizeof(*search->keys));
	search->guests = malloc(SLICE * sizeof(*search->guests));
	search->talkers = talkers_new(top);
	if (search->keys && search->guests && search->talkers)
		return search;
	free_search(search);
	return NULL;
}

enum MHD_Result api_list_guests(struct resource_call *call)
{
	const char *top_text = httpd_query(call->request, "top");
	const char *zone_text = httpd_query(call->request, "zone");
	uint64_t top = TOP_DEFAULT;
	char text[QUOTED_SIZE];
	struct search *search;
	int zone = -1;

	if (top_text && parse_number(top_text, 1, TOP_MAX, &top))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'top' is '%s', and no number from 1 to %d; write one",
				     quote(top_text, text), TOP_MAX);
	if (zone_text) {
		zone = zones_find(&controller_of(call)->zones, zone_text);
		if (zone < 0)
			return api_refuse_zone(call, zone_text);
	}
	search = new_search(call, zone, top);
	if (!search)
		return MHD_NO;
	return httpd_stream(call->request, read_search, search, free_search);
}
