/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * cookie.h - TCP without a connection table: the initial sequence number that remembers a
 * connection, and what a segment means that carries it back. Gate and responder agree by this.
 *
 *   31 30  29   28                14 13                                    0
 *   [mss][slot][        first       ][ SipHash(key, link, addresses, ports, slot) ]
 *
 * A slot is 128 seconds, and a handshake lives for one or two; the current and the last one are
 * valid, and one bit tells which of them it is. An acknowledgement number then tells four things:
 * that its sender saw our SYN-ACK, which segment size it takes, how many bytes of the answer it
 * has (RFC 4987 3.6), and whether the segment holds the first byte that the client ever sent. The
 * hash is kept so far below the end of its bits that the bytes of an answer never carry into the
 * next ones.
 *
 * The last one is a keyed hash of the client's own initial number. Without it, a later piece of
 * a request, a FIN or a keep-alive (RFC 9293 3.8.4) might be taken for the start of one, be
 * acknowledged, and what was lost before it would never be repeated. Answers go to first segments
 * only, and to what is joined to one: who guesses has to guess the bits of both hashes. By the
 * lower one alone 7 of 100 forged segments look like later ones, which get silence, no reset.
 *
 * The client's MAC and VLAN are part of it. Else one handshake would prove any MAC: a page of ten
 * times the request's length to whoever has it, and for the sender a new budget with each frame.
 *
 * Slots are counted by CLOCK_MONOTONIC, which the gate has read anyway. Each has a key of its
 * own, see struct cookie_keys.
 */
#ifndef XDP511_COOKIE_H
#define XDP511_COOKIE_H

#include <stdbool.h>

#include <linux/stddef.h>
#include <linux/types.h>

#include <xdp511/abi.h>
#include <xdp511/net.h>
#include <xdp511/siphash.h>

#define COOKIE_SLOT_SECONDS 128
#define COOKIE_MSS_SHIFT    30
#define COOKIE_SLOT_SHIFT   29
#define COOKIE_FIRST_SHIFT  14
#define COOKIE_FIRST_MASK   ((1U << (COOKIE_SLOT_SHIFT - COOKIE_FIRST_SHIFT)) - 1)
#define COOKIE_LOW_MASK	    ((1U << COOKIE_FIRST_SHIFT) - 1)
#define COOKIE_MSS_DEFAULT  536 /* of a SYN without the option (RFC 9293 3.7.1); fits IPv6 as well */

/* What the SYN-ACK promises: any window, for nothing is stored, and segments without IP options. */
#define RESPONDER_WINDOW   65535
#define RESPONDER_MSS_IPV4 1460
#define RESPONDER_MSS_IPV6 1440

#define ANSWER_MAX   1215 /* bytes of an answer; see ANSWER_ALIGN */
#define ANSWER_ALIGN 8

_Static_assert((ANSWER_MAX + 1) % ANSWER_ALIGN == 0, "the longest answer has the form of all");

/* Where the client's frames come from. */
struct client_link {
	__u8 mac[6];
	__u16 vlan; /* the outer id; 0: none */
};

/* Both ends of a connection, as the client's segments have them. */
struct flow {
	struct client_link link;
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

static __always_inline __u64 cookie_hash(const struct cookie_keys *keys, const struct flow *flow,
					 __u64 slot)
{
	__u64 words[6];

	__builtin_memcpy(words, &flow->link, 8);
	__builtin_memcpy(words + 1, &flow->src, 16);
	__builtin_memcpy(words + 3, &flow->dst, 16);
	words[5] = slot << 32 | (__u32)flow->sport_be << 16 | flow->dport_be;
	return siphash(keys->words[slot % COOKIE_KEYS], words, 6);
}

static __always_inline __u32 cookie_hash_low(__u64 hashed)
{
	return (hashed & 0xffffffff) * (COOKIE_LOW_MASK - ANSWER_MAX) >> 32;
}

/*
 * Of the number of the client's first byte, salted with the upper half of the connection's hash.
 * The mixing is lowbias32's (Wellons 2018): numbers a request's length apart have to differ, too.
 */
static __always_inline __u32 cookie_hash_first(__u64 hashed, __u32 seq)
{
	__u32 x = seq + (__u32)(hashed >> 32);

	x = (x ^ x >> 16) * 0x7feb352d;
	x = (x ^ x >> 15) * 0x846ca68b;
	return (x ^ x >> 16) & COOKIE_FIRST_MASK;
}

/* What of a SYN goes into the cookie besides its flow. */
struct cookie_syn {
	__u32 seq;
	__u16 mss; /* of its option; 0: none */
};

/* The initial sequence number that answers a SYN. @seconds: of CLOCK_MONOTONIC. */
static __always_inline __u32 cookie_make(const struct cookie_keys *keys, const struct flow *flow,
					 const struct cookie_syn *syn, __u64 seconds)
{
	__u64 slot = seconds / COOKIE_SLOT_SECONDS, hashed = cookie_hash(keys, flow, slot);

	return cookie_mss_index(syn->mss) << COOKIE_MSS_SHIFT |
	       (__u32)(slot & 1) << COOKIE_SLOT_SHIFT |
	       cookie_hash_first(hashed, syn->seq + 1) << COOKIE_FIRST_SHIFT |
	       cookie_hash_low(hashed);
}

/* What an acknowledgement number tells. */
struct cookie {
	__u64 slot_seconds; /* when the slot began: the same for a whole connection */
	__u32 received;	    /* bytes of the answer the client has, its FIN included */
	__u16 mss;	    /* a segment of this size is welcome */
	bool first;	    /* the segment starts where the client started */
};

/* What of a segment counts here. */
struct tcp_segment {
	struct flow flow;
	__u32 seq;
	__u32 ack;
	__u16 payload_len;
	__u8 flags; /* TCP_FIN … of <xdp511/net.h> */
};

/* What the acknowledgement number of a segment tells; false for a forged or too old one. */
static __always_inline bool cookie_check(const struct cookie_keys *keys,
					 const struct tcp_segment *segment, __u64 seconds,
					 struct cookie *ret_cookie)
{
	__u64 slot = seconds / COOKIE_SLOT_SECONDS, hashed;
	__u32 number = segment->ack - 1; /* the SYN-ACK took one */

	slot -= (number >> COOKIE_SLOT_SHIFT ^ slot) & 1;
	hashed = cookie_hash(keys, &segment->flow, slot);
	ret_cookie->received = (number & COOKIE_LOW_MASK) - cookie_hash_low(hashed);
	if (ret_cookie->received > ANSWER_MAX + 1)
		return false;
	ret_cookie->slot_seconds = slot * COOKIE_SLOT_SECONDS;
	ret_cookie->mss = cookie_mss(number >> COOKIE_MSS_SHIFT);
	ret_cookie->first = (number >> COOKIE_FIRST_SHIFT & COOKIE_FIRST_MASK) ==
			    cookie_hash_first(hashed, segment->seq);
	return true;
}

enum tcp_step {
	TCP_IGNORE,	/* nothing to say, the client will speak again if it has to */
	TCP_BAD_COOKIE, /* not one of ours: reset (RFC 9293 3.10.7.1, 3.10.7.2) */
	TCP_SYN_ACK,
	TCP_ACK_ALL, /* the client has the whole answer: everything it sent is taken */
	TCP_ANSWER,  /* it asks (again), or says that nothing more will be asked */
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
	if (segment->flags & TCP_SYN || !cookie_check(keys, segment, seconds, ret_cookie))
		return TCP_BAD_COOKIE;
	if (ret_cookie->received && ret_cookie->received % ANSWER_ALIGN == 0)
		return TCP_ACK_ALL;
	return segment->payload_len || segment->flags & TCP_FIN ? TCP_ANSWER : TCP_IGNORE;
}

#endif /* XDP511_COOKIE_H */
