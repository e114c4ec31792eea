/* SPDX-License-Identifier: MIT */
/*
 * cookie.h - the initial sequence number that remembers a connection, so that we needn't.
 *
 *   31 30 29                                   0
 *   [mss][ SipHash(key, addresses, ports, slot) ]
 *
 * A slot is 64 seconds of wall time; the current and the last one are valid. An
 * acknowledgement number then tells three things: that its sender saw our SYN-ACK, which
 * segment size it takes, and how many bytes of the answer it has (RFC 4987 3.6).
 */
#ifndef XDP511_COOKIE_H
#define XDP511_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "responder/responder.h"
#include "responder/segment.h"

#define COOKIE_SLOT_SECONDS 64
#define ANSWER_MAX	    1215 /* bytes of an answer; see tcp.h for its form */

/* The initial sequence number for the SYN @segment. */
uint32_t cookie_make(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
		     uint64_t unix_seconds);

/* What an acknowledgement tells. */
struct cookie {
	uint16_t mss;	       /* a segment of this size is welcome */
	uint32_t received;     /* bytes of the answer the client has, its FIN included */
	uint64_t unix_seconds; /* when the slot began: the same for all segments of a connection */
};

/* False for a forged or too old one. */
bool cookie_check(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
		  uint64_t unix_seconds, struct cookie *ret_cookie);

#endif /* XDP511_COOKIE_H */
