/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * use.h - which frames show that somebody uses the device.
 *
 * Whatever a device does by itself to stay in the network isn't: ARP, neighbour discovery (its
 * answers to the gateway's own questions among them), DHCP, and all that goes to groups. Every IP
 * packet that is use has eight bytes behind its header.
 */
#ifndef XDP511_USE_H
#define XDP511_USE_H

static __always_inline bool is_use_ipv4(const struct cursor *cur)
{
	const struct iphdr *ip = cur->pos;
	const struct udphdr *udp = (void *)(ip + 1); /* of DHCP, which has no options before it */

	if ((void *)(udp + 1) > cur->end || is_ipv4_group(ip->daddr))
		return false;
	return ip->protocol != IPPROTO_UDP || (udp->dest != bpf_htons(PORT_DHCP_SERVER) &&
					       udp->dest != bpf_htons(PORT_DHCP_CLIENT));
}

static __always_inline bool is_use_ipv6(const struct cursor *cur)
{
	const struct ipv6hdr *ip = cur->pos;
	const struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > cur->end || ip->daddr.s6_addr[0] == 0xff)
		return false;
	if (ip->nexthdr == IPPROTO_UDP)
		return udp->dest != bpf_htons(PORT_DHCP6_SERVER) &&
		       udp->dest != bpf_htons(PORT_DHCP6_CLIENT);
	if (ip->nexthdr == IPPROTO_ICMPV6 && ip->hop_limit == ND_HOP_LIMIT) {
		const __u8 *type = (void *)(ip + 1);

		return *type < ICMP6_ROUTER_SOLICIT || *type > ICMP6_REDIRECT;
	}
	return true;
}

/* @cur: behind the Ethernet header. */
static __always_inline bool is_use(const struct cursor *cur, const struct pkt *pkt)
{
	if (pkt->to_many)
		return false;
	if (is_ipv4(pkt))
		return is_use_ipv4(cur);
	return is_ipv6(pkt) && is_use_ipv6(cur);
}

#endif /* XDP511_USE_H */
