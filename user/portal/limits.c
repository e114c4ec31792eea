/* SPDX-License-Identifier: MIT */
/* limits.c - token buckets, kept as the moment at which each would be full again. */
#include "portal/limits.h"

#include <errno.h>
#include <stdlib.h>

#include <sys/random.h>

#define SETS 4096 /* a power of two */
#define WAYS 8

/* Nobody can choose a key whose place is another's: the hash is keyed. */
struct bucket {
	uint64_t hash;
	uint64_t full_at_ms; /* 0: free */
};

struct limits {
	uint32_t burst;
	uint32_t every_ms;
	uint64_t seed;
	uint64_t n_refused;
	struct bucket sets[SETS][WAYS];
};

int limits_new(uint32_t burst, uint32_t every_ms, struct limits **ret_limits)
{
	struct limits *limits = calloc(1, sizeof(*limits));

	if (!limits)
		return -ENOMEM;
	if (getrandom(&limits->seed, sizeof(limits->seed), 0) != sizeof(limits->seed)) {
		free(limits);
		return -EIO;
	}
	limits->burst = burst;
	limits->every_ms = every_ms;
	*ret_limits = limits;
	return 0;
}

struct limits *limits_free(struct limits *limits)
{
	free(limits);
	return NULL;
}

static uint64_t mix(uint64_t value)
{
	value ^= value >> 32;
	value *= 0xd6e8feb86659fd93;
	value ^= value >> 32;
	value *= 0xd6e8feb86659fd93;
	return value ^ value >> 32;
}

static uint64_t hash(const struct limits *limits, const void *key, size_t size)
{
	const unsigned char *bytes = key;
	uint64_t result = limits->seed ^ size;
	size_t i;

	for (i = 0; i < size; i++)
		result = mix(result ^ bytes[i]) + limits->seed;
	return result;
}

/* The key's own bucket, or the one that is full, or will be, before the others. */
static struct bucket *find(struct limits *limits, uint64_t wanted)
{
	struct bucket *set = limits->sets[wanted & (SETS - 1)], *found = set;
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (set[i].full_at_ms && set[i].hash == wanted)
			return &set[i];
		if (set[i].full_at_ms < found->full_at_ms)
			found = &set[i];
	}
	*found = (struct bucket){.hash = wanted};
	return found;
}

/* How long until one may be taken, if the bucket is full again at @full_at_ms. */
static uint64_t wait_ms(const struct limits *limits, uint64_t full_at_ms, uint64_t now_ms)
{
	uint64_t room_ms = (uint64_t)(limits->burst - 1) * limits->every_ms;

	return full_at_ms > now_ms + room_ms ? full_at_ms - now_ms - room_ms : 0;
}

uint64_t limits_wait(const struct limits *limits, const void *key, size_t size, uint64_t now_ms)
{
	uint64_t wanted = hash(limits, key, size);
	const struct bucket *set = limits->sets[wanted & (SETS - 1)];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].full_at_ms && set[i].hash == wanted)
			return wait_ms(limits, set[i].full_at_ms, now_ms);
	}
	return 0;
}

uint64_t limits_take(struct limits *limits, const void *key, size_t size, uint64_t now_ms)
{
	struct bucket *bucket = find(limits, hash(limits, key, size));
	uint64_t wait = wait_ms(limits, bucket->full_at_ms, now_ms);

	if (wait)
		limits->n_refused++;
	else
		bucket->full_at_ms = (bucket->full_at_ms > now_ms ? bucket->full_at_ms : now_ms) +
				     limits->every_ms;
	return wait;
}

uint64_t limits_refused(const struct limits *limits)
{
	return limits->n_refused;
}
