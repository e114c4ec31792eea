/* SPDX-License-Identifier: GPL-2.0-only */
/* parse_ip.h - ARP, IPv4 with options, IPv6 with a bounded chain of extension headers. */
#ifndef XDP511_PARSE_IP_H
#define XDP511_PARSE_IP_H

#define IPV6_MAX_EXT_HEADERS 4
#define IPV6_MAX_EXT_BYTES   256 /* all of them together; also bounds the verifier's offsets */

/* ARP for IPv4 over Ethernet (RFC 826); <linux/if_arp.h> leaves the addresses out. */
struct arp {
	__be16 hardware_be;
	__be16 protocol_be;
	__u8 hardware_len;
	__u8 protocol_len;
	__be16 operation_be;
	__u8 sender_mac[6];
	__u8 sender_ip[4];
	__u8 target_mac[6];
	__u8 target_ip[4];
};

static __always_inline bool is_same_mac(const __u8 *a, const __u8 *b)
{
	int i, differing = 0;

	for (i = 0; i < ETH_ALEN; i++)
		differing |= a[i] ^ b[i];
	return !differing;
}

/*
 * Whether @len bytes behind the Ethernet header are there. Asked of the frame's length, for
 * a socket buffer's linear part may end earlier; what is read is checked where it is read.
 */
static __always_inline bool has_l3(const struct pkt *pkt, __u32 len)
{
	return pkt->l2_len + len <= pkt->frame_len;
}

static __always_inline enum verdict parse_arp(struct cursor *cur, struct pkt *pkt)
{
	struct arp *arp = cur->pos;

	if ((void *)(arp + 1) > cur->end)
		return V_DROP_SHORT;
	if (arp->hardware_be != bpf_htons(ARP_ETHERNET) ||
	    arp->protocol_be != bpf_htons(ETH_P_IP) || arp->hardware_len != ETH_ALEN ||
	    arp->protocol_len != 4)
		return V_DROP_ARP;
	if (arp->operation_be != bpf_htons(ARP_REQUEST) &&
	    arp->operation_be != bpf_htons(ARP_REPLY))
		return V_DROP_ARP;
	pkt->own_name = is_same_mac(arp->sender_mac, pkt->device.mac);
	address_from_ipv4(&pkt->src, arp->sender_ip);
	address_from_ipv4(&pkt->dst, arp->target_ip);
	return V_UNDECIDED;
}

/*
 * A source route (RFC 791 3.1) is refused, as is IPv6's routing header: with one, the
 * destination that was judged wouldn't be the one that is reached. Every byte is looked at,
 * not just the first of each option: to step from one to the next is more than a verifier
 * follows, and options are too rare to miss those that hold such a byte by chance.
 */
struct options_walk {
	__u8 *bytes;
	void *end;
	__u32 len;
	bool has_source_route;
};

/* One byte, as bpf_loop() wants it: 1 ends the loop. */
static long look_at_option(__u32 i, struct options_walk *walk)
{
	__u8 *byte = walk->bytes + i;

	if (i >= IPV4_MAX_OPTIONS || i >= walk->len)
		return 1;
	walk->has_source_route = (void *)(byte + 1) > walk->end || *byte == IPV4_OPTION_LSRR ||
				 *byte == IPV4_OPTION_SSRR;
	return walk->has_source_route;
}

static __always_inline bool has_source_route(const struct cursor *cur, __u32 options_len)
{
	struct options_walk walk = {.bytes = cur->pos, .end = cur->end, .len = options_len};

	if (options_len)
		bpf_loop(IPV4_MAX_OPTIONS, look_at_option, &walk, 0);
	return walk.has_source_route;
}

static __always_inline enum verdict parse_ipv4(struct cursor *cur, struct pkt *pkt)
{
	struct iphdr *ip = cur->pos;
	__u32 header_len, total_len;

	if ((void *)(ip + 1) > cur->end)
		return V_DROP_SHORT;
	header_len = ip->ihl * 4;
	total_len = bpf_ntohs(ip->tot_len);
	if (ip->version != 4 || header_len < sizeof(*ip) || total_len < header_len)
		return V_DROP_IP_HEADER;
	if (!has_l3(pkt, total_len))
		return V_DROP_SHORT;
	if (ip->frag_off & bpf_htons(IPV4_FRAGMENT))
		return V_DROP_FRAGMENT;

	address_from_ipv4(&pkt->src, &ip->saddr);
	address_from_ipv4(&pkt->dst, &ip->daddr);
	pkt->protocol = ip->protocol;
	pkt->hop_limit = ip->ttl;
	pkt->plain = header_len == sizeof(*ip);
	pkt->l4_len = total_len - header_len;
	cur->pos = ip + 1;
	if (has_source_route(cur, header_len - sizeof(*ip)))
		return V_DROP_EXT_HEADERS;
	cur->pos += header_len - sizeof(*ip);
	return V_UNDECIDED;
}

/* Headers that only travel along (RFC 8200 4.3, 4.6) and are stepped over. */
static __always_inline bool is_options_header(__u8 next_header)
{
	return next_header == IPPROTO_HOPOPTS || next_header == IPPROTO_DSTOPTS;
}

/*
 * Steps over the options headers. A routing header is refused: with one, the destination
 * that was judged wouldn't be the one that is reached.
 */
static __always_inline enum verdict parse_ext_headers(struct cursor *cur, struct pkt *pkt)
{
	__u32 skipped = 0;
	int i;

	for (i = 0; i < IPV6_MAX_EXT_HEADERS && is_options_header(pkt->protocol); i++) {
		struct ipv6_opt_hdr *opt = cur->pos;
		__u32 len;

		if ((void *)(opt + 1) > cur->end)
			return V_DROP_SHORT;
		len = (opt->hdrlen + 1) * 8;
		skipped += len;
		if (skipped > IPV6_MAX_EXT_BYTES)
			return V_DROP_EXT_HEADERS;
		if (len > pkt->l4_len)
			return V_DROP_IP_HEADER;
		pkt->protocol = opt->nexthdr;
		pkt->l4_len -= len;
		pkt->plain = false;
		cur->pos += len;
	}
	if (pkt->protocol == IPPROTO_FRAGMENT)
		return V_DROP_FRAGMENT;
	if (is_options_header(pkt->protocol) || pkt->protocol == IPPROTO_ROUTING)
		return V_DROP_EXT_HEADERS;
	return V_UNDECIDED;
}

/* Addresses of that form never travel (RFC 4038 4.2), and here they would pass for IPv4 ones. */
static __always_inline bool is_mapped_ipv4(const struct address *address)
{
	const __u32 *word = (const __u32 *)address->bytes;

	return !word[0] && !word[1] && word[2] == bpf_htonl(0xffff);
}

static __always_inline enum verdict parse_ipv6(struct cursor *cur, struct pkt *pkt)
{
	struct ipv6hdr *ip = cur->pos;
	__u32 payload_len;

	if ((void *)(ip + 1) > cur->end)
		return V_DROP_SHORT;
	if (ip->version != 6)
		return V_DROP_IP_HEADER;
	payload_len = bpf_ntohs(ip->payload_len);
	if (!has_l3(pkt, sizeof(*ip) + payload_len))
		return V_DROP_SHORT;

	__builtin_memcpy(&pkt->src, &ip->saddr, sizeof(pkt->src));
	__builtin_memcpy(&pkt->dst, &ip->daddr, sizeof(pkt->dst));
	if (is_mapped_ipv4(&pkt->src) || is_mapped_ipv4(&pkt->dst))
		return V_DROP_IP_HEADER;
	pkt->protocol = ip->nexthdr;
	pkt->hop_limit = ip->hop_limit;
	pkt->plain = true;
	pkt->l4_len = payload_len;
	cur->pos = ip + 1;
	return parse_ext_headers(cur, pkt);
}

#endif /* XDP511_PARSE_IP_H */
