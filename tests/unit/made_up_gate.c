/* SPDX-License-Identifier: MIT */
/* made_up_gate.c - what the journal asks of the gate: the time, and sessions the tests make up. */
#include "made_up_gate.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "controller/sessions/counters.h"
#include "controller/journal/journal.h"

struct made_up made_up;

int gate_get_session(struct gate *gate, const struct session_key *key, struct session *ret_session)
{
	(void)gate;
	if (!made_up.id || store_id(key) != made_up.id)
		return -ENOENT;
	*ret_session = made_up.session;
	return 0;
}

size_t gate_addresses(struct gate *gate, const struct session_key *key,
		      const struct session *session, struct address addresses[GATE_MAX_ADDRESSES])
{
	(void)gate;
	(void)session;
	if (!made_up.id || store_id(key) != made_up.id)
		return 0;
	memcpy(addresses, made_up.addresses, made_up.n_addresses * sizeof(addresses[0]));
	return made_up.n_addresses;
}

const char *session_end_word(const struct session *session, uint64_t now_ns)
{
	(void)now_ns;
	return session->state == SESSION_ENDED ? "logout" : made_up.end_word;
}

struct usage counters_usage(const struct session *session)
{
	return (struct usage){
		.up_bytes = session->up_bytes,
		.up_packets = session->up_packets,
		.down_bytes = session->down_bytes,
		.down_packets = session->down_packets,
		.seen_ms = made_up.seen_ms,
		.vlan = session->vlan,
	};
}

uint64_t clock_wall_ms(void)
{
	struct timespec now;

	if (made_up.wall_ms)
		return made_up.wall_ms;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t gate_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int counters_step(struct counters *counters, struct store *store)
{
	(void)counters;
	(void)store;
	return 0;
}

struct counters *counters_free(struct counters *counters)
{
	(void)counters;
	return NULL;
}
