/* SPDX-License-Identifier: MIT */
/* judge_port.c - whether one interface can be a client port: link, MTU, queues, offloads. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xdp511/abi.h>

#include "preflight/judge.h"

#define PORT_MTU_MAX 1500 /* GATE_MTU_MAX of gate/hooks.h */

static void judge_up(struct report *report, const struct port_facts *port)
{
	const char *driver = port->driver[0] ? port->driver : "unknown";
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ip link set dev %s up", port->name);
	if (!port->is_up)
		report_line(report, is_doubtful(CHECK_UP, port->name, remedy),
			    "it is down, its driver is '%s'", driver);
	else if (!port->has_carrier)
		report_line(report,
			    is_doubtful(CHECK_UP, port->name, "plug in the other end of its cable"),
			    "it is up without a carrier, its driver is '%s'", driver);
	else
		report_line(report, is_ok(CHECK_UP, port->name), "it is up, its driver is '%s'",
			    driver);
}

static void judge_mtu(struct report *report, const struct port_facts *port)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ip link set dev %s mtu %u", port->name, PORT_MTU_MAX);
	if (port->mtu <= PORT_MTU_MAX)
		report_line(report, is_ok(CHECK_MTU, port->name), "its MTU is %u", port->mtu);
	else
		report_line(report, is_bad(CHECK_MTU, port->name, remedy),
			    "its MTU is %u, more than the gate takes", port->mtu);
}

static void judge_queues(struct report *report, const struct port_facts *port)
{
	const char *plural = port->queues == 1 ? "" : "s";
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ethtool -L %s combined %u", port->name, X511_MAX_QUEUES);
	if (port->queues <= X511_MAX_QUEUES)
		report_line(report, is_ok(CHECK_QUEUES, port->name), "it has %u receive queue%s",
			    port->queues, plural);
	else
		report_line(report, is_bad(CHECK_QUEUES, port->name, remedy),
			    "it has %u receive queue%s, more than the gate takes", port->queues,
			    plural);
}

/* A tag taken off by the hardware is invisible to XDP: the frame looks untagged. */
static void judge_offloads(struct report *report, const struct port_facts *port)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ethtool -K %s rxvlan off", port->name);
	if (port->wants_vlans && port->hides_vlans)
		report_line(report, is_doubtful(CHECK_RXVLAN, port->name, remedy),
			    "its VLAN offload may hide the tags that tell the zones apart");
	else if (port->wants_vlans)
		report_line(report, is_ok(CHECK_RXVLAN, port->name),
			    "it leaves VLAN tags in the frames");
	snprintf(remedy, sizeof(remedy), "ethtool -K %s lro off", port->name);
	if (port->merges)
		report_line(report, is_doubtful(CHECK_LRO, port->name, remedy),
			    "it merges received frames (LRO), with which drivers refuse XDP");
	else
		report_line(report, is_ok(CHECK_LRO, port->name),
			    "it doesn't merge received frames (LRO)");
}

void judge_port(struct report *report, const struct port_facts *port)
{
	if (port->err) {
		report_line(report, is_bad(CHECK_INTERFACE, port->name, "ip -br link"), "%s",
			    port->err == -ENODEV ? "there is no such interface"
						 : strerror(-port->err));
		return;
	}
	report_line(report, is_ok(CHECK_INTERFACE, port->name), "the interface is there");
	judge_up(report, port);
	judge_mtu(report, port);
	judge_queues(report, port);
	judge_rss(report, port);
	judge_offloads(report, port);
	judge_xdp(report, port);
	judge_filters(report, port);
}
