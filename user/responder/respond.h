/* SPDX-License-Identifier: MIT */
/* respond.h - a frame in, frames out: the whole responder as a function of bytes. */
#ifndef XDP511_RESPOND_H
#define XDP511_RESPOND_H

#include "responder/answer.h"
#include "responder/pieces.h"
#include "responder/responder.h"
#include "responder/segment.h"

/* Where the frames go. take() may return NULL: no buffer; each taken buffer is put() or drop()ped. */
struct outbox {
	void *ctx;
	uint8_t *(*take)(void *ctx); /* a buffer of SEGMENT_FRAME_MAX bytes */
	void (*put)(void *ctx, uint8_t *frame, size_t len);
	void (*drop)(void *ctx, uint8_t *frame);
};

/* Where the frame came from and what is known. */
struct world {
	const struct responder_settings *settings;
	const char *interface;
	uint64_t seconds;    /* of CLOCK_MONOTONIC, as the gate counts them */
	int64_t unix_offset; /* what they lack to Unix time; steady, see worker.c */
	struct responder_counters *counters;
	struct pieces *pieces;	 /* the one thing that is remembered between frames */
	struct answers *answers; /* made of the settings: what they say, at hand */
};

/* Answers one frame; what needs no answer gets none. Never more frames than 10, never on a guess. */
void respond(const struct world *world, const uint8_t *frame, size_t len, const struct outbox *out);

#endif /* XDP511_RESPOND_H */
