/* SPDX-License-Identifier: MIT */
/* moves.c - a bounded table of the places that devices came from. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/sessions/moves.h"

#define SPREAD 0x9e3779b97f4a7c15ULL /* 2^64 / the golden ratio */
#define WAYS   8		     /* where a device may stand, by the hash of its key */

struct move {
	struct session_key device;
	uint16_t from_vlan;
	uint8_t from_port;
	uint64_t at_ns; /* 0: a free place */
	uint64_t told_ns;
};

struct moves {
	struct move table[MOVES_MAX / WAYS][WAYS];
};

struct moves *moves_new(void)
{
	return calloc(1, sizeof(struct moves));
}

struct moves *moves_free(struct moves *moves)
{
	free(moves);
	return NULL;
}

static size_t row_of(const struct session_key *device)
{
	uint64_t word;

	_Static_assert(sizeof(*device) == sizeof(word), "a key is one word");
	memcpy(&word, device, sizeof(word));
	word ^= word >> 32;
	word *= SPREAD;
	word ^= word >> 32; /* so that every byte of the key counts */
	word *= SPREAD;
	return (size_t)(word >> 32) % (MOVES_MAX / WAYS);
}

/* Where the device stands, or the oldest place of its row, made free. */
static struct move *find(struct moves *moves, const struct session_key *device)
{
	struct move *row = moves->table[row_of(device)], *oldest = row;
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (row[i].at_ns && !memcmp(&row[i].device, device, sizeof(*device)))
			return &row[i];
		if (row[i].at_ns < oldest->at_ns)
			oldest = &row[i];
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->device = *device;
	return oldest;
}

static bool is_recent(uint64_t then_ns, uint64_t now_ns)
{
	return then_ns && (now_ns < then_ns || now_ns - then_ns < MOVES_WITHIN_NS);
}

bool moves_note(struct moves *moves, const struct notice *notice)
{
	struct move *move = find(moves, &notice->device);
	bool is_back = is_recent(move->at_ns, notice->at_ns) && move->from_vlan == notice->vlan &&
		       move->from_port == notice->port;
	bool is_told = is_recent(move->told_ns, notice->at_ns);

	move->from_vlan = notice->old_vlan;
	move->from_port = notice->old_port;
	move->at_ns = notice->at_ns ? notice->at_ns : 1;
	if (!is_back || is_told)
		return false;
	move->told_ns = move->at_ns;
	return true;
}
