/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source.h - the addresses a signed-in device sends by: learned, and bound where its zone says so.
 *
 * Nearly every frame comes from the address of the one before, and that is all judge_source() looks
 * at. CPUs that learn from one device at the same moment take no lock: whoever wants a slot of
 * x511_addresses raises the session's count by compare-and-swap, so that none has two owners and no
 * address overwrites another. One address that comes to two CPUs at once may get two slots, for a
 * slot half written equals nothing yet: one of sixteen is wasted then. Whoever loses the race for an
 * IPv4 address, the link-local one or the count finds the winner's, or tries again.
 */
#ifndef XDP511_SOURCE_H
#define XDP511_SOURCE_H

#define LEARN_RETRIES 4

/* Who sends, on the way that only new addresses take. */
struct sender {
	const struct pkt *pkt;
	struct session *session;
	__u64 now;
	bool is_bound;
};

/* The word of struct session that has its count, as it is written in one go. */
union session_word {
	__u32 word;
	struct {
		__u8 state;
		__u8 ipv6_count;
		__u16 place;
	};
};

_Static_assert(offsetof(struct session, state) % sizeof(__u32) == 0, "a word");
_Static_assert(offsetof(struct session, ipv6_count) == offsetof(struct session, state) + 1, "next");

/*
 * What stands for an IPv6 address; never 0. Another address may have the same: whoever makes up one
 * gains nothing, for it could have any address as one of its sixteen.
 */
static __always_inline __u32 print_of(const void *ipv6)
{
	const __u32 *word = ipv6;
	__u64 high = (__u64)word[0] << 32 | word[1], low = (__u64)word[2] << 32 | word[3];

	return (high * 0x9e3779b97f4a7c15ULL + low * 0xc2b2ae3d27d4eb4fULL) >> 32 | 1;
}

/* One that isn't its own, which is worth telling. */
static __noinline enum verdict refuse_source(const struct sender *sender,
					     const struct address *address, enum verdict verdict)
{
	struct notice *notice = new_notice(NOTICE_SPOOF, sender->pkt, sender->now);

	if (notice) {
		notice->port = sender->session->port;
		notice->address = *address;
		tell(notice);
	}
	return verdict;
}

static __always_inline enum verdict judge_ipv4(const struct sender *sender, __be32 ipv4_be)
{
	struct session *session = sender->session;
	struct address address;
	__be32 seen;

	if (!ipv4_be)
		return V_UNDECIDED; /* it asks for one, or whether one is free */
	address_from_ipv4(&address, &ipv4_be);
	if (is_nobodys_ipv4(ipv4_be) || is_own_address(&address))
		return refuse_source(sender, &address, V_DROP_SPOOF);
	if (!sender->is_bound) {
		session->ipv4_be = ipv4_be;
		return V_UNDECIDED;
	}
	seen = __sync_val_compare_and_swap(&session->ipv4_be, 0, ipv4_be);
	if (!seen || seen == ipv4_be)
		return V_UNDECIDED;
	return refuse_source(sender, &address, V_DROP_ADDRESS);
}

static __always_inline struct addresses *find_chunk(const struct sender *sender, __u32 number)
{
	struct addresses_key key = {.device = sender->pkt->device, .chunk = number};

	return bpf_map_lookup_elem(&x511_addresses, &key);
}

/* NULL: the map is full. */
static __always_inline struct addresses *make_chunk(const struct sender *sender, __u32 number)
{
	struct addresses_key key = {.device = sender->pkt->device, .chunk = number};
	struct addresses *chunk = bpf_map_lookup_elem(&x511_addresses, &key);
	struct addresses fresh = {};

	if (chunk)
		return chunk;
	/* Another CPU may be first, and then the lookup finds its one. */
	bpf_map_update_elem(&x511_addresses, &key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&x511_addresses, &key);
}

static __noinline bool has_ipv6(const struct sender *sender, const struct address *address)
{
	__u32 number, i, count = sender->session->ipv6_count;

	for (number = 0; number < X511_LINK_LOCAL_CHUNK; number++) {
		struct addresses *chunk;

		if (number * X511_ADDRESSES_A_CHUNK >= count)
			return false;
		chunk = find_chunk(sender, number);
		for (i = 0; chunk && i < X511_ADDRESSES_A_CHUNK; i++)
			if (is_same_address(&chunk->list[i], address))
				return true;
	}
	return false;
}

/*
 * Puts the address into the next slot. Past the last one it goes round, as long as the device isn't
 * bound: the count then stays between 16 and 31. False: there is no room.
 */
static __always_inline bool add_ipv6(const struct sender *sender, const struct address *address)
{
	__u32 *word = (__u32 *)&sender->session->state;
	int i;

	for (i = 0; i < LEARN_RETRIES; i++) {
		union session_word seen = {.word = *(volatile __u32 *)word}, next = seen;
		__u32 slot = seen.ipv6_count % X511_MAX_IPV6;
		struct addresses *chunk;

		if (sender->is_bound && seen.ipv6_count >= X511_MAX_IPV6)
			return false;
		chunk = make_chunk(sender, slot / X511_ADDRESSES_A_CHUNK);
		if (!chunk)
			return false;
		next.ipv6_count++;
		if (next.ipv6_count >= 2 * X511_MAX_IPV6)
			next.ipv6_count = X511_MAX_IPV6;
		if (__sync_val_compare_and_swap(word, seen.word, next.word) != seen.word)
			continue;
		chunk->list[slot % X511_ADDRESSES_A_CHUNK] = *address;
		return true;
	}
	return false;
}

static __noinline bool has_link_local(const struct sender *sender, const struct address *address)
{
	struct addresses *chunk = find_chunk(sender, X511_LINK_LOCAL_CHUNK);

	return chunk && is_same_address(&chunk->list[0], address);
}

/* The entry appears whole, so that it has an owner from the start. False: there is another. */
static __always_inline bool add_link_local(const struct sender *sender,
					   const struct address *address)
{
	struct addresses_key key = {
		.device = sender->pkt->device,
		.chunk = X511_LINK_LOCAL_CHUNK,
	};
	struct addresses fresh = {.list[0] = *address};

	if (!bpf_map_update_elem(&x511_addresses, &key, &fresh,
				 sender->is_bound ? BPF_NOEXIST : BPF_ANY))
		return true;
	return has_link_local(sender, address);
}

static __always_inline bool has_address(const struct sender *sender, const struct address *address)
{
	return is_link_local(address) ? has_link_local(sender, address) : has_ipv6(sender, address);
}

/* What an older session of the device may have left: bound to that, it couldn't speak. */
static __always_inline void forget_link_local(const struct sender *sender)
{
	struct addresses_key key = {
		.device = sender->pkt->device,
		.chunk = X511_LINK_LOCAL_CHUNK,
	};

	bpf_map_delete_elem(&x511_addresses, &key);
}

static __always_inline enum verdict judge_ipv6(const struct sender *sender,
					       const struct address *address)
{
	struct session *session = sender->session;

	if (is_unspecified_ipv6(address))
		return V_UNDECIDED; /* it asks whether an address is free */
	if (is_nobodys_ipv6(address) || is_own_address(address))
		return refuse_source(sender, address, V_DROP_SPOOF);
	if (!session->ipv6_print)
		forget_link_local(sender);
	if (!has_address(sender, address) &&
	    !(is_link_local(address) ? add_link_local(sender, address)
				     : add_ipv6(sender, address)) &&
	    sender->is_bound)
		return refuse_source(sender, address, V_DROP_ADDRESS);
	session->ipv6_print = print_of(address);
	return V_UNDECIDED;
}

/* Headers that ICMPv6 may stand behind, as far as the kernel would look. */
static __always_inline bool is_before_icmp6(__u8 next_header)
{
	return is_options_header(next_header) || next_header == IPPROTO_ROUTING;
}

/*
 * What a neighbour advertisement says is its sender's address, too; and by a solicitation without a
 * source the gateway would lose an address (RFC 4862 5.4.3). @cur: behind the IPv6 header.
 */
static __always_inline enum verdict judge_target(const struct sender *sender, struct cursor cur,
						 __u8 next_header, bool has_source)
{
	const struct icmp6hdr *icmp;
	const struct address *target;
	struct address claimed;
	int i;

	for (i = 0; i < IPV6_MAX_EXT_HEADERS && is_before_icmp6(next_header); i++) {
		const struct ipv6_opt_hdr *opt = cur.pos;

		if ((void *)(opt + 1) > cur.end)
			return sender->is_bound ? V_DROP_SHORT : V_UNDECIDED;
		next_header = opt->nexthdr;
		cur.pos += (opt->hdrlen + 1) * 8;
	}
	if (is_before_icmp6(next_header))
		return V_DROP_EXT_HEADERS; /* the kernel would look further */
	icmp = cur.pos;
	target = (void *)(icmp + 1);
	if (next_header != IPPROTO_ICMPV6 || (void *)(target + 1) > cur.end)
		return V_UNDECIDED; /* too short to claim anything */
	if (icmp->icmp6_type != ICMP6_NEIGH_ADVERT &&
	    (icmp->icmp6_type != ICMP6_NEIGH_SOLICIT || has_source))
		return V_UNDECIDED;
	claimed = *target;
	if (is_own_address(&claimed))
		return refuse_source(sender, &claimed, V_DROP_SPOOF);
	if (icmp->icmp6_type == ICMP6_NEIGH_ADVERT && sender->is_bound &&
	    !has_address(sender, &claimed))
		return refuse_source(sender, &claimed, V_DROP_ADDRESS);
	return V_UNDECIDED;
}

/* Other ARP than for IPv4 over Ethernet the kernel doesn't read. */
static __always_inline enum verdict judge_arp_sender(const struct sender *sender,
						     const struct cursor *cur)
{
	const struct arp *arp = cur->pos;
	__be32 ipv4_be;

	if ((void *)(arp + 1) > cur->end)
		return sender->is_bound ? V_DROP_SHORT : V_UNDECIDED;
	if (arp->hardware_len != ETH_ALEN || arp->protocol_len != sizeof(ipv4_be))
		return sender->is_bound ? V_DROP_ADDRESS : V_UNDECIDED;
	__builtin_memcpy(&ipv4_be, arp->sender_ip, sizeof(ipv4_be));
	return judge_ipv4(sender, ipv4_be);
}

static __always_inline enum verdict judge_ipv4_frame(const struct sender *sender,
						     const struct cursor *cur)
{
	const struct iphdr *ip = cur->pos;

	if ((void *)(ip + 1) > cur->end)
		return sender->is_bound ? V_DROP_SHORT : V_UNDECIDED;
	return judge_ipv4(sender, ip->saddr);
}

static __always_inline enum verdict judge_ipv6_frame(const struct sender *sender,
						     const struct cursor *cur)
{
	const struct ipv6hdr *ip = cur->pos;
	struct cursor behind = {(void *)(ip + 1), cur->end, cur->start};
	enum verdict verdict;
	struct address source;

	if ((void *)(ip + 1) > cur->end)
		return sender->is_bound ? V_DROP_SHORT : V_UNDECIDED;
	__builtin_memcpy(&source, &ip->saddr, sizeof(source));
	if (print_of(&source) != sender->session->ipv6_print &&
	    (verdict = judge_ipv6(sender, &source)))
		return verdict;
	return judge_target(sender, behind, ip->nexthdr, !is_unspecified_ipv6(&source));
}

/* A frame that isn't plainly from the address of the one before. */
static __noinline enum verdict judge_new_source(const struct cursor *cur, const struct pkt *pkt,
						struct session *session, __u64 now)
{
	const struct zone *zone = zone_rules(pkt);
	struct sender sender = {
		.pkt = pkt,
		.session = session,
		.now = now,
		.is_bound = session->state != SESSION_TRUSTED && zone && zone->spoof_guard,
	};

	if (is_ipv4(pkt))
		return judge_ipv4_frame(&sender, cur);
	if (is_ipv6(pkt))
		return judge_ipv6_frame(&sender, cur);
	return is_arp(pkt) ? judge_arp_sender(&sender, cur) : V_UNDECIDED;
}

/* @cur: behind the Ethernet header. V_UNDECIDED: the device may use that address. */
static __always_inline enum verdict judge_source(const struct cursor *cur, const struct pkt *pkt,
						 struct session *session, __u64 now)
{
	if (is_ipv4(pkt)) {
		const struct iphdr *ip = cur->pos;

		if ((void *)(ip + 1) <= cur->end && ip->saddr == session->ipv4_be)
			return V_UNDECIDED;
	} else if (is_ipv6(pkt)) {
		const struct ipv6hdr *ip = cur->pos;

		if ((void *)(ip + 1) <= cur->end && print_of(&ip->saddr) == session->ipv6_print &&
		    ip->nexthdr != IPPROTO_ICMPV6 && !is_before_icmp6(ip->nexthdr))
			return V_UNDECIDED;
	} else if (!is_arp(pkt)) {
		return V_UNDECIDED;
	}
	return judge_new_source(cur, pkt, session, now);
}

#endif /* XDP511_SOURCE_H */
