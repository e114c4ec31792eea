/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * siphash.h - SipHash-2-4 of whole words, for the gate and the responder alike; no library of
 * the distribution has it (Aumasson, Bernstein: SipHash, 2012).
 */
#ifndef XDP511_SIPHASH_H
#define XDP511_SIPHASH_H

#include <linux/stddef.h>
#include <linux/types.h>

struct siphash {
	__u64 v0, v1, v2, v3;
};

static __always_inline __u64 siphash_rotate(__u64 x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static __always_inline void siphash_round(struct siphash *s)
{
	s->v0 += s->v1;
	s->v1 = siphash_rotate(s->v1, 13) ^ s->v0;
	s->v0 = siphash_rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = siphash_rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = siphash_rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = siphash_rotate(s->v1, 17) ^ s->v2;
	s->v2 = siphash_rotate(s->v2, 32);
}

static __always_inline void siphash_absorb(struct siphash *s, __u64 word)
{
	s->v3 ^= word;
	siphash_round(s);
	siphash_round(s);
	s->v0 ^= word;
}

/* The hash of the 8 * @n bytes that the words have in memory, on a little-endian machine. */
static __always_inline __u64 siphash(const __u64 key[2], const __u64 *words, __u32 n)
{
	struct siphash s = {
		.v0 = key[0] ^ 0x736f6d6570736575ULL,
		.v1 = key[1] ^ 0x646f72616e646f6dULL,
		.v2 = key[0] ^ 0x6c7967656e657261ULL,
		.v3 = key[1] ^ 0x7465646279746573ULL,
	};
	__u32 i;

	for (i = 0; i < n; i++)
		siphash_absorb(&s, words[i]);
	siphash_absorb(&s, (__u64)n * 8 << 56);
	s.v2 ^= 0xff;
	for (i = 0; i < 4; i++)
		siphash_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

#endif /* XDP511_SIPHASH_H */
