/* SPDX-License-Identifier: MIT */
/*
 * uam_challenges.h - the challenge that each device was given, until it is used or too old. Pure.
 *
 * They are kept, not computed anew from a key: /logon says nothing of the challenge that its answer
 * was made for, and one that has been used must not come back.
 */
#ifndef XDP511_PORTAL_UAM_CHALLENGES_H
#define XDP511_PORTAL_UAM_CHALLENGES_H

#include <stdint.h>

#include "portal/daemon/device.h"

#define CHALLENGE_SIZE	      16
#define CHALLENGE_YOUNG_MS    300000 /* a page gets it once more, so that it can be reloaded */
#define CHALLENGE_LIFETIME_MS 600000 /* an answer to it counts */

struct challenges; /* opaque; of fixed size: the oldest give way */

int challenges_new(struct challenges **ret_challenges); /* -errno: no memory, or no randomness */
struct challenges *challenges_free(struct challenges *challenges); /* NULL in, NULL out */

/* The device's own while it is young, else a new one. -EIO: no randomness. */
int challenge_give(struct challenges *challenges, const struct device *device, uint64_t now_ms,
		   uint8_t ret_challenge[CHALLENGE_SIZE]);

/* The one that it was given. -ENOENT: none that counts. */
int challenge_find(struct challenges *challenges, const struct device *device, uint64_t now_ms,
		   uint8_t ret_challenge[CHALLENGE_SIZE]);

void challenge_forget(struct challenges *challenges, const struct device *device);

#endif /* XDP511_PORTAL_UAM_CHALLENGES_H */
