/* SPDX-License-Identifier: MIT */
/* tally.h - how often things have happened since the start, for metrics; the loop's thread counts. */
#ifndef XDP511_PORTAL_TALLY_H
#define XDP511_PORTAL_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "portal/attempt.h"

/* How guests try to sign in; those of portals elsewhere have one for each of these. */
#define TALLY_WAYS(X)                                                                              \
	X(CLICK, "click")                                                                          \
	X(VOUCHER, "voucher")                                                                      \
	X(USER, "user")                                                                            \
	X(RADIUS, "radius")                                                                        \
	X(CODE, "code")                                                                            \
	X(MAC, "mac")                                                                              \
	X(UAM, "uam")                                                                              \
	X(FAS, "fas")                                                                              \
	X(OTHER, "other")

enum tally_way {
#define X(name, word) TALLY_WAY_##name,
	TALLY_WAYS(X)
#undef X
		TALLY_WAY_COUNT
};

#define TALLY_CLASSES 6 /* of HTTP statuses; by their first digit */
#define TALLY_SILENCE 5 /* reasons of dynauth.c for no answer */

struct tally {
	uint64_t attempts[TALLY_WAY_COUNT][ATTEMPT_RESULT_COUNT];
	uint64_t answers[2][TALLY_CLASSES]; /* of HTTP, and of HTTPS */
	size_t n_connections;
	uint64_t unused_tls;		  /* connections that ended before a request */
	uint64_t changes[2][2];		  /* Disconnect-Requests and CoA's: ACK, NAK */
	uint64_t silences[TALLY_SILENCE]; /* those that got no answer */
};

enum tally_way tally_way_of(const char *word);
const char *tally_way_word(enum tally_way way);

#endif /* XDP511_PORTAL_TALLY_H */
