/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * cookie.h - TCP without a connection table: the initial sequence number that remembers a
 * connection, and what a segment means that carries it back. Gate and responder agree by this.
 *
 *   31 30 29                                   0
 *   [mss][ SipHash(key, addresses, ports, slot) ]
 *
 * A slot is 64 seconds; the current and the last one are valid. An acknowledgement number then
 * tells three things: that its sender saw our SYN-ACK, which segment size it takes, and how
 * many bytes of the answer it has (RFC 4987 3.6).
 *
 * Slots are counted in TAI, the only clock of the wall that both sides can read. Each slot has
 * a key of its own, see struct cookie_keys.
 */
#ifndef XDP511_COOKIE_H
#define XDP511_COOKIE_H

#include <stdbool.h>

#include <linux/stddef.h>
#include <linux/types.h>

#include <xdp511/abi.h>
#include <xdp511/net.h>
#include <xdp511/siphash.h>

#define COOKIE_SLOT_SECONDS 64
#define COOKIE_MSS_SHIFT    30
#define COOKIE_HASH_MASK    ((1U << COOKIE_MSS_SHIFT) - 1)
#define COOKIE_MSS_DEFAULT  536 /* of a SYN without the option (RFC 9293 3.7.1); fits IPv6 as well */

/* What the SYN-ACK promises: any window, for nothing is stored, and segments without IP options. */
#define RESPONDER_WINDOW   65535
#define RESPONDER_MSS_IPV4 1460
#define RESPONDER_MSS_IPV6 1440

#define ANSWER_MAX   1215 /* bytes of an answer; see ANSWER_ALIGN */
#define ANSWER_ALIGN 8

_Static_assert((ANSWER_MAX + 1) % ANSWER_ALIGN == 0, "the longest answer has the form of all");

/* Both ends of a connection, as the client's segments have them. */
struct flow {
	struct address src;
	struct address dst;
	__be16 sport_be;
	__be16 dport_be;
};

/* The two bits of the largest segment size they can say that isn't above @mss; 0: no option. */
static __always_inline __u32 cookie_mss_index(__u16 mss)
{
	if (!mss)
		mss = COOKIE_MSS_DEFAULT;
	return mss >= 1220 ? 3 : mss >= 536 ? 2 : mss >= 256 ? 1 : 0;
}

static __always_inline __u16 cookie_mss(__u32 index)
{
	return index == 3 ? 1220 : index == 2 ? 536 : index == 1 ? 256 : 128;
}

static __always_inline __u32 cookie_hash(const struct cookie_keys *keys, const struct flow *flow,
					 __u64 slot)
{
	__u64 words[5];

	__builtin_memcpy(words, &flow->src, 16);
	__builtin_memcpy(words + 2, &flow->dst, 16);
	words[4] = slot << 32 | (__u32)flow->sport_be << 16 | flow->dport_be;
	return siphash(keys->words[slot % COOKIE_KEYS], words, 5) & COOKIE_HASH_MASK;
}

/* The initial sequence number for a SYN. @seconds: of CLOCK_TAI. */
static __always_inline __u32 cookie_make(const struct cookie_keys *keys, const struct flow *flow,
					 __u16 mss, __u64 seconds)
{
	return cookie_mss_index(mss) << COOKIE_MSS_SHIFT |
	       cookie_hash(keys, flow, seconds / COOKIE_SLOT_SECONDS);
}

/* What an acknowledgement number tells. */
struct cookie {
	__u64 slot_seconds; /* of CLOCK_TAI, when the slot began: the same for a whole connection */
	__u32 received;	    /* bytes of the answer the client has, its FIN included */
	__u16 mss;	    /* a segment of this size is welcome */
};

/* False for a forged or too old one. */
static __always_inline bool cookie_check(const struct cookie_keys *keys, const struct flow *flow,
					 __u32 ack, __u64 seconds, struct cookie *ret_cookie)
{
	__u64 slot = seconds / COOKIE_SLOT_SECONDS;
	int age;

	for (age = 0; age < 2; age++, slot--) {
		/* The SYN-ACK took one number; what is above the hash is the size and the bytes. */
		__u32 rest = ack - 1 - cookie_hash(keys, flow, slot);

		if ((rest & COOKIE_HASH_MASK) > ANSWER_MAX + 1)
			continue;
		ret_cookie->slot_seconds = slot * COOKIE_SLOT_SECONDS;
		ret_cookie->received = rest & COOKIE_HASH_MASK;
		ret_cookie->mss = cookie_mss(rest >> COOKIE_MSS_SHIFT);
		return true;
	}
	return false;
}

enum tcp_step {
	TCP_IGNORE,	/* nothing to say, the client will speak again if it has to */
	TCP_BAD_COOKIE, /* not one of ours: reset (RFC 9293 3.10.7.1, 3.10.7.2) */
	TCP_SYN_ACK,
	TCP_ACK_ALL, /* the client has the whole answer: everything it sent is taken */
	TCP_ANSWER,  /* it asks (again), or says that nothing more will be asked */
};

/* What tcp_judge() looks at. */
struct tcp_segment {
	struct flow flow;
	__u32 ack;
	__u16 payload_len;
	__u8 flags; /* TCP_FIN … of <xdp511/net.h> */
};

/*
 * Whether the client has all of the answer must be told without knowing which answer it was. So
 * every answer, FIN included, is a multiple of ANSWER_ALIGN bytes long, and no segment but the
 * last ends at such a multiple. *ret_cookie is filled in for TCP_ACK_ALL and TCP_ANSWER.
 */
static __always_inline enum tcp_step tcp_judge(const struct cookie_keys *keys,
					       const struct tcp_segment *segment, __u64 seconds,
					       struct cookie *ret_cookie)
{
	if (segment->flags & TCP_RST)
		return TCP_IGNORE;
	if (!(segment->flags & TCP_ACK))
		return segment->flags & TCP_SYN ? TCP_SYN_ACK : TCP_IGNORE;
	if (segment->flags & TCP_SYN ||
	    !cookie_check(keys, &segment->flow, segment->ack, seconds, ret_cookie))
		return TCP_BAD_COOKIE;
	if (ret_cookie->received && ret_cookie->received % ANSWER_ALIGN == 0)
		return TCP_ACK_ALL;
	return segment->payload_len || segment->flags & TCP_FIN ? TCP_ANSWER : TCP_IGNORE;
}

#endif /* XDP511_COOKIE_H */
