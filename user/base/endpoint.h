/* SPDX-License-Identifier: MIT */
/* endpoint.h - where to listen, or whom to ask: an address of either family and a port. Pure. */
#ifndef XDP511_ENDPOINT_H
#define XDP511_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>

#include <xdp511/abi.h>

#define ENDPOINT_TEXT 56 /* "[…]:65535" with NUL */

struct endpoint {
	struct sockaddr_storage address; /* AF_INET or AF_INET6, port set; zeros behind it */
};
#define ENDPOINTS_MAX 4 /* of one key */

struct endpoints {
	struct endpoint list[ENDPOINTS_MAX];
	size_t n;
};

/*
 * "198.18.1.1:80", "[fd00::1]:443"; without a port, "198.18.1.1", "[fd00::1]" or "fd00::1", it has
 * @port. -EINVAL otherwise.
 */
int parse_endpoint(const char *text, uint16_t port, struct endpoint *ret_endpoint);

/* With port and, for IPv6, brackets. Returns @buffer, which holds ENDPOINT_TEXT bytes. */
char *format_endpoint(const struct endpoint *endpoint, char *buffer);

uint16_t endpoint_port(const struct endpoint *endpoint);

/* The address' size for bind(), connect() and sendto(). */
socklen_t endpoint_length(const struct endpoint *endpoint);

/* The same address and port; the same address. An IPv4-mapped address isn't that IPv4 address. */
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b);

/* Its address as the gate has it; false for "any address". */
bool endpoint_address(const struct endpoint *endpoint, struct address *ret_address);

#endif /* XDP511_ENDPOINT_H */
