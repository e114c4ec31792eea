/* SPDX-License-Identifier: GPL-2.0-only */
/* garden.h - the walled garden: prefixes, optionally of one port and protocol, and learned names. */
#ifndef XDP511_GARDEN_H
#define XDP511_GARDEN_H

static __always_inline bool garden_allows(const struct address *address, const struct pkt *pkt,
					  __be16 port_be)
{
	struct garden_key key = {
		.prefix_bits = X511_GARDEN_ZONE_BITS + 8 * sizeof(key.address),
		.zone = pkt->device.zone,
		.address = *address,
	};
	struct garden *garden = bpf_map_lookup_elem(&x511_garden, &key);
	__u32 i;

	if (!garden)
		return false;
	if (!garden->service_count)
		return true;
	if (!has_ports(pkt))
		return false;
	for (i = 0; i < X511_MAX_SERVICES; i++) {
		if (i >= garden->service_count)
			break;
		if (garden->services[i].port_be == port_be &&
		    garden->services[i].protocol == pkt->protocol)
			return true;
	}
	return false;
}

static __always_inline bool is_to_garden(const struct pkt *pkt, const struct zone *zone, __u64 now)
{
	return garden_allows(&pkt->dst, pkt, pkt->dport_be) ||
	       (zone->has_names && is_learned(&pkt->dst, pkt->device.zone, now));
}

static __always_inline bool is_from_garden(const struct pkt *pkt, const struct zone *zone,
					   __u64 now)
{
	return garden_allows(&pkt->src, pkt, pkt->sport_be) ||
	       (zone->has_names && is_learned(&pkt->src, pkt->device.zone, now));
}

#endif /* XDP511_GARDEN_H */
