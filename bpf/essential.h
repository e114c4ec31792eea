/* SPDX-License-Identifier: GPL-2.0-only */
/* essential.h - what a device needs before it can sign in: ARP, ND and MLD, DHCP, DNS. */
#ifndef XDP511_ESSENTIAL_H
#define XDP511_ESSENTIAL_H

static __always_inline bool is_icmp6(const struct pkt *pkt)
{
	return is_ipv6(pkt) && pkt->protocol == IPPROTO_ICMPV6;
}

/*
 * As source of a packet, as sender of an ARP, as target of a neighbour advertisement, or of a
 * solicitation without a source: by that one the gateway would lose an address which it has
 * just got and not yet made sure of, for good (RFC 4862 5.4.3).
 */
static __always_inline bool claims_own_address(const struct pkt *pkt)
{
	if (is_own_address(&pkt->src))
		return true;
	if (!is_icmp6(pkt))
		return false;
	if (pkt->icmp_type == ICMP6_NEIGH_ADVERT ||
	    (pkt->icmp_type == ICMP6_NEIGH_SOLICIT && is_unspecified_ipv6(&pkt->src)))
		return is_own_address(&pkt->target);
	return false;
}

/* To a group, to a link-local address, or to the gateway: what no router would forward. */
static __always_inline bool is_to_link(const struct pkt *pkt)
{
	return pkt->dst.bytes[0] == 0xff || is_link_local(&pkt->dst) || is_own_address(&pkt->dst);
}

/*
 * Neighbour discovery never crosses a router: the hop limit proves that it hasn't (RFC 4861
 * 6.1, 7.1), the destination that it won't. Otherwise it could carry data past the gateway.
 */
static __always_inline enum verdict judge_nd(const struct pkt *pkt, __u16 min_len)
{
	if (pkt->hop_limit != ND_HOP_LIMIT || pkt->icmp_code || pkt->l4_len < min_len ||
	    !pkt->own_name)
		return V_DROP_ND;
	return is_to_link(pkt) ? V_PASS_ND : V_DROP_ND;
}

static __always_inline enum verdict judge_icmp6(const struct pkt *pkt)
{
	switch (pkt->icmp_type) {
	case ICMP6_ROUTER_SOLICIT:
		return judge_nd(pkt, 8);
	case ICMP6_NEIGH_SOLICIT:
	case ICMP6_NEIGH_ADVERT:
		return judge_nd(pkt, 24);
	case ICMP6_MLD_REPORT:
	case ICMP6_MLD_DONE:
	case ICMP6_MLD2_REPORT:
		return pkt->hop_limit == MLD_HOP_LIMIT ? V_PASS_MLD : V_DROP_ND;
	case ICMP6_ROUTER_ADVERT:
	case ICMP6_REDIRECT:
	case ICMP6_MLD_QUERY:
		return V_DROP_ROGUE_ROUTER;
	default:
		return V_UNDECIDED;
	}
}

static __always_inline bool is_ipv4_broadcast(const struct address *address)
{
	const __u32 *word = (const __u32 *)address->bytes;

	return word[3] == 0xffffffff && word[2] == bpf_htonl(0xffff) && !word[1] && !word[0];
}

/* ff02::1:2, all DHCP relay agents and servers on the link (RFC 8415 7.1). */
static __always_inline bool is_dhcp6_multicast(const struct address *address)
{
	const __u32 *word = (const __u32 *)address->bytes;

	return word[0] == bpf_htonl(0xff020000) && !word[1] && !word[2] &&
	       word[3] == bpf_htonl(0x00010002);
}

/* A client asks by broadcast or asks the gateway; an answer is the right of servers alone. */
static __always_inline enum verdict judge_dhcp(const struct pkt *pkt)
{
	__u16 sport = bpf_ntohs(pkt->sport_be), dport = bpf_ntohs(pkt->dport_be);

	if (is_ipv4(pkt)) {
		if (sport == PORT_DHCP_SERVER || dport == PORT_DHCP_CLIENT)
			return V_DROP_ROGUE_DHCP;
		if (sport != PORT_DHCP_CLIENT || dport != PORT_DHCP_SERVER)
			return V_UNDECIDED;
		if (pkt->bootp_op != BOOTP_REQUEST)
			return V_DROP_ROGUE_DHCP;
		if (is_ipv4_broadcast(&pkt->dst) || is_own_address(&pkt->dst))
			return V_PASS_DHCP;
		return V_UNDECIDED;
	}
	if (sport == PORT_DHCP6_SERVER || dport == PORT_DHCP6_CLIENT)
		return V_DROP_ROGUE_DHCP;
	if (sport != PORT_DHCP6_CLIENT || dport != PORT_DHCP6_SERVER)
		return V_UNDECIDED;
	if (is_dhcp6_multicast(&pkt->dst) || is_own_address(&pkt->dst))
		return V_PASS_DHCP;
	return V_UNDECIDED;
}

static __always_inline bool is_resolver(const struct address *address, __u16 zone)
{
	struct resolver_key key = {.address = *address, .zone = zone};

	return bpf_map_lookup_elem(&x511_resolvers, &key);
}

static __always_inline bool has_ports(const struct pkt *pkt)
{
	return pkt->protocol == IPPROTO_UDP || pkt->protocol == IPPROTO_TCP;
}

static __always_inline bool is_dns_question(const struct pkt *pkt)
{
	return has_ports(pkt) && pkt->dport_be == bpf_htons(PORT_DNS) &&
	       is_resolver(&pkt->dst, pkt->device.zone);
}

static __always_inline bool is_dns_answer(const struct pkt *pkt)
{
	return has_ports(pkt) && pkt->sport_be == bpf_htons(PORT_DNS) &&
	       is_resolver(&pkt->src, pkt->device.zone);
}

static __always_inline enum verdict judge_essential(const struct pkt *pkt)
{
	if (claims_own_address(pkt))
		return V_DROP_SPOOF;
	if (is_arp(pkt))
		return pkt->own_name ? V_PASS_ARP : V_DROP_ARP;
	if (is_icmp6(pkt))
		return judge_icmp6(pkt);
	if (is_dns_question(pkt))
		return V_PASS_DNS;
	if (pkt->protocol == IPPROTO_UDP)
		return judge_dhcp(pkt);
	return V_UNDECIDED;
}

/* The hop limit proves here too that the message is from this link, not from far away. */
static __always_inline bool is_nd_down(const struct pkt *pkt)
{
	if (!is_icmp6(pkt))
		return false;
	switch (pkt->icmp_type) {
	case ICMP6_ROUTER_SOLICIT:
	case ICMP6_ROUTER_ADVERT:
	case ICMP6_NEIGH_SOLICIT:
	case ICMP6_NEIGH_ADVERT:
	case ICMP6_REDIRECT:
		return pkt->hop_limit == ND_HOP_LIMIT;
	case ICMP6_MLD_QUERY:
	case ICMP6_MLD_REPORT:
	case ICMP6_MLD_DONE:
	case ICMP6_MLD2_REPORT:
		return pkt->hop_limit == MLD_HOP_LIMIT;
	default:
		return false;
	}
}

/*
 * Of the gateway itself, or by addresses that no router forwards: whoever sends from afar by
 * the ports of DHCP would else have a way to guests past the gate.
 */
static __always_inline bool is_dhcp_down(const struct pkt *pkt)
{
	__u16 sport = bpf_ntohs(pkt->sport_be), dport = bpf_ntohs(pkt->dport_be);

	if (pkt->protocol != IPPROTO_UDP)
		return false;
	if (is_ipv4(pkt))
		return sport == PORT_DHCP_SERVER && dport == PORT_DHCP_CLIENT &&
		       (is_own_address(&pkt->src) || is_ipv4_broadcast(&pkt->dst));
	return sport == PORT_DHCP6_SERVER && dport == PORT_DHCP6_CLIENT &&
	       (is_own_address(&pkt->src) || is_link_local(&pkt->src));
}

/*
 * The gateway's own word that a packet it let through was too big or got nowhere. Without it a
 * narrower path swallows what is sent to the portal (RFC 1191, RFC 8201).
 */
static __always_inline bool is_icmp_error_down(const struct pkt *pkt)
{
	__u8 type = pkt->icmp_type;

	if (!is_own_address(&pkt->src))
		return false;
	if (is_icmp6(pkt))
		return type >= ICMPV6_DEST_UNREACH && type <= ICMPV6_PARAMPROB;
	return is_ipv4(pkt) && pkt->protocol == IPPROTO_ICMP &&
	       (type == ICMP4_UNREACH || type == ICMP4_TIME_EXCEEDED || type == ICMP4_PARAMETER);
}

/* The same on the way back: what the gateway, its DHCP and its resolvers say to a guest. */
static __always_inline enum verdict judge_essential_down(const struct pkt *pkt)
{
	if (is_arp(pkt))
		return V_DOWN_PASS_ARP;
	if (is_nd_down(pkt))
		return V_DOWN_PASS_ND;
	if (is_dns_answer(pkt))
		return V_DOWN_PASS_DNS;
	if (is_dhcp_down(pkt))
		return V_DOWN_PASS_DHCP;
	return is_icmp_error_down(pkt) ? V_DOWN_PASS_ICMP : V_UNDECIDED;
}

#endif /* XDP511_ESSENTIAL_H */
