/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* macs.h - MACs of the bench's devices, for those who fill tables and those who send. */
#ifndef BENCH_MACS_H
#define BENCH_MACS_H

#include <linux/types.h>

#define MACS_KNOWN   0x02 /* first byte of devices that are signed in */
#define MACS_UNKNOWN 0x06 /* of those nobody knows */

/* Second byte of those that noise.c sends for; the generator's clients have another. */
#define NOISE_SIGNED_IN 0x5a
#define NOISE_GUEST	0x5c /* the relay makes one of NOISE_GUESTS devices of it */
#define NOISE_STRANGER	0x5d /* and one of any here */

#define NOISE_GUESTS	    100000
#define NOISE_ADDRESSES	    0xc6128000 /* 198.18.128.0: their addresses, and those behind it */
#define NOISE_ADDRESSES_MAX 98304

/* Looks random, and no two numbers have the same (Fibonacci hashing, Knuth 6.4). */
static inline void macs_write(__u8 *mac, __u8 first, __u32 number)
{
	__u64 end = (number * 0x9e3779b97f4a7c15ULL) >> 24;

	mac[0] = first;
	mac[1] = end >> 32;
	mac[2] = end >> 24;
	mac[3] = end >> 16;
	mac[4] = end >> 8;
	mac[5] = end;
}

#endif /* BENCH_MACS_H */
