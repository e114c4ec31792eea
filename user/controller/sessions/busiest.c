/* SPDX-License-Identifier: MIT */
/* busiest.c - what each session had a round ago, and a heap of the busiest for each order. */
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#include "controller/sessions/busiest.h"

#define FIRST_SLOTS 1024
#define UNIT	    64 /* bytes: 32 bits of them are more than moves in a round */
#define BITS	    8
#define MS_A_SECOND 1000
#define LEAST_MS    400 /* between two rounds; less than that says nothing about a rate */

/* A session as a round has seen it, without its key: who shares its print is one in billions. */
struct slot {
	uint32_t print; /* 0: free */
	uint32_t up;	/* in units, and what of it 32 bits hold */
	uint32_t down;
	uint32_t at_ms;
};

struct memory {
	struct slot *slots; /* NULL: none */
	size_t n_slots;	    /* a power of two */
	size_t used;
};

/* No parent is busier than its children, until it becomes a list. */
struct heap {
	enum busy_order order;
	size_t n;
	struct busy list[BUSIEST_MAX];
};

struct busiest {
	uint64_t seed;	   /* of the hash: devices choose their MACs */
	uint64_t asked_ms; /* 0: nobody did */
	bool is_running;   /* a round is under way */
	uint64_t round_ms; /* when the last whole one began, or the present one */
	struct memory before;
	struct memory now;
	struct heap *heaps; /* of the present round, BUSY_ORDERS of them */
	struct heap *lists; /* of the last one; NULL: there was none */
};

struct busiest *busiest_new(void)
{
	struct busiest *busiest = calloc(1, sizeof(*busiest));

	if (busiest && getrandom(&busiest->seed, sizeof(busiest->seed), GRND_NONBLOCK) < 0)
		busiest->seed = (uintptr_t)busiest; /* the machine is still starting */
	return busiest;
}

static void forget(struct memory *memory)
{
	free(memory->slots);
	*memory = (struct memory){.slots = NULL};
}

static void forget_round(struct busiest *busiest)
{
	forget(&busiest->now);
	free(busiest->heaps);
	busiest->heaps = NULL;
	busiest->is_running = false;
}

static void forget_all(struct busiest *busiest)
{
	forget_round(busiest);
	forget(&busiest->before);
	free(busiest->lists);
	busiest->lists = NULL;
	busiest->asked_ms = 0;
}

struct busiest *busiest_free(struct busiest *busiest)
{
	if (busiest)
		forget_all(busiest);
	free(busiest);
	return NULL;
}

void busiest_ask(struct busiest *busiest, uint64_t now_ms)
{
	busiest->asked_ms = now_ms ? now_ms : 1;
}

/* --- what a round ago was ------------------------------------------------------------------ */

/* The finaliser of MurmurHash3: each bit of the key in each bit of the result. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
	x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

/* Who could make two devices of one print could hide the one behind the other. */
static uint64_t hash_of(const struct busiest *busiest, const struct session_key *device)
{
	uint64_t x = 0;

	memcpy(&x, device, sizeof(*device));
	return mix(mix(x ^ busiest->seed) + busiest->seed);
}

static uint32_t print_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

/* Its slot, or the free one where it belongs. There always is a free one. */
static struct slot *find(const struct memory *memory, uint64_t hash)
{
	size_t i = hash & (memory->n_slots - 1);

	while (memory->slots[i].print && memory->slots[i].print != print_of(hash))
		i = (i + 1) & (memory->n_slots - 1);
	return &memory->slots[i];
}

static int make_memory(struct memory *memory, size_t expected)
{
	size_t n = FIRST_SLOTS;

	while (n < expected + expected / 2)
		n *= 2;
	memory->slots = calloc(n, sizeof(*memory->slots));
	if (!memory->slots)
		return -1;
	memory->n_slots = n;
	memory->used = 0;
	return 0;
}

/* What came too many for the memory has no rate in the next round. */
static void remember(struct memory *memory, uint64_t hash, const struct slot *slot)
{
	struct slot *place = find(memory, hash);

	if (!place->print && memory->used >= memory->n_slots - memory->n_slots / 8)
		return;
	memory->used += !place->print;
	*place = *slot;
}

static uint64_t rate(uint32_t units, uint32_t ms)
{
	return (uint64_t)units * UNIT * BITS * MS_A_SECOND / ms;
}

/* Counters that go backwards are another session's of the same device. */
static void measure(const struct memory *before, uint64_t hash, const struct slot *now,
		    struct busy *busy)
{
	const struct slot *then = before->slots ? find(before, hash) : NULL;
	uint32_t up, down, ms;

	if (!then || !then->print)
		return;
	up = now->up - then->up;
	down = now->down - then->down;
	ms = now->at_ms - then->at_ms;
	if (!ms || up > INT32_MAX || down > INT32_MAX)
		return;
	busy->is_measured = true;
	busy->up_bps = rate(up, ms);
	busy->down_bps = rate(down, ms);
}

/* --- heaps --------------------------------------------------------------------------------- */

static uint64_t rate_of(const struct busy *busy, enum busy_order order)
{
	return (order == BUSY_UP ? 0 : busy->down_bps) + (order == BUSY_DOWN ? 0 : busy->up_bps);
}

static uint64_t bytes_of(const struct busy *busy, enum busy_order order)
{
	return (order == BUSY_UP ? 0 : busy->down_bytes) +
	       (order == BUSY_DOWN ? 0 : busy->up_bytes);
}

/* Equals are put in order by their key, so that the list doesn't change by itself. */
static int compare(const struct busy *a, const struct busy *b, enum busy_order order)
{
	uint64_t of_a = rate_of(a, order), of_b = rate_of(b, order);

	if (of_a == of_b) {
		of_a = bytes_of(a, order);
		of_b = bytes_of(b, order);
	}
	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	return memcmp(&b->device, &a->device, sizeof(a->device));
}

static void swap(struct heap *heap, size_t i, size_t j)
{
	struct busy other = heap->list[i];

	heap->list[i] = heap->list[j];
	heap->list[j] = other;
}

static void rise(struct heap *heap, size_t i)
{
	while (i && compare(&heap->list[i], &heap->list[(i - 1) / 2], heap->order) < 0) {
		swap(heap, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void sink(struct heap *heap, size_t n)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n &&
		    compare(&heap->list[child + 1], &heap->list[child], heap->order) < 0)
			child++;
		if (compare(&heap->list[i], &heap->list[child], heap->order) <= 0)
			return;
		swap(heap, i, child);
		i = child;
	}
}

static void offer(struct heap *heap, const struct busy *busy)
{
	if (heap->n < BUSIEST_MAX) {
		heap->list[heap->n] = *busy;
		rise(heap, heap->n++);
	} else if (compare(busy, &heap->list[0], heap->order) > 0) {
		heap->list[0] = *busy;
		sink(heap, heap->n);
	}
}

/* The least busy one goes to the end, again and again. */
static void make_list(struct heap *heap)
{
	size_t n;

	for (n = heap->n; n > 1; n--) {
		swap(heap, 0, n - 1);
		sink(heap, n - 1);
	}
}

/* --- rounds -------------------------------------------------------------------------------- */

void busiest_begin(struct busiest *busiest, size_t expected, uint64_t now_ms)
{
	size_t i;

	forget_round(busiest);
	if (!busiest->asked_ms || now_ms - busiest->asked_ms > BUSIEST_KEPT_MS) {
		forget_all(busiest);
		return;
	}
	if (busiest->lists && now_ms - busiest->round_ms < LEAST_MS)
		return;
	busiest->round_ms = now_ms;
	busiest->heaps = calloc(BUSY_ORDERS, sizeof(*busiest->heaps));
	if (!busiest->heaps || make_memory(&busiest->now, expected)) {
		forget_round(busiest);
		return;
	}
	for (i = 0; i < BUSY_ORDERS; i++)
		busiest->heaps[i].order = (enum busy_order)i;
	busiest->is_running = true;
}

void busiest_look(struct busiest *busiest, const struct session_key *device,
		  const struct session *session, uint64_t now_ms)
{
	const uint64_t hash = hash_of(busiest, device);
	const struct slot slot = {
		.print = print_of(hash),
		.up = (uint32_t)(session->up_bytes / UNIT),
		.down = (uint32_t)(session->down_bytes / UNIT),
		.at_ms = (uint32_t)now_ms,
	};
	struct busy busy = {
		.device = *device,
		.up_bytes = session->up_bytes,
		.down_bytes = session->down_bytes,
	};
	size_t i;

	/* The walk may come by a second time. */
	if (!busiest->is_running || find(&busiest->now, hash)->print)
		return;
	measure(&busiest->before, hash, &slot, &busy);
	remember(&busiest->now, hash, &slot);
	for (i = 0; i < BUSY_ORDERS; i++)
		offer(&busiest->heaps[i], &busy);
}

void busiest_end(struct busiest *busiest)
{
	size_t i;

	if (!busiest->is_running)
		return;
	for (i = 0; i < BUSY_ORDERS; i++)
		make_list(&busiest->heaps[i]);
	free(busiest->lists);
	busiest->lists = busiest->heaps;
	busiest->heaps = NULL;
	forget(&busiest->before);
	busiest->before = busiest->now;
	busiest->now = (struct memory){.slots = NULL};
	busiest->is_running = false;
}

const struct busy *busiest_list(const struct busiest *busiest, enum busy_order order, size_t *ret_n)
{
	*ret_n = busiest->lists ? busiest->lists[order].n : 0;
	return busiest->lists ? busiest->lists[order].list : NULL;
}
