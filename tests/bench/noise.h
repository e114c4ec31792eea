/* SPDX-License-Identifier: MIT */
/* noise.h - what a venue's phones send without end, and one signed-in device's traffic among it. */
#ifndef BENCH_NOISE_H
#define BENCH_NOISE_H

#include "responder/xsk.h"
#include "wire.h"

#define NOISE_FRAME_MAX 1514
#define NOISE_KINDS	9

/* Frames at a steady rate; what couldn't be sent in time is given up. */
struct pace {
	double rate; /* a second */
	uint64_t started_ns;
	uint64_t met; /* of those due since then: sent or given up */
	uint64_t sent;
};

struct noise_frame {
	uint8_t bytes[NOISE_FRAME_MAX];
	size_t len;
};

struct noise {
	struct xsk *xsk;
	unsigned int copies;	/* that the relay makes of each frame but those of the stream */
	double chatter;		/* frames a second of guests, NOISE_GUESTS of them */
	double strangers;	/* and of random MACs */
	struct pace noise;	/* of both */
	struct pace stream;	/* of the signed-in device: as long as frames get */
	double strangers_due;	/* less than 1: the next one isn't a stranger's */
	unsigned int next_kind; /* in the guests' cycle */
	struct noise_frame frames[NOISE_KINDS];
};

/* Rates are set; the wire's gateway and server are those of the frames. @stream_len: of a frame. */
void noise_prepare(struct noise *noise, const struct wire *wire, size_t stream_len);

/* Puts what is due, at most @max arriving frames. Returns how many will arrive. */
size_t noise_send(struct noise *noise, uint64_t now_ns, size_t max);

#endif /* BENCH_NOISE_H */
