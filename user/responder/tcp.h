/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - the segments that answer segments, of connections that only <xdp511/cookie.h> knows.
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
 * Segments without data are mostly answered in the gate (bpf/web.h), with the same bytes.
 */
#ifndef XDP511_TCP_H
#define XDP511_TCP_H

#include <xdp511/cookie.h>

#include "responder/segment.h"

/* The segment as tcp_judge() and the cookie want it. */
struct tcp_segment tcp_segment_of(const struct segment *segment);

struct reply tcp_syn_ack(const struct cookie_keys *keys, const struct segment *segment,
			 uint64_t seconds);
struct reply tcp_reset(const struct segment *segment);
struct reply tcp_ack(const struct segment *segment); /* of all up to and with the segment */

/*
 * The next piece of the answer @data, @len (a multiple of ANSWER_ALIGN less one) from
 * @start on, within the client's segment size and window. False when nothing more may go.
 */
bool tcp_next_piece(const struct segment *segment, const struct cookie *cookie, const uint8_t *data,
		    size_t len, size_t start, struct reply *ret_reply);

#endif /* XDP511_TCP_H */
