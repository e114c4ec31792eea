/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * visit.h - which device has a connection of its own with this machine: the portal asks who is there.
 *
 * Whoever gets the SYN-ACK is the only one who can finish the handshake; what a client says of
 * itself proves nothing. Cookies against a flood of SYNs have no socket, so the mark of a frame that
 * this machine sends by itself is that it came in nowhere.
 */
#ifndef XDP511_VISIT_H
#define XDP511_VISIT_H

#define HANDSHAKE_FLAGS (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)

/* Options are what the SYN had, so they may be there. */
static __always_inline const struct tcphdr *find_tcp_ipv4(const struct cursor *cur,
							  struct address *ret_to)
{
	const struct iphdr *ip = cur->pos;

	if ((void *)(ip + 1) > cur->end || ip->protocol != IPPROTO_TCP)
		return NULL;
	address_from_ipv4(ret_to, &ip->daddr);
	return cur->pos + ip->ihl * 4;
}

static __always_inline const struct tcphdr *find_tcp_ipv6(const struct cursor *cur,
							  struct address *ret_to)
{
	const struct ipv6hdr *ip = cur->pos;

	if ((void *)(ip + 1) > cur->end || ip->nexthdr != IPPROTO_TCP)
		return NULL;
	__builtin_memcpy(ret_to, &ip->daddr, sizeof(*ret_to));
	return (void *)(ip + 1);
}

/*
 * A frame of this machine to a device. @cur: behind the Ethernet header. Link-local addresses are
 * left out: two devices of different VLANs may have the same one.
 */
static __noinline void note_visit(const struct cursor *cur, const struct pkt *pkt, __u64 now)
{
	struct syn_ack visitor = {
		.device = pkt->device,
		.seen_tick = now >> X511_TICK_SHIFT,
		.vlan = pkt->vlan,
	};
	struct syn_ack_key key = {};
	const struct tcphdr *tcp = is_ipv4(pkt)	  ? find_tcp_ipv4(cur, &key.address)
				   : is_ipv6(pkt) ? find_tcp_ipv6(cur, &key.address)
						  : NULL;

	if (!tcp || (void *)(tcp + 1) > cur->end ||
	    (((const __u8 *)tcp)[13] & HANDSHAKE_FLAGS) != (TCP_SYN | TCP_ACK) ||
	    is_link_local(&key.address))
		return;
	key.port_be = tcp->dest;
	bpf_map_update_elem(&x511_visits, &key, &visitor, BPF_ANY);
}

#endif /* XDP511_VISIT_H */
