/* SPDX-License-Identifier: MIT */
/* netlink.c - one question to the kernel by netlink, and the messages of its answer. */
#include "preflight/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/time.h>

#define ANSWER_MAX_S  1 /* the kernel answers at once or not at all */
#define ANSWER_PIECES 4096

static int open_socket(int protocol)
{
	const struct timeval limit = {.tv_sec = ANSWER_MAX_S};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), err;

	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* 1: more is to come. 0: that was all. */
static int take(const char *bytes, ssize_t size, netlink_fn fn, void *ctx)
{
	const struct nlmsghdr *message = (const void *)bytes;
	unsigned int left = (unsigned int)size;
	const struct nlmsgerr *refusal;
	bool is_multi = false;

	for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 0;
		if (message->nlmsg_type == NLMSG_ERROR) {
			refusal = NLMSG_DATA(message);
			return refusal->error;
		}
		is_multi = message->nlmsg_flags & NLM_F_MULTI;
		fn(ctx, message);
	}
	return is_multi;
}

int netlink_ask(int protocol, const struct nlmsghdr *question, netlink_fn fn, void *ctx)
{
	char answer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	int fd = open_socket(protocol), r = 1, i;
	ssize_t size;

	if (fd < 0)
		return fd;
	if (send(fd, question, question->nlmsg_len, 0) < 0)
		r = -errno;
	for (i = 0; i < ANSWER_PIECES && r > 0; i++) {
		size = recv(fd, answer, sizeof(answer), 0);
		r = size < 0 ? -errno : take(answer, size, fn, ctx);
	}
	close(fd);
	return r > 0 ? -EOVERFLOW : r;
}

static const struct rtattr *find(const struct rtattr *attribute, int left, int type)
{
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			return attribute;
	}
	return NULL;
}

const struct rtattr *netlink_find(const struct nlmsghdr *message, size_t fixed, int type)
{
	const char *start = (const char *)NLMSG_DATA(message) + NLMSG_ALIGN(fixed);

	return find((const void *)start, (int)(message->nlmsg_len - NLMSG_SPACE(fixed)), type);
}

const struct rtattr *netlink_nested(const struct rtattr *attribute, int type)
{
	return attribute ? find(RTA_DATA(attribute), RTA_PAYLOAD(attribute), type) : NULL;
}

unsigned int netlink_u32(const struct rtattr *attribute)
{
	unsigned int value = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof(value))
		memcpy(&value, RTA_DATA(attribute), sizeof(value));
	return value;
}
