/* SPDX-License-Identifier: MIT */
/* network.c - asks resolvers, RADIUS servers and portals at the same time, and judges the answers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preflight/collect.h"
#include "preflight/names.h"
#include "preflight/portals.h"
#include "preflight/probe.h"
#include "preflight/resolvers.h"

#define ASK_MS	   2300 /* for datagrams, and for names */
#define CONNECT_MS 1500 /* and then to connect */

struct look {
	struct report *report;
	const struct config *config;
	struct probe *probes;
	size_t n, n_resolvers, n_servers, n_accounting;
	struct resolvers resolvers;
	struct secret secret;
	struct error no_secret;
};

static void add_resolvers(struct look *look)
{
	size_t i;

	resolvers_find(look->config, &look->resolvers);
	look->n_resolvers = look->resolvers.n;
	for (i = 0; i < look->n_resolvers; i++) {
		struct probe *probe = &look->probes[look->n++];

		probe->kind = &probe_dns;
		probe->endpoint = look->resolvers.list[i];
		(void)dns_name_from_text(look->resolvers.name, &probe->name);
	}
}

static void add_servers(struct look *look, const struct endpoints *servers, bool is_accounting)
{
	size_t i;

	for (i = 0; i < servers->n; i++) {
		struct probe *probe = &look->probes[look->n++];

		probe->kind = &probe_radius;
		probe->endpoint = servers->list[i];
		probe->secret = &look->secret;
		probe->nas_id = look->config->radius.nas_id;
		probe->is_accounting = is_accounting;
	}
}

static void add_radius(struct look *look)
{
	const struct config_radius *radius = &look->config->radius;

	if (!radius->servers.n && !radius->accounting.n)
		return;
	if (secret_load(radius->secret_file, &look->secret, &look->no_secret))
		return;
	look->n_servers = radius->servers.n;
	look->n_accounting = radius->accounting.n;
	add_servers(look, &radius->servers, false);
	add_servers(look, &radius->accounting, true);
}

static bool any_answers(const struct probe *probes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!probes[i].err)
			return true;
	}
	return false;
}

static void judge_resolvers(const struct look *look)
{
	size_t i;

	for (i = 0; i < look->n_resolvers; i++) {
		const struct probe *probe = &look->probes[i];
		struct resolver_facts facts = {
			.endpoint = probe->endpoint,
			.name = look->resolvers.name,
			.is_portals = look->resolvers.is_portals,
			.is_own = look->resolvers.is_own[i],
			.err = probe->err,
			.rcode = probe->rcode,
			.others_answer = any_answers(look->probes, look->n_resolvers),
		};

		judge_resolver(look->report, &facts);
	}
}

static void judge_servers(const struct look *look, const struct endpoints *servers,
			  const struct probe *probes, bool is_accounting)
{
	size_t i;

	for (i = 0; i < servers->n; i++) {
		struct radius_facts facts = {
			.endpoint = servers->list[i],
			.secret_file = look->config->radius.secret_file,
			.is_accounting = is_accounting,
			.no_secret = look->no_secret.text[0] ? look->no_secret.text : NULL,
		};

		if (!facts.no_secret) {
			facts.err = probes[i].err;
			facts.fault = probes[i].fault ? packet_fault_text(probes[i].fault) : NULL;
			facts.others_answer = any_answers(probes, servers->n);
		}
		judge_radius(look->report, &facts);
	}
}

static int64_t earlier(int64_t one_ms, int64_t other_ms)
{
	return one_ms < other_ms ? one_ms : other_ms;
}

void collect_network(struct report *report, const struct config *config,
		     const struct running *running)
{
	struct look *look = calloc(1, sizeof(*look));
	struct portals *portals = portals_start(config, running);
	int64_t until_ms = earlier(monotonic_ms() + ASK_MS, running->until_ms - CONNECT_MS / 2);
	const struct probe *servers;

	if (look)
		look->probes = calloc(RESOLVERS_MAX + 2 * ENDPOINTS_MAX, sizeof(*look->probes));
	if (look && look->probes) {
		look->report = report;
		look->config = config;
		add_resolvers(look);
		add_radius(look);
		probes_run(look->probes, look->n, until_ms);
		servers = look->probes + look->n_resolvers;
		judge_resolvers(look);
		judge_servers(look, &config->radius.servers, servers, false);
		judge_servers(look, &config->radius.accounting, servers + look->n_servers, true);
		secret_wipe(&look->secret);
	}
	portals_finish(portals, report, until_ms,
		       earlier(monotonic_ms() + CONNECT_MS, running->until_ms));
	if (look)
		free(look->probes);
	free(look);
}
