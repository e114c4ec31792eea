/* SPDX-License-Identifier: MIT */
/* tcp_socket.c - a listening TCP socket, also at an address that comes later. */
#include "http/tcp_socket.h"

#include <errno.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

static int bind_to(int fd, const struct endpoint *endpoint, bool *is_early)
{
	const struct sockaddr *address = (const struct sockaddr *)&endpoint->address;
	const socklen_t length = endpoint_length(endpoint);
	const int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!bind(fd, address, length))
		return 0;
	if (errno != EADDRNOTAVAIL)
		return -errno;
	(void)setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	*is_early = true;
	return bind(fd, address, length) ? -errno : 0;
}

int tcp_socket_listen(const struct endpoint *endpoint, int backlog, bool *ret_is_early, int *ret_fd)
{
	int fd = socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool is_early = false;
	int err = fd < 0 ? -errno : bind_to(fd, endpoint, &is_early);

	if (!err && listen(fd, backlog))
		err = -errno;
	if (err) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	*ret_is_early = is_early;
	*ret_fd = fd;
	return 0;
}
