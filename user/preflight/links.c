/* SPDX-License-Identifier: MIT */
/* links.c - the interfaces of this network namespace, which VLANs they are, and on what. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_link.h>

#include "preflight/collect.h"
#include "preflight/netlink.h"

#define LINKS_MAX 16384

static bool is_vlan(const struct rtattr *info)
{
	const struct rtattr *kind = netlink_nested(info, IFLA_INFO_KIND);

	return kind && !strncmp(RTA_DATA(kind), "vlan", RTA_PAYLOAD(kind));
}

static void add(void *ctx, const struct nlmsghdr *message)
{
	const struct ifinfomsg *header = NLMSG_DATA(message);
	const struct rtattr *name = netlink_find(message, sizeof(*header), IFLA_IFNAME);
	const struct rtattr *info = netlink_find(message, sizeof(*header), IFLA_LINKINFO);
	struct links *links = ctx;
	struct link_facts *list, *link;

	if (message->nlmsg_type != RTM_NEWLINK || !name || links->n >= LINKS_MAX)
		return;
	if (!(links->n & (links->n - 1))) {
		list = realloc(links->list, (links->n ? 2 * links->n : 1) * sizeof(*list));
		if (!list)
			return;
		links->list = list;
	}
	link = &links->list[links->n++];
	*link = (struct link_facts){
		.index = (unsigned int)header->ifi_index,
		.is_up = header->ifi_flags & IFF_UP,
		.master = netlink_u32(netlink_find(message, sizeof(*header), IFLA_MASTER)),
	};
	snprintf(link->name, sizeof(link->name), "%.*s", (int)RTA_PAYLOAD(name),
		 (const char *)RTA_DATA(name));
	if (is_vlan(info)) {
		const struct rtattr *id =
			netlink_nested(netlink_nested(info, IFLA_INFO_DATA), IFLA_VLAN_ID);

		link->lower = netlink_u32(netlink_find(message, sizeof(*header), IFLA_LINK));
		if (id && RTA_PAYLOAD(id) >= sizeof(unsigned short))
			link->vlan = *(const unsigned short *)RTA_DATA(id);
	}
}

int links_read(struct links *ret_links)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} question = {
		.header = {.nlmsg_len = sizeof(question),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	};

	*ret_links = (struct links){};
	return netlink_ask(NETLINK_ROUTE, &question.header, add, ret_links);
}
