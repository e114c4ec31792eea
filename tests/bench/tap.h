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
#include <sys/types.h>

#include "responder/xsk.h"

enum tap_side {
	TAP_CLIENT, /* TCP goes to the socket, answers to the flood are only counted */
	TAP_ECHO,   /* everything goes to the socket */
};

struct tap;

struct tap_plan {
	const char *interface;
	enum tap_side side;
	int core; /* also of the calling process */
	/* Both or none: what is put on the one comes in by the other and is relayed to @interface. */
	const char *sender;
	const char *relay;
	bool spoof_macs; /* the relay gives each SYN of a flood another */
};

int tap_open(const struct tap_plan *plan, struct tap **ret_tap); /* -errno */
struct tap *tap_close(struct tap *tap);				 /* takes NULL, returns NULL */

/*
 * Short time slices: a thread that wakes gets the core from one that has had its share, instead
 * of waiting for the end of a long slice. Its share stays the same. Older kernels ignore it.
 */
int tap_hasten(pid_t pid);

struct xsk *tap_receiver(const struct tap *tap);
struct xsk *tap_sender(const struct tap *tap); /* the same one if there is no relay */

/* How many frames the gateway gets for each one of the flood that is put. */
unsigned int tap_flood_copies(const struct tap *tap);

/* How many answers to the flood have arrived so far. */
uint64_t tap_flood_answers(const struct tap *tap);

#endif /* BENCH_TAP_H */
