/* SPDX-License-Identifier: MIT */
/*
 * xsk.h - one AF_XDP socket with its memory: frames are taken, filled, sent; none is ever lost.
 *
 *            fill ring                        rx ring
 *   us ------------------> kernel (receives) ------------------> us: xsk_receive()
 *    ^                                                            |
 *    +---------------------- xsk_recycle() -----------------------+    first half of the memory
 *
 *            tx ring                          completion ring
 *   us ------------------> kernel (sends) ---------------------> us
 *    ^  xsk_put()                                                 |
 *    +---- xsk_take() <---- stack of free buffers <---------------+    second half
 *
 * The halves never mix, so answers can't starve reception. One process works the rings.
 */
#ifndef XDP511_XSK_H
#define XDP511_XSK_H

#include "responder/responder.h"

#define XSK_BATCH 64

struct xsk_frame {
	uint64_t address; /* within the memory, for xsk_recycle() */
	const uint8_t *data;
	uint32_t len;
};

/* Waits for frames or for @timeout_ms. -EIO when the socket has come to its end. */
int xsk_wait(struct xsk *xsk, int timeout_ms);

/* Takes up to XSK_BATCH received frames. They stay ours until xsk_recycle(), in the same order. */
size_t xsk_receive(struct xsk *xsk, struct xsk_frame frames[XSK_BATCH]);
void xsk_recycle(struct xsk *xsk, const struct xsk_frame *frames, size_t n);

/* A free buffer of 2048 bytes, or NULL; goes back by xsk_put() (to be sent) or xsk_drop(). */
uint8_t *xsk_take(struct xsk *xsk);
void xsk_put(struct xsk *xsk, uint8_t *buffer, size_t len);
void xsk_drop(struct xsk *xsk, uint8_t *buffer);

/* Sends what was put. Adds to *@failed the frames that the interface refused. */
void xsk_flush(struct xsk *xsk, uint64_t *failed);

#endif /* XDP511_XSK_H */
