/* SPDX-License-Identifier: MIT */
/* segments.c - pseudo-random web segments, each layer with all that the gate lets through. */
#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>

#include <xdp511/cookie.h>

#include "segments.h"

#define OPTIONS_MAX  40
#define PAYLOAD_MAX  1000
#define PADDING_MAX  60
#define FIRST_HOST   0x40
#define ANSWER_BYTES 1216

/* What a segment is about to get, while it is built. */
struct draft {
	struct frame *frame;
	struct dice *dice;
	struct flow flow;
	__u32 ip, tcp; /* where the headers start */
	__u32 seq;
	bool first; /* its number proves that the connection begins here */
};

/* xorshift64* (Marsaglia, 2003) */
__u32 dice_roll(struct dice *dice, __u32 sides)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (__u32)((dice->state * 0x2545f4914f6cdd1dULL) >> 32) % sides;
}

static __u32 any32(struct dice *dice)
{
	return dice_roll(dice, 65536) << 16 | dice_roll(dice, 65536);
}

static void add(struct draft *draft, const void *bytes, __u32 len)
{
	memcpy(draft->frame->bytes + draft->frame->len, bytes, len);
	draft->frame->len += len;
}

static void add_any(struct draft *draft, __u32 len)
{
	while (len--) {
		__u8 byte = dice_roll(draft->dice, 256);

		add(draft, &byte, 1);
	}
}

static void add16(struct draft *draft, __u16 value)
{
	__be16 be = htons(value);

	add(draft, &be, sizeof(be));
}

static void add32(struct draft *draft, __u32 value)
{
	__be32 be = htonl(value);

	add(draft, &be, sizeof(be));
}

static void add_link(struct draft *draft, bool ipv4)
{
	static const __u8 macs[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, FIRST_HOST, 0};
	__u32 tags = dice_roll(draft->dice, 3), i;

	add(draft, macs, sizeof(macs));
	draft->frame->bytes[11] = dice_roll(draft->dice, 256);
	memcpy(draft->flow.link.mac, draft->frame->bytes + 6, sizeof(draft->flow.link.mac));
	for (i = 0; i < tags; i++) {
		__u16 id = dice_roll(draft->dice, 4) ? UNNAMED_OUTER + i : 0;

		add16(draft, dice_roll(draft->dice, 2) ? TPID_8021Q : TPID_8021AD);
		add16(draft, dice_roll(draft->dice, 8) << 13 | id);
		if (!draft->flow.link.vlan)
			draft->flow.link.vlan = id;
	}
	add16(draft, ipv4 ? ETH_P_IP : ETH_P_IPV6);
	draft->ip = draft->frame->len;
}

static void add_ipv4(struct draft *draft)
{
	__u32 words = dice_roll(draft->dice, 3) ? 0 : dice_roll(draft->dice, 11), i;

	add16(draft, (0x45 + words) << 8 | dice_roll(draft->dice, 256));
	add16(draft, 0); /* the length, later */
	add16(draft, dice_roll(draft->dice, 65536));
	add16(draft, dice_roll(draft->dice, 4) << 14); /* reserved and don't-fragment bit */
	add16(draft, (1 + dice_roll(draft->dice, 255)) << 8 | IPPROTO_TCP);
	add16(draft, 0);					/* the sum, later */
	add32(draft, 0xc6120500 | dice_roll(draft->dice, 256)); /* 198.18.5.0/24 */
	add32(draft, 0xc6130000 | dice_roll(draft->dice, 256)); /* 198.19.0.0/24 */
	for (i = 0; i < words; i++)
		add32(draft, 0x01010101); /* no operation */
	memset(draft->flow.src.bytes + 10, 0xff, 2);
	memset(draft->flow.dst.bytes + 10, 0xff, 2);
	memcpy(draft->flow.src.bytes + 12, draft->frame->bytes + draft->ip + 12, 4);
	memcpy(draft->flow.dst.bytes + 12, draft->frame->bytes + draft->ip + 16, 4);
}

static void add_ipv6(struct draft *draft)
{
	static const __u8 client[] = {0x20, 1, 0xd, 0xb8, 0, 5},
			  server[] = {0x20, 1, 0xd, 0xb8, 0, 0xf};
	__u32 headers = dice_roll(draft->dice, 3) ? 0 : dice_roll(draft->dice, 5), i;
	__u8 kind = headers ? (dice_roll(draft->dice, 2) ? IPPROTO_HOPOPTS : IPPROTO_DSTOPTS)
			    : IPPROTO_TCP;

	add32(draft, 6U << 28 | dice_roll(draft->dice, 1 << 28));
	add16(draft, 0); /* the length, later */
	add16(draft, kind << 8 | dice_roll(draft->dice, 256));
	memcpy(draft->flow.src.bytes, client, sizeof(client));
	memcpy(draft->flow.dst.bytes, server, sizeof(server));
	draft->flow.src.bytes[15] = dice_roll(draft->dice, 256);
	draft->flow.dst.bytes[15] = dice_roll(draft->dice, 256);
	add(draft, &draft->flow.src, sizeof(draft->flow.src));
	add(draft, &draft->flow.dst, sizeof(draft->flow.dst));
	for (i = headers; i--;) {
		add16(draft, (i ? IPPROTO_DSTOPTS : IPPROTO_TCP) << 8);
		add16(draft, 0x0104); /* PadN */
		add32(draft, 0);
	}
}

/* The numbers that come near a cookie, and some that don't. */
static __u32 any_ack(struct draft *draft, const struct cookie_keys *keys, __u64 seconds)
{
	static const __s32 received[] = {-1, 0, 0, 0, 1, 7, 8, 9, 16, 1208, 1215, 1216, 1217};
	struct dice *dice = draft->dice;
	struct cookie_syn syn = {any32(dice), any32(dice)};
	__u32 cookie, slots_old = dice_roll(dice, 4) ? 1 : dice_roll(dice, 4); /* 0: the next */
	bool own = dice_roll(dice, 2);

	if (!dice_roll(dice, 4))
		return any32(dice);
	if (own)
		syn.seq = draft->seq - 1;
	draft->first = own && (slots_old == 1 || slots_old == 2);
	seconds += COOKIE_SLOT_SECONDS;
	seconds -= COOKIE_SLOT_SECONDS * slots_old;
	cookie = cookie_make(keys, &draft->flow, &syn, seconds) + 1;
	if (dice_roll(dice, 4))
		return cookie + received[dice_roll(dice, sizeof(received) / sizeof(received[0]))];
	return cookie + dice_roll(dice, ANSWER_BYTES + 2);
}

static __u8 any_flags(struct dice *dice)
{
	static const __u8 usual[] = {0x02, 0x02, 0x02, 0xc2, 0x10, 0x18,
				     0x11, 0x19, 0x04, 0x14, 0x12};

	if (dice_roll(dice, 3))
		return usual[dice_roll(dice, sizeof(usual))];
	return dice_roll(dice, 256);
}

static void add_options(struct draft *draft)
{
	struct dice *dice = draft->dice;
	__u32 len = 4 * dice_roll(dice, OPTIONS_MAX / 4 + 1), before = 0, start = draft->frame->len;
	__u8 kind = dice_roll(dice, 4);

	if (!kind || len < 4)
		return;
	if (kind == 1 && len >= 8)
		before = dice_roll(dice, 5);
	memset(draft->frame->bytes + start, 1, before); /* no operation */
	draft->frame->len += before;
	add16(draft, 2 << 8 | (dice_roll(dice, 8) ? 4 : dice_roll(dice, 256)));
	add16(draft, dice_roll(dice, 2) ? dice_roll(dice, 65536) : dice_roll(dice, 1600));
	if (kind == 2)
		add_any(draft, start + len - draft->frame->len);
	memset(draft->frame->bytes + draft->frame->len, 1, start + len - draft->frame->len);
	draft->frame->len = start + len;
}

static void add_tcp(struct draft *draft, const struct cookie_keys *keys, __u64 seconds)
{
	struct dice *dice = draft->dice;
	__u16 ports[2] = {1 + dice_roll(dice, 65535), dice_roll(dice, 2) ? 80 : 443};
	__u32 words;

	draft->tcp = draft->frame->len;
	draft->flow.sport_be = htons(ports[0]);
	draft->flow.dport_be = htons(ports[1]);
	add16(draft, ports[0]);
	add16(draft, ports[1]);
	draft->seq = dice_roll(dice, 8) ? any32(dice) : -dice_roll(dice, 4);
	add32(draft, draft->seq);
	add32(draft, any_ack(draft, keys, seconds));
	add16(draft, dice_roll(dice, 16) << 8 | any_flags(dice)); /* reserved bits, flags */
	add16(draft, any32(dice));
	add16(draft, 0); /* the sum, later */
	add16(draft, dice_roll(dice, 4) ? 0 : any32(dice));
	add_options(draft);
	words = (draft->frame->len - draft->tcp) / 4;
	draft->frame->bytes[draft->tcp + 12] |= words << 4;
	if (!dice_roll(dice, 3))
		add_any(draft, dice_roll(dice, PAYLOAD_MAX + 1));
}

/* Lengths and sums. One in eight leaves TCP's sum to the hardware, as a sender over veth does. */
static void finish(struct draft *draft, bool ipv4)
{
	struct frame *frame = draft->frame;
	__u32 tcp_len = frame->len - draft->tcp;
	__u16 sum;

	if (ipv4) {
		frame_put16(frame, draft->ip + 2, frame->len - draft->ip);
		sum = frame_sum(frame->bytes + draft->ip, draft->tcp - draft->ip, 0);
		frame_put16(frame, draft->ip + 10, ~sum);
	} else {
		frame_put16(frame, draft->ip + 4, frame->len - draft->ip - 40);
	}
	sum = frame_sum(draft->flow.src.bytes, 16, tcp_len + IPPROTO_TCP);
	sum = frame_sum(draft->flow.dst.bytes, 16, sum);
	if (dice_roll(draft->dice, 8))
		sum = ~frame_sum(frame->bytes + draft->tcp, tcp_len, sum);
	frame_put16(frame, draft->tcp + 16, sum);
	if (!dice_roll(draft->dice, 4))
		add_any(draft, dice_roll(draft->dice, PADDING_MAX));
}

bool segment_make(struct dice *dice, const struct cookie_keys *keys, __u64 seconds,
		  struct frame *ret_frame)
{
	struct draft draft = {.frame = ret_frame, .dice = dice};
	bool ipv4 = dice_roll(dice, 2);

	ret_frame->len = 0;
	add_link(&draft, ipv4);
	if (ipv4)
		add_ipv4(&draft);
	else
		add_ipv6(&draft);
	add_tcp(&draft, keys, seconds);
	finish(&draft, ipv4);
	return draft.first;
}
