/* SPDX-License-Identifier: MIT */
/* uam_challenges.c - challenges of devices, in a table of fixed size. */
#include "portal/foreign/uam_challenges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#define SETS 1024 /* a power of two */
#define WAYS 8

struct given {
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	uint8_t challenge[CHALLENGE_SIZE];
	uint64_t at_ms; /* 0: free */
};

struct challenges {
	uint64_t seed; /* nobody can choose a MAC whose place is another's */
	struct given sets[SETS][WAYS];
};

int challenges_new(struct challenges **ret_challenges)
{
	struct challenges *challenges = calloc(1, sizeof(*challenges));

	if (!challenges)
		return -ENOMEM;
	if (getrandom(&challenges->seed, sizeof(challenges->seed), 0) != sizeof(challenges->seed)) {
		free(challenges);
		return -EIO;
	}
	*ret_challenges = challenges;
	return 0;
}

struct challenges *challenges_free(struct challenges *challenges)
{
	if (challenges)
		explicit_bzero(challenges, sizeof(*challenges));
	free(challenges);
	return NULL;
}

static struct given *set_of(struct challenges *challenges, const struct device *device)
{
	uint64_t hash = challenges->seed;
	size_t i;

	for (i = 0; i < sizeof(device->mac); i++) {
		hash = (hash ^ device->mac[i]) * 0xd6e8feb86659fd93;
		hash ^= hash >> 32;
	}
	return challenges->sets[hash & (SETS - 1)];
}

static struct given *find(struct challenges *challenges, const struct device *device)
{
	struct given *set = set_of(challenges, device);
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (set[i].at_ms && !memcmp(set[i].mac, device->mac, sizeof(set[i].mac)) &&
		    !strcmp(set[i].zone, device->zone))
			return &set[i];
	}
	return NULL;
}

static struct given *oldest(struct given *set)
{
	struct given *found = set;
	size_t i;

	for (i = 1; i < WAYS; i++) {
		if (set[i].at_ms < found->at_ms)
			found = &set[i];
	}
	return found;
}

int challenge_give(struct challenges *challenges, const struct device *device, uint64_t now_ms,
		   uint8_t ret_challenge[CHALLENGE_SIZE])
{
	struct given *given = find(challenges, device);
	uint8_t fresh[CHALLENGE_SIZE];

	if (!given || now_ms - given->at_ms >= CHALLENGE_YOUNG_MS) {
		if (getrandom(fresh, sizeof(fresh), 0) != sizeof(fresh))
			return -EIO;
		if (!given)
			given = oldest(set_of(challenges, device));
		memcpy(given->mac, device->mac, sizeof(given->mac));
		memcpy(given->zone, device->zone, sizeof(given->zone));
		memcpy(given->challenge, fresh, sizeof(fresh));
		given->at_ms = now_ms;
	}
	memcpy(ret_challenge, given->challenge, CHALLENGE_SIZE);
	return 0;
}

int challenge_find(struct challenges *challenges, const struct device *device, uint64_t now_ms,
		   uint8_t ret_challenge[CHALLENGE_SIZE])
{
	const struct given *given = find(challenges, device);

	if (!given || now_ms - given->at_ms >= CHALLENGE_LIFETIME_MS)
		return -ENOENT;
	memcpy(ret_challenge, given->challenge, CHALLENGE_SIZE);
	return 0;
}

void challenge_forget(struct challenges *challenges, const struct device *device)
{
	struct given *given = find(challenges, device);

	if (given)
		explicit_bzero(given, sizeof(*given));
}
