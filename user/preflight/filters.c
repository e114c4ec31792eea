/* SPDX-License-Identifier: MIT */
/* filters.c - programs and filters that others have put on the way of frames behind or before ours. */
#include <string.h>

#include <bpf/bpf.h>
#include <linux/pkt_sched.h>

#include "gate/hooks.h"
#include "preflight/collect.h"
#include "preflight/netlink.h"

/* enum bpf_attach_type of Linux 6.6 and later. */
#define TCX_INGRESS 46
#define TCX_EGRESS  47
#define TCX_MAX	    64

struct look {
	struct port_facts *port;
	bool is_egress;
};

static void note(const struct look *look, unsigned int n, unsigned int priority)
{
	struct port_facts *port = look->port;

	if (!port->n_filters) {
		port->is_filter_egress = look->is_egress;
		port->filter_priority = priority;
	}
	port->n_filters += n;
}

/* Handles without a number of their own are of places where filters hang: a priority's, a table's. */
#define HANDLE_NUMBER 0xfffff

static void take(void *ctx, const struct nlmsghdr *message)
{
	const struct tcmsg *filter = NLMSG_DATA(message);
	const struct look *look = ctx;
	unsigned int priority = TC_H_MAJ(filter->tcm_info) >> 16;

	if (message->nlmsg_type != RTM_NEWTFILTER || !(filter->tcm_handle & HANDLE_NUMBER))
		return;
	if (look->is_egress && egress_is_ours(filter->tcm_handle, priority))
		return;
	note(look, 1, priority);
}

static void look_at(struct look *look, unsigned int ifindex)
{
	struct {
		struct nlmsghdr header;
		struct tcmsg filter;
	} question = {
		.header = {.nlmsg_len = sizeof(question),
			   .nlmsg_type = RTM_GETTFILTER,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.filter = {.tcm_ifindex = (int)ifindex,
			   .tcm_parent =
				   TC_H_MAKE(TC_H_CLSACT,
					     look->is_egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS)},
	};
	unsigned int ids[TCX_MAX], n = TCX_MAX, flags = 0;
	int type = look->is_egress ? TCX_EGRESS : TCX_INGRESS;

	(void)netlink_ask(NETLINK_ROUTE, &question.header, take, look);
	if (!bpf_prog_query((int)ifindex, (enum bpf_attach_type)type, 0, &flags, ids, &n) && n)
		note(look, n, 0);
}

void port_read_filters(struct port_facts *port, unsigned int ifindex)
{
	struct look look = {.port = port};

	look_at(&look, ifindex);
	look.is_egress = true;
	look_at(&look, ifindex);
}
