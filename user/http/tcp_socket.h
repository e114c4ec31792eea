/* SPDX-License-Identifier: MIT */
/* tcp_socket.h - a listening TCP socket, also at an address that comes later. */
#ifndef XDP511_TCP_SOCKET_H
#define XDP511_TCP_SOCKET_H

#include <stdbool.h>

#include "base/endpoint.h"

/* *@ret_is_early: the address isn't this machine's yet; it is served once it is. -errno. */
int tcp_socket_listen(const struct endpoint *endpoint, int backlog, bool *ret_is_early,
		      int *ret_fd);

#endif /* XDP511_TCP_SOCKET_H */
