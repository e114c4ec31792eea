/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * refuse.h - fast refusals, made out of the very frame that is refused: TCP reset, ICMP error.
 *
 * bpf_xdp_adjust_*() ends the life of every packet pointer, so each answer first gets its
 * size, then new pointers, then its bytes.
 */
#ifndef XDP511_REFUSE_H
#define XDP511_REFUSE_H

#define L2_MAX_LEN    (sizeof(struct ethhdr) + ETH_MAX_TAGS * sizeof(struct vlan_tag))
#define REPLY_TTL     64
#define ICMP_GAP_NS   (NSEC_PER_SEC / 1000) /* RFC 8952 2.5: a signal must be rate-limited */
#define ICMP_BURST_NS (NSEC_PER_SEC / 10)

/*
 * What TCP and ICMPv6 sum up besides themselves (RFC 8200 8.1). It serves IPv4 too: the
 * two 0xffff of the mapped addresses are zero in ones' complement.
 */
struct pseudo_header {
	struct address src;
	struct address dst;
	__be32 len_be;
	__be32 protocol_be;
};

static __always_inline __sum16 fold(__s64 sum)
{
	__u32 folded = sum;

	folded = (folded & 0xffff) + (folded >> 16);
	folded = (folded & 0xffff) + (folded >> 16);
	return ~folded;
}

/* Sum of the pseudo header of a reply to @pkt. */
static __always_inline __s64 sum_pseudo(const struct pkt *pkt, __u8 protocol, __u32 len)
{
	struct pseudo_header pseudo = {
		.src = pkt->dst,
		.dst = pkt->src,
		.len_be = bpf_htonl(len),
		.protocol_be = bpf_htonl(protocol),
	};

	return bpf_csum_diff(NULL, 0, (__be32 *)&pseudo, sizeof(pseudo), 0);
}

static __always_inline __u32 ip_header_len(const struct pkt *pkt)
{
	return is_ipv4(pkt) ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

static __always_inline void write_ipv4(struct iphdr *ip, const struct pkt *pkt, __u8 protocol,
				       __u32 payload_len)
{
	*ip = (struct iphdr){
		.version = 4,
		.ihl = sizeof(*ip) / 4,
		.tot_len = bpf_htons(sizeof(*ip) + payload_len),
		.frag_off = bpf_htons(IPV4_DONT_FRAGMENT),
		.ttl = REPLY_TTL,
		.protocol = protocol,
	};
	__builtin_memcpy(&ip->saddr, pkt->dst.bytes + 12, 4);
	__builtin_memcpy(&ip->daddr, pkt->src.bytes + 12, 4);
	ip->check = fold(bpf_csum_diff(NULL, 0, (__be32 *)ip, sizeof(*ip), 0));
}

static __always_inline void write_ipv6(struct ipv6hdr *ip, const struct pkt *pkt, __u8 protocol,
				       __u32 payload_len)
{
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = bpf_htons(payload_len);
	ip->nexthdr = protocol;
	ip->hop_limit = REPLY_TTL;
	__builtin_memcpy(&ip->saddr, &pkt->dst, sizeof(ip->saddr));
	__builtin_memcpy(&ip->daddr, &pkt->src, sizeof(ip->daddr));
}

/* Both at the place where the frame's bytes have room for the header: the caller checked. */
static __always_inline void write_ip(void *l3, const struct pkt *pkt, __u8 protocol, __u32 len)
{
	if (is_ipv4(pkt))
		write_ipv4(l3, pkt, protocol, len);
	else
		write_ipv6(l3, pkt, protocol, len);
}

static __always_inline bool swap_macs(struct ethhdr *eth, void *end)
{
	__u8 mac[ETH_ALEN];

	if ((void *)(eth + 1) > end)
		return false;
	__builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, mac, ETH_ALEN);
	return true;
}

/* Group traffic and packets without a proper source get no answer (RFC 1122 3.2.2, 4.2.3.10). */
static __always_inline bool may_be_answered(const struct pkt *pkt)
{
	const __u32 *src = (const __u32 *)pkt->src.bytes;

	if (pkt->to_many || pkt->dst.bytes[0] == 0xff || pkt->src.bytes[0] == 0xff)
		return false;
	if (is_ipv4(pkt))
		return src[3] && (pkt->src.bytes[12] & 0xf0) < 0xe0 &&
		       (pkt->dst.bytes[12] & 0xf0) < 0xe0;
	return src[0] || src[1] || src[2] || src[3];
}

/* A closed port's answer (RFC 9293 3.10.7.1). */
static __always_inline void write_reset(struct tcphdr *tcp, const struct pkt *pkt)
{
	__u32 syn_or_fin = !!(pkt->tcp_flags & TCP_SYN) + !!(pkt->tcp_flags & TCP_FIN);
	__s64 sum = sum_pseudo(pkt, IPPROTO_TCP, sizeof(*tcp));

	*tcp = (struct tcphdr){
		.source = pkt->dport_be,
		.dest = pkt->sport_be,
		.doff = sizeof(*tcp) / 4,
		.rst = 1,
	};
	if (pkt->tcp_flags & TCP_ACK) {
		tcp->seq = bpf_htonl(pkt->ack);
	} else {
		tcp->ack = 1;
		tcp->ack_seq = bpf_htonl(pkt->seq + pkt->payload_len + syn_or_fin);
	}
	tcp->check = fold(bpf_csum_diff(NULL, 0, (__be32 *)tcp, sizeof(*tcp), sum));
}

/* Turns the frame into the reset of its connection. */
static __always_inline enum verdict refuse_tcp(struct xdp_md *ctx, const struct pkt *pkt)
{
	__u32 l2_len = pkt->l2_len, ip_len = ip_header_len(pkt);
	struct tcphdr *tcp;
	void *data, *end;

	if ((pkt->tcp_flags & TCP_RST) || !may_be_answered(pkt))
		return V_DROP_TCP;
	if (bpf_xdp_adjust_tail(ctx, (int)(l2_len + ip_len + sizeof(*tcp)) - pkt->frame_len))
		return V_DROP_TCP;

	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (l2_len > L2_MAX_LEN)
		return V_DROP_TCP;
	tcp = data + l2_len + ip_len;
	if ((void *)(tcp + 1) > end || !swap_macs(data, end))
		return V_DROP_TCP;
	write_ip(data + l2_len, pkt, IPPROTO_TCP, sizeof(*tcp));
	write_reset(tcp, pkt);
	return V_REFUSE_TCP;
}

/* One CPU's share of the errors that may leave. */
static __always_inline bool icmp_may_leave(__u64 now)
{
	__u32 zero = 0;
	__u64 *paid_ns = bpf_map_lookup_elem(&x511_icmp, &zero);

	return paid_ns && meter_pay(paid_ns, ICMP_GAP_NS, ICMP_BURST_NS, now);
}

/*
 * Port unreachable (RFC 792, RFC 4443 3.1). @quote: the refused packet's IP and UDP header,
 * which directly follow @icmp. It is in the name of the address that was asked.
 */
static __always_inline void write_unreachable(struct icmp6hdr *icmp, const struct pkt *pkt,
					      __u32 quote_len)
{
	__s64 sum = 0;

	__builtin_memset(icmp, 0, sizeof(*icmp));
	if (is_ipv4(pkt)) {
		icmp->icmp6_type = ICMP4_UNREACH;
		icmp->icmp6_code = ICMP4_UNREACH_PORT;
	} else {
		icmp->icmp6_type = ICMPV6_DEST_UNREACH;
		icmp->icmp6_code = ICMPV6_PORT_UNREACH;
		sum = sum_pseudo(pkt, IPPROTO_ICMPV6, sizeof(*icmp) + quote_len);
	}
	icmp->icmp6_cksum =
		fold(bpf_csum_diff(NULL, 0, (__be32 *)icmp, sizeof(*icmp) + quote_len, sum));
}

/* The longest Ethernet header, to be moved in one piece. */
struct l2_bytes {
	__u8 bytes[L2_MAX_LEN];
};

/* Gives the frame the size of its refusal and moves the Ethernet header to the new front. */
static __always_inline bool make_room(struct xdp_md *ctx, const struct pkt *pkt, __u32 quote_len)
{
	__u32 grow = ip_header_len(pkt) + sizeof(struct icmp6hdr);
	struct l2_bytes *from, *to;

	if (bpf_xdp_adjust_tail(ctx, (int)(pkt->l2_len + quote_len) - pkt->frame_len) ||
	    bpf_xdp_adjust_head(ctx, -(int)grow))
		return false;
	to = (void *)(long)ctx->data;
	from = (void *)to + grow;
	if ((void *)(from + 1) > (void *)(long)ctx->data_end)
		return false;
	*to = *from;
	return true;
}

/* Turns a QUIC packet into the ICMP error that makes its sender fall back to TCP at once. */
static __always_inline enum verdict refuse_quic(struct xdp_md *ctx, const struct pkt *pkt,
						__u64 now)
{
	__u32 l2_len = pkt->l2_len, ip_len = ip_header_len(pkt);
	__u32 quote_len = ip_len + sizeof(struct udphdr);
	struct icmp6hdr *icmp;
	void *data, *end;

	if (!pkt->plain || !may_be_answered(pkt) || !icmp_may_leave(now))
		return V_DROP_QUIC;
	if (!make_room(ctx, pkt, quote_len))
		return V_DROP_QUIC;

	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (l2_len > L2_MAX_LEN)
		return V_DROP_QUIC;
	icmp = data + l2_len + ip_len;
	if ((void *)(icmp + 1) + quote_len > end || !swap_macs(data, end))
		return V_DROP_QUIC;
	write_ip(data + l2_len, pkt, is_ipv4(pkt) ? IPPROTO_ICMP : IPPROTO_ICMPV6,
		 sizeof(*icmp) + quote_len);
	write_unreachable(icmp, pkt, quote_len);
	return V_REFUSE_QUIC;
}

#endif /* XDP511_REFUSE_H */
