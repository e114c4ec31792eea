/* SPDX-License-Identifier: MIT */
/* clones.c - looks for a session's MAC in the other zones. */
#include "controller/sessions/clones.h"

#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"

#define TABLE_SIZE   256 /* devices being watched, by MAC; a later one takes the place */
#define NOW_TICKS    (2 * NS_PER_S / X511_TICK_NS) /* seen so lately is at work */
#define CHANGE_NS    (4 * NS_PER_S)  /* who changes is at work in both for at most NOW_TICKS */
#define FORGET_NS    (30 * NS_PER_S) /* longer than a turn of the sweep */
#define SAY_AFTER_NS (60 * NS_PER_S)

struct sighting {
	uint8_t mac[6];
	uint64_t first_ns; /* 0: a free place */
	uint64_t last_ns;
	uint64_t told_ns;
};

struct clones {
	struct sighting table[TABLE_SIZE];
};

struct clones *clones_new(void)
{
	return calloc(1, sizeof(struct clones));
}

struct clones *clones_free(struct clones *clones)
{
	free(clones);
	return NULL;
}

static bool is_now(uint32_t seen_tick, uint32_t now_tick)
{
	return seen_tick && seen_tick + NOW_TICKS >= now_tick;
}

static bool is_at_work(struct gate *gate, const struct session_key *device, uint32_t now_tick)
{
	struct session session;
	struct guest guest;

	if (!gate_get_session(gate, device, &session))
		return is_now(session.last_seen_tick, now_tick);
	return !gate_get_guest(gate, device, &guest) && is_now(guest.seen_tick, now_tick);
}

static bool is_elsewhere(struct gate *gate, const struct zones *zones,
			 const struct session_key *device, uint32_t now_tick)
{
	struct session_key other = *device;
	uint16_t id;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		other.zone = id;
		if (id != device->zone && zones->slots[id].config &&
		    is_at_work(gate, &other, now_tick))
			return true;
	}
	return false;
}

/* Whether that has been so for long enough, and wasn't said lately. */
static bool note(struct clones *clones, const uint8_t mac[6], uint64_t now_ns)
{
	struct sighting *place = &clones->table[(mac[4] ^ mac[3] << 3 ^ mac[5]) % TABLE_SIZE];

	if (memcmp(place->mac, mac, sizeof(place->mac)) != 0 ||
	    now_ns - place->last_ns > FORGET_NS) {
		*place = (struct sighting){.first_ns = now_ns};
		memcpy(place->mac, mac, sizeof(place->mac));
	}
	place->last_ns = now_ns;
	if (now_ns - place->first_ns < CHANGE_NS ||
	    (place->told_ns && now_ns - place->told_ns < SAY_AFTER_NS))
		return false;
	place->told_ns = now_ns;
	return true;
}

bool clones_look(struct clones *clones, struct gate *gate, const struct zones *zones,
		 const struct session_key *device, const struct session *session)
{
	uint64_t now_ns = gate_now_ns();
	uint32_t now_tick = gate_tick(now_ns);

	return is_now(session->last_seen_tick, now_tick) &&
	       is_elsewhere(gate, zones, device, now_tick) && note(clones, device->mac, now_ns);
}
