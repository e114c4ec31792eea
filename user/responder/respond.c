/* SPDX-License-Identifier: MIT */
/* respond.c - from the segment's meaning to the frames that answer it. */
#include <errno.h>
#include <string.h>

#include <xdp511/net.h>

#include "responder/answer.h"
#include "responder/respond.h"
#include "responder/tcp.h"

/* A head at least so long, or as long as the client's segments get, isn't waited for to grow. */
#define FULL_SEGMENT 1200

static bool send_reply(const struct world *world, const struct segment *to,
		       const struct reply *reply, const struct outbox *out)
{
	uint8_t *frame = out->take(out->ctx);
	size_t len;

	if (!frame) {
		world->counters->no_frame++;
		return false;
	}
	len = segment_write(to, reply, frame, SEGMENT_FRAME_MAX);
	if (!len) {
		out->drop(out->ctx, frame);
		return false;
	}
	out->put(out->ctx, frame, len);
	return true;
}

/* The zone as the gate sees it: of interface and VLAN, else the one of untagged frames. */
static const struct config_zone *find_zone(const struct world *world, const struct segment *segment)
{
	const struct config *config = world->settings->config;
	const struct config_zone *fallback = &config->zones[0];

	for (size_t i = 1; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];

		if (zone->interface[0] && strcmp(zone->interface, world->interface))
			continue;
		if (!zone->vlan)
			fallback = zone;
		else if (zone->vlan == segment->vlan && zone->inner_vlan == segment->inner_vlan)
			return zone;
	}
	return fallback;
}

/*
 * 0, -EAGAIN for the first part of a question, -EBADMSG for what is no question. The answer may
 * only depend on what can't change when the client repeats itself with more behind it: a part
 * of it may be on its way already.
 */
static int make_answer(const struct world *world, const struct segment *segment,
		       const struct cookie *cookie, struct answer *answer)
{
	const uint8_t *head;
	size_t full = cookie->mss < FULL_SEGMENT ? cookie->mss : FULL_SEGMENT, len;
	struct visit visit = {
		.zone = find_zone(world, segment),
		.mac = segment_client_mac(segment),
		.unix_seconds = cookie->slot_seconds + (uint64_t)world->unix_offset,
	};
	uint8_t joined[PIECES_MAX];
	struct http_request request;
	int err;

	if (segment->dport != PORT_HTTP) {
		if (!cookie->first)
			return -EBADMSG;
		answer_tls(answer);
		return 0;
	}
	len = pieces_join(world->pieces, segment, joined, &head);
	if (head == segment->payload && !cookie->first)
		return -EBADMSG; /* what comes before it is lost or on its way */
	if (!len)
		return -EAGAIN; /* a FIN alone, and nothing before it */
	if (len > full && cookie->mss < ANSWER_MAX)
		len = full;
	/* Behind a FIN nothing more will come, either. */
	err = http_parse(head, len, len >= full || segment->flags & TCP_FIN, &request);
	if (err)
		return err;
	answer_request(world->answers, &request, &visit, answer);
	return answer->len ? 0 : -EBADMSG;
}

static void count_answer(struct responder_counters *counters, unsigned int status)
{
	switch (status) {
	case 511:
		counters->pages_511++;
		break;
	case 302:
		counters->redirects++;
		break;
	default:
		counters->tls_alerts++;
		return;
	}
	counters->requests++;
}

/* Of a piece, or of a FIN with nothing before it, often repeated: the close is returned. */
static void send_acknowledgement(const struct world *world, const struct segment *segment,
				 const struct cookie *cookie, const struct outbox *out)
{
	struct reply reply = tcp_ack(segment);

	if (!(segment->flags & TCP_FIN)) {
		world->counters->pieces++;
	} else if (!cookie->received) { /* else it has our FIN, and only repeats its own */
		reply.flags |= TCP_FIN;
		world->counters->closes++;
	}
	send_reply(world, segment, &reply, out);
}

static void send_answer(const struct world *world, const struct segment *segment,
			const struct cookie *cookie, const struct outbox *out)
{
	size_t start = cookie->received;
	struct answer answer;
	struct reply reply;
	int err = make_answer(world, segment, cookie, &answer);

	if (err == -EAGAIN && pieces_keep(world->pieces, segment)) {
		send_acknowledgement(world, segment, cookie, out);
		return;
	}
	if (err) {
		world->counters->ignored++;
		return;
	}
	count_answer(world->counters, answer.status);
	while (tcp_next_piece(segment, cookie, answer.bytes, answer.len, start, &reply)) {
		if (!send_reply(world, segment, &reply, out) || reply.flags & TCP_FIN)
			return;
		start += reply.payload_len;
	}
}

void respond(const struct world *world, const uint8_t *frame, size_t len, const struct outbox *out)
{
	const struct cookie_keys *keys = world->settings->cookie_keys;
	struct responder_counters *counters = world->counters;
	struct segment segment;
	struct tcp_segment judged;
	struct cookie cookie;
	struct reply reply;

	counters->frames++;
	if (segment_parse(frame, len, &segment)) {
		counters->bad_frames++;
		return;
	}
	counters->partial_checksums += segment.partial_checksum;
	judged = tcp_segment_of(&segment);
	switch (tcp_judge(keys, &judged, world->seconds, &cookie)) {
	case TCP_IGNORE:
		counters->ignored++;
		return;
	case TCP_BAD_COOKIE:
		counters->bad_cookies++;
		counters->resets++;
		reply = tcp_reset(&segment);
		break;
	case TCP_SYN_ACK:
		counters->syn++;
		reply = tcp_syn_ack(keys, &segment, world->seconds);
		break;
	case TCP_ACK_ALL:
		counters->acks++;
		reply = tcp_ack(&segment);
		break;
	case TCP_ANSWER:
		send_answer(world, &segment, &cookie, out);
		return;
	}
	send_reply(world, &segment, &reply, out);
}
