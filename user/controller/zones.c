/* SPDX-License-Identifier: MIT */
/* zones.c - zones by number, and the maps that say who is in which. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/zones.h"
#include "gate/netdev.h"

#define GUEST_BURST_NS (4 * NS_PER_S)

int zones_find(const struct zones *zones, const char *name)
{
	int id;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		if (zones->slots[id].name[0] && !strcmp(zones->slots[id].name, name))
			return id;
	}
	return -ENOENT;
}

const struct config_zone *zones_config(const struct zones *zones, const char *name)
{
	int id = zones_find(zones, name);

	return id < 0 ? NULL : zones->slots[id].config;
}

/* A number nobody has; else one of a zone that is gone and has left nothing behind. */
static int free_slot(const struct zones_from *from, const struct config *config,
		     const struct zones *zones)
{
	int id;

	for (id = 1; id < X511_MAX_ZONES; id++) {
		if (!zones->slots[id].name[0])
			return id;
	}
	for (id = 1; id < X511_MAX_ZONES; id++) {
		/* Its VLANs lead there as long as the present configuration is in force. */
		if (from->running && from->running->slots[id].config)
			continue;
		if (!config_find_zone(config, zones->slots[id].name) &&
		    store_zone_is_used(from->store, zones->slots[id].name) == 0)
			return id;
	}
	return -ENOSPC;
}

static int assign_one(const struct zones_from *from, const struct config *config,
		      const struct config_zone *zone, struct zones *zones)
{
	int id = zones_find(zones, zone->name);
	int err = 0;

	if (id < 0) {
		id = zone == &config->zones[0] ? 0 : free_slot(from, config, zones);
		if (id < 0)
			return id;
		err = store_put_zone(from->store, (uint32_t)id, zone->name);
	}
	snprintf(zones->slots[id].name, ZONE_NAME_SIZE, "%s", zone->name);
	zones->slots[id].config = zone;
	return err;
}

/* The gate remembers what its numbers stand for, should the database be lost. */
static int take_pinned(const struct zones_from *from, struct zones *zones)
{
	struct zone rules;
	int id, err = 0;

	for (id = 0; id < X511_MAX_ZONES && !err; id++) {
		if (zones->slots[id].name[0] || gate_get_zone(from->gate, (uint32_t)id, &rules))
			continue;
		rules.name[sizeof(rules.name) - 1] = '\0';
		if (!rules.name[0] || zones_find(zones, rules.name) >= 0)
			continue;
		memcpy(zones->slots[id].name, rules.name, ZONE_NAME_SIZE);
		err = store_put_zone(from->store, (uint32_t)id, rules.name);
	}
	return err;
}

int zones_assign(const struct zones_from *from, const struct config *config,
		 struct zones *ret_zones, struct error *error)
{
	struct zones zones = {};
	zone_names names;
	size_t i;
	int err = store_zones(from->store, names);

	for (i = 0; i < X511_MAX_ZONES && !err; i++)
		memcpy(zones.slots[i].name, names[i], ZONE_NAME_SIZE);
	if (!err && !from->running)
		err = take_pinned(from, &zones);
	for (i = 0; i < config->n_zones && !err; i++)
		err = assign_one(from, config, &config->zones[i], &zones);
	if (err == -ENOSPC)
		return fail(error, ENOSPC,
			    "there are %d zones with sessions already; sign out those of "
			    "zones that are gone, or configure fewer",
			    X511_MAX_ZONES);
	if (err)
		return fail(error, -err, "the numbers of the zones could not be kept: %s",
			    store_problem(from->store));
	*ret_zones = zones;
	return 0;
}

static struct zone rules_of(const struct config_zone *config)
{
	struct zone zone = {
		.guest_burst_ns = GUEST_BURST_NS,
		.guest_park_ns = config->guest.park_s * NS_PER_S,
		.https_burst_ns = GUEST_BURST_NS,
		.https_reset = config->portal.https_reset,
		.spoof_guard = config->spoof_guard,
	};

	snprintf(zone.name, sizeof(zone.name), "%s", config->name);
	if (config->guest.packets_per_second)
		zone.guest_gap_ns = NS_PER_S / config->guest.packets_per_second;
	if (config->guest.https_alerts)
		zone.https_gap_ns = NS_PER_S / config->guest.https_alerts;
	return zone;
}

/* Sessions of a number that stood for another zone would sign their devices in to this one. */
static int forget_sessions(struct gate *gate, uint32_t id)
{
	struct session_key key, next;
	bool more = !gate_next_session(gate, NULL, &key);
	int err = 0;

	while (more && !err) {
		more = !gate_next_session(gate, &key, &next);
		if (key.zone == id)
			err = gate_delete_session(gate, &key);
		key = next;
	}
	return err == -ENOENT ? 0 : err;
}

static int apply_rule(const struct zones *zones, uint32_t id, struct gate *gate)
{
	struct zone rules = rules_of(zones->slots[id].config), before;
	int err = gate_get_zone(gate, id, &before);

	rules.has_names = zones->slots[id].has_names;
	if (!err && before.name[0] && strncmp(before.name, rules.name, sizeof(rules.name)) != 0)
		err = forget_sessions(gate, id);
	return err ? err : gate_set_zone(gate, id, &rules);
}

static int apply_rules(const struct zones *zones, struct gate *gate)
{
	uint32_t id;
	int err = 0;

	for (id = 0; id < X511_MAX_ZONES && !err; id++) {
		if (zones->slots[id].config)
			err = apply_rule(zones, id, gate);
	}
	return err;
}

int zones_set_names(struct zones *zones, struct gate *gate, uint32_t id, bool has_names)
{
	struct zone rules;
	int err;

	if (zones->slots[id].has_names == has_names)
		return 0;
	zones->slots[id].has_names = has_names;
	err = gate_get_zone(gate, id, &rules);
	if (err)
		return err;
	rules.has_names = has_names;
	return gate_set_zone(gate, id, &rules);
}

static uint64_t gap_of(uint32_t per_second)
{
	return per_second ? NS_PER_S / per_second : 0;
}

static int apply_ceilings(const struct config_gateway *config, struct gate *gate)
{
	struct ceilings ceilings = {
		.responder_gap_ns = gap_of(config->queue_responder),
		.resolver_gap_ns = gap_of(config->queue_resolver),
		.kernel_gap_ns = gap_of(config->queue_kernel),
		.new_guest_gap_ns = gap_of(config->new_guests),
	};

	return gate_set_ceilings(gate, &ceilings);
}

/* The zone that owns the interface's untagged frames. */
static uint16_t zone_of_port(const struct zones *zones, const struct gate_port *port)
{
	uint16_t id;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		const struct config_zone *config = zones->slots[id].config;

		if (config && !config->vlan && config->interface[0] &&
		    !strcmp(config->interface, port->name))
			return id;
	}
	return 0;
}

static int apply_ports(const struct zones *zones, const struct config *config, struct gate *gate)
{
	size_t i, n;
	const struct gate_port *ports = gate_ports(gate, &n);
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		struct port port = {
			.ifindex = ports[i].ifindex,
			.zone = zone_of_port(zones, &ports[i]),
			.drop_unknown_vlan = config->gateway.drop_unknown_vlan,
		};

		/* Without a number the interface isn't there, which gate_shut() will say. */
		if (ports[i].ifindex)
			err = gate_set_port(gate, i, &port);
	}
	return err;
}

/* Which zone each VLAN leads to. */
struct vlans {
	struct vlan_key *keys;
	struct vlan *values;
	size_t n;
};

static void vlans_done(struct vlans *vlans)
{
	free(vlans->keys);
	free(vlans->values);
}

static int vlans_of(const struct zones *zones, struct gate *gate, struct vlans *ret_vlans)
{
	size_t i, n_ports;
	const struct gate_port *ports = gate_ports(gate, &n_ports);
	struct vlans vlans = {
		.keys = calloc(X511_MAX_ZONES * X511_MAX_PORTS, sizeof(*vlans.keys)),
		.values = calloc(X511_MAX_ZONES * X511_MAX_PORTS, sizeof(*vlans.values)),
	};
	uint32_t id;

	*ret_vlans = vlans;
	if (!vlans.keys || !vlans.values)
		return -ENOMEM;
	for (id = 0; id < X511_MAX_ZONES; id++) {
		const struct config_zone *config = zones->slots[id].config;

		for (i = 0; config && config->vlan && i < n_ports; i++) {
			if (config->interface[0] && strcmp(config->interface, ports[i].name) != 0)
				continue;
			vlans.keys[vlans.n] = (struct vlan_key){
				.ifindex = ports[i].ifindex,
				.vlan = config->vlan,
				.inner_vlan = config->inner_vlan,
			};
			vlans.values[vlans.n++].zone = id;
		}
	}
	*ret_vlans = vlans;
	return 0;
}

/*
 * What becomes of unknown VLANs changes between the coming of VLANs and the going of others:
 * neither kind ever falls to what the other configuration does with those it doesn't know.
 */
static int apply_members(const struct zones *zones, const struct config *config, struct gate *gate)
{
	struct vlans vlans;
	int err = vlans_of(zones, gate, &vlans);

	if (!err)
		err = gate_add_vlans(gate, vlans.keys, vlans.values, vlans.n);
	if (!err)
		err = apply_ports(zones, config, gate);
	if (!err)
		err = gate_set_vlans(gate, vlans.keys, vlans.values, vlans.n);
	vlans_done(&vlans);
	return err;
}

static int apply_resolvers(const struct zones *zones, struct gate *gate, const struct address *own,
			   size_t n_own)
{
	struct resolver_key *keys = NULL;
	size_t i, n = 0;
	uint32_t id;
	int err;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		const struct config_zone *config = zones->slots[id].config;
		const struct address *addresses = own;
		size_t n_addresses = n_own;
		struct resolver_key *larger;

		if (!config)
			continue;
		if (config->allow.n_resolvers) {
			addresses = config->allow.resolvers;
			n_addresses = config->allow.n_resolvers;
		}
		larger = reallocarray(keys, n + n_addresses + 1, sizeof(*keys));
		if (!larger) {
			free(keys);
			return -ENOMEM;
		}
		keys = larger;
		for (i = 0; i < n_addresses; i++)
			keys[n++] = (struct resolver_key){.address = addresses[i], .zone = id};
	}
	err = gate_set_resolvers(gate, keys, n);
	free(keys);
	return err;
}

int zones_apply_addresses(const struct zones *zones, struct gate *gate, struct error *error)
{
	struct address *own = NULL;
	size_t n_own = 0;
	int err = netdev_addresses(&own, &n_own);

	if (!err)
		err = gate_set_own(gate, own, n_own);
	if (!err)
		err = apply_resolvers(zones, gate, own, n_own);
	free(own);
	if (err)
		return fail(error, -err,
			    "the machine's own addresses could not be written to the gate: %s",
			    strerror(-err));
	return 0;
}

int zones_apply(const struct zones *zones, const struct config *config, struct gate *gate,
		struct error *error)
{
	int err = apply_rules(zones, gate);

	if (!err)
		err = gate_set_alerts(gate, config->gateway.https_alerts);
	if (!err)
		err = apply_ceilings(&config->gateway, gate);
	if (err)
		return fail(error, -err,
			    "the rules of the zones could not be written to the gate: %s",
			    strerror(-err));
	err = zones_apply_addresses(zones, gate, error);
	if (err)
		return err;
	err = apply_members(zones, config, gate);
	return err ? fail(error, -err, "the zones could not be written to the gate: %s",
			  strerror(-err))
		   : 0;
}
