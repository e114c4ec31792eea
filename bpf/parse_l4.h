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
