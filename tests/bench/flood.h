/* SPDX-License-Identifier: MIT */
/* flood.h - SYNs from addresses that nobody has, at a steady rate. */
#ifndef BENCH_FLOOD_H
#define BENCH_FLOOD_H

#include "responder/xsk.h"
#include "wire.h"

struct flood {
	const struct wire *wire;
	struct xsk *xsk;
	uint64_t rate;	     /* SYNs a second */
	unsigned int copies; /* that the relay makes of each */
	uint32_t macs;	     /* how many MACs they come from; 0: each from another */
	uint64_t random;
	uint64_t started_ns; /* 0: not yet */
	uint64_t met;	     /* of those due since then: sent or given up */
	uint64_t sent;
};

/*
 * Puts what is due, at most @max. What couldn't be sent in time is not made up for: bursts
 * would only overflow the ring of the veth. Returns how many will arrive.
 */
size_t flood_send(struct flood *flood, uint64_t now_ns, size_t max);

#endif /* BENCH_FLOOD_H */
