/* SPDX-License-Identifier: GPL-2.0-only */
/* parse_l4.h - TCP, UDP, ICMP and ICMPv6 headers, and parse_packet(), which picks the parser. */
#ifndef XDP511_PARSE_L4_H
#define XDP511_PARSE_L4_H

struct tcp_mss_option {
	__u8 kind;
	__u8 len;
	__be16 mss_be;
};

#define MSS_UNREAD 1

/*
 * Every common system puts the segment size first. Whoever doesn't gets the smallest segments
 * there are, which are right for everybody: to look further would cost a loop.
 */
static __always_inline void read_mss(const struct cursor *cur, __u32 header_len, struct pkt *pkt)
{
	struct tcp_mss_option *option = cur->pos + sizeof(struct tcphdr);

	if (header_len == sizeof(struct tcphdr))
		return;
	if (header_len < sizeof(struct tcphdr) + sizeof(*option) ||
	    (void *)(option + 1) > cur->end || option->kind != TCP_OPTION_MSS ||
	    option->len != sizeof(*option))
		pkt->mss = MSS_UNREAD;
	else
		pkt->mss = bpf_ntohs(option->mss_be);
}

static __always_inline enum verdict parse_tcp(struct cursor *cur, struct pkt *pkt)
{
	struct tcphdr *tcp = cur->pos;
	__u32 header_len;

	if (pkt->l4_len < sizeof(*tcp) || (void *)(tcp + 1) > cur->end)
		return V_DROP_L4_HEADER;
	header_len = tcp->doff * 4;
	if (header_len < sizeof(*tcp) || header_len > pkt->l4_len)
		return V_DROP_L4_HEADER;
	pkt->sport_be = tcp->source;
	pkt->dport_be = tcp->dest;
	pkt->seq = bpf_ntohl(tcp->seq);
	pkt->ack = bpf_ntohl(tcp->ack_seq);
	pkt->tcp_flags = ((__u8 *)tcp)[13];
	pkt->payload_len = pkt->l4_len - header_len;
	if (pkt->tcp_flags & TCP_SYN)
		read_mss(cur, header_len, pkt);
	return V_UNDECIDED;
}

static __always_inline enum verdict parse_udp(struct cursor *cur, struct pkt *pkt)
{
	struct udphdr *udp = cur->pos;
	__u8 *payload = (void *)(udp + 1);
	__u32 len;

	if (pkt->l4_len < sizeof(*udp) || (void *)(udp + 1) > cur->end)
		return V_DROP_L4_HEADER;
	len = bpf_ntohs(udp->len);
	if (len < sizeof(*udp) || len > pkt->l4_len)
		return V_DROP_L4_HEADER;
	pkt->sport_be = udp->source;
	pkt->dport_be = udp->dest;
	pkt->payload_at = (void *)payload - cur->start;
	if (len > sizeof(*udp) && (void *)(payload + 1) <= cur->end)
		pkt->bootp_op = *payload;
	return V_UNDECIDED;
}

/* Of neighbour discovery (RFC 4861 4.6); what is longer goes on behind it. */
struct nd_option {
	__u8 type;
	__u8 len; /* in units of 8 bytes */
	__u8 mac[ETH_ALEN];
};

#define ND_MAX_OPTIONS 4

/*
 * Whether the @len bytes of options at @pos say no link-layer address but the device's @mac: a
 * neighbour's entry can be made by them, as by an ARP's sender. More options than any system
 * sends are not looked through, and refused. Not inlined, for the stack of the gate is full.
 */
static __noinline bool is_in_own_name(void *pos, void *end, __u32 len, const __u8 *mac)
{
	__u32 at = 0;

	for (int i = 0; i < ND_MAX_OPTIONS && at < len; i++) {
		struct nd_option *option = pos + at;

		if ((void *)(option + 1) > end || !option->len)
			return false;
		if ((option->type == ND_OPT_SOURCE_LLA || option->type == ND_OPT_TARGET_LLA) &&
		    !is_same_mac(option->mac, mac))
			return false;
		at += option->len * sizeof(*option);
	}
	return at == len;
}

/* Of solicitations and advertisements; what else there is of ND is none of a guest's. */
static __always_inline void parse_nd_options(struct cursor *cur, struct pkt *pkt)
{
	__u32 header = sizeof(struct icmp6hdr);

	if (pkt->icmp_type == ICMP6_NEIGH_SOLICIT || pkt->icmp_type == ICMP6_NEIGH_ADVERT)
		header += sizeof(struct address);
	else if (pkt->icmp_type != ICMP6_ROUTER_SOLICIT)
		return;
	if (pkt->l4_len >= header)
		pkt->own_name = is_in_own_name(cur->pos + header, cur->end, pkt->l4_len - header,
					       pkt->device.mac);
}

/* ICMP and ICMPv6 share the first four bytes (RFC 792, RFC 4443 2.1). */
static __always_inline enum verdict parse_icmp(struct cursor *cur, struct pkt *pkt)
{
	struct icmp6hdr *icmp = cur->pos;
	struct address *target = (void *)(icmp + 1);

	if (pkt->l4_len < sizeof(*icmp) || (void *)(icmp + 1) > cur->end)
		return V_DROP_L4_HEADER;
	pkt->icmp_type = icmp->icmp6_type;
	pkt->icmp_code = icmp->icmp6_code;
	if (pkt->l4_len >= sizeof(*icmp) + sizeof(*target) && (void *)(target + 1) <= cur->end)
		pkt->target = *target;
	if (is_ipv6(pkt))
		parse_nd_options(cur, pkt);
	return V_UNDECIDED;
}

/* Everything behind the Ethernet header. Other protocols have nothing to parse. */
static __always_inline enum verdict parse_packet(struct cursor *cur, struct pkt *pkt)
{
	enum verdict verdict;

	if (pkt->ethertype_be == bpf_htons(ETH_P_ARP))
		return parse_arp(cur, pkt);
	if (is_ipv4(pkt))
		verdict = parse_ipv4(cur, pkt);
	else if (is_ipv6(pkt))
		verdict = parse_ipv6(cur, pkt);
	else
		return V_DROP_ETHERTYPE;
	if (verdict)
		return verdict;

	if (pkt->protocol == IPPROTO_TCP)
		return parse_tcp(cur, pkt);
	if (pkt->protocol == IPPROTO_UDP)
		return parse_udp(cur, pkt);
	if (pkt->protocol == (is_ipv4(pkt) ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return parse_icmp(cur, pkt);
	return V_UNDECIDED;
}

#endif /* XDP511_PARSE_L4_H */
