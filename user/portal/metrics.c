/* SPDX-License-Identifier: MIT */
/* metrics.c - GET /metrics of the portal: sign-ins, its web server, and the daemon's connection. */
#include "portal/metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/resource.h>

#include "base/monotonic.h"
#include "portal/hook/hook.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"
#include "portal/accounts/users.h"
#include "portal/accounts/vouchers.h"
#include "portal/web/web.h"

#define COUNT_EVERY_S	 60   /* vouchers and users … */
#define COUNTED_A_SECOND 1000 /* … and less often the more there are: it means to read all */

struct metrics {
	struct metrics_http *http;
	double started_s; /* wall clock */
	/* In the database, as counted last: */
	uint64_t n_vouchers, n_users;
	uint64_t count_at_ms; /* when it is to be done again */
	bool is_counted;
};

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void write_program(const struct portal *portal, struct openmetrics *out)
{
	struct control_numbers daemon;
	struct rusage usage = {};

	openmetrics_family(out, METRIC_INFO, "xdp511_portal_build",
			   "The version of xdp511-portal.");
	openmetrics_add(out, METRIC_LABELS({"version", X511_VERSION}), 1);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_start_time_seconds",
			   "When xdp511-portal was started, since 1970.");
	openmetrics_add_real(out, NULL, portal->metrics->started_s);
	(void)getrusage(RUSAGE_SELF, &usage);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_cpu_seconds",
			   "Processor time of xdp511-portal.");
	openmetrics_add_real(out, NULL, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
	control_read_numbers(portal->control, &daemon);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_daemon_up",
			   "1: the daemon's events are followed; without it nobody signs in.");
	openmetrics_add(out, NULL, daemon.is_following);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_daemon_requests",
			   "What the daemon was asked, by whether it has answered.");
	openmetrics_add(out, METRIC_LABELS({"result", "answered"}), daemon.n_answered);
	openmetrics_add(out, METRIC_LABELS({"result", "failed"}), daemon.n_failed);
}

static void write_sign_ins(const struct portal *portal, struct openmetrics *out)
{
	static const char *const results[] = {
		[ATTEMPT_GRANTED] = "granted",	   [ATTEMPT_SENT] = "code_sent",
		[ATTEMPT_REFUSED] = "refused",	   [ATTEMPT_FULL] = "full",
		[ATTEMPT_TOO_OFTEN] = "too_often", [ATTEMPT_UNAVAILABLE] = "unavailable",
	};
	int way, result;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_sign_ins",
			   "Tries to sign in, by method and by what became of them.");
	for (way = 0; way < TALLY_WAY_COUNT; way++) {
		for (result = 0; result < ATTEMPT_RESULT_COUNT; result++)
			openmetrics_add(out,
					METRIC_LABELS({"method", tally_way_word(way)},
						      {"result", results[result]}),
					portal->tally.attempts[way][result]);
	}
}

static void write_limits(const struct portal *portal, struct openmetrics *out)
{
	const struct pages *pages = portal->pages;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_limits_hit",
			   "What was refused because it came too often: pages, tries to sign in, "
			   "calls of portals elsewhere, codes to send.");
	openmetrics_add(out, METRIC_LABELS({"limit", "pages"}), limits_refused(pages->asks));
	openmetrics_add(out, METRIC_LABELS({"limit", "tries"}), limits_refused(pages->tries));
	openmetrics_add(out, METRIC_LABELS({"limit", "calls"}), limits_refused(pages->calls));
	openmetrics_add(out, METRIC_LABELS({"limit", "codes"}), hook_sendings_refused(portal));
}

static void write_web(const struct portal *portal, struct openmetrics *out)
{
	static const char *const classes[] = {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};
	const struct tally *tally = &portal->tally;
	int tls, class;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_http_answers",
			   "Answers to guests, by the class of their status.");
	for (tls = 0; tls < 2; tls++) {
		for (class = 2; class < TALLY_CLASSES; class ++)
			openmetrics_add(out,
					METRIC_LABELS({"scheme", tls ? "https" : "http"},
						      {"code", classes[class]}),
					tally->answers[tls][class]);
	}
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_connections",
			   "Connections of guests that are open.");
	openmetrics_add(out, NULL, tally->n_connections);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_portal_tls_unused",
			   "TLS connections that ended before a request: failed handshakes among "
			   "them.");
	openmetrics_add(out, NULL, tally->unused_tls);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_certificate_not_after_seconds",
			   "When the certificate expires, since 1970; only with HTTPS.");
	if (web_certificate_end(portal))
		openmetrics_add(out, NULL, web_certificate_end(portal));
}

/* Not on each scrape: a million rows are a walk. */
static void count(const struct portal *portal)
{
	struct metrics *metrics = portal->metrics;
	uint64_t now_ms = monotonic_ms();

	if (metrics->count_at_ms > now_ms)
		return;
	metrics->is_counted = !vouchers_count(portal->accounts, &metrics->n_vouchers) &&
			      !users_count(portal->accounts, &metrics->n_users);
	metrics->count_at_ms =
		now_ms + 1000 * (COUNT_EVERY_S + metrics->n_vouchers / COUNTED_A_SECOND);
}

static void write_accounts(const struct portal *portal, struct openmetrics *out)
{
	const struct metrics *metrics = portal->metrics;

	count(portal);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_accounts",
			   "Vouchers and users in the portal's database, counted now and then.");
	if (metrics->is_counted) {
		openmetrics_add(out, METRIC_LABELS({"kind", "voucher"}), metrics->n_vouchers);
		openmetrics_add(out, METRIC_LABELS({"kind", "user"}), metrics->n_users);
	}
	openmetrics_family(out, METRIC_GAUGE, "xdp511_portal_accounts_max",
			   "How many there may be.");
	openmetrics_add(out, METRIC_LABELS({"kind", "voucher"}), VOUCHERS_MAX);
	openmetrics_add(out, METRIC_LABELS({"kind", "user"}), USERS_MAX);
}

void metrics_write(void *context, struct openmetrics *out)
{
	const struct portal *portal = context;

	write_program(portal, out);
	write_sign_ins(portal, out);
	write_limits(portal, out);
	write_web(portal, out);
	write_accounts(portal, out);
	metrics_write_radius(portal, out);
}

int metrics_start(struct portal *portal, struct error *error)
{
	const struct metrics_http_setup setup = {
		.loop = portal->loop,
		.listen = &portal->config->metrics.portal_listen,
		.key = "portal-listen",
		.write = metrics_write,
		.context = portal,
	};
	struct timespec now;

	portal->metrics = calloc(1, sizeof(*portal->metrics));
	if (!portal->metrics)
		return fail(error, ENOMEM, "out of memory");
	(void)clock_gettime(CLOCK_REALTIME, &now);
	portal->metrics->started_s = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	return metrics_http_start(&setup, &portal->metrics->http, error);
}

void metrics_stop(struct portal *portal)
{
	if (!portal->metrics)
		return;
	metrics_http_stop(portal->metrics->http);
	free(portal->metrics);
	portal->metrics = NULL;
}
