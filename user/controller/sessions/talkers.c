/* SPDX-License-Identifier: MIT */
/* talkers.c - a heap with the quietest of the loudest on top, which the next louder one replaces. */
#include <stdlib.h>
#include <string.h>

#include "controller/sessions/talkers.h"

struct talkers {
	size_t max;
	size_t n;
	struct talker heap[]; /* no parent is louder than its children */
};

struct talkers *talkers_new(size_t max)
{
	struct talkers *talkers = calloc(1, sizeof(*talkers) + max * sizeof(talkers->heap[0]));

	if (talkers)
		talkers->max = max;
	return talkers;
}

struct talkers *talkers_free(struct talkers *talkers)
{
	free(talkers);
	return NULL;
}

/* Equals are put in order by their key, so that the list doesn't change by itself. */
static int compare(const struct talker *a, const struct talker *b)
{
	uint64_t of_a = a->guest.packets + a->guest.dropped;
	uint64_t of_b = b->guest.packets + b->guest.dropped;

	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	return memcmp(&b->device, &a->device, sizeof(a->device));
}

static void swap(struct talkers *talkers, size_t i, size_t j)
{
	struct talker other = talkers->heap[i];

	talkers->heap[i] = talkers->heap[j];
	talkers->heap[j] = other;
}

static void rise(struct talkers *talkers, size_t i)
{
	while (i && compare(&talkers->heap[i], &talkers->heap[(i - 1) / 2]) < 0) {
		swap(talkers, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void sink(struct talkers *talkers, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= talkers->n)
			return;
		if (child + 1 < talkers->n &&
		    compare(&talkers->heap[child + 1], &talkers->heap[child]) < 0)
			child++;
		if (compare(&talkers->heap[i], &talkers->heap[child]) <= 0)
			return;
		swap(talkers, i, child);
		i = child;
	}
}

void talkers_offer(struct talkers *talkers, const struct session_key *device,
		   const struct guest *guest)
{
	struct talker talker = {.device = *device, .guest = *guest};

	if (talkers->n < talkers->max) {
		talkers->heap[talkers->n] = talker;
		rise(talkers, talkers->n++);
	} else if (talkers->n && compare(&talker, &talkers->heap[0]) > 0) {
		talkers->heap[0] = talker;
		sink(talkers, 0);
	}
}

static int louder_first(const void *a, const void *b)
{
	return compare(b, a);
}

const struct talker *talkers_list(struct talkers *talkers, size_t *ret_n)
{
	qsort(talkers->heap, talkers->n, sizeof(talkers->heap[0]), louder_first);
	*ret_n = talkers->n;
	return talkers->heap;
}
