/* SPDX-License-Identifier: MIT */
/* advertise_links.c - the interfaces that clients are behind, and the api-url of their zones. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_vlan.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "controller/advertise/advertise.h"

/* The zone that names that VLAN (0: untagged frames) of the interface, or of any; NULL: none does. */
static const struct config_zone *find_zone(const struct config *config, const char *interface,
					   uint16_t vlan)
{
	const struct config_zone *found = NULL;
	size_t i;

	for (i = 1; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];
		bool is_here = !strcmp(zone->interface, interface);

		if (zone->vlan != vlan || zone->inner_vlan || (zone->interface[0] && !is_here))
			continue;
		if (is_here || !found)
			found = zone;
	}
	return found;
}

/* As the gate has it; NULL: such frames are dropped. */
static const struct config_zone *zone_of(const struct config *config, const char *interface,
					 uint16_t vlan)
{
	const struct config_zone *zone = find_zone(config, interface, vlan);

	if (!zone && vlan && config->gateway.drop_unknown_vlan)
		return NULL;
	if (!zone)
		zone = find_zone(config, interface, 0);
	return zone ? zone : &config->zones[0];
}

static bool read_mac(int fd, const char *name, uint8_t ret_mac[6])
{
	struct ifreq request = {};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFHWADDR, &request) || request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return false;
	memcpy(ret_mac, request.ifr_hwaddr.sa_data, 6);
	return true;
}

/* False: it is no VLAN of another interface. */
static bool read_vlan(int fd, const char *name, char ret_parent[IF_NAMESIZE], uint16_t *ret_vlan)
{
	struct vlan_ioctl_args parent = {.cmd = GET_VLAN_REALDEV_NAME_CMD};
	struct vlan_ioctl_args vlan = {.cmd = GET_VLAN_VID_CMD};

	snprintf(parent.device1, sizeof(parent.device1), "%s", name);
	snprintf(vlan.device1, sizeof(vlan.device1), "%s", name);
	if (ioctl(fd, SIOCGIFVLAN, &parent) || ioctl(fd, SIOCGIFVLAN, &vlan))
		return false;
	snprintf(ret_parent, IF_NAMESIZE, "%.*s", IF_NAMESIZE - 1, parent.u.device2);
	*ret_vlan = (uint16_t)vlan.u.VID;
	return true;
}

static bool is_port(struct gate *gate, const char *name)
{
	size_t i, n;
	const struct gate_port *ports = gate_ports(gate, &n);

	for (i = 0; i < n; i++) {
		if (!strcmp(ports[i].name, name))
			return true;
	}
	return false;
}

/* False: nothing is said there. */
static bool read_link(int fd, struct gate *gate, const struct config *config,
		      struct advertise_link *link)
{
	char port[IF_NAMESIZE];
	const struct config_zone *zone;
	uint16_t vlan = 0;

	snprintf(port, sizeof(port), "%s", link->name);
	if (!is_port(gate, link->name) &&
	    (!read_vlan(fd, link->name, port, &vlan) || !is_port(gate, port)))
		return false;
	zone = zone_of(config, port, vlan);
	if (!zone || !zone->portal.api_url[0])
		return false;
	snprintf(link->url, sizeof(link->url), "%s", zone->portal.api_url);
	return read_mac(fd, link->name, link->mac);
}

size_t advertise_find_links(struct gate *gate, const struct config *config,
			    struct advertise_link links[ADVERTISE_LINKS])
{
	struct if_nameindex *all = if_nameindex(), *one;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = 0;

	for (one = all; one && fd >= 0 && one->if_index && n < ADVERTISE_LINKS; one++) {
		links[n] = (struct advertise_link){.ifindex = one->if_index};
		snprintf(links[n].name, sizeof(links[n].name), "%s", one->if_name);
		n += read_link(fd, gate, config, &links[n]);
	}
	if (fd >= 0)
		close(fd);
	if (all)
		if_freenameindex(all);
	return n;
}
