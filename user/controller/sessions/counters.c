/* SPDX-License-Identifier: MIT */
/* counters.c - the walk that writes what the gate has counted, and what is written already. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions/counters.h"
#include "controller/sessions/sessions.h"

#define PAGE		   4096
#define ROWS_A_TRANSACTION 2048
#define FIRST_SLOTS	   4096

/*
 * What the disk has, without its keys and values: a slot is a hash of the key above a hash of
 * the counters. Sessions that share a slot, one in millions, are written once too often.
 */
struct known {
	uint64_t *slots; /* 0: free */
	size_t n_slots;	 /* a power of two */
	size_t used;
};

struct change {
	uint64_t id;
	uint64_t mark;
	struct usage usage;
};

struct counters {
	struct gate *gate;
	struct known known;
	struct gate_walk walk;
	struct session_key keys[PAGE];
	struct session sessions[PAGE];
	struct change changes[PAGE]; /* of the page, not written yet: [next, n) */
	size_t n;
	size_t next;
	size_t seen; /* by this walk */
};

/* The finaliser of MurmurHash3: each bit of @x in each bit of the result. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
	x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static uint64_t mark_of(uint64_t id, const struct session *session)
{
	uint64_t hash = mix(session->up_bytes);

	hash = mix(hash ^ session->up_packets);
	hash = mix(hash ^ session->down_bytes);
	hash = mix(hash ^ session->down_packets);
	hash = mix(hash ^ ((uint64_t)session->last_seen_tick << 32 | session->ipv4_be));
	hash = mix(hash ^ session->vlan);
	return (mix(id) | 1ULL << 63) >> 32 << 32 | (uint32_t)hash;
}

static uint64_t *find(const struct known *known, uint64_t mark)
{
	size_t i = (mark >> 32) & (known->n_slots - 1);

	while (known->slots[i] && known->slots[i] >> 32 != mark >> 32)
		i = (i + 1) & (known->n_slots - 1);
	return &known->slots[i];
}

/* Without memory it forgets everything, and everything is written once more. */
static void make_room(struct known *known)
{
	struct known larger = {.n_slots = 2 * known->n_slots, .used = known->used};
	size_t i;

	if (2 * known->used < known->n_slots)
		return;
	larger.slots = calloc(larger.n_slots, sizeof(*larger.slots));
	if (!larger.slots) {
		memset(known->slots, 0, known->n_slots * sizeof(*known->slots));
		known->used = 0;
		return;
	}
	for (i = 0; i < known->n_slots; i++) {
		if (known->slots[i])
			*find(&larger, known->slots[i]) = known->slots[i];
	}
	free(known->slots);
	*known = larger;
}

static void note(struct known *known, uint64_t mark)
{
	uint64_t *slot;

	make_room(known);
	slot = find(known, mark);
	known->used += !*slot;
	*slot = mark;
}

int counters_new(struct gate *gate, struct counters **ret_counters)
{
	struct counters *counters = calloc(1, sizeof(*counters));

	if (!counters)
		return -ENOMEM;
	counters->gate = gate;
	counters->known.n_slots = FIRST_SLOTS;
	counters->known.slots = calloc(FIRST_SLOTS, sizeof(*counters->known.slots));
	if (!counters->known.slots) {
		free(counters);
		return -ENOMEM;
	}
	*ret_counters = counters;
	return 0;
}

struct counters *counters_free(struct counters *counters)
{
	if (!counters)
		return NULL;
	free(counters->known.slots);
	free(counters);
	return NULL;
}

void counters_know(struct counters *counters, uint64_t id, const struct session *session)
{
	note(&counters->known, mark_of(id, session));
}

struct usage counters_usage(const struct session *session)
{
	return (struct usage){
		.up_bytes = session->up_bytes,
		.up_packets = session->up_packets,
		.down_bytes = session->down_bytes,
		.down_packets = session->down_packets,
		.seen_ms = clock_wall_ms_from_tick(session->last_seen_tick),
		.vlan = session->vlan == X511_NOWHERE ? 0 : session->vlan,
		.ipv4_be = session->ipv4_be,
	};
}

static int by_id(const void *a, const void *b)
{
	const struct change *one = a, *other = b;

	return one->id < other->id ? -1 : one->id > other->id;
}

/* A session that is over is on its way out, and its key may soon be another sign-in's. */
static int read_page(struct counters *counters)
{
	int i, n = gate_walk_sessions(counters->gate, &counters->walk, counters->keys,
				      counters->sessions, PAGE);
	uint64_t now_ns = gate_now_ns();

	counters->n = counters->next = 0;
	counters->seen += n > 0 ? (size_t)n : 0;
	for (i = 0; i < n; i++) {
		const struct session *session = &counters->sessions[i];
		uint64_t id = store_id(&counters->keys[i]);
		uint64_t mark = mark_of(id, session);

		if (!session->up_packets && !session->down_packets)
			continue; /* as its row has it */
		if (*find(&counters->known, mark) == mark || session_end(session, now_ns))
			continue;
		counters->changes[counters->n++] = (struct change){
			.id = id,
			.mark = mark,
			.usage = counters_usage(session),
		};
	}
	/* In the order of the rows neighbours share a page. */
	qsort(counters->changes, counters->n, sizeof(counters->changes[0]), by_id);
	return n < 0 ? n : 0;
}

static int write_some(struct counters *counters, struct store *store)
{
	size_t i, first = counters->next, left = counters->n - first;
	size_t n = left < ROWS_A_TRANSACTION ? left : ROWS_A_TRANSACTION;
	int err = store_begin(store);

	if (err)
		return err;
	counters->next += n;
	for (i = first; i < counters->next && !err; i++)
		err = store_set_usage(store, counters->changes[i].id, &counters->changes[i].usage);
	if (err)
		store_rollback(store);
	else
		err = store_commit(store);
	for (i = first; i < counters->next && !err; i++)
		note(&counters->known, counters->changes[i].mark);
	return err;
}

/* Sessions that are gone leave their slots behind, until there are too many of them. */
static void end_walk(struct counters *counters)
{
	struct known *known = &counters->known;

	if (known->used > 2 * counters->seen + FIRST_SLOTS) {
		memset(known->slots, 0, known->n_slots * sizeof(*known->slots));
		known->used = 0;
	}
	counters->seen = 0;
	counters->walk = (struct gate_walk){};
}

int counters_step(struct counters *counters, struct store *store)
{
	int err;

	if (counters->next < counters->n)
		err = write_some(counters, store);
	else
		err = counters->walk.is_over ? 0 : read_page(counters);
	if (err) {
		counters->n = counters->next = counters->seen = 0;
		counters->walk = (struct gate_walk){};
		return err;
	}
	if (counters->next < counters->n || !counters->walk.is_over)
		return 1;
	end_walk(counters);
	return 0;
}
