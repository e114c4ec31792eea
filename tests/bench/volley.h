/* SPDX-License-Identifier: MIT */
/* volley.h - frames that the echo sends back, always the same number of them under way. */
#ifndef BENCH_VOLLEY_H
#define BENCH_VOLLEY_H

#include "connections.h"

struct volley {
	const struct wire *wire;
	struct xsk *xsk;
	struct results *results;
	size_t window;	  /* frames under way at a time */
	size_t frame_len; /* of each */
	size_t under_way;
	uint64_t heard_ns; /* when the last one came back */
	uint32_t next;
};

void volley_take(struct volley *volley, const uint8_t *frame, size_t len, uint64_t now_ns);
/* Puts as many as are missing, at most @max; those that never came back are replaced. */
size_t volley_send(struct volley *volley, uint64_t now_ns, size_t max);

#endif /* BENCH_VOLLEY_H */
