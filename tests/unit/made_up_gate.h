/* SPDX-License-Identifier: MIT */
/* made_up_gate.h - the one session that the gate of the journal's tests has. */
#ifndef XDP511_MADE_UP_GATE_H
#define XDP511_MADE_UP_GATE_H

#include "controller/sessions/sessions.h"

extern struct made_up {
	uint64_t id; /* 0: there is none */
	struct session session;
	struct address addresses[GATE_MAX_ADDRESSES];
	size_t n_addresses;
	const char *end_word; /* why it is over; NULL: it isn't */
	uint64_t seen_ms;
	uint64_t wall_ms; /* 0: the real time */
} made_up;

#endif /* XDP511_MADE_UP_GATE_H */
