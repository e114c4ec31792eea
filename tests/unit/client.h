/* SPDX-License-Identifier: MIT */
/*
 * client.h - a TCP client made of bytes alone, to test the responder with: its own frame
 * builder, its own checksum, its own idea of sequence numbers. Shares nothing with the product.
 */
#ifndef XDP511_TEST_CLIENT_H
#define XDP511_TEST_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 2048

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32, ECE = 64, CWR = 128 };

struct frame {
	uint8_t bytes[FRAME_MAX];
	size_t len;
};

/* Who talks to whom over what. */
struct path {
	bool ipv6;
	int tags;	      /* VLAN tags: 0, 1 (id 200), 2 (200 within 802.1ad 30) */
	uint16_t port;	      /* of the server */
	uint16_t mss;	      /* in our SYN; 0: no option */
	uint16_t client_port; /* 0: 49152 */
	uint8_t ecn;  /* of our packets: the last two bits of the traffic class (RFC 3168) */
	bool partial; /* our checksums are left to hardware: the pseudo header's alone */
};

/* One segment, either way. */
struct tcp {
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	uint16_t window;
	uint16_t mss;
	const void *data;
	size_t len;
	const void *options; /* instead of those that @mss stands for; a multiple of four bytes */
	size_t options_len;
	uint16_t urgent;
};

/* Builds a frame from client to server. */
void build(const struct path *path, const struct tcp *tcp, struct frame *ret_frame);

/* Reads a frame from server to client: false when any field or checksum is wrong. */
bool dissect(const struct path *path, const struct frame *frame, struct tcp *ret_tcp);

#endif /* XDP511_TEST_CLIENT_H */
