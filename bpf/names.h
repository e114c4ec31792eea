/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names.h - host names in the garden: which answers of resolvers the controller should read, and
 * which addresses it has found in them.
 *
 *   note_question()  a guest asks a resolver for such a name: remembered for a moment
 *   note_answer()    the resolver answers just that: a copy goes to the controller
 *   is_learned()     an address that the controller took from such a copy
 *   is_pending()     the guest was quicker than the controller
 */
#ifndef XDP511_NAMES_H
#define XDP511_NAMES_H

#define DNS_HEADER	 12
#define DNS_TYPE_A	 1
#define DNS_TYPE_AAAA	 28
#define DNS_CLASS_IN	 1
#define DNS_NO_QUESTION	 0xf8 /* of the flags' first byte: an answer, or another operation */
#define LABEL_MAX	 63
#define LABELS_MAX	 127
#define QUESTION_MIN	 (DNS_HEADER + 3 + 4) /* a name of one letter, type, class */
#define QUESTION_MAX	 (DNS_HEADER + NAME_WIRE_MAX + 4)
#define QUESTION_LIFE_NS (10 * NSEC_PER_SEC)
#define PENDING_NS	 (NSEC_PER_SEC / 5)
#define FAMILY_IPV4	 2 /* AF_INET and AF_INET6; <sys/socket.h> needs libc */
#define FAMILY_IPV6	 10
#define QUESTION_AT(at)	 ((at) & (X511_QUESTION_SIZE - 1)) /* for the verifier */
#define LABEL_AT(n)	 ((n) & (X511_PATTERN_LABELS - 1))

static __always_inline bool is_pattern(__u32 zone, __u64 hash, bool is_whole)
{
	struct pattern_key key = {.hash = hash, .zone = zone};
	__u32 *flags = bpf_map_lookup_elem(&x511_patterns, &key);

	return flags && (*flags & (is_whole ? PATTERN_NAME : PATTERN_BELOW));
}

/* For one address of either family, and nothing else. */
static __always_inline bool is_for_address(const __u8 *bytes, __u32 at)
{
	__u8 type = bytes[QUESTION_AT(at + 1)];

	return !bytes[QUESTION_AT(at)] && (type == DNS_TYPE_A || type == DNS_TYPE_AAAA) &&
	       !bytes[QUESTION_AT(at + 2)] && bytes[QUESTION_AT(at + 3)] == DNS_CLASS_IN;
}

/* How far the labels of a name have been read. */
struct label_walk {
	struct question_text *question;
	__u32 length; /* of the message */
	__u32 at;
	__u32 n;
	bool is_whole; /* the root's zero has been met */
};

/* One label, as bpf_loop() wants it: 1 ends the loop. */
static long find_label(__u32 n, struct label_walk *walk)
{
	__u8 label = walk->question->bytes[QUESTION_AT(walk->at)];

	walk->is_whole = !label;
	if (!label || label > LABEL_MAX || walk->at + label + 1 + 5 > walk->length)
		return 1;
	walk->question->labels[LABEL_AT(n)] = walk->at;
	walk->at += label + 1;
	walk->n = n + 1;
	return 0;
}

/* Where each of the last labels starts; the position of the root's zero, or 0. */
static __always_inline __u32 find_labels(struct question_text *question, __u32 length, __u32 *ret_n)
{
	struct label_walk walk = {.question = question, .length = length, .at = DNS_HEADER};

	bpf_loop(LABELS_MAX + 1, find_label, &walk, 0);
	*ret_n = walk.n;
	return walk.is_whole ? walk.at : 0;
}

/* Of the label between these two and, by @tail, of all behind it. */
static __always_inline __u64 hash_label(const struct question_text *question, __u32 start,
					__u32 end, __u64 tail)
{
	__u32 length = end - start, i;

	for (i = 0; i <= LABEL_MAX && i < length; i++)
		tail = name_hash_step(tail, question->bytes[QUESTION_AT(end - 1 - i)]);
	return tail;
}

/* How far a name has been compared with the patterns, from its last label on. */
struct pattern_walk {
	const struct question_text *question;
	__u64 hash; /* of the labels so far */
	__u32 zone;
	__u32 n;   /* of the name's labels */
	__u32 end; /* where they start */
	bool is_found;
};

/* One label, as bpf_loop() wants it: 1 ends the loop. */
static long compare_tail(__u32 i, struct pattern_walk *walk)
{
	__u32 start;

	if (i >= walk->n)
		return 1;
	start = walk->question->labels[LABEL_AT(walk->n - 1 - i)];
	walk->hash = hash_label(walk->question, start, walk->end, walk->hash);
	walk->end = start;
	walk->is_found = is_pattern(walk->zone, walk->hash, start == DNS_HEADER);
	return walk->is_found;
}

/* Whether the name, or one that it is below of, is a pattern. @end: of the root's zero. */
static __always_inline bool find_pattern(const struct question_text *question, __u32 zone,
					 __u32 end, __u32 n)
{
	struct pattern_walk walk = {
		.question = question,
		.hash = NAME_HASH_NONE,
		.zone = zone,
		.n = n,
		.end = end,
	};

	bpf_loop(X511_PATTERN_LABELS, compare_tail, &walk, 0);
	return walk.is_found;
}

/* A guest's DNS question that goes to the resolver. A global function, so that the verifier looks at it once. */
__noinline int note_question(struct xdp_md *ctx, const struct pkt *pkt, __u64 now)
{
	__u32 zero = 0, n = 0, end, length;
	struct question_text *question = bpf_map_lookup_elem(&x511_question, &zero);
	struct dns_question value = {.asked_ns = now};
	struct question_key key = {};

	if (!pkt || !question || pkt->payload_at >= pkt->frame_len)
		return 0;
	length = pkt->frame_len - pkt->payload_at;
	if (length > QUESTION_MAX)
		length = QUESTION_MAX;
	if (length < QUESTION_MIN ||
	    bpf_xdp_load_bytes(ctx, pkt->payload_at, question->bytes, length))
		return 0;
	if (question->bytes[2] & DNS_NO_QUESTION || question->bytes[4] || question->bytes[5] != 1)
		return 0;
	end = find_labels(question, length, &n);
	if (!end || !is_for_address(question->bytes, end + 1) ||
	    !find_pattern(question, pkt->device.zone, end, n))
		return 0;
	key.device = pkt->device;
	key.resolver = pkt->dst;
	key.port_be = pkt->sport_be;
	__builtin_memcpy(&key.id, question->bytes, sizeof(key.id));
	bpf_map_update_elem(&x511_questions, &key, &value, BPF_ANY);
	return 1;
}

/*
 * Of this machine, or by the interface that leads to the resolver: a signed-in device could else
 * answer in the resolver's name what its accomplice asks, and open the garden to any address.
 */
static __always_inline bool is_from_resolver(struct __sk_buff *skb, const struct pkt *pkt)
{
	struct bpf_fib_lookup route = {.ifindex = skb->ingress_ifindex};
	int found;

	if (!route.ifindex)
		return true;
	if (is_ipv4(pkt)) {
		route.family = FAMILY_IPV4;
		__builtin_memcpy(&route.ipv4_dst, pkt->src.bytes + 12, sizeof(route.ipv4_dst));
		__builtin_memcpy(&route.ipv4_src, pkt->dst.bytes + 12, sizeof(route.ipv4_src));
	} else {
		route.family = FAMILY_IPV6;
		__builtin_memcpy(route.ipv6_dst, pkt->src.bytes, sizeof(route.ipv6_dst));
		__builtin_memcpy(route.ipv6_src, pkt->dst.bytes, sizeof(route.ipv6_src));
	}
	found = bpf_fib_lookup(skb, &route, sizeof(route), 0);
	return (found == BPF_FIB_LKUP_RET_SUCCESS || found == BPF_FIB_LKUP_RET_NO_NEIGH) &&
	       route.ifindex == skb->ingress_ifindex;
}

static __always_inline void count_lost_answer(void)
{
	__u32 zero = 0;
	struct lost *lost = bpf_map_lookup_elem(&x511_lost, &zero);

	if (lost)
		__sync_fetch_and_add(&lost->answers, 1);
}

static __always_inline bool copy_answer(struct __sk_buff *skb, const struct pkt *pkt, __u64 now)
{
	__u32 length = pkt->l4_len - sizeof(struct udphdr);
	struct dns_answer *answer;

	if (!length || length > X511_MAX_DNS)
		return false;
	answer = bpf_ringbuf_reserve(&x511_answers, sizeof(*answer), 0);
	if (!answer) {
		count_lost_answer();
		return false;
	}
	answer->at_ns = now;
	answer->device = pkt->device;
	answer->resolver = pkt->src;
	answer->length = length;
	if (bpf_skb_load_bytes(skb, pkt->payload_at, answer->message, length)) {
		bpf_ringbuf_discard(answer, 0);
		return false;
	}
	bpf_ringbuf_submit(answer, 0);
	return true;
}

/* One answer a question: whoever takes the question out of the table may use it. */
static __always_inline bool take_question(const struct question_key *key, __u64 now)
{
	struct dns_question *question = bpf_map_lookup_elem(&x511_questions, key);
	__u64 asked_ns;

	if (!question)
		return false;
	asked_ns = question->asked_ns;
	if (bpf_map_delete_elem(&x511_questions, key))
		return false;
	return time_since(asked_ns, now) <= QUESTION_LIFE_NS;
}

/* A DNS answer to a guest. */
__noinline int note_answer(struct __sk_buff *skb, const struct pkt *pkt, __u64 now)
{
	struct question_key key = {};
	struct guest *guest;

	if (!pkt || bpf_skb_load_bytes(skb, pkt->payload_at, &key.id, sizeof(key.id)))
		return 0;
	key.device = pkt->device;
	key.resolver = pkt->src;
	key.port_be = pkt->dport_be;
	if (!bpf_map_lookup_elem(&x511_questions, &key) || !is_from_resolver(skb, pkt) ||
	    !take_question(&key, now))
		return 0;
	if (!copy_answer(skb, pkt, now))
		return 0;
	guest = bpf_map_lookup_elem(&x511_guests, &pkt->device);
	if (guest)
		guest->answered_ns = now;
	return 1;
}

static __always_inline bool is_learned(const struct address *address, __u32 zone, __u64 now)
{
	struct name_key key = {.address = *address, .zone = zone};
	struct host_name *name = bpf_map_lookup_elem(&x511_names, &key);

	return name && now >> X511_TICK_SHIFT < name->expires_tick;
}

/*
 * The answer passed a moment ago, and the controller may not have read it yet: what is lost now
 * comes again, while a reset or a page would be believed.
 */
static __always_inline bool is_pending(const struct pkt *pkt, const struct guest *guest, __u64 now)
{
	if (!guest || !guest->answered_ns || time_since(guest->answered_ns, now) > PENDING_NS)
		return false;
	if (pkt->protocol == IPPROTO_UDP)
		return pkt->dport_be == bpf_htons(PORT_HTTPS);
	return pkt->protocol == IPPROTO_TCP &&
	       (pkt->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
}

#endif /* XDP511_NAMES_H */
