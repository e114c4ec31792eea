/* SPDX-License-Identifier: MIT */
/* exchange_checks.c - no amplification, no overrun of window or segment, no byte that changes. */
#include "exchange_checks.h"

#include <string.h>

#define WIRE_MIN 60 /* an Ethernet frame without its checksum (IEEE 802.3 3.2.8) */

/* Bytes of the request that reached the server; the last is its FIN. One exchange at a time. */
static bool delivered[EXCHANGE_REQUEST_MAX + 1];

void exchange_check_start(const struct exchange *x)
{
	memset(delivered, 0, x->len + 1);
}

static uint32_t r32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* What we built, read again. */
static struct tcp read_own(const struct exchange *x, const struct frame *frame)
{
	size_t at = 14 + 4 * (size_t)x->path.tags + (x->path.ipv6 ? 40 : 20);
	const uint8_t *tcp = frame->bytes + at;

	return (struct tcp){
		.seq = r32(tcp + 4),
		.ack = r32(tcp + 8),
		.flags = tcp[13],
		.window = (uint16_t)(tcp[14] << 8 | tcp[15]),
		.len = frame->len - at - (size_t)(tcp[12] >> 4) * 4,
	};
}

static void note_delivered(const struct exchange *x, const struct tcp *own)
{
	size_t at = own->seq - (x->iss + 1);

	if (own->flags & (SYN | RST) || at > x->len)
		return;
	memset(delivered + at, true, own->len);
	if (own->flags & FIN)
		delivered[x->len] = true;
}

static size_t wire(size_t len)
{
	return len < WIRE_MIN ? WIRE_MIN : len;
}

/* Nothing has been proven by a SYN, and a segment without a question is worth one as long. */
static const char *check_modest(const struct server *server, const struct tcp *own, size_t len)
{
	size_t bytes = server->n_sent ? server->sent[0].len : 0;

	if (own->flags & RST)
		return server->n_sent ? "a reset is answered" : NULL;
	if (server->n_sent > 1)
		return "a segment without data or FIN is answered by more than one";
	if (bytes > len)
		return own->flags & SYN ? "the SYN-ACK is longer than the SYN"
					: "the answer to a segment without data is longer";
	return wire(bytes) > wire(len) ? "the answer is longer on the wire" : NULL;
}

static const char *check_segment(const struct exchange *x, const struct tcp *own,
				 const struct tcp *got, uint32_t *next)
{
	uint32_t end = got->seq + (uint32_t)got->len + !!(got->flags & FIN);

	if (got->flags & SYN)
		return own->flags & SYN && !(own->flags & ACK) && !got->len
			       ? NULL
			       : "a SYN-ACK comes unasked, or with data";
	if (got->flags & RST)
		return NULL;
	if (own->flags & SYN)
		return "a SYN is answered by something else than a SYN-ACK";
	if (got->len > (x->path.mss ? x->path.mss : 536))
		return "a segment is longer than the client takes";
	if ((got->len || got->flags & FIN) && end - own->ack > own->window)
		return "a segment goes beyond the window";
	if (got->seq != *next)
		return "the answer doesn't go on where the client is";
	*next = end;
	return NULL;
}

void exchange_check_given(struct exchange *x, const struct server *server,
			  const struct frame *frame)
{
	struct tcp own = read_own(x, frame), got;
	uint32_t next = own.ack;
	size_t payload = 0, bytes = 0;

	note_delivered(x, &own);
	if (own.flags & (SYN | RST) || !(own.len || own.flags & FIN))
		x->broken = check_modest(server, &own, frame->len);
	for (size_t i = 0; i < server->n_sent && !x->broken; i++) {
		if (!dissect(&x->path, &server->sent[i], &got)) {
			x->broken = "a frame is malformed";
			return;
		}
		x->broken = check_segment(x, &own, &got, &next);
		payload += got.len;
		bytes += wire(server->sent[i].len);
	}
	if (x->broken)
		return;
	if (server->n_sent > EXCHANGE_FRAMES_MAX || payload > EXCHANGE_ANSWER_MAX)
		x->broken = "there is more of an answer than there may be";
	if (bytes > x->most_bytes)
		x->most_bytes = bytes;
	if ((bytes + frame->len - 1) / wire(frame->len) > x->most_factor)
		x->most_factor = (bytes + frame->len - 1) / wire(frame->len);
}

/*
 * Until the client has the whole answer, nothing may be acknowledged that never arrived: it
 * would not come again.
 */
static bool acknowledges_too_much(const struct exchange *x, uint32_t ack)
{
	if (x->finished)
		return false;
	for (size_t i = 0; i < ack - (x->iss + 1); i++)
		if (!delivered[i])
			return true;
	return false;
}

void exchange_check_received(struct exchange *x, const struct tcp *tcp)
{
	size_t at = tcp->seq - (x->irs + 1);

	if (!(tcp->flags & ACK))
		x->broken = "a segment has no ACK"; /* RFC 9293 3.10.7.4, fifth check */
	else if (tcp->ack - (x->iss + 1) > x->nxt - (x->iss + 1))
		x->broken = "what was never sent is acknowledged";
	else if (acknowledges_too_much(x, tcp->ack))
		x->broken = "what never arrived is acknowledged";
	else if (at + tcp->len > sizeof(x->answer))
		x->broken = "there is more of an answer than there may be";
	else if (x->fin_at != SIZE_MAX && at + tcp->len > x->fin_at + !tcp->len)
		x->broken = "there is data behind the FIN";
	for (size_t i = 0; i < tcp->len && !x->broken; i++)
		if (x->have[at + i] && x->answer[at + i] != ((const uint8_t *)tcp->data)[i])
			x->broken = "the same byte of the answer came in two values";
	if (!x->broken && tcp->flags & FIN && x->fin_at != SIZE_MAX && x->fin_at != at + tcp->len)
		x->broken = "the answer has two ends";
}
