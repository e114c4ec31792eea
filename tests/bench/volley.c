/* SPDX-License-Identifier: MIT */
/* volley.c - sends, counts what comes back, and replaces what doesn't. */
#include <string.h>

#include <xdp511/net.h>

#include "ports.h"
#include "volley.h"

#define LOST_NS (50 * 1000 * 1000ULL)

static const uint8_t filling[2048];

void volley_take(struct volley *volley, const uint8_t *frame, size_t len, uint64_t now_ns)
{
	struct flight flight;

	volley->results->received++;
	volley->heard_ns = now_ns;
	if (wire_read(volley->wire, frame, len, &flight, &volley->results->partial)) {
		volley->results->bad_frames++;
		return;
	}
	if (volley->under_way)
		volley->under_way--;
}

static bool send_one(struct volley *volley)
{
	struct flight flight = {
		.client = WIRE_CLIENTS,
		.mac = WIRE_CLIENTS,
		.client_port = (uint16_t)(FIRST_PORT + volley->next++ % PORTS),
		.flags = TCP_ACK,
		.payload = filling,
	};
	size_t head_len = volley->wire->ipv6 ? 74 : 54;
	uint8_t *frame = xsk_take(volley->xsk);

	if (!frame) {
		volley->results->no_buffer++;
		return false;
	}
	if (volley->frame_len > head_len)
		flight.len = volley->frame_len - head_len;
	xsk_put(volley->xsk, frame, wire_write(volley->wire, &flight, frame));
	volley->results->sent++;
	volley->under_way++;
	return true;
}

size_t volley_send(struct volley *volley, uint64_t now_ns, size_t max)
{
	size_t n = 0;

	if (volley->under_way == volley->window && now_ns > volley->heard_ns + LOST_NS) {
		volley->results->retransmissions += volley->under_way;
		volley->under_way = 0;
	}
	if (!volley->under_way)
		volley->heard_ns = now_ns;
	while (n < max && volley->under_way < volley->window && send_one(volley))
		n++;
	return n;
}
