/* SPDX-License-Identifier: MIT */
/* connections.c - the state of each slot, and what moves it on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xdp511/net.h>

#include "connections.h"
#include "page_check.h"
#include "ports.h"

#define PAGE_MAX     4096
#define RTO_MAX_NS   (1600 * 1000 * 1000ULL)
#define REPEATS_MAX  10
#define NS_PER_STAMP (1000 * 1000) /* timestamps count milliseconds, as everywhere */

enum stage { IDLE, SYN_SENT, ASKED, CLOSING };

struct connection {
	enum stage stage;
	uint32_t client;
	uint16_t port;
	uint32_t generation;
	uint32_t first_seq; /* of the SYN */
	uint32_t expected;  /* of the server */
	uint32_t stamp;	    /* the server's last */
	bool stamped;
	uint64_t started_ns;
	uint64_t repeat_ns; /* when the last frame is sent again */
	unsigned int repeats;
	size_t page_len;
	uint8_t page[PAGE_MAX];
};

struct connections {
	struct plan plan;
	struct xsk *xsk;
	struct results results;
	char request[512];
	size_t request_len;
	uint64_t now_ns;
	size_t queued; /* by the call under way */
	uint32_t next_sweep;
	uint32_t free_head;
	uint32_t n_free;
	uint32_t *free; /* a queue: all slots take their turn */
	struct connection *slots;
};

static void free_slot(struct connections *all, struct connection *one)
{
	one->stage = IDLE;
	all->free[(all->free_head + all->n_free++) % all->plan.slots] =
		(uint32_t)(one - all->slots);
}

/* What a browser's probe looks like; as long as such requests are. */
static void write_request(struct connections *all)
{
	all->request_len = (size_t)snprintf(
		all->request, sizeof(all->request),
		"GET /welcome/index.html HTTP/1.1\r\n"
		"Host: www.example.com\r\n"
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
		"Firefox/128.0\r\n"
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
		"Accept-Language: en-GB,en;q=0.5\r\n"
		"Accept-Encoding: gzip, deflate\r\n"
		"Connection: keep-alive\r\n"
		"Upgrade-Insecure-Requests: 1\r\n"
		"\r\n");
}

struct connections *connections_new(const struct plan *plan, struct xsk *xsk)
{
	struct connections *all = calloc(1, sizeof(*all));
	struct timespec now;

	if (!all)
		return NULL;
	all->plan = *plan;
	all->xsk = xsk;
	all->free = calloc(plan->slots, sizeof(*all->free));
	all->slots = calloc(plan->slots, sizeof(*all->slots));
	if (!all->free || !all->slots)
		return connections_free(all);
	write_request(all);
	/* Another run must not meet the connections of this one in the server's memory. */
	clock_gettime(CLOCK_REALTIME, &now);
	for (uint32_t i = 0; i < plan->slots; i++) {
		all->slots[i].generation = (uint32_t)now.tv_sec * 4096;
		free_slot(all, &all->slots[i]);
	}
	return all;
}

struct connections *connections_free(struct connections *all)
{
	if (!all)
		return NULL;
	free(all->free);
	free(all->slots);
	free(all);
	return NULL;
}

struct results *connections_results(struct connections *all)
{
	return &all->results;
}

static void send_segment(struct connections *all, const struct connection *one, uint32_t seq,
			 uint8_t flags, bool with_request)
{
	struct flight flight = {
		.client = one->client,
		.mac = one->client,
		.client_port = one->port,
		.seq = seq,
		.ack = flags & TCP_ACK ? one->expected : 0,
		.flags = flags,
		.stamped = one->stamped,
		.stamp = (uint32_t)(all->now_ns / NS_PER_STAMP),
		.stamp_echo = one->stamp,
		.payload = (const uint8_t *)all->request,
		.len = with_request ? all->request_len : 0,
	};
	uint8_t *frame = xsk_take(all->xsk);

	if (!frame) {
		all->results.no_buffer++;
		return;
	}
	xsk_put(all->xsk, frame, wire_write(&all->plan.wire, &flight, frame));
	all->results.sent++;
	all->queued++;
}

static uint32_t seq_behind_request(const struct connections *all, const struct connection *one)
{
	return one->first_seq + 1 + (uint32_t)all->request_len;
}

static void send_ack(struct connections *all, const struct connection *one)
{
	uint32_t seq = one->stage == ASKED ? seq_behind_request(all, one)
					   : seq_behind_request(all, one) + 1;

	send_segment(all, one, seq, TCP_ACK, false);
}

static void send_of_stage(struct connections *all, const struct connection *one)
{
	switch (one->stage) {
	case IDLE:
		return;
	case SYN_SENT:
		send_segment(all, one, one->first_seq, TCP_SYN, false);
		return;
	case ASKED:
		send_segment(all, one, one->first_seq + 1, TCP_ACK | TCP_PSH, true);
		return;
	case CLOSING:
		send_segment(all, one, seq_behind_request(all, one), TCP_FIN | TCP_ACK, false);
		return;
	}
}

static void enter(struct connections *all, struct connection *one, enum stage stage)
{
	one->stage = stage;
	one->repeats = 0;
	one->repeat_ns = all->now_ns + all->plan.rto_ns;
	send_of_stage(all, one);
}

bool connections_start(struct connections *all, uint64_t due_ns, uint64_t now_ns)
{
	struct connection *one;
	uint32_t slot, g, turns = all->plan.clients / all->plan.slots;

	if (!all->n_free)
		return false;
	slot = all->free[all->free_head];
	all->free_head = (all->free_head + 1) % all->plan.slots;
	all->n_free--;
	all->now_ns = now_ns;
	one = &all->slots[slot];
	g = ++one->generation;
	one->client = WIRE_CLIENTS + slot + all->plan.slots * (g % turns);
	one->port = (uint16_t)(FIRST_PORT + g / turns % PORTS);
	one->first_seq = g * 2654435761U;
	one->started_ns = due_ns;
	one->stamped = false;
	one->stamp = 0;
	one->page_len = 0;
	enter(all, one, SYN_SENT);
	return true;
}

static struct connection *find(struct connections *all, const struct flight *flight)
{
	struct connection *one = &all->slots[(flight->client - WIRE_CLIENTS) % all->plan.slots];

	if (one->stage == IDLE || one->client != flight->client || one->port != flight->client_port)
		return NULL;
	return one;
}

static void take_syn_ack(struct connections *all, struct connection *one,
			 const struct flight *flight)
{
	if (!(flight->flags & TCP_SYN) || !(flight->flags & TCP_ACK) ||
	    flight->ack != one->first_seq + 1) {
		all->results.strays++;
		return;
	}
	one->expected = flight->seq + 1;
	send_segment(all, one, one->first_seq + 1, TCP_ACK, false);
	enter(all, one, ASKED);
}

static void judge_page(struct connections *all, const struct connection *one)
{
	size_t head_len, body_len;

	if (!page_check(one->page, one->page_len, all->plan.status, &head_len, &body_len)) {
		all->results.bad_pages++;
		return;
	}
	all->results.pages++;
	all->results.page_len = one->page_len;
	all->results.body_len = body_len;
	histogram_add(&all->results.latency, all->now_ns - one->started_ns);
}

/* Data and the server's FIN. What is ahead or behind is only acknowledged, as TCP wants it. */
static void take_page(struct connections *all, struct connection *one, const struct flight *flight)
{
	size_t old = one->expected - flight->seq, fresh;
	bool fin = flight->flags & TCP_FIN;

	if (!flight->len && !fin)
		return;
	if (old > flight->len || flight->flags & TCP_SYN || (old == flight->len && !fin)) {
		send_ack(all, one);
		return;
	}
	fresh = flight->len - old;
	if (one->page_len + fresh > PAGE_MAX)
		fresh = PAGE_MAX - one->page_len; /* too long a page is a bad one */
	memcpy(one->page + one->page_len, flight->payload + old, fresh);
	one->page_len += fresh;
	one->expected = flight->seq + (uint32_t)flight->len + fin;
	if (flight->len)
		send_ack(all, one);
	if (!fin)
		return;
	judge_page(all, one);
	enter(all, one, CLOSING);
}

static void take_close(struct connections *all, struct connection *one, const struct flight *flight)
{
	if (flight->ack == seq_behind_request(all, one) + 1)
		free_slot(all, one);
	else if (flight->flags & TCP_FIN)
		send_ack(all, one); /* ours of before was lost */
}

size_t connections_take(struct connections *all, const uint8_t *frame, size_t len, uint64_t now_ns)
{
	struct connection *one;
	struct flight flight;

	all->now_ns = now_ns;
	all->queued = 0;
	all->results.received++;
	if (wire_read(&all->plan.wire, frame, len, &flight, &all->results.partial)) {
		all->results.bad_frames++;
		return 0;
	}
	one = find(all, &flight);
	if (!one) {
		all->results.strays++;
		return 0;
	}
	if (flight.flags & TCP_RST) {
		all->results.resets++;
		all->results.failed++;
		free_slot(all, one);
		return 0;
	}
	if (flight.stamped) {
		one->stamped = true;
		one->stamp = flight.stamp;
	}
	if (one->stage == SYN_SENT)
		take_syn_ack(all, one, &flight);
	else if (one->stage == ASKED)
		take_page(all, one, &flight);
	else
		take_close(all, one, &flight);
	return all->queued;
}

static void repeat(struct connections *all, struct connection *one)
{
	uint64_t wait = all->plan.rto_ns << ++one->repeats;

	if (one->repeats > REPEATS_MAX) {
		all->results.failed++;
		free_slot(all, one);
		return;
	}
	one->repeat_ns = all->now_ns + (wait < RTO_MAX_NS ? wait : RTO_MAX_NS);
	all->results.retransmissions++;
	send_of_stage(all, one);
}

size_t connections_sweep(struct connections *all, uint64_t now_ns, size_t max)
{
	all->now_ns = now_ns;
	all->queued = 0;
	for (uint32_t i = 0; i < all->plan.slots && all->queued < max; i++) {
		struct connection *one = &all->slots[all->next_sweep];

		all->next_sweep = (all->next_sweep + 1) % all->plan.slots;
		if (one->stage != IDLE && one->repeat_ns <= now_ns)
			repeat(all, one);
	}
	return all->queued;
}
