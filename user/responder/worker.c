/* SPDX-License-Identifier: MIT */
/* worker.c - the loop of one queue: wait, receive, respond, recycle, send. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "responder/respond.h"
#include "responder/sandbox.h"
#include "responder/xsk.h"

#define WAIT_MS 1000

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

static int64_t seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec;
}

/*
 * All segments of an answer tell the same time. So the clocks' difference is only taken anew
 * when somebody has set the clock; that their seconds don't begin together makes one of it.
 */
static void read_clocks(struct world *world)
{
	int64_t seconds = seconds_of(CLOCK_MONOTONIC);
	int64_t offset = seconds_of(CLOCK_REALTIME) - seconds;

	world->seconds = (uint64_t)seconds;
	if (llabs(offset - world->unix_offset) > 1)
		world->unix_offset = offset;
}

/* One turn: what has arrived, at most a batch. Returns how many frames that were. */
static size_t turn(struct worker_job *job, struct world *world, const struct outbox *out)
{
	struct xsk_frame frames[XSK_BATCH];
	size_t n = xsk_receive(job->xsk, frames);

	job->counters->turns++;
	read_clocks(world);
	for (size_t i = 0; i < n; i++)
		respond(world, frames[i].data, frames[i].len, out);
	xsk_recycle(job->xsk, frames, n);
	xsk_flush(job->xsk, &job->counters->send_failed);
	return n;
}

int worker_run(const struct worker_job *given)
{
	struct worker_job job = *given;
	const struct outbox out = {.ctx = &job, .take = take, .put = put, .drop = drop};
	struct world world = {
		.settings = job.settings,
		.interface = job.interface,
		.counters = job.counters,
		.pieces = pieces_new(),
		.answers = answers_new(job.settings),
	};
	int err = world.pieces && world.answers ? sandbox_enter() : -ENOMEM;

	while (!err) {
		if (!turn(&job, &world, &out))
			err = xsk_wait(job.xsk, WAIT_MS);
	}
	answers_free(world.answers);
	pieces_free(world.pieces);
	return err;
}
