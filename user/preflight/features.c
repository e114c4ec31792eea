/* SPDX-License-Identifier: MIT */
/* features.c - what XDP a driver says that it has, by generic netlink (Linux 6.3 and later). */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "preflight/collect.h"
#include "preflight/netlink.h"

/* linux/netdev.h, which Debian 12 doesn't have yet. */
#define NETDEV_FAMILY	    "netdev"
#define NETDEV_DEV_GET	    1
#define NETDEV_IFINDEX	    1
#define NETDEV_XDP_FEATURES 3
#define XDP_ACT_BASIC	    0x1
#define XDP_ACT_REDIRECT    0x2
#define XDP_ACT_ZEROCOPY    0x8

struct question {
	struct nlmsghdr header;
	struct genlmsghdr generic;
	struct rtattr attribute;
	char value[16];
};

static struct question make_question(int type, int command, int attribute)
{
	return (struct question){
		.header = {.nlmsg_type = (unsigned short)type, .nlmsg_flags = NLM_F_REQUEST},
		.generic = {.cmd = (unsigned char)command, .version = 1},
		.attribute = {.rta_type = (unsigned short)attribute},
	};
}

static void set_value(struct question *question, const void *value, size_t size)
{
	memcpy(question->value, value, size);
	question->attribute.rta_len = (unsigned short)RTA_LENGTH(size);
	question->header.nlmsg_len =
		(unsigned int)(NLMSG_LENGTH(sizeof(question->generic)) + RTA_SPACE(size));
}

static void take_family(void *ctx, const struct nlmsghdr *message)
{
	const struct rtattr *id =
		netlink_find(message, sizeof(struct genlmsghdr), CTRL_ATTR_FAMILY_ID);
	unsigned short number = 0;

	if (id && RTA_PAYLOAD(id) >= sizeof(number))
		memcpy(&number, RTA_DATA(id), sizeof(number));
	*(int *)ctx = number;
}

static void take_features(void *ctx, const struct nlmsghdr *message)
{
	const struct rtattr *features =
		netlink_find(message, sizeof(struct genlmsghdr), NETDEV_XDP_FEATURES);
	struct port_facts *port = ctx;
	unsigned long long bits = 0;

	if (!features || RTA_PAYLOAD(features) < sizeof(bits))
		return;
	memcpy(&bits, RTA_DATA(features), sizeof(bits));
	port->knows_features = true;
	port->takes_native = bits & XDP_ACT_BASIC;
	port->takes_redirect = bits & XDP_ACT_REDIRECT;
	port->takes_zerocopy = bits & XDP_ACT_ZEROCOPY;
}

void port_read_features(struct port_facts *port, unsigned int ifindex)
{
	struct question question =
		make_question(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME);
	int family = 0;

	set_value(&question, NETDEV_FAMILY, sizeof(NETDEV_FAMILY));
	if (netlink_ask(NETLINK_GENERIC, &question.header, take_family, &family) || !family)
		return;
	question = make_question(family, NETDEV_DEV_GET, NETDEV_IFINDEX);
	set_value(&question, &ifindex, sizeof(ifindex));
	(void)netlink_ask(NETLINK_GENERIC, &question.header, take_features, port);
}
