/* SPDX-License-Identifier: GPL-2.0-only */
/* refuse.h - fast refusals, made out of the very frame that is refused: TCP reset, ICMP error. */
#ifndef XDP511_REFUSE_H
#define XDP511_REFUSE_H

#define ICMP_GAP_NS   (NSEC_PER_SEC / 1000) /* RFC 8952 2.5: a signal must be rate-limited */
#define ICMP_BURST_NS (NSEC_PER_SEC / 10)

/* The reset of the segment's connection, a closed port's answer (RFC 9293 3.10.7.1). */
static __always_inline enum verdict refuse_tcp(const struct pkt *pkt, enum verdict refused,
					       struct tcp_reply *ret_reply)
{
	__u32 syn_or_fin = !!(pkt->tcp_flags & TCP_SYN) + !!(pkt->tcp_flags & TCP_FIN);

	if (pkt->tcp_flags & TCP_RST)
		return V_DROP_TCP;
	ret_reply->flags = TCP_RST;
	if (pkt->tcp_flags & TCP_ACK) {
		ret_reply->seq = pkt->ack;
	} else {
		ret_reply->flags |= TCP_ACK;
		ret_reply->ack = pkt->seq + pkt->payload_len + syn_or_fin;
	}
	return refused;
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
