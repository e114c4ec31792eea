/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * name_hash.h - the hash of a DNS name, by which the gate finds the garden's patterns.
 *
 * It is made from the last byte to the first, so that on the way it is the hash of every tail of
 * the name in turn. Whoever forges a collision gets nothing but a look at an answer: the controller
 * compares the names themselves.
 */
#ifndef XDP511_NAME_HASH_H
#define XDP511_NAME_HASH_H

#include <linux/types.h>

#define NAME_WIRE_MAX  255 /* bytes of a name as it travels, the root's zero included (RFC 1035) */
#define NAME_HASH_NONE 0ULL

/* ASCII letters alone have two cases (RFC 4343); a label's length is below them all. */
static inline __attribute__((always_inline)) __u8 name_lower(__u8 byte)
{
	return byte + (((__u8)(byte - 'A') < 26) << 5);
}

/* The hash of @byte and the tail behind it. */
static inline __attribute__((always_inline)) __u64 name_hash_step(__u64 tail, __u8 byte)
{
	return (tail + name_lower(byte) + 1) * 0x9e3779b97f4a7c15ULL;
}

/* Of a name as it travels: labels behind their lengths, @length without the root's zero. */
static inline __u64 name_hash(const __u8 *wire, __u32 length)
{
	__u64 hash = NAME_HASH_NONE;

	while (length)
		hash = name_hash_step(hash, wire[--length]);
	return hash;
}

#endif /* XDP511_NAME_HASH_H */
