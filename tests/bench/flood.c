/* SPDX-License-Identifier: MIT */
/* flood.c - counts what is due by the clock and builds it from random numbers. */
#include <xdp511/net.h>

#include "flood.h"
#include "ports.h"

#define BACKLOG_MAX 1000

/* xorshift64*: quick, and random enough for addresses. */
static uint64_t next_random(struct flood *flood)
{
	flood->random ^= flood->random >> 12;
	flood->random ^= flood->random << 25;
	flood->random ^= flood->random >> 27;
	return flood->random * 2685821657736338717ULL;
}

static bool send_one(struct flood *flood)
{
	uint64_t random = next_random(flood);
	struct flight flight = {
		.client = WIRE_FLOOD + (uint32_t)(random % WIRE_FLOOD_MAX),
		.client_port = (uint16_t)(FLOOD_PORT + (random >> 16) % (FIRST_PORT - FLOOD_PORT)),
		.seq = (uint32_t)(random >> 32),
		.flags = TCP_SYN,
	};
	uint8_t *frame = xsk_take(flood->xsk);

	if (!frame)
		return false;
	flight.mac =
		flood->macs ? 0xf0000000 + flight.seq % flood->macs : (uint32_t)next_random(flood);
	xsk_put(flood->xsk, frame, wire_write(flood->wire, &flight, frame));
	return true;
}

size_t flood_send(struct flood *flood, uint64_t now_ns, size_t max)
{
	uint64_t due;
	size_t n = 0;

	if (!flood->started_ns) {
		flood->started_ns = now_ns;
		flood->random = now_ns | 1;
	}
	due = (uint64_t)((double)(now_ns - flood->started_ns) * 1e-9 * (double)flood->rate);
	if (due > flood->met + BACKLOG_MAX)
		flood->met = due - BACKLOG_MAX;
	while (n + flood->copies <= max && flood->met + flood->copies <= due && send_one(flood)) {
		flood->met += flood->copies;
		n += flood->copies;
	}
	flood->sent += n;
	return n;
}
