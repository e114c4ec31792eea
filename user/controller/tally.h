/* SPDX-License-Identifier: MIT */
/* tally.h - how often things have happened since the start, for metrics; the loop's thread counts. */
#ifndef XDP511_TALLY_H
#define XDP511_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "controller/sessions/session_method.h"

/* Why sessions end, or are at their limit: words of sessions_tell(). */
#define TALLY_REASONS(X)                                                                           \
	X(TIMEOUT, "timeout")                                                                      \
	X(IDLE, "idle")                                                                            \
	X(QUOTA, "quota")                                                                          \
	X(LOGOUT, "logout")                                                                        \
	X(BLOCKED, "blocked")

enum tally_reason {
#define X(name, word) TALLY_##name,
	TALLY_REASONS(X)
#undef X
		TALLY_REASON_COUNT
};

/* What makes a device suspect. */
#define TALLY_SPOOFS(X)                                                                            \
	X(ADDRESS, "address")	    /* another's address */                                        \
	X(TWO_PLACES, "two places") /* its MAC is seen in both */                                  \
	X(TWO_ZONES, "two zones")

enum tally_spoof {
#define X(name, word) TALLY_SPOOF_##name,
	TALLY_SPOOFS(X)
#undef X
		TALLY_SPOOF_COUNT
};

struct tally {
	uint64_t sign_ins[SESSION_METHOD_COUNT];
	uint64_t sign_outs[TALLY_REASON_COUNT];
	uint64_t limits[TALLY_REASON_COUNT];
	uint64_t spoofs[TALLY_SPOOF_COUNT];
	uint64_t parked;
	uint64_t reattached[X511_MAX_PORTS]; /* interfaces that had to be shut again */
	bool is_open[X511_MAX_PORTS];	     /* those that could not be */
	bool is_shown[X511_MAX_ZONES][SESSION_METHOD_COUNT]; /* of sessions by method */
};

/* NULL, or a word that isn't listed, is a logout. */
enum tally_reason tally_reason_of(const char *word);
const char *tally_reason_word(enum tally_reason reason);
const char *tally_spoof_word(enum tally_spoof spoof);

#endif /* XDP511_TALLY_H */
