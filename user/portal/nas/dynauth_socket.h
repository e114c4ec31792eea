/* SPDX-License-Identifier: MIT */
/* dynauth_socket.h - sockets that take requests, and answer by the address each has come to. */
#ifndef XDP511_PORTAL_DYNAUTH_SOCKET_H
#define XDP511_PORTAL_DYNAUTH_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>
#include <sys/types.h>

#include "base/endpoint.h"

/* Who asks, and at which of the gateway's addresses: `coa` may be any address. */
struct dynauth_path {
	struct endpoint from;
	struct in_addr to4;
	struct in6_pktinfo to6;
};

int dynauth_socket_open(const struct endpoint *endpoint, int *ret_fd);

/* The datagram's size, or -errno; without waiting. */
ssize_t dynauth_socket_receive(int fd, uint8_t *data, size_t size, struct dynauth_path *ret_path);

/* Lost on the way or here: the server asks again, and gets the same. */
void dynauth_socket_send(int fd, const struct dynauth_path *path, const uint8_t *data, size_t size);

#endif /* XDP511_PORTAL_DYNAUTH_SOCKET_H */
