/* SPDX-License-Identifier: MIT */
/* judge_xdp.c - which XDP an interface can run, what runs there, and who else is on its way. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "preflight/judge.h"

#define AUTO_REMEDY    "set 'xdp-mode = auto' in [gateway]"
#define GENERIC_REMEDY "take a NIC whose driver has native XDP; to stay, 'xdp-mode = generic'"

static bool can_native(const struct port_facts *port)
{
	return port->takes_native && port->takes_redirect;
}

static void judge_running_mode(struct report *report, const struct port_facts *port)
{
	if (!port->is_native && port->wanted != XDP_MODE_GENERIC)
		report_line(report, is_doubtful(CHECK_MODE, port->name, GENERIC_REMEDY),
			    "the gate runs in generic mode, which costs several times the CPU");
	else
		report_line(report, is_ok(CHECK_MODE, port->name), "the gate runs in %s mode",
			    port->is_native ? "native" : "generic");
}

/* What the driver says of itself (Linux 6.3 and later); else the first attachment shows it. */
static void judge_possible_mode(struct report *report, const struct port_facts *port)
{
	if (!port->knows_features)
		report_line(report, is_ok(CHECK_MODE, port->name),
			    "native or generic is known once the gate is shut");
	else if (can_native(port) || port->wanted == XDP_MODE_GENERIC)
		report_line(report, is_ok(CHECK_MODE, port->name),
			    "XDP will be %s; frames reach the responder %s",
			    port->wanted == XDP_MODE_GENERIC ? "generic" : "native",
			    port->takes_zerocopy && port->wanted != XDP_MODE_GENERIC
				    ? "without a copy"
				    : "by copy");
	else if (port->wanted == XDP_MODE_NATIVE)
		report_line(report, is_bad(CHECK_MODE, port->name, AUTO_REMEDY),
			    "its driver '%s' doesn't have native XDP, which 'xdp-mode' wants",
			    port->driver);
	else
		report_line(report, is_doubtful(CHECK_MODE, port->name, GENERIC_REMEDY),
			    "its driver '%s' doesn't have native XDP; generic costs several times "
			    "the CPU",
			    port->driver);
}

void judge_xdp(struct report *report, const struct port_facts *port)
{
	char remedy[REMEDY_SIZE];

	if (port->xdp_err) {
		report_line(report, is_bad(CHECK_XDP, port->name, "sudo xdp511 check"),
			    "it can't be asked for its XDP program: %s", strerror(-port->xdp_err));
		return;
	}
	if (port->is_ours)
		judge_running_mode(report, port);
	else
		judge_possible_mode(report, port);
	snprintf(remedy, sizeof(remedy), "ip link set dev %s %s off", port->name,
		 port->is_native ? "xdp" : "xdpgeneric");
	if (!port->program_id)
		report_line(report, is_ok(CHECK_XDP, port->name), "it runs no XDP program");
	else if (port->is_ours)
		report_line(report, is_ok(CHECK_XDP, port->name), "it runs the gate in %s mode",
			    port->is_native ? "native" : "generic");
	else
		report_line(report, is_bad(CHECK_XDP, port->name, remedy),
			    "it already runs the XDP program '%s' (id %u)", port->program,
			    port->program_id);
}

static void judge_egress(struct report *report, const struct port_facts *port)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "tc qdisc del dev %s ingress", port->name);
	if (port->egress == -EEXIST)
		report_line(report, is_bad(CHECK_EGRESS, port->name, remedy),
			    "it has an ingress qdisc where the gate needs clsact");
	else
		report_line(report, is_ok(CHECK_EGRESS, port->name),
			    port->egress ? "there is room for the gate's clsact qdisc"
					 : "it has a clsact qdisc");
}

void judge_filters(struct report *report, const struct port_facts *port)
{
	const char *way = port->is_filter_egress ? "egress" : "ingress";
	char remedy[REMEDY_SIZE];

	judge_egress(report, port);
	if (port->filter_priority)
		snprintf(remedy, sizeof(remedy), "tc filter del dev %s %s pref %u", port->name, way,
			 port->filter_priority);
	else
		snprintf(remedy, sizeof(remedy), "bpftool net show dev %s", port->name);
	if (port->n_filters)
		report_line(report, is_doubtful(CHECK_FILTERS, port->name, remedy),
			    "it has %u tc filter%s of others, the first at %s: they see frames of "
			    "guests too",
			    port->n_filters, port->n_filters == 1 ? "" : "s", way);
	else
		report_line(report, is_ok(CHECK_FILTERS, port->name),
			    "no tc filters of others are on it");
}
