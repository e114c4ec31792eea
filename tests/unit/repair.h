/* SPDX-License-Identifier: MIT */
/* repair.h - right checksums for any bytes that look like a frame: a fuzzer doesn't guess them. */
#ifndef XDP511_TEST_REPAIR_H
#define XDP511_TEST_REPAIR_H

#include "client.h"

/* Where the headers of a frame start; 0: it has none. */
struct layout {
	size_t ip;
	size_t tcp;
	size_t end; /* by the IP header */
	bool ipv6;
};

/* Own reading of a frame: Ethernet, up to two tags, IP, options of the hop or destination. */
bool repair_find(const struct frame *frame, struct layout *ret_layout);

/* Writes the sums of the IPv4 and the TCP header. False for what isn't a TCP frame. */
bool repair(struct frame *frame);

/* True when lengths and sums are those of a frame that is a packet and nothing else. */
bool repair_is_whole(const struct frame *frame);

#endif /* XDP511_TEST_REPAIR_H */
