/* SPDX-License-Identifier: MIT */
/* loop.h - the one thread's event loop: descriptors, timers, and hooks before each wait. */
#ifndef XDP511_LOOP_H
#define XDP511_LOOP_H

#include <stdint.h>

typedef void (*loop_fn)(void *context);

struct loop; /* opaque */

int loop_new(struct loop **ret_loop);
struct loop *
loop_free(struct loop *loop); /* closes the timers; other descriptors are the caller's */

/* Calls @fn whenever @fd is readable. */
int loop_watch(struct loop *loop, int fd, loop_fn fn, void *context);
void loop_unwatch(struct loop *loop, int fd); /* before @fd is closed */

/* A timer that is not set yet. 0 or more: its number; -errno otherwise. */
int loop_timer(struct loop *loop, loop_fn fn, void *context);
void loop_set(struct loop *loop, int timer, uint64_t after_ms); /* once; 0: at once */
void loop_set_every(struct loop *loop, int timer, uint64_t every_ms);

/* Called before each wait; returns how long that wait may be in ms, or -1. -ENOSPC: too many. */
int loop_before_wait(struct loop *loop, int (*hook)(void *context), void *context);

int loop_run(struct loop *loop); /* until loop_stop(); -errno when waiting itself fails */
void loop_stop(struct loop *loop);

#endif /* XDP511_LOOP_H */
