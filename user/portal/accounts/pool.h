/* SPDX-License-Identifier: MIT */
/*
 * pool.h - threads for what takes long, such as hashes of passwords; results come on the loop.
 *
 *   loop: pool_submit() ─► queue ─► thread: work() ─► loop: done()
 */
#ifndef XDP511_PORTAL_POOL_H
#define XDP511_PORTAL_POOL_H

#include <stdbool.h>

#include "base/loop.h"

#define POOL_THREADS 2
#define POOL_MAX     128 /* jobs that wait or are worked on */

/* The submitter's, in place until done() is called. */
struct pool_job {
	void (*work)(struct pool_job *job); /* on a thread: touches nothing but the job */
	void (*done)(struct pool_job *job); /* on the loop's thread; may free the job */
	bool is_dropped;		    /* the pool ends: work() was not called */
	struct pool_job *next;		    /* the pool's */
};

struct pool; /* opaque */

int pool_new(struct loop *loop, struct pool **ret_pool);

/* Waits for what is worked on, drops what waits, and calls done() of all. Takes NULL. */
struct pool *pool_free(struct pool *pool);

/* -EBUSY: POOL_MAX jobs are there already. */
int pool_submit(struct pool *pool, struct pool_job *job);

#endif /* XDP511_PORTAL_POOL_H */
