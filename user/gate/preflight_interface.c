// SPDX-License-Identifier: MIT
/* preflight_interface.c - looks whether one interface can be a client port. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate/hooks.h"
#include "gate/netdev.h"
#include "gate/pins.h"
#include "gate/preflight_internal.h"

#define REMEDY_SIZE 96

static void check_up(struct preflight *preflight, const struct netdev *netdev)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ip link set dev %s up", netdev->name);
	preflight_say(preflight, netdev->up ? PREFLIGHT_OK : PREFLIGHT_WARN, netdev->name,
		      netdev->up ? "" : remedy, "it is %s, its driver is '%s'",
		      netdev->up ? "up" : "down", netdev->driver[0] ? netdev->driver : "unknown");
}

static void check_mtu(struct preflight *preflight, const struct netdev *netdev)
{
	bool fits = netdev->mtu <= GATE_MTU_MAX;
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ip link set dev %s mtu %u", netdev->name, GATE_MTU_MAX);
	preflight_say(preflight, fits ? PREFLIGHT_OK : PREFLIGHT_FAIL, netdev->name,
		      fits ? "" : remedy, "its MTU is %u%s", netdev->mtu,
		      fits ? "" : ", more than the gate takes");
}

static void check_queues(struct preflight *preflight, const struct netdev *netdev)
{
	bool fits = netdev->queues <= X511_MAX_QUEUES;
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "ethtool -L %s combined %u", netdev->name,
		 X511_MAX_QUEUES);
	preflight_say(preflight, fits ? PREFLIGHT_OK : PREFLIGHT_FAIL, netdev->name,
		      fits ? "" : remedy, "it has %u receive queue%s%s", netdev->queues,
		      netdev->queues == 1 ? "" : "s", fits ? "" : ", more than the gate takes");
}

static bool wants_vlans(const struct preflight *preflight, const char *name)
{
	const struct config *config = preflight->config;
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

/* A tag taken off by the hardware is invisible to XDP: the frame looks untagged. */
static void check_vlan_offload(struct preflight *preflight, const struct netdev *netdev)
{
	char remedy[REMEDY_SIZE];

	if (!wants_vlans(preflight, netdev->name))
		return;
	snprintf(remedy, sizeof(remedy), "ethtool -K %s rxvlan off", netdev->name);
	if (netdev->rx_vlan_offload)
		preflight_say(preflight, PREFLIGHT_WARN, netdev->name, remedy,
			      "its VLAN offload may hide the tags that tell the zones apart");
	else
		preflight_say(preflight, PREFLIGHT_OK, netdev->name, "",
			      "it leaves VLAN tags in the frames");
}

static bool is_ours(const struct preflight *preflight, const struct netdev *netdev,
		    const struct xdp_state *state)
{
	char path[PIN_PATH_SIZE];
	int fd;

	pins_link_path(preflight->config->gateway.bpf_dir, netdev->name, path);
	if (xdp_link_find(path, netdev->ifindex, state, &fd))
		return false;
	close(fd);
	return true;
}

static void check_xdp(struct preflight *preflight, const struct netdev *netdev)
{
	char program[PROGRAM_NAME_SIZE], remedy[REMEDY_SIZE];
	struct xdp_state state;
	int r = xdp_query(netdev->ifindex, &state);

	if (r) {
		preflight_say(preflight, PREFLIGHT_FAIL, netdev->name, "run as root",
			      "it can't be asked for its XDP program: %s", strerror(-r));
	} else if (!state.program_id) {
		preflight_say(preflight, PREFLIGHT_OK, netdev->name, "",
			      "it runs no XDP program; native or generic is known once the gate is "
			      "shut");
	} else if (is_ours(preflight, netdev, &state)) {
		preflight_say(preflight, PREFLIGHT_OK, netdev->name, "",
			      "it runs the gate in %s mode", state.native ? "native" : "generic");
	} else {
		snprintf(remedy, sizeof(remedy), "ip link set dev %s %s off", netdev->name,
			 state.native ? "xdp" : "xdpgeneric");
		preflight_say(preflight, PREFLIGHT_FAIL, netdev->name, remedy,
			      "it already runs the XDP program '%s' (id %u)",
			      xdp_program_name(state.program_id, program), state.program_id);
	}
}

static void check_egress(struct preflight *preflight, const struct netdev *netdev)
{
	char remedy[REMEDY_SIZE];

	if (egress_check(netdev->ifindex) != -EEXIST)
		return;
	snprintf(remedy, sizeof(remedy), "tc qdisc del dev %s ingress", netdev->name);
	preflight_say(preflight, PREFLIGHT_FAIL, netdev->name, remedy,
		      "it has an ingress qdisc where the gate needs clsact");
}

void preflight_interface(struct preflight *preflight, const char *name)
{
	struct netdev netdev;
	int r = netdev_read(name, &netdev);

	if (r) {
		preflight_say(preflight, PREFLIGHT_FAIL, name, "ip -br link", "%s",
			      r == -ENODEV ? "there is no such interface" : strerror(-r));
		return;
	}
	check_up(preflight, &netdev);
	check_mtu(preflight, &netdev);
	check_queues(preflight, &netdev);
	check_vlan_offload(preflight, &netdev);
	check_xdp(preflight, &netdev);
	check_egress(preflight, &netdev);
}
