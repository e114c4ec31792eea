/* SPDX-License-Identifier: MIT */
/* channel.c - two queues, and a script of what happens to frames on their way into them. */
#include "channel.h"

#include <string.h>

#define QUEUE_MAX 128

/* Apart from struct channel, which tests make anew thousands of times. */
static struct queue {
	struct frame frames[QUEUE_MAX];
	unsigned int first;
	unsigned int n;
	struct frame late; /* goes behind the next one, or when nothing else moves; 0 long: none */
} queues[N_WAYS];

void channel_start(struct channel *channel)
{
	channel->n_frames = 0;
	channel->overrun = false;
	for (int way = 0; way < N_WAYS; way++) {
		queues[way].first = queues[way].n = 0;
		queues[way].late.len = 0;
	}
}

/* xorshift64* (Vigna 2016): any generator would do that is the same everywhere. */
static bool by_chance(struct channel *channel, unsigned int percent)
{
	uint64_t x = channel->seed + 0x9e3779b97f4a7c15ULL;

	if (!percent)
		return false;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	channel->seed = x;
	return (x * 0x2545f4914f6cdd1dULL >> 33) % 100 < percent;
}

static void copy(struct frame *to, const struct frame *from)
{
	memcpy(to->bytes, from->bytes, from->len);
	to->len = from->len;
}

static void enqueue(struct channel *channel, struct queue *queue, const struct frame *frame)
{
	if (queue->n == QUEUE_MAX) {
		channel->overrun = true;
		return;
	}
	copy(&queue->frames[(queue->first + queue->n) % QUEUE_MAX], frame);
	queue->n++;
}

static bool release_late(struct channel *channel, struct queue *queue)
{
	if (!queue->late.len)
		return false;
	enqueue(channel, queue, &queue->late);
	queue->late.len = 0;
	return true;
}

static bool is_marked(uint64_t mask, unsigned int n)
{
	return n < 64 && mask >> n & 1;
}

void channel_put(struct channel *channel, enum way way, const struct frame *frame)
{
	struct queue *queue = &queues[way];
	unsigned int n = channel->n_frames++;
	bool lost, doubled, late;

	lost = is_marked(channel->lost, n) || by_chance(channel, channel->lost_percent);
	doubled = is_marked(channel->doubled, n) || by_chance(channel, channel->doubled_percent);
	late = is_marked(channel->late, n) || by_chance(channel, channel->late_percent);
	if (lost)
		return;
	if (late) {
		release_late(channel, queue);
		copy(&queue->late, frame);
		if (doubled)
			enqueue(channel, queue, frame);
		return;
	}
	enqueue(channel, queue, frame);
	if (doubled)
		enqueue(channel, queue, frame);
	release_late(channel, queue);
}

const struct frame *channel_take(enum way way)
{
	struct queue *queue = &queues[way];
	const struct frame *frame = &queue->frames[queue->first];

	if (!queue->n)
		return NULL;
	queue->first = (queue->first + 1) % QUEUE_MAX;
	queue->n--;
	return frame;
}

bool channel_settle(struct channel *channel)
{
	bool settled = release_late(channel, &queues[TO_SERVER]);

	return release_late(channel, &queues[TO_CLIENT]) || settled;
}
