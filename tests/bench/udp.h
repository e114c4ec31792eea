/* SPDX-License-Identifier: MIT */
/* udp.h - a UDP datagram over IPv4 as a frame, filled up with zeros. */
#ifndef BENCH_UDP_H
#define BENCH_UDP_H

#include <stddef.h>
#include <stdint.h>

struct udp_plan {
	uint8_t from_mac[6];
	uint8_t to_mac[6];
	uint32_t from; /* addresses in host order */
	uint32_t to;
	uint16_t from_port;
	uint16_t to_port;
	size_t len; /* of the frame */
};

/* Without a checksum of its own, which IPv4 allows (RFC 768). */
void udp_write(const struct udp_plan *plan, uint8_t *frame);

#endif /* BENCH_UDP_H */
