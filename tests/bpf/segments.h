/* SPDX-License-Identifier: MIT */
/* segments.h - pseudo-random web segments: always the same ones for the same seed, keys and time. */
#ifndef BPF_SEGMENTS_H
#define BPF_SEGMENTS_H

#include "floor.h"

struct dice {
	__u64 state; /* not 0 */
};

__u32 dice_roll(struct dice *dice, __u32 sides); /* 0 .. sides - 1 */

/*
 * A well-formed segment to TCP/80 or TCP/443. @seconds: of CLOCK_MONOTONIC, for the cookies in it.
 * True if it has a valid one that says that it is the first of its connection.
 */
bool segment_make(struct dice *dice, const struct cookie_keys *keys, __u64 seconds,
		  struct frame *ret_frame);

#endif /* BPF_SEGMENTS_H */
