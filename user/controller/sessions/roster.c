/* SPDX-License-Identifier: MIT */
/* roster.c - who has an entry in the gate, and whose: chains by id, a column of users to scan. */
#include <stdlib.h>

#include "controller/sessions/roster.h"

#define PLACES_A_TURN (1024 * 1024) /* half a millisecond */

void roster_init(struct roster *roster, uint32_t max)
{
	struct roster made = {.n_chains = 1, .n_places = max + 1, .end = 1};

	while (made.n_chains < max)
		made.n_chains *= 2;
	made.ids = calloc(made.n_places, sizeof(*made.ids));
	made.users = calloc(made.n_places, sizeof(*made.users));
	made.methods = calloc(made.n_places, sizeof(*made.methods));
	made.next = calloc(made.n_places, sizeof(*made.next));
	made.first = calloc(made.n_chains, sizeof(*made.first));
	made.is_partial = !made.ids || !made.users || !made.methods || !made.next || !made.first;
	if (made.is_partial)
		roster_done(&made);
	*roster = made;
}

void roster_done(struct roster *roster)
{
	free(roster->ids);
	free(roster->users);
	free(roster->methods);
	free(roster->next);
	free(roster->first);
	*roster = (struct roster){.is_partial = true};
}

/* The finaliser of MurmurHash3. */
static uint32_t *chain_of(const struct roster *roster, uint64_t id)
{
	uint64_t hash = (id ^ id >> 33) * 0xff51afd7ed558ccdULL;

	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return &roster->first[(hash ^ hash >> 33) & (roster->n_chains - 1)];
}

/* FNV-1a; never zero for a name. */
static uint32_t hash_of(const char *user)
{
	uint32_t hash = 0x811c9dc5;

	if (!*user)
		return 0;
	for (; *user; user++)
		hash = (hash ^ (unsigned char)*user) * 0x01000193;
	return hash ? hash : 1;
}

/* What refers to the place of @id, or to none at the chain's end. */
static uint32_t *find(const struct roster *roster, uint64_t id)
{
	uint32_t *at = chain_of(roster, id);

	while (*at && roster->ids[*at] != id)
		at = &roster->next[*at];
	return at;
}

static uint32_t take_place(struct roster *roster)
{
	uint32_t place = roster->free;

	if (place)
		roster->free = roster->next[place];
	else if (roster->end < roster->n_places)
		place = roster->end++;
	return place;
}

/* Of the place's zone and method. */
static uint32_t *number_of(struct roster *roster, uint32_t place)
{
	uint64_t zone = roster->ids[place] >> 48;

	return &roster->n[zone < X511_MAX_ZONES ? zone : 0][roster->methods[place]];
}

void roster_put(struct roster *roster, uint64_t id, const char *user, const char *method)
{
	uint32_t *at, place;

	if (!roster->ids)
		return;
	at = find(roster, id);
	place = *at;
	if (!place) {
		place = take_place(roster);
		if (!place) {
			roster->is_partial = true;
			return;
		}
		roster->ids[place] = id;
		roster->next[place] = 0;
		*at = place;
	} else {
		--*number_of(roster, place);
	}
	roster->users[place] = hash_of(user);
	roster->methods[place] = (uint8_t)session_method_of(method);
	++*number_of(roster, place);
}

void roster_remove(struct roster *roster, uint64_t id)
{
	uint32_t *at = roster->ids ? find(roster, id) : NULL;
	uint32_t place = at ? *at : 0;

	if (!place)
		return;
	*at = roster->next[place];
	--*number_of(roster, place);
	roster->ids[place] = 0;
	roster->users[place] = 0;
	roster->next[place] = roster->free;
	roster->free = place;
}

void roster_expect(const struct roster *roster, uint64_t id)
{
	if (roster->ids)
		__builtin_prefetch(chain_of(roster, id), 1);
}

bool roster_may_have(const struct roster *roster, uint64_t id)
{
	return roster->is_partial || *find(roster, id);
}

size_t roster_find(const struct roster *roster, const char *user, uint32_t *at, uint64_t *ids,
		   size_t max)
{
	const uint32_t hash = hash_of(user), last = roster->end - 1;
	uint32_t place = *at, until = last;
	size_t n = 0;

	if (until - place > PLACES_A_TURN)
		until = place + PLACES_A_TURN;
	while (place < until && n < max) {
		if (roster->users[++place] == hash)
			ids[n++] = roster->ids[place];
	}
	*at = place;
	return n;
}

bool roster_is_over(const struct roster *roster, uint32_t at)
{
	return at + 1 >= roster->end;
}
