/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - TCP without a connection table: what a segment asks for, told from its bytes alone.
 *
 *   client                              responder
 *   SYN                          ->
 *                                <-     SYN-ACK, sequence number = cookie
 *   ACK, request                 ->
 *                                <-     answer and FIN; the request is NOT acknowledged
 *   ACK of the answer            ->
 *                                <-     ACK of all the client sent
 *
 * What is lost comes again by itself: as long as the request isn't acknowledged, the client
 * repeats it, its acknowledgement number says how much of the answer it has, and the rest is
 * made anew from the repeated bytes.
 *
 * Whether the client has all of it must be told without knowing which answer it was. So every
 * answer, FIN included, is a multiple of ANSWER_ALIGN bytes long, and no segment but the last
 * ends at such a multiple.
 */
#ifndef XDP511_TCP_H
#define XDP511_TCP_H

#include "responder/cookie.h"
#include "responder/segment.h"

#define ANSWER_ALIGN 8

_Static_assert((ANSWER_MAX + 1) % ANSWER_ALIGN == 0, "the longest answer has the form of all");

enum tcp_step {
	TCP_IGNORE,	/* nothing to say, the client will speak again if it has to */
	TCP_BAD_COOKIE, /* not one of ours: reset (RFC 9293 3.10.7.1, 3.10.7.2) */
	TCP_SYN_ACK,
	TCP_ACK_ALL, /* the client has the whole answer: everything it sent is taken */
	TCP_ANSWER,  /* it asks (again), or says that nothing more will be asked */
};

/* *ret_cookie is filled in for TCP_ACK_ALL and TCP_ANSWER. */
enum tcp_step tcp_judge(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
			uint64_t unix_seconds, struct cookie *ret_cookie);

struct reply tcp_syn_ack(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
			 uint64_t unix_seconds);
struct reply tcp_reset(const struct segment *segment);
struct reply tcp_ack(const struct segment *segment); /* of all up to and with the segment */

/*
 * The next piece of the answer @data, @len (a multiple of ANSWER_ALIGN less one) from
 * @start on, within the client's segment size and window. False when nothing more may go.
 */
bool tcp_next_piece(const struct segment *segment, const struct cookie *cookie, const uint8_t *data,
		    size_t len, size_t start, struct reply *ret_reply);

#endif /* XDP511_TCP_H */
