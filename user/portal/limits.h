/* SPDX-License-Identifier: MIT */
/* limits.h - how often each device may try something: token buckets in a table of fixed size. Pure. */
#ifndef XDP511_PORTAL_LIMITS_H
#define XDP511_PORTAL_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct limits; /* opaque */

/* @burst at once, and one more each @every_ms. -errno: no memory, or no randomness. */
int limits_new(uint32_t burst, uint32_t every_ms, struct limits **ret_limits);
struct limits *limits_free(struct limits *limits); /* takes NULL, returns NULL */

/*
 * Takes one of what the key has left. 0: there was one; else how long to wait for the next, in ms.
 * Keys beyond what the table holds push out those that have waited longest.
 */
uint64_t limits_take(struct limits *limits, const void *key, size_t size, uint64_t now_ms);

/* The same, but takes none. */
uint64_t limits_wait(const struct limits *limits, const void *key, size_t size, uint64_t now_ms);

/* How often there was none left, since the start. */
uint64_t limits_refused(const struct limits *limits);

#endif /* XDP511_PORTAL_LIMITS_H */
