/* SPDX-License-Identifier: MIT */
/* portals.c - the hosts of the zones' portals: their names, and whether they take connections. */
#include "preflight/portals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "preflight/names.h"
#include "preflight/probe.h"

#define PORTALS_MAX   16
#define ADDRESSES_MAX 4 /* of one host that are tried */

struct portals {
	struct portal_facts list[PORTALS_MAX];
	struct lookup *lookups[PORTALS_MAX];
	size_t n;
	struct probe probes[PORTALS_MAX * ADDRESSES_MAX];
	size_t first[PORTALS_MAX + 1]; /* of its probes */
	size_t n_probes;
};

static bool is_known(const struct portals *portals, const struct config_portal *portal)
{
	size_t i;

	for (i = 0; i < portals->n; i++) {
		if (!strcmp(portals->list[i].host, portal->host) &&
		    portals->list[i].port == portal->port)
			return true;
	}
	return false;
}

struct portals *portals_start(const struct config *config, const struct running *running)
{
	struct portals *portals = calloc(1, sizeof(*portals));
	bool has_web = config->web.http.n || config->web.https.n;
	size_t i;

	for (i = 0; portals && i < config->n_zones && portals->n < PORTALS_MAX; i++) {
		const struct config_zone *zone = &config->zones[i];

		if (!zone->portal.host[0] || is_known(portals, &zone->portal))
			continue;
		portals->list[portals->n] = (struct portal_facts){
			.host = zone->portal.host,
			.port = zone->portal.port,
			.is_own = has_web && zone->sign_in.methods,
			.is_running = running->portal,
		};
		portals->lookups[portals->n++] = lookup_start(zone->portal.host);
	}
	return portals;
}

static void add_addresses(struct portals *portals, const struct portal_facts *portal,
			  const struct addrinfo *list)
{
	size_t n = 0;

	for (; list && n < ADDRESSES_MAX; list = list->ai_next) {
		struct probe *probe = &portals->probes[portals->n_probes];

		if (list->ai_addrlen > sizeof(probe->endpoint.address) ||
		    (list->ai_family != AF_INET && list->ai_family != AF_INET6))
			continue;
		probe->kind = &probe_tcp;
		memcpy(&probe->endpoint.address, list->ai_addr, list->ai_addrlen);
		/* The port is at the same place in both families. */
		((struct sockaddr_in *)(void *)&probe->endpoint.address)->sin_port =
			htons((uint16_t)portal->port);
		portals->n_probes++;
		n++;
	}
}

/* One address that takes connections is enough. */
static int result_of(const struct portals *portals, size_t number)
{
	size_t i, first = portals->first[number];

	for (i = first; i < portals->first[number + 1]; i++) {
		if (!portals->probes[i].err)
			return 0;
	}
	return first < portals->first[number + 1] ? portals->probes[first].err : -EADDRNOTAVAIL;
}

void portals_finish(struct portals *portals, struct report *report, int64_t until_ms,
		    int64_t connect_until_ms)
{
	size_t i;

	if (!portals)
		return;
	for (i = 0; i < portals->n; i++) {
		struct portal_facts *portal = &portals->list[i];
		const struct addrinfo *list = NULL;

		portals->first[i] = portals->n_probes;
		if (!portals->lookups[i])
			portal->unresolved = "out of memory";
		else if (!lookup_wait(portals->lookups[i], until_ms, &list, &portal->unresolved))
			add_addresses(portals, portal, list);
		portals->first[i + 1] = portals->n_probes;
	}
	probes_run(portals->probes, portals->n_probes, connect_until_ms);
	for (i = 0; i < portals->n; i++) {
		portals->list[i].err = result_of(portals, i);
		judge_portal(report, &portals->list[i]);
		lookup_free(portals->lookups[i]);
	}
	free(portals);
}
