/* SPDX-License-Identifier: MIT */
/* judge_sysctls.c - whether the kernel's own tables and switches suit a router of so many guests. */
#include <stdio.h>

#include "preflight/judge.h"

#define PORTAL_BACKLOG	 511	 /* of portal/web/web.c */
#define SOMAXCONN_WANTED 4096	 /* the kernel's default */
#define FLOWS_A_GUEST	 16	 /* that are alive at a time, with all guests in mind */
#define CONNTRACK_WANTED 4194304 /* entries at most: more cost gigabytes */
#define NEIGHBOURS_SOME	 128	 /* below that nobody collects garbage */

static void judge_neighbours(struct report *report, const struct sysctl_facts *facts, int family)
{
	const char *name = family ? "IPv6" : "IPv4", *directory = family ? "ipv6" : "ipv4";
	unsigned long wanted = facts->max_sessions;
	long limit = facts->gc_thresh3[family];
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy),
		 "sysctl -w net.%s.neigh.default.gc_thresh1=%lu "
		 "net.%s.neigh.default.gc_thresh2=%lu net.%s.neigh.default.gc_thresh3=%lu",
		 directory, wanted / 4 + NEIGHBOURS_SOME, directory, wanted / 2 + NEIGHBOURS_SOME,
		 directory, wanted + NEIGHBOURS_SOME);
	if (facts->is_bridged)
		report_line(report, is_ok(CHECK_NEIGHBOURS, name),
			    "who bridges needs no neighbours for its guests");
	else if (limit == UNKNOWN)
		report_line(report, is_ok(CHECK_NEIGHBOURS, name),
			    "the limit of neighbours is the host's, it can't be read here");
	else if ((unsigned long)limit < wanted)
		report_line(report, is_doubtful(CHECK_NEIGHBOURS, name, remedy),
			    "the kernel keeps at most %ld neighbours, and max-sessions is %lu",
			    limit, wanted);
	else
		report_line(report, is_ok(CHECK_NEIGHBOURS, name),
			    "the kernel keeps up to %ld neighbours", limit);
}

static void judge_somaxconn(struct report *report, const struct sysctl_facts *facts)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "sysctl -w net.core.somaxconn=%d", SOMAXCONN_WANTED);
	if (facts->somaxconn != UNKNOWN && facts->somaxconn < PORTAL_BACKLOG)
		report_line(report, is_doubtful(CHECK_SOMAXCONN, "sockets", remedy),
			    "only %ld connections may wait for the portal to take them",
			    facts->somaxconn);
	else
		report_line(report, is_ok(CHECK_SOMAXCONN, "sockets"),
			    "%d connections may wait for the portal to take them", PORTAL_BACKLOG);
}

static void judge_conntrack(struct report *report, const struct sysctl_facts *facts)
{
	unsigned long wanted = facts->max_sessions * FLOWS_A_GUEST;
	char remedy[REMEDY_SIZE];

	if (wanted > CONNTRACK_WANTED)
		wanted = CONNTRACK_WANTED;
	snprintf(remedy, sizeof(remedy), "sysctl -w net.netfilter.nf_conntrack_max=%lu", wanted);
	if (facts->conntrack_max == UNKNOWN)
		report_line(report, is_ok(CHECK_CONNTRACK, "conntrack"),
			    "connections aren't tracked");
	else if ((unsigned long)facts->conntrack_max < wanted)
		report_line(report, is_doubtful(CHECK_CONNTRACK, "conntrack", remedy),
			    "%ld connections are tracked at most; %lu sessions may have %lu",
			    facts->conntrack_max, facts->max_sessions, wanted);
	else
		report_line(report, is_ok(CHECK_CONNTRACK, "conntrack"),
			    "up to %ld connections are tracked", facts->conntrack_max);
}

static void judge_forwarding(struct report *report, const struct sysctl_facts *facts, int family)
{
	const char *name = family ? "IPv6" : "IPv4";
	const char *remedy = family ? "sysctl -w net.ipv6.conf.all.forwarding=1"
				    : "sysctl -w net.ipv4.ip_forward=1";

	if (facts->is_bridged)
		report_line(report, is_ok(CHECK_FORWARDING, name),
			    "the ports are bridged, somebody else routes");
	else if (facts->forwards[family] > 0)
		report_line(report, is_ok(CHECK_FORWARDING, name), "the kernel routes %s", name);
	else if (family && !facts->has_ipv6_address)
		report_line(report, is_ok(CHECK_FORWARDING, name),
			    "the ports have no IPv6 address, so it isn't routed");
	else
		report_line(report, is_doubtful(CHECK_FORWARDING, name, remedy),
			    "the kernel doesn't route %s: guests who are signed in get nowhere",
			    name);
}

/* A router takes no advertisements of others unless it is told to. */
static void judge_advertisements(struct report *report, const struct sysctl_facts *facts)
{
	char remedy[REMEDY_SIZE];
	size_t i;

	if (facts->is_bridged || facts->forwards[1] <= 0 || !facts->has_ipv6_address ||
	    facts->has_ipv6_default) {
		report_line(report, is_ok(CHECK_ACCEPT_RA, "IPv6"),
			    facts->has_ipv6_default ? "there is a default route"
						    : "nothing here routes, so none is needed");
		return;
	}
	for (i = 0; i < facts->n_uplinks; i++) {
		const struct uplink_facts *uplink = &facts->uplinks[i];

		if (uplink->accept_ra != 1)
			continue;
		snprintf(remedy, sizeof(remedy), "sysctl -w net.ipv6.conf.%s.accept_ra=2",
			 uplink->name);
		report_line(report, is_doubtful(CHECK_ACCEPT_RA, uplink->name, remedy),
			    "there is no IPv6 default route, and a router ignores advertisements");
		return;
	}
	report_line(report, is_ok(CHECK_ACCEPT_RA, "IPv6"),
		    "there is no default route, and no interface waits for an advertisement");
}

/* With two ways out, an answer may come by the one that the kernel wouldn't have taken. */
static void judge_rp_filter(struct report *report, const struct sysctl_facts *facts)
{
	const struct uplink_facts *strict = NULL;
	char remedy[REMEDY_SIZE];
	size_t i, n = 0;

	for (i = 0; i < facts->n_uplinks; i++) {
		const struct uplink_facts *uplink = &facts->uplinks[i];

		n += uplink->has_ipv4_default;
		if (uplink->has_ipv4_default && uplink->rp_filter == 1)
			strict = uplink;
	}
	if (n < 2 || !strict) {
		report_line(report, is_ok(CHECK_RP_FILTER, "IPv4"),
			    n < 2 ? "there aren't several ways out"
				  : "the ways out don't insist on their own answers");
		return;
	}
	snprintf(remedy, sizeof(remedy), "sysctl -w net.ipv4.conf.%s.rp_filter=2", strict->name);
	report_line(report, is_doubtful(CHECK_RP_FILTER, strict->name, remedy),
		    "it is one of %zu ways out and drops answers that went out by another", n);
}

void judge_sysctls(struct report *report, const struct sysctl_facts *facts)
{
	int family;

	for (family = 0; family < 2; family++) {
		judge_forwarding(report, facts, family);
		judge_neighbours(report, facts, family);
	}
	judge_advertisements(report, facts);
	judge_rp_filter(report, facts);
	judge_somaxconn(report, facts);
	judge_conntrack(report, facts);
}
