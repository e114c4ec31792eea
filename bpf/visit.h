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

/* A SYN-ACK is sent again for a minute, and half a minute later its first request is there. */
#define VISIT_OPEN_TICKS ((__s32)(120 * NSEC_PER_SEC >> X511_TICK_SHIFT))

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
 * Another device got a SYN-ACK of a connection that may still be at its beginning. Neighbour
 * discovery is nobody's proof: who has moved its own address to another's MAC for a moment would be
 * that one, with a handshake it began, or one to another port of ours.
 */
static __always_inline bool is_contested(const struct syn_ack *known, const struct syn_ack *visitor)
{
	return (__s32)(visitor->seen_tick - known->seen_tick) < VISIT_OPEN_TICKS &&
	       (known->device.zone != visitor->device.zone ||
		!is_same_mac(known->device.mac, visitor->device.mac));
}

/* Nobody's is what two devices claim, until it can't be the same connection any more. */
static __always_inline void keep_visit(const struct syn_ack_key *key, struct syn_ack *visitor)
{
	const struct syn_ack *known = bpf_map_lookup_elem(&x511_visits, key);

	if (!known && !bpf_map_update_elem(&x511_visits, key, visitor, BPF_NOEXIST))
		return;
	if (!known) /* another CPU was first */
		known = bpf_map_lookup_elem(&x511_visits, key);
	if (known && is_contested(known, visitor))
		visitor->device = (struct session_key){.zone = X511_NO_ZONE};
	bpf_map_update_elem(&x511_visits, key, visitor, BPF_ANY);
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
	keep_visit(&key, &visitor);
}

#endif /* XDP511_VISIT_H */
