/* SPDX-License-Identifier: MIT */
/*
 * wire.h - TCP segments of the clients to frames, and the server's frames to segments.
 *
 * Shares nothing with the responder's own reader and writer, so that neither hides a fault of
 * the other. A client is a number: it is the end of its address and of its MAC.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_CLIENTS	 0x10000 /* number of the first real client */
#define WIRE_CLIENTS_MAX 0x10000
#define WIRE_FLOOD	 0x8000 /* number of the first spoofed one */
#define WIRE_FLOOD_MAX	 0x8000

struct wire {
	bool ipv6;
	uint16_t server_port;
	uint8_t herd; /* second byte of the clients' MACs */
	uint8_t gateway_mac[6];
	uint8_t server[16]; /* IPv4: the first four */
};

struct flight {
	uint32_t client;
	uint32_t mac; /* end of the MAC; the client's number unless it is forged */
	uint16_t client_port;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	bool stamped; /* has the timestamps option */
	uint32_t stamp;
	uint32_t stamp_echo;
	const uint8_t *payload;
	size_t len;
};

/* The frame's length. A SYN carries the options that Linux sends. */
size_t wire_write(const struct wire *wire, const struct flight *flight, uint8_t *frame);

/* -EBADMSG for what isn't TCP or has a wrong checksum; counted as partial when left to hardware. */
int wire_read(const struct wire *wire, const uint8_t *frame, size_t len, struct flight *ret_flight,
	      uint64_t *partial);

#endif /* BENCH_WIRE_H */
