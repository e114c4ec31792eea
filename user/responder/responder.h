/* SPDX-License-Identifier: MIT */
/*
 * responder.h - the way in for the controller: settings, sockets, and the worker that answers.
 *
 * The controller opens the socket (it has the capability), forks, and calls worker_run() in
 * the child, which owns the rings from then on. The parent keeps the socket only to close it.
 */
#ifndef XDP511_RESPONDER_H
#define XDP511_RESPONDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "base/config.h"

#define LINK_KEY_SIZE 32

/* What a responder counts, one list for struct, JSON and man page. */
/* clang-format off */
#define RESPONDER_COUNTERS(X) \
	X(frames,	"frames taken from the ring") \
	X(syn,		"connections opened (SYN answered)") \
	X(requests,	"HTTP requests answered") \
	X(pages_511,	"answers with status 511") \
	X(redirects,	"answers with status 302") \
	X(tls_alerts,	"TLS connections closed by an alert") \
	X(acks,		"acknowledgements of a whole answer") \
	X(pieces,	"pieces of torn requests kept and acknowledged") \
	X(closes,	"connections that the client closed without a request") \
	X(resets,	"resets for segments of no known connection") \
	X(ignored,	"segments that need no answer") \
	X(bad_frames,	"frames with broken headers or checksums") \
	X(bad_cookies,	"segments whose cookie is forged or too old") \
	X(partial_checksums, "frames whose checksum the sender's stack left to the hardware") \
	X(sent,		"frames sent") \
	X(send_failed,	"frames that the interface did not take") \
	X(no_frame,	"answers given up for want of a send buffer")
/* clang-format on */

struct responder_counters {
#define X(name, sentence) uint64_t name;
	RESPONDER_COUNTERS(X)
#undef X
	uint64_t turns; /* of the worker's loop, at least one a second: that it lives */
};

/* What the pure part needs to know. Pointers stay valid while a worker runs. */
struct responder_settings {
	const struct config *config;	       /* portals and zones */
	const struct cookie_keys *cookie_keys; /* those of the gate, which change under our eyes */
	uint8_t link_key[LINK_KEY_SIZE];
};

struct xsk; /* umem, rings and socket of one queue: xsk.h */

/*
 * Opens the AF_XDP socket of a queue: zero-copy if the driver has it (and the mode is native),
 * else copy. Retries for a second while an earlier owner is being torn down. -errno.
 */
int xsk_open(const char *interface, uint32_t queue, bool native, struct xsk **ret_xsk);
struct xsk *xsk_close(struct xsk *xsk); /* takes NULL, returns NULL */
int xsk_fd(const struct xsk *xsk);
bool xsk_is_zerocopy(const struct xsk *xsk);

/* The kernel's own counters of a ring (XDP_STATISTICS). */
struct xsk_statistics {
	uint64_t rx_dropped;
	uint64_t rx_ring_full;
	uint64_t rx_fill_ring_empty;
	uint64_t tx_invalid;
	uint64_t tx_ring_empty;
};

int xsk_read_statistics(const struct xsk *xsk, struct xsk_statistics *ret_statistics);

/* Answers until the process is ended. @counters lies in memory shared with the controller. */
struct worker_job {
	struct xsk *xsk;
	const char *interface;
	const struct responder_settings *settings;
	struct responder_counters *counters;
};

int worker_run(const struct worker_job *job); /* returns only on failure: -errno */

#endif /* XDP511_RESPONDER_H */
