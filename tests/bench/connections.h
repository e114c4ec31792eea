/* SPDX-License-Identifier: MIT */
/*
 * connections.h - many small TCP clients, each of which asks for one page and judges it.
 *
 *   us                                server
 *   SYN ------------------------------->
 *   <----------------------------- SYN-ACK
 *   ACK, then GET (two frames) -------->
 *   <------------------ page, FIN (or the page in pieces, then FIN)
 *   ACK, then FIN (two frames) -------->
 *   <------------------------- ACK of the FIN
 *
 * A connection is a slot; address and port of the client say which one a frame is for. What is
 * lost is sent again, so that every page arrives or is counted as failed.
 */
#ifndef BENCH_CONNECTIONS_H
#define BENCH_CONNECTIONS_H

#include "histogram.h"
#include "responder/xsk.h"
#include "wire.h"

/* clang-format off */
#define RESULTS(X) \
	X(pages,	   "whole pages with the right status and the right length") \
	X(bad_pages,	   "pages with another status, no length, or another length") \
	X(failed,	   "connections given up: reset, or no answer to the last repetition") \
	X(resets,	   "resets received") \
	X(retransmissions, "frames sent again") \
	X(bad_frames,	   "frames with broken headers or checksums") \
	X(partial,	   "frames whose checksum was left to the hardware") \
	X(strays,	   "frames of no connection that is open") \
	X(received,	   "frames received") \
	X(sent,		   "frames sent") \
	X(no_buffer,	   "frames not sent for want of a buffer")
/* clang-format on */

struct results {
#define X(name, sentence) uint64_t name;
	RESULTS(X)
#undef X
	struct histogram latency; /* from the SYN (or from when it was due) to the whole page */
	size_t page_len;	  /* of the last page: head and body */
	size_t body_len;
};

struct plan {
	struct wire wire;
	uint32_t slots;	  /* connections at a time */
	uint32_t clients; /* a multiple of it */
	unsigned int status;
	uint64_t rto_ns; /* until a frame is sent again for the first time */
};

struct connections;

struct connections *connections_new(const struct plan *plan, struct xsk *xsk);
struct connections *connections_free(struct connections *connections);
struct results *connections_results(struct connections *connections);

/* Puts what it sends into the socket's ring; the caller flushes. Returns how many were put. */
size_t connections_take(struct connections *connections, const uint8_t *frame, size_t len,
			uint64_t now_ns);
/* Opens a connection that was due at @due_ns. False when all slots are taken. */
bool connections_start(struct connections *connections, uint64_t due_ns, uint64_t now_ns);
/* Repeats at most @max of what has gone unanswered for too long. */
size_t connections_sweep(struct connections *connections, uint64_t now_ns, size_t max);

#endif /* BENCH_CONNECTIONS_H */
