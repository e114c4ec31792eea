/* SPDX-License-Identifier: GPL-2.0-only */
/* zone.h - which zone a frame belongs to: by interface and VLAN. */
#ifndef XDP511_ZONE_H
#define XDP511_ZONE_H

/* The position of the interface in x511_ports; *ret_port is NULL if it isn't there. */
static __always_inline __u32 find_port(__u32 ifindex, struct port **ret_port)
{
	__u32 i;

	for (i = 0; i < X511_MAX_PORTS; i++) {
		__u32 position = i;

		*ret_port = bpf_map_lookup_elem(&x511_ports, &position);
		if (*ret_port && (*ret_port)->ifindex == ifindex)
			return i;
	}
	*ret_port = NULL;
	return i;
}

/* Fills in the device's zone and @ret_xsk_base, the responder's first socket of the interface. */
static __always_inline enum verdict find_zone(__u32 ifindex, struct pkt *pkt, __u32 *ret_xsk_base)
{
	struct vlan_key key = {
		.ifindex = ifindex,
		.vlan = pkt->vlan,
		.inner_vlan = pkt->inner_vlan,
	};
	struct port *port;
	__u32 position = find_port(ifindex, &port);
	struct vlan *vlan;

	if (!port)
		return V_DROP_PORT;
	*ret_xsk_base = position * X511_MAX_QUEUES;
	pkt->device.zone = port->zone;
	if (!pkt->vlan)
		return V_UNDECIDED;
	vlan = bpf_map_lookup_elem(&x511_vlans, &key);
	if (vlan)
		pkt->device.zone = vlan->zone;
	else if (port->drop_unknown_vlan)
		return V_DROP_VLAN_UNKNOWN;
	return V_UNDECIDED;
}

/* NULL only for a zone number that the controller never wrote. */
static __always_inline struct zone *zone_rules(const struct pkt *pkt)
{
	__u32 zone = pkt->device.zone;

	return bpf_map_lookup_elem(&x511_zones, &zone);
}

#endif /* XDP511_ZONE_H */
