/* SPDX-License-Identifier: MIT */
/* judge_vlans.c - whether somebody takes the frames of the zones' VLANs that the gate lets pass. */
#include <stdio.h>
#include <string.h>

#include "preflight/judge.h"

static const struct link_facts *find_name(const struct links *links, const char *name)
{
	size_t i;

	for (i = 0; i < links->n; i++) {
		if (!strcmp(links->list[i].name, name))
			return &links->list[i];
	}
	return NULL;
}

static const struct link_facts *find_vlan(const struct links *links, unsigned int lower,
					  unsigned int vlan)
{
	size_t i;

	for (i = 0; i < links->n; i++) {
		if (links->list[i].lower == lower && links->list[i].vlan == vlan)
			return &links->list[i];
	}
	return NULL;
}

/* Of the tag whose interface is missing or down: what makes it. */
static void say_missing(struct report *report, const struct link_facts *below, unsigned int vlan,
			const struct link_facts *there)
{
	char remedy[REMEDY_SIZE], name[IF_NAMESIZE + 8];

	snprintf(name, sizeof(name), "%s.%u", below->name, vlan);
	if (there)
		snprintf(remedy, sizeof(remedy), "ip link set dev %s up", there->name);
	else if (strlen(name) < IF_NAMESIZE)
		snprintf(remedy, sizeof(remedy),
			 "ip link add link %s name %s type vlan id %u && ip link set dev %s up",
			 below->name, name, vlan, name);
	else
		snprintf(remedy, sizeof(remedy), "ip link add link %s name vlan%u type vlan id %u",
			 below->name, vlan, vlan);
	report_line(report, is_doubtful(CHECK_VLAN, below->name, remedy),
		    there ? "the interface of VLAN %u is down" : "nothing here takes VLAN %u of it",
		    vlan);
}

static void judge_zone(struct report *report, const struct config_zone *zone,
		       const struct link_facts *port, const struct links *links)
{
	const struct link_facts *outer, *inner;

	if (port->master) {
		report_line(report, is_ok(CHECK_VLAN, port->name),
			    "a bridge takes the frames of zone '%s'", zone->name);
		return;
	}
	outer = find_vlan(links, port->index, zone->vlan);
	if (!outer || (!outer->is_up && !outer->master)) {
		say_missing(report, port, zone->vlan, outer);
		return;
	}
	inner = zone->inner_vlan ? find_vlan(links, outer->index, zone->inner_vlan) : outer;
	if (!inner || (!inner->is_up && !inner->master))
		say_missing(report, outer, zone->inner_vlan, inner);
	else
		report_line(report, is_ok(CHECK_VLAN, port->name),
			    "'%s' takes the frames of zone '%s'", inner->name, zone->name);
}

void judge_vlans(struct report *report, const struct config *config, const struct links *links)
{
	const struct config_gateway *gateway = &config->gateway;
	const struct link_facts *port;
	size_t i, j;

	for (i = 0; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];

		for (j = 0; zone->vlan && j < gateway->n_interfaces; j++) {
			if (zone->interface[0] && strcmp(zone->interface, gateway->interfaces[j]))
				continue;
			port = find_name(links, gateway->interfaces[j]);
			if (port)
				judge_zone(report, zone, port, links);
		}
	}
}

bool links_are_bridged(const struct config *config, const struct links *links)
{
	const struct link_facts *port;
	size_t i;

	for (i = 0; i < config->gateway.n_interfaces; i++) {
		port = find_name(links, config->gateway.interfaces[i]);
		if (port && !port->master)
			return false;
	}
	return config->gateway.n_interfaces > 0;
}
