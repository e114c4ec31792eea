/* SPDX-License-Identifier: MIT */
/* dynauth_socket.c - sockets that take requests, and answer by the address each has come to. */
#include "portal/nas/dynauth_socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CONTROL_SIZE CMSG_SPACE(sizeof(struct in6_pktinfo))

union control {
	struct cmsghdr head; /* for its alignment */
	uint8_t bytes[CONTROL_SIZE];
};

/* An IPv6 socket takes no IPv4: there the address of who asks would look like another. */
static int set_up(int fd, const struct endpoint *endpoint)
{
	const int on = 1;
	int bad;

	if (endpoint->address.ss_family == AF_INET6)
		bad = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
		      setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	else
		bad = setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	if (bad || bind(fd, (const struct sockaddr *)&endpoint->address, endpoint_length(endpoint)))
		return -errno;
	return 0;
}

int dynauth_socket_open(const struct endpoint *endpoint, int *ret_fd)
{
	int fd = socket(endpoint->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err = fd < 0 ? -errno : set_up(fd, endpoint);

	if (!err)
		*ret_fd = fd;
	else if (fd >= 0)
		close(fd);
	return err;
}

static void read_destination(struct msghdr *message, struct dynauth_path *path)
{
	struct cmsghdr *head;
	struct in_pktinfo to4;

	for (head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
		if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO) {
			memcpy(&to4, CMSG_DATA(head), sizeof(to4));
			path->to4 = to4.ipi_spec_dst;
		} else if (head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_PKTINFO) {
			memcpy(&path->to6, CMSG_DATA(head), sizeof(path->to6));
		}
	}
}

ssize_t dynauth_socket_receive(int fd, uint8_t *data, size_t size, struct dynauth_path *ret_path)
{
	struct dynauth_path path = {0};
	struct iovec bytes = {.iov_base = data, .iov_len = size};
	union control control;
	struct msghdr message = {
		.msg_name = &path.from.address,
		.msg_namelen = sizeof(path.from.address),
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	read_destination(&message, &path);
	*ret_path = path;
	return n;
}

/* The route is the kernel's choice, but where only the interface says which link is meant. */
static size_t put_source(const struct dynauth_path *path, struct cmsghdr *head)
{
	struct in_pktinfo from4 = {.ipi_spec_dst = path->to4};
	struct in6_pktinfo from6 = path->to6;

	if (path->from.address.ss_family == AF_INET6) {
		if (!IN6_IS_ADDR_LINKLOCAL(&from6.ipi6_addr))
			from6.ipi6_ifindex = 0;
		*head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(from6)),
					 .cmsg_level = IPPROTO_IPV6,
					 .cmsg_type = IPV6_PKTINFO};
		memcpy(CMSG_DATA(head), &from6, sizeof(from6));
		return CMSG_SPACE(sizeof(from6));
	}
	*head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(from4)),
				 .cmsg_level = IPPROTO_IP,
				 .cmsg_type = IP_PKTINFO};
	memcpy(CMSG_DATA(head), &from4, sizeof(from4));
	return CMSG_SPACE(sizeof(from4));
}

void dynauth_socket_send(int fd, const struct dynauth_path *path, const uint8_t *data, size_t size)
{
	struct endpoint to = path->from;
	struct iovec bytes = {.iov_base = (void *)data, .iov_len = size};
	union control control = {0};
	const struct msghdr message = {
		.msg_name = &to.address,
		.msg_namelen = endpoint_length(&to),
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = put_source(path, &control.head),
	};

	(void)sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
