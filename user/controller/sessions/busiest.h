/* SPDX-License-Identifier: MIT */
/*
 * busiest.h - of many sessions, those with the most traffic at present. Pure functions.
 *
 * Whoever walks over the table shows each session, round by round; what moved since the round
 * before is its rate. Nothing is kept, and nothing is done, unless somebody has asked lately.
 */
#ifndef XDP511_BUSIEST_H
#define XDP511_BUSIEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#define BUSIEST_MAX	1000
#define BUSIEST_KEPT_MS 60000 /* after the last question */

enum busy_order { BUSY_TOTAL, BUSY_DOWN, BUSY_UP, BUSY_ORDERS };

struct busy {
	struct session_key device;
	uint64_t up_bytes;
	uint64_t down_bytes;
	uint64_t up_bps;
	uint64_t down_bps;
	bool is_measured; /* the round before had seen it, too */
};

struct busiest; /* opaque */

struct busiest *busiest_new(void);		       /* NULL: out of memory */
struct busiest *busiest_free(struct busiest *busiest); /* takes NULL, returns NULL */

/* Somebody wants to know: from the next round on there are lists. */
void busiest_ask(struct busiest *busiest, uint64_t now_ms);

/* A round; one that was begun and not ended doesn't count. @expected: sessions there are. */
void busiest_begin(struct busiest *busiest, size_t expected, uint64_t now_ms);
void busiest_look(struct busiest *busiest, const struct session_key *device,
		  const struct session *session, uint64_t now_ms);
void busiest_end(struct busiest *busiest);

/* Those of the last whole round, the busiest first, until the next one ends. */
const struct busy *busiest_list(const struct busiest *busiest, enum busy_order order,
				size_t *ret_n);

#endif /* XDP511_BUSIEST_H */
