/* SPDX-License-Identifier: MIT */
/*
 * differential.c - the gate and the responder, given the same segments, give the same answers.
 *
 * Whoever answers, a client must not be able to tell: what the gate answers itself is compared
 * byte by byte with what user/responder/ would have sent, and what it drops must be what that
 * ignores. Steered segments have one answer only; of those, the responder must have accepted
 * the cookie.
 */
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include <xdp511/cookie.h>

#include "responder/respond.h"
#include "segments.h"

#define SEGMENTS     30000
#define SEED	     0x511511511511ULL
#define LEAST	     500 /* segments of each kind, or the comparison says little */
#define SENT_MAX     10
#define MISTAKEN_MAX 7 /* of some thousands: more are seen once in 10^12 runs */

/* The responder, and what it sent for the last segment. */
struct server {
	struct config_zone zone;
	struct config config;
	struct responder_settings settings;
	struct responder_counters counters;
	struct cookie_keys keys;
	struct world world;
	__u8 bytes[SENT_MAX][SEGMENT_FRAME_MAX];
	size_t lens[SENT_MAX];
	unsigned int taken, sent;
	unsigned int firsts, others, mistaken; /* of the segments to TCP/443 that reached it */
};

static uint8_t *take(void *ctx)
{
	struct server *server = ctx;

	return server->taken < SENT_MAX ? server->bytes[server->taken++] : NULL;
}

static void put(void *ctx, uint8_t *frame, size_t len)
{
	struct server *server = ctx;

	(void)frame;
	server->lens[server->sent++] = len;
}

static void drop(void *ctx, uint8_t *frame)
{
	struct server *server = ctx;

	(void)frame;
	server->taken--;
}

static bool server_open(struct server *server, const struct bench *bench)
{
	struct config_portal *portal = &server->zone.portal;
	__u32 zero = 0;

	*server = (struct server){
		.config = {.zones = &server->zone, .n_zones = 1},
		.settings = {.config = &server->config, .cookie_keys = &server->keys},
	};
	snprintf(server->zone.name, sizeof(server->zone.name), "default");
	snprintf(portal->url, sizeof(portal->url), "https://portal.example/login");
	snprintf(portal->host, sizeof(portal->host), "portal.example");
	portal->port = 443;
	server->world = (struct world){
		.settings = &server->settings,
		.interface = "client0",
		.counters = &server->counters,
		.pieces = pieces_new(),
	};
	return server->world.pieces && !bpf_map_lookup_elem(bench->cookies, &zero, &server->keys);
}

static void serve(struct server *server, const struct frame *frame)
{
	const struct outbox out = {.ctx = server, .take = take, .put = put, .drop = drop};

	server->taken = server->sent = 0;
	server->counters = (struct responder_counters){0};
	respond(&server->world, frame->bytes, frame->len, &out);
}

/* The responder reads all options; the gate only those that begin with the segment size. */
static bool has_odd_options(const struct frame *frame)
{
	__u32 tcp = frame_tcp(frame);

	return frame->bytes[tcp + 12] >> 4 > 5 &&
	       (frame->bytes[tcp + 20] != 2 || frame->bytes[tcp + 21] != 4);
}

/* NULL when both are of one mind, else what they differ in. */
static const char *compare(const struct server *server, const struct frame *frame,
			   const struct outcome *outcome)
{
	const struct frame *made = &outcome->frame;

	if (server->counters.bad_frames)
		return "the responder takes the frame for broken";
	if (outcome->verdict == V_REPLY_SYN && has_odd_options(frame))
		return server->sent == 1 ? NULL : "the responder doesn't open the connection";
	switch (outcome->verdict) {
	case V_REPLY_SYN:
	case V_REPLY_ACK:
	case V_REFUSE_STRAY:
		if (server->sent != 1)
			return "the responder sends another number of frames";
		if (server->lens[0] != made->len ||
		    memcmp(server->bytes[0], made->bytes, made->len))
			return "the responder sends other bytes";
		return NULL;
	case V_DROP_ACK:
		return server->counters.ignored && !server->sent ? NULL : "the responder answers";
	case V_STEER_HTTP:
	case V_STEER_HTTPS:
		if (server->counters.bad_cookies)
			return "the responder takes the cookie for a bad one";
		return server->counters.acks ? "the responder acknowledges only" : NULL;
	default:
		return "a verdict that web segments don't get";
	}
}

/* A TLS alert is for the first segment, and for it alone; 2^-15 of the others look like one. */
static const char *check_first(struct server *server, bool first)
{
	bool alerted = server->counters.tls_alerts;

	if (first) {
		server->firsts++;
		return alerted ? NULL : "the responder ignores the first segment";
	}
	server->others++;
	server->mistaken += alerted;
	return server->mistaken > MISTAKEN_MAX ? "the responder takes others for first ones" : NULL;
}

static void print_bytes(const char *who, const __u8 *bytes, size_t len)
{
	char line[2 * 96 + 1] = "";
	size_t i;

	for (i = 0; i < len && i < 96; i++)
		snprintf(line + 2 * i, 3, "%02x", bytes[i]);
	complain("%s, %zu bytes: %s", who, len, line);
}

static void complain_of(const struct server *server, const struct frame *frame,
			const struct outcome *outcome, const char *difference)
{
	complain("%s given, but %s", verdict_name(outcome->verdict), difference);
	print_bytes("segment", frame->bytes, frame->len);
	print_bytes("gate", outcome->frame.bytes, outcome->frame.len);
	if (server->sent)
		print_bytes("responder", server->bytes[0], server->lens[0]);
}

/* The same segment for both, within one slot: what a slot's end came between is done again. */
static bool try_segment(struct bench *bench, struct server *server, struct dice *dice,
			__u64 given[V_COUNT])
{
	struct dice before = *dice;
	struct outcome outcome;
	struct frame frame;
	struct shot shot = {.frame = &frame};
	const char *difference;
	bool first;

	for (;;) {
		server->world.seconds = now_ns() / NS_PER_S;
		*dice = before;
		first = segment_make(dice, &server->keys, server->world.seconds, &frame);
		if (bench_shoot(bench, &shot, &outcome)) {
			complain("%s", outcome.why);
			return false;
		}
		serve(server, &frame);
		if (server->world.seconds / COOKIE_SLOT_SECONDS == slot_now())
			break;
	}
	given[outcome.verdict]++;
	difference = compare(server, &frame, &outcome);
	if (!difference && outcome.verdict == V_STEER_HTTPS && !server->counters.syn)
		difference = check_first(server, first);
	if (difference)
		complain_of(server, &frame, &outcome, difference);
	return !difference;
}

static void check_kinds(const __u64 given[V_COUNT])
{
	static const enum verdict kinds[] = {V_REPLY_SYN, V_REPLY_ACK,	V_REFUSE_STRAY,
					     V_DROP_ACK,  V_STEER_HTTP, V_STEER_HTTPS};
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (given[kinds[i]] < LEAST)
			complain("%s was given %llu times only", verdict_name(kinds[i]),
				 given[kinds[i]]);
}

void run_differential(struct bench *bench)
{
	struct dice dice = {.state = SEED};
	static struct server server;
	__u64 given[V_COUNT] = {0};
	unsigned int i;

	if (!server_open(&server, bench))
		complain("the responder can't be set up");
	else
		for (i = 0; i < SEGMENTS; i++)
			if (!try_segment(bench, &server, &dice, given))
				break;
	check_kinds(given);
	if (server.firsts < LEAST / 2 || server.others < LEAST / 2)
		complain("%u first segments and %u others were steered only", server.firsts,
			 server.others);
	report_close("%u pseudo-random web segments: %llu opened, %llu acknowledged, %llu refused, "
		     "%llu dropped as the responder would, %llu steered",
		     SEGMENTS, given[V_REPLY_SYN], given[V_REPLY_ACK], given[V_REFUSE_STRAY],
		     given[V_DROP_ACK], given[V_STEER_HTTP] + given[V_STEER_HTTPS]);
	server.world.pieces = pieces_free(server.world.pieces);
}
