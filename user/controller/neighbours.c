/* SPDX-License-Identifier: MIT */
/* neighbours.c - the IP addresses that the kernel's neighbour tables know of a device. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "controller/neighbours.h"

#define ANSWER_SIZE 32768
#define MAX_ANSWERS 4096 /* more than the tables can fill */

struct request {
	struct nlmsghdr header;
	struct ndmsg body;
};

struct list {
	const uint8_t *mac;
	struct address *addresses;
	size_t max;
	size_t n;
};

static int ask(void)
{
	struct request request = {
		.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.body)),
		.header.nlmsg_type = RTM_GETNEIGH,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.body.ndm_family = AF_UNSPEC,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	int err;

	if (fd < 0)
		return -errno;
	if (send(fd, &request, request.header.nlmsg_len, 0) >= 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static bool read_address(const struct ndmsg *body, const struct rtattr *attribute,
			 struct address *ret_address)
{
	memset(ret_address, 0, sizeof(*ret_address));
	if (body->ndm_family == AF_INET6 && RTA_PAYLOAD(attribute) == 16) {
		memcpy(ret_address->bytes, RTA_DATA(attribute), 16);
		return true;
	}
	if (body->ndm_family != AF_INET || RTA_PAYLOAD(attribute) != 4)
		return false;
	memset(ret_address->bytes + 10, 0xff, 2);
	memcpy(ret_address->bytes + 12, RTA_DATA(attribute), 4);
	return true;
}

static void read_neighbour(const struct nlmsghdr *header, struct list *list)
{
	const struct ndmsg *body = NLMSG_DATA(header);
	const struct rtattr *attribute = (const void *)(body + 1);
	int left = (int)header->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*body));
	bool is_device = false, has_address = false;
	struct address address;

	if (left < 0 || body->ndm_state & (NUD_FAILED | NUD_INCOMPLETE | NUD_NOARP))
		return;
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if (attribute->rta_type == NDA_LLADDR && RTA_PAYLOAD(attribute) == 6)
			is_device = !memcmp(RTA_DATA(attribute), list->mac, 6);
		if (attribute->rta_type == NDA_DST)
			has_address = read_address(body, attribute, &address);
	}
	if (is_device && has_address && list->n < list->max)
		list->addresses[list->n++] = address;
}

/* True when the dump goes on in another datagram. */
static bool read_answer(const void *data, size_t size, struct list *list)
{
	const struct nlmsghdr *header = data;
	unsigned int left = (unsigned int)size;

	for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return false;
		if (header->nlmsg_type == RTM_NEWNEIGH)
			read_neighbour(header, list);
	}
	return true;
}

int neighbours_of(const uint8_t mac[6], struct address *addresses, size_t max)
{
	struct list list = {.mac = mac, .addresses = addresses, .max = max};
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	int i, fd = ask();

	if (fd < 0)
		return fd;
	/* A dump is answered at once: what isn't there yet never comes. */
	for (i = 0; i < MAX_ANSWERS; i++) {
		ssize_t size = recv(fd, answer, sizeof(answer), 0);

		if (size <= 0 || !read_answer(answer, (size_t)size, &list))
			break;
	}
	close(fd);
	return (int)list.n;
}
