/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reply.h - turns a frame into what goes back to its sender: addresses exchanged, headers new.
 *
 * bpf_xdp_adjust_*() ends the life of every packet pointer, so each answer first gets its
 * size, then new pointers, then its bytes.
 */
#ifndef XDP511_REPLY_H
#define XDP511_REPLY_H

#define L2_MAX_LEN (sizeof(struct ethhdr) + ETH_MAX_TAGS * sizeof(struct vlan_tag))
#define REPLY_TTL  64

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

/* A segment without data. */
struct tcp_reply {
	__u32 seq;
	__u32 ack;
	__u16 window;
	__u16 mss; /* 0: no option */
	__u8 flags;
};

static __always_inline bool write_tcp(struct tcphdr *tcp, void *end, const struct pkt *pkt,
				      const struct tcp_reply *reply)
{
	struct tcp_mss_option *option = (void *)(tcp + 1);
	__u32 len = sizeof(*tcp) + (reply->mss ? sizeof(*option) : 0);
	__s64 sum = sum_pseudo(pkt, IPPROTO_TCP, len);

	*tcp = (struct tcphdr){
		.source = pkt->dport_be,
		.dest = pkt->sport_be,
		.seq = bpf_htonl(reply->seq),
		.ack_seq = bpf_htonl(reply->ack),
		.doff = len / 4,
		.window = bpf_htons(reply->window),
	};
	((__u8 *)tcp)[13] = reply->flags;
	if (reply->mss) {
		if ((void *)(option + 1) > end)
			return false;
		*option = (struct tcp_mss_option){
			.kind = TCP_OPTION_MSS,
			.len = sizeof(*option),
			.mss_be = bpf_htons(reply->mss),
		};
		sum = bpf_csum_diff(NULL, 0, (__be32 *)option, sizeof(*option), sum);
	}
	tcp->check = fold(bpf_csum_diff(NULL, 0, (__be32 *)tcp, sizeof(*tcp), sum));
	return true;
}

/*
 * Turns the frame into the segment. False when there is no room, and then it is as it was. A global
 * function, so that the verifier looks at it once and not at the end of every path.
 */
__noinline bool reply_tcp(struct xdp_md *ctx, const struct pkt *pkt, const struct tcp_reply *reply)
{
	struct tcphdr *tcp;
	__u32 l2_len, ip_len, tcp_len;
	void *data, *end;

	if (!pkt || !reply)
		return false;
	l2_len = pkt->l2_len;
	ip_len = ip_header_len(pkt);
	tcp_len = sizeof(*tcp) + (reply->mss ? sizeof(struct tcp_mss_option) : 0);
	if (bpf_xdp_adjust_tail(ctx, (int)(l2_len + ip_len + tcp_len) - (int)pkt->frame_len))
		return false;

	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (l2_len > L2_MAX_LEN)
		return false;
	tcp = data + l2_len + ip_len;
	if ((void *)(tcp + 1) > end || !swap_macs(data, end))
		return false;
	write_ip(data + l2_len, pkt, IPPROTO_TCP, tcp_len);
	return write_tcp(tcp, end, pkt, reply);
}

#endif /* XDP511_REPLY_H */
