/* SPDX-License-Identifier: MIT */
/* qdisc.c - asks by rtnetlink whether an interface's classless hook is clsact, which has an egress. */
#include "gate/hooks.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#define ANSWER_MAX_S 1 /* the kernel answers at once or not at all */

struct question {
	struct nlmsghdr header;
	struct tcmsg qdisc;
};

static int open_socket(void)
{
	struct timeval limit = {.tv_sec = ANSWER_MAX_S};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), r;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit))) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

/* 0 for clsact, -EEXIST for another kind, -ENOENT for none, or the kernel's error. */
static int read_kind(const struct nlmsghdr *header, size_t size)
{
	const struct nlmsgerr *refusal = NLMSG_DATA(header);
	struct rtattr *attribute;
	int left;

	if (!NLMSG_OK(header, size))
		return -EBADMSG;
	if (header->nlmsg_type == NLMSG_ERROR)
		return refusal->error ? refusal->error : -ENOENT;
	attribute = (void *)((char *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct tcmsg)));
	left = header->nlmsg_len - NLMSG_LENGTH(sizeof(struct tcmsg));
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if (attribute->rta_type == TCA_KIND)
			return strncmp(RTA_DATA(attribute), "clsact", RTA_PAYLOAD(attribute))
				       ? -EEXIST
				       : 0;
	}
	return -EBADMSG;
}

int egress_check(uint32_t ifindex)
{
	struct question question = {
		.header =
			{
				.nlmsg_len = sizeof(question),
				.nlmsg_type = RTM_GETQDISC,
				.nlmsg_flags = NLM_F_REQUEST | NLM_F_ECHO | NLM_F_ACK,
			},
		.qdisc =
			{
				.tcm_family = AF_UNSPEC,
				.tcm_ifindex = ifindex,
				.tcm_parent = TC_H_CLSACT,
			},
	};
	char answer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	int fd = open_socket(), r;
	ssize_t size;

	if (fd < 0)
		return fd;
	if (send(fd, &question, sizeof(question), 0) < 0) {
		r = -errno;
	} else {
		size = recv(fd, answer, sizeof(answer), 0);
		r = size < 0 ? -errno : read_kind((const struct nlmsghdr *)(void *)answer, size);
	}
	close(fd);
	return r;
}
