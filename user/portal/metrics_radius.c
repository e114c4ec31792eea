/* SPDX-License-Identifier: MIT */
/* metrics_radius.c - metrics of RADIUS: servers and their answers, accounting, what servers ask. */
#include "portal/nas/accounting.h"
#include "portal/nas/dynauth.h"
#include "portal/metrics.h"
#include "portal/portal.h"
#include "radius/client.h"

static const char *const kinds[RADIUS_KINDS] = {
	[RADIUS_AUTHENTICATION] = "auth",
	[RADIUS_ACCOUNTING] = "accounting",
};

/* Of one server; the labels of whose it is have been made. */
typedef void (*server_fn)(struct openmetrics *out, const struct radius_status *status,
			  const char *kind, const char *server);

#define OF_SERVER(kind, server)                                                                    \
	{"kind", kind},                                                                            \
	{                                                                                          \
		"server", server                                                                   \
	}

static void add_up(struct openmetrics *out, const struct radius_status *status, const char *kind,
		   const char *server)
{
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server)), !status->is_silent);
}

static void add_sent(struct openmetrics *out, const struct radius_status *status, const char *kind,
		     const char *server)
{
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server)), status->sent);
}

static void add_answers(struct openmetrics *out, const struct radius_status *status,
			const char *kind, const char *server)
{
	const uint64_t others = status->answers - status->rejects - status->challenges;

	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server), {"result", "accept"}), others);
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server), {"result", "reject"}),
			status->rejects);
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server), {"result", "challenge"}),
			status->challenges);
}

static void add_timeouts(struct openmetrics *out, const struct radius_status *status,
			 const char *kind, const char *server)
{
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server)), status->timeouts);
}

static void add_bad(struct openmetrics *out, const struct radius_status *status, const char *kind,
		    const char *server)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < PACKET_FAULT_COUNT; i++)
		n += status->bad[i];
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server), {"fault", "unproved"}), n);
	openmetrics_add(out, METRIC_LABELS(OF_SERVER(kind, server), {"fault", "late"}),
			status->strays);
}

static void add_latency(struct openmetrics *out, const struct radius_status *status,
			const char *kind, const char *server)
{
	openmetrics_add_histogram(out, METRIC_LABELS(OF_SERVER(kind, server)), &status->latency);
}

static const struct {
	enum metric_type type;
	const char *name;
	const char *help;
	server_fn add;
} families[] = {
	{METRIC_GAUGE, "xdp511_portal_radius_server_up",
	 "1: the server answers, or wasn't asked yet; 0: it was silent, and is asked last.",
	 add_up},
	{METRIC_COUNTER, "xdp511_portal_radius_packets",
	 "Packets to the server, those sent again too.", add_sent},
	{METRIC_COUNTER, "xdp511_portal_radius_answers",
	 "Answers of the server; of accounting each is an accept.", add_answers},
	{METRIC_COUNTER, "xdp511_portal_radius_timeouts",
	 "How often the server did not answer in time, and the next one was asked.", add_timeouts},
	{METRIC_COUNTER, "xdp511_portal_radius_bad_answers",
	 "Answers that count for nothing: they don't prove the secret, or came too late.", add_bad},
	{METRIC_HISTOGRAM, "xdp511_portal_radius_latency_seconds",
	 "From a packet to its answer, but for those that were sent again.", add_latency},
};

static void write_servers(const struct portal *portal, struct openmetrics *out)
{
	struct radius_status status[ENDPOINTS_MAX];
	struct endpoint endpoint = {};
	char server[ENDPOINT_TEXT];
	size_t i, j, n;
	int kind;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		openmetrics_family(out, families[i].type, families[i].name, families[i].help);
		for (kind = 0; kind < RADIUS_KINDS && portal->radius; kind++) {
			n = radius_status(portal->radius, kind, status);
			for (j = 0; j < n; j++) {
				endpoint.address = status[j].address;
				families[i].add(out, &status[j], kinds[kind],
						format_endpoint(&endpoint, server));
			}
		}
	}
}

static void write_questions(const struct portal *portal, struct openmetrics *out)
{
	int kind;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_radius_unanswered",
			   "Questions that no server has answered before the deadline.");
	for (kind = 0; kind < RADIUS_KINDS && portal->radius; kind++)
		openmetrics_add(out, METRIC_LABELS({"kind", kinds[kind]}),
				radius_unanswered(portal->radius, kind));
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_radius_waiting",
			   "Questions that wait for an answer, or for their turn.");
	for (kind = 0; kind < RADIUS_KINDS && portal->radius; kind++)
		openmetrics_add(out, METRIC_LABELS({"kind", kinds[kind]}),
				radius_waiting(portal->radius, kind));
}

static void write_accounting(const struct portal *portal, struct openmetrics *out)
{
	struct accounting_numbers numbers = {};
	const bool is_there = !accounting_read_numbers(portal, &numbers);

	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_accounting_spool",
			   "Records that no accounting server has confirmed yet.");
	if (is_there)
		openmetrics_add(out, NULL, numbers.n_spooled);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_accounting_lag_seconds",
			   "How old the first of them is; 0: there is none.");
	if (is_there)
		openmetrics_add(out, NULL, numbers.lag_s);
}

static void write_changes(const struct portal *portal, struct openmetrics *out)
{
	static const char *const requests[] = {"disconnect", "coa"};
	static const char *const results[] = {"ack", "nak"};
	size_t i, j;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_coa_requests",
			   "Requests of servers to change or end sessions that were answered.");
	for (i = 0; i < 2 && portal->dynauth; i++) {
		for (j = 0; j < 2; j++)
			openmetrics_add(out,
					METRIC_LABELS({"request", requests[i]},
						      {"result", results[j]}),
					portal->tally.changes[i][j]);
	}
	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_coa_ignored",
			   "Such requests that got no answer, by what is wrong with them.");
	for (i = 0; i < TALLY_SILENCE && portal->dynauth; i++)
		openmetrics_add(out, METRIC_LABELS({"reason", dynauth_silence(i)}),
				portal->tally.silences[i]);
}

void metrics_write_radius(const struct portal *portal, struct openmetrics *out)
{
	write_servers(portal, out);
	write_questions(portal, out);
	write_accounting(portal, out);
	write_changes(portal, out);
}
