/* SPDX-License-Identifier: MIT */
/* port.c - finds out about the interfaces that guests are behind. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate/hooks.h"
#include "gate/netdev.h"
#include "gate/pins.h"
#include "preflight/collect.h"

static bool wants_vlans(const struct config *config, const char *name)
{
	size_t i;

	if (config->gateway.drop_unknown_vlan)
		return true;
	for (i = 0; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];

		if (zone->vlan && (!zone->interface[0] || !strcmp(zone->interface, name)))
			return true;
	}
	return false;
}

static bool is_ours(const struct config *config, const struct netdev *netdev,
		    const struct xdp_state *state)
{
	char path[PIN_PATH_SIZE];
	int fd;

	pins_link_path(config->gateway.bpf_dir, netdev->name, path);
	if (xdp_link_find(path, netdev->ifindex, state, &fd))
		return false;
	close(fd);
	return true;
}

static void read_xdp(struct port_facts *port, const struct config *config,
		     const struct netdev *netdev)
{
	struct xdp_state state = {};

	port->xdp_err = xdp_query(netdev->ifindex, &state);
	if (port->xdp_err || !state.program_id)
		return;
	port->program_id = state.program_id;
	port->is_native = state.native;
	port->is_ours = is_ours(config, netdev, &state);
	xdp_program_name(state.program_id, port->program);
}

static void collect_port(struct report *report, const struct config *config, const char *name)
{
	struct port_facts port = {.wanted = config->gateway.xdp_mode};
	struct netdev netdev = {};

	snprintf(port.name, sizeof(port.name), "%s", name);
	port.err = netdev_read(name, &netdev);
	if (!port.err) {
		memcpy(port.driver, netdev.driver, sizeof(port.driver));
		port.is_up = netdev.up;
		port.mtu = netdev.mtu;
		port.queues = netdev.queues;
		port.hides_vlans = netdev.rx_vlan_offload;
		port.wants_vlans = wants_vlans(config, name);
		port.egress = egress_check(netdev.ifindex);
		port_read_ethtool(&port);
		port_read_features(&port, netdev.ifindex);
		port_read_filters(&port, netdev.ifindex);
		read_xdp(&port, config, &netdev);
	}
	judge_port(report, &port);
}

void collect_ports(struct report *report, const struct config *config, const struct links *links)
{
	size_t i;

	for (i = 0; i < config->gateway.n_interfaces; i++)
		collect_port(report, config, config->gateway.interfaces[i]);
	judge_vlans(report, config, links);
}
