/* SPDX-License-Identifier: MIT */
/*
 * tap.h - an interface taken over: XDP program, AF_XDP socket, and its NAPI on a chosen core.
 *
 * A veth receives on the core of whoever sends, unless its NAPI has a thread of its own. So the
 * tap makes it threaded and pins the thread; both end with the namespace.
 */
#ifndef BENCH_TAP_H
#define BENCH_TAP_H

#include <stdint.h>

#include "responder/xsk.h"

enum tap_side {
	TAP_CLIENT, /* TCP goes to the socket, answers to the flood are only counted */
	TAP_ECHO,   /* everything goes to the socket */
};

struct tap;

/* Also pins the calling process to @core. -errno. */
int tap_open(const char *interface, int core, enum tap_side side, struct tap **ret_tap);
struct tap *tap_close(struct tap *tap); /* takes NULL, returns NULL */

struct xsk *tap_xsk(const struct tap *tap);

/* How many answers to the flood have arrived so far. */
uint64_t tap_flood_answers(const struct tap *tap);

#endif /* BENCH_TAP_H */
