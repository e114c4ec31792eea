/* SPDX-License-Identifier: MIT */
/* judge_rss.c - whether the receive queues of an interface share the work. */
#include <stdio.h>

#include "preflight/judge.h"

/* Without addresses in the hash all guests behind one tag, or all frames, meet in one queue. */
static bool judge_hash(struct report *report, const struct port_facts *port)
{
	static const char *const flows[] = {"tcp4", "tcp6"};
	char remedy[REMEDY_SIZE];
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!port->knows_hash[i] || port->hashes_tcp[i])
			continue;
		snprintf(remedy, sizeof(remedy), "ethtool -N %s rx-flow-hash %s sdfn", port->name,
			 flows[i]);
		report_line(report, is_doubtful(CHECK_RSS, port->name, remedy),
			    "its hash of %s doesn't look at addresses, so that one queue gets all",
			    flows[i]);
		return false;
	}
	return true;
}

void judge_rss(struct report *report, const struct port_facts *port)
{
	char remedy[REMEDY_SIZE];

	if (port->queues < 2) {
		report_line(report, is_ok(CHECK_RSS, port->name),
			    "with one queue there is nothing to spread");
		return;
	}
	snprintf(remedy, sizeof(remedy), "ethtool -X %s equal %u", port->name, port->queues);
	if (port->rss_queues && port->rss_queues < port->queues) {
		report_line(report, is_doubtful(CHECK_RSS, port->name, remedy),
			    "its table (RSS) uses %u of its %u receive queues", port->rss_queues,
			    port->queues);
		return;
	}
	if (!judge_hash(report, port))
		return;
	if (port->rss_queues)
		report_line(report, is_ok(CHECK_RSS, port->name),
			    "its table (RSS) uses all %u receive queues", port->queues);
	else
		report_line(report, is_ok(CHECK_RSS, port->name),
			    "its driver doesn't say how frames are spread over queues");
}
