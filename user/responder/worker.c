// SPDX-License-Identifier: MIT
/* worker.c - the loop of one queue: wait, receive, respond, recycle, send. */
#include <errno.h>
#include <time.h>

#include "responder/respond.h"
#include "responder/sandbox.h"
#include "responder/xsk.h"

#define WAIT_MS	     1000
#define NSEC_PER_SEC 1000000000LL

static uint8_t *take(void *ctx)
{
	const struct worker_job *job = ctx;

	return xsk_take(job->xsk);
}

static void put(void *ctx, uint8_t *frame, size_t len)
{
	const struct worker_job *job = ctx;

	job->counters->sent++;
	xsk_put(job->xsk, frame, len);
}

static void drop(void *ctx, uint8_t *frame)
{
	const struct worker_job *job = ctx;

	xsk_drop(job->xsk, frame);
}

static int64_t nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* The clocks differ by whole seconds; what passes between the two readings is rounded away. */
static int64_t unix_offset(void)
{
	int64_t difference = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_TAI);

	return (difference - NSEC_PER_SEC / 2) / NSEC_PER_SEC;
}

/* One turn: what has arrived, at most a batch. Returns how many frames that were. */
static size_t turn(struct worker_job *job, struct pieces *pieces, const struct outbox *out)
{
	struct world world = {
		.settings = job->settings,
		.interface = job->interface,
		.seconds = (uint64_t)(nanoseconds(CLOCK_TAI) / NSEC_PER_SEC),
		.unix_offset = unix_offset(),
		.counters = job->counters,
		.pieces = pieces,
	};
	struct xsk_frame frames[XSK_BATCH];
	size_t n = xsk_receive(job->xsk, frames);

	for (size_t i = 0; i < n; i++)
		respond(&world, frames[i].data, frames[i].len, out);
	xsk_recycle(job->xsk, frames, n);
	xsk_flush(job->xsk, &job->counters->send_failed);
	return n;
}

int worker_run(const struct worker_job *given)
{
	struct worker_job job = *given;
	const struct outbox out = {.ctx = &job, .take = take, .put = put, .drop = drop};
	struct pieces *pieces = pieces_new();
	int err = pieces ? sandbox_enter() : -ENOMEM;

	while (!err) {
		if (!turn(&job, pieces, &out))
			err = xsk_wait(job.xsk, WAIT_MS);
	}
	pieces_free(pieces);
	return err;
}
