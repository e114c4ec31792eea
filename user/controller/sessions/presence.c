/* SPDX-License-Identifier: MIT */
/* presence.c - a set of ids that may name too many. */
#include <stdlib.h>
#include <string.h>

#include "controller/sessions/presence.h"

#define BITS_AN_ENTRY 16 /* so that of those who aren't there few are looked for */
#define WORD_BITS     64

void presence_init(struct presence *presence, uint32_t max)
{
	size_t n = 1;

	while (n * WORD_BITS < (size_t)max * BITS_AN_ENTRY)
		n *= 2;
	presence->words = calloc(n, sizeof(*presence->words));
	presence->n = n;
}

void presence_free(struct presence *presence)
{
	free(presence->words);
	presence->words = NULL;
}

static uint64_t *word_of(const struct presence *presence, uint64_t id, uint64_t *ret_bit)
{
	uint64_t hash = (id ^ id >> 33) * 0xff51afd7ed558ccdULL;

	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ULL;
	hash ^= hash >> 33;
	*ret_bit = 1ULL << (hash % WORD_BITS);
	return &presence->words[(hash / WORD_BITS) & (presence->n - 1)];
}

void presence_note(struct presence *presence, uint64_t id)
{
	uint64_t bit, *word;

	if (!presence->words)
		return;
	word = word_of(presence, id, &bit);
	*word |= bit;
}

void presence_forget_all(struct presence *presence)
{
	if (presence->words)
		memset(presence->words, 0, presence->n * sizeof(*presence->words));
}

bool presence_may_have(const struct presence *presence, uint64_t id)
{
	uint64_t bit;

	return !presence->words || *word_of(presence, id, &bit) & bit;
}
