/* SPDX-License-Identifier: MIT */
/* exchange.c - the client's side of a connection, by RFC 9293, and the timer that drives it. */
#include "exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "exchange_checks.h"

#define TURNS_MAX   600
#define BURST	    10	  /* segments sent ahead of their acknowledgement (RFC 6928) */
#define FIRST_RTO   200	  /* ms; of Linux */
#define LAST_RTO    60000 /* ms; of RFC 6298 2.5 */
#define DEFAULT_MSS 536

static uint32_t start_of_data(const struct exchange *x)
{
	return x->iss + 1;
}

static size_t segment_max(const struct exchange *x)
{
	return x->path.mss ? x->path.mss : DEFAULT_MSS;
}

static uint16_t window_of(const struct exchange *x)
{
	if (x->turns < x->opens)
		return x->first_window;
	return x->window ? x->window : 65535;
}

static void put_segment(struct exchange *x, struct tcp tcp)
{
	struct frame frame;

	tcp.window = window_of(x);
	build(&x->path, &tcp, &frame);
	channel_put(&x->channel, TO_SERVER, &frame);
}

static void send_syn(struct exchange *x)
{
	struct tcp tcp = x->syn;

	tcp.seq = x->iss;
	tcp.flags = (uint8_t)(tcp.flags | SYN);
	tcp.mss = x->path.mss;
	put_segment(x, tcp);
}

static void send_range(struct exchange *x, size_t from, size_t to, bool fin)
{
	uint32_t end = start_of_data(x) + (uint32_t)to + fin;

	put_segment(x, (struct tcp){
			       .seq = start_of_data(x) + (uint32_t)from,
			       .ack = x->rcv_nxt,
			       .flags = (uint8_t)(ACK | (to > from ? PSH | x->flags : 0) |
						  (fin ? FIN : 0)),
			       .data = x->request + from,
			       .len = to - from,
			       .options = x->options,
			       .options_len = x->options_len,
		       });
	x->unacked = 0;
	if ((int32_t)(end - x->nxt) > 0)
		x->nxt = end;
}

static void send_ack(struct exchange *x)
{
	size_t at = x->nxt - start_of_data(x);

	put_segment(x, (struct tcp){
			       .seq = start_of_data(x) + (uint32_t)at,
			       .ack = x->rcv_nxt,
			       .flags = ACK,
			       .options = x->options,
			       .options_len = x->options_len,
		       });
	x->unacked = 0;
}

/* Where the segment that starts at @from ends, the way the application wrote it. */
static size_t piece_end(const struct exchange *x, size_t from)
{
	size_t end = x->len;

	if (from < x->cut)
		end = x->cut;
	if (x->step && from - from % x->step + x->step < end)
		end = from - from % x->step + x->step;
	return end - from > segment_max(x) ? from + segment_max(x) : end;
}

static void send_new(struct exchange *x)
{
	size_t at = x->nxt - start_of_data(x), end;

	if (!x->established || x->says_nothing)
		return;
	for (; at < x->len; at = end) {
		if (x->waits ? x->una != x->nxt : x->nxt - x->una >= BURST * segment_max(x))
			return;
		end = piece_end(x, at);
		send_range(x, at, end, x->closes == CLOSES_WITH && end == x->len);
	}
	if (at == x->len && (x->closes == CLOSES_BEHIND || x->finished))
		send_range(x, x->len, x->len, true);
}

/* The part of the request that starts at @from, once more; FIN included if it was sent. */
static size_t repeat_from(struct exchange *x, size_t from, bool joined)
{
	size_t sent = x->nxt - start_of_data(x), end = from;
	bool fin_sent = sent > x->len, fin;

	if (fin_sent)
		sent = x->len;
	if (from < x->len)
		end = joined ? from + segment_max(x) : piece_end(x, from);
	if (end > sent)
		end = sent;
	fin = fin_sent && end == x->len && (from == end || joined || x->closes == CLOSES_WITH);
	send_range(x, from, end, fin);
	return end + fin;
}

static void repeat(struct exchange *x)
{
	size_t at = x->una - start_of_data(x), end = x->nxt - start_of_data(x), next;

	switch (x->repeats) {
	case REPEATS_FIRST:
		repeat_from(x, at, false);
		return;
	case REPEATS_JOINED:
		repeat_from(x, at, true);
		return;
	case REPEATS_ALL:
		while (at < end)
			at = repeat_from(x, at, false);
		return;
	default:
		break;
	}
	while (!x->probed) {
		next = at < x->len ? piece_end(x, at) : end;
		if (next >= end || (next == x->len && x->closes == CLOSES_WITH))
			x->probed = true;
		else
			at = next;
	}
	repeat_from(x, at, false);
	x->probed = at != (size_t)(x->una - start_of_data(x));
}

static void take_ack(struct exchange *x, uint32_t ack)
{
	if (ack - x->una > x->nxt - x->una)
		return; /* old */
	if (ack != x->una)
		x->probed = false;
	x->una = ack;
}

/* True when the segment is the next one. */
static bool take_data(struct exchange *x, const struct tcp *tcp)
{
	size_t at = tcp->seq - (x->irs + 1), before = x->answer_len;

	if (x->finished)
		return false;
	for (size_t i = 0; i < tcp->len; i++) {
		x->answer[at + i] = ((const uint8_t *)tcp->data)[i];
		x->have[at + i] = true;
	}
	if (tcp->flags & FIN)
		x->fin_at = at + tcp->len;
	while (x->answer_len < sizeof(x->answer) && x->have[x->answer_len])
		x->answer_len++;
	x->finished = x->answer_len == x->fin_at;
	x->rcv_nxt = x->irs + 1 + (uint32_t)x->answer_len + x->finished;
	return x->answer_len != before || x->finished;
}

static void receive(struct exchange *x, const struct tcp *tcp)
{
	bool in_order;

	if (tcp->flags & RST) {
		x->reset = true;
		return;
	}
	if (tcp->flags & SYN) {
		if (!x->established) {
			x->established = true;
			x->irs = tcp->seq;
			x->rcv_nxt = tcp->seq + 1;
			x->una = tcp->ack;
		}
		send_ack(x); /* a second one: RFC 9293 3.10.7.4, first check */
		return;
	}
	if (!x->established)
		return;
	exchange_check_received(x, tcp);
	if (x->broken)
		return;
	take_ack(x, tcp->ack);
	if (!tcp->len && !(tcp->flags & FIN))
		return;
	in_order = take_data(x, tcp);
	x->unacked++;
	if (!in_order || x->acks == ACKS_EACH || (x->acks == ACKS_SECOND && x->unacked > 1) ||
	    (x->acks == ACKS_SECOND && x->finished))
		send_ack(x);
}

static void give(struct exchange *x, struct server *server, const struct frame *frame)
{
	server_set_time(server, (unsigned int)(x->now_ms / 1000));
	server_give(server, frame);
	exchange_check_given(x, server, frame);
	for (size_t i = 0; i < server->n_sent; i++)
		channel_put(&x->channel, TO_CLIENT, &server->sent[i]);
}

/* Until nothing moves any more. */
static void pump(struct exchange *x, struct server *server)
{
	const struct frame *frame;
	struct tcp got;

	do {
		while (!x->broken && (frame = channel_take(TO_SERVER)))
			give(x, server, frame);
		frame = channel_take(TO_CLIENT);
		if (!frame)
			continue;
		if (!dissect(&x->path, frame, &got)) {
			x->broken = "a frame is malformed";
			return;
		}
		receive(x, &got);
		if (x->reset)
			return;
		send_new(x);
	} while (!x->broken && (frame || channel_settle(&x->channel)));
	if (x->channel.overrun)
		x->broken = "there are ever more frames";
}

static bool is_at_rest(const struct exchange *x)
{
	return x->established && x->una == x->nxt && !x->unacked && x->turns >= x->opens;
}

static void turn_timer(struct exchange *x, uint64_t *rto)
{
	bool opened = ++x->turns == x->opens;

	x->now_ms += *rto;
	if (x->backs_off)
		*rto = *rto * 2 < LAST_RTO ? *rto * 2 : LAST_RTO;
	if (!x->established)
		send_syn(x);
	else if (x->unacked || opened)
		send_ack(x);
	else if (x->una != x->nxt)
		repeat(x);
}

void exchange_run(struct exchange *x, struct server *server)
{
	uint64_t rto = FIRST_RTO;
	uint32_t progress;

	x->len = x->len ? x->len : strlen(x->request);
	x->una = x->iss;
	x->nxt = x->iss + 1;
	x->fin_at = SIZE_MAX;
	channel_start(&x->channel);
	exchange_check_start(x);
	send_syn(x);
	pump(x, server);
	while (x->turns < TURNS_MAX && !x->broken && !x->reset && !is_at_rest(x)) {
		progress = x->una + x->rcv_nxt;
		turn_timer(x, &rto);
		pump(x, server);
		if (progress != x->una + x->rcv_nxt)
			rto = FIRST_RTO;
	}
	x->closed = x->finished && x->una == start_of_data(x) + (uint32_t)x->len + 1;
	x->stuck = !x->closed && is_at_rest(x);
}

const char *exchange_fault(const struct exchange *x, const struct exchange *page)
{
	if (x->broken)
		return x->broken;
	if (!x->closed)
		return x->reset	  ? "it was reset"
		       : x->stuck ? "all is quiet, but nothing is finished"
				  : "it took too long";
	if (x->answer_len != page->answer_len || memcmp(x->answer, page->answer, x->answer_len))
		return "it is another page";
	return NULL;
}

void exchange_print(const struct exchange *x, const char *sentence)
{
	const struct channel *channel = &x->channel;

	fprintf(stderr, "%s: port %u, mss %u, IPv%d, %d tags, acks %d, repeats %d, closes %d\n",
		sentence, x->path.port, x->path.mss, x->path.ipv6 ? 6 : 4, x->path.tags, x->acks,
		x->repeats, x->closes);
	fprintf(stderr, "\tcut %zu, step %zu, waits %d, window %u then %u, %u turns\n", x->cut,
		x->step, x->waits, x->first_window, x->window, x->turns);
	fprintf(stderr, "\tlost %#" PRIx64 ", doubled %#" PRIx64 ", late %#" PRIx64 "\n",
		channel->lost, channel->doubled, channel->late);
	fprintf(stderr, "\tby chance: lost %u %%, doubled %u %%, late %u %%\n",
		channel->lost_percent, channel->doubled_percent, channel->late_percent);
}
