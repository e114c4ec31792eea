/* SPDX-License-Identifier: MIT */
/* sessions.c - x511_sessions: single entries, changes in place, and many entries at a time. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/internal.h"

static int sessions_fd(const struct gate *gate)
{
	return bpf_map__fd(gate->skeleton->maps.x511_sessions);
}

int gate_get_session(struct gate *gate, const struct session_key *key, struct session *ret_session)
{
	struct session session;
	int r = bpf_map_lookup_elem(sessions_fd(gate), key, &session);

	if (!r)
		*ret_session = session;
	return r;
}

int gate_put_session(struct gate *gate, const struct session_key *key,
		     const struct session *session)
{
	return bpf_map_update_elem(sessions_fd(gate), key, session, BPF_ANY);
}

int gate_put_sessions(struct gate *gate, const struct session_key *keys,
		      const struct session *sessions, uint32_t n, uint32_t *ret_done)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts, .elem_flags = BPF_ANY);
	uint32_t done = n;
	int r = n ? bpf_map_update_batch(sessions_fd(gate), keys, sessions, &done, &opts) : 0;

	*ret_done = done;
	return r;
}

/* The program's own answer, or why it could not be run. */
static int run_change(const struct bpf_program *program, struct session_change *change)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = change, .ctx_size_in = sizeof(*change));
	int r = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);

	return r ? r : (int)opts.retval;
}

int gate_change_session(struct gate *gate, const struct session_key *key,
			const struct session *limits)
{
	struct session_change change = {.device = *key, .session = *limits};

	return run_change(gate->skeleton->progs.x511_change, &change);
}

int gate_credit_session(struct gate *gate, const struct session_key *key,
			const struct session *counters)
{
	struct session_change change = {.device = *key, .session = *counters};

	return run_change(gate->skeleton->progs.x511_credit, &change);
}

/* The addresses it had belong to it no more. Chunks are filled in their order. */
static void forget_addresses(struct gate *gate, const struct session_key *key)
{
	int fd = bpf_map__fd(gate->skeleton->maps.x511_addresses);
	struct addresses_key chunk = {.device = *key};

	while (chunk.chunk < X511_LINK_LOCAL_CHUNK && !bpf_map_delete_elem(fd, &chunk))
		chunk.chunk++;
	chunk.chunk = X511_LINK_LOCAL_CHUNK;
	(void)bpf_map_delete_elem(fd, &chunk);
}

int gate_take_session(struct gate *gate, const struct session_key *key, struct session *ret_session)
{
	struct session session;
	int r = bpf_map_lookup_and_delete_elem(sessions_fd(gate), key, &session);

	if (r)
		return r;
	if (session.ipv6_print)
		forget_addresses(gate, key);
	*ret_session = session;
	return 0;
}

int gate_delete_session(struct gate *gate, const struct session_key *key)
{
	int r = bpf_map_delete_elem(sessions_fd(gate), key);

	if (!r)
		forget_addresses(gate, key);
	return r;
}

/* Zero is a slot without an address; the gate may have learned one twice (bpf/source.h). */
static bool is_new(const struct address *address, const struct address *addresses, size_t n)
{
	static const struct address zero;
	size_t i;

	if (!memcmp(address, &zero, sizeof(zero)))
		return false;
	for (i = 0; i < n; i++) {
		if (!memcmp(address, &addresses[i], sizeof(*address)))
			return false;
	}
	return true;
}

/* Appends to the @n addresses; how many there are then. */
static size_t read_chunk(struct gate *gate, const struct addresses_key *key,
			 struct address *addresses, size_t n)
{
	struct addresses chunk;
	size_t i;

	if (bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_addresses), key, &chunk))
		return n;
	for (i = 0; i < X511_ADDRESSES_A_CHUNK; i++) {
		if (is_new(&chunk.list[i], addresses, n))
			addresses[n++] = chunk.list[i];
	}
	return n;
}

size_t gate_addresses(struct gate *gate, const struct session_key *key,
		      const struct session *session, struct address addresses[GATE_MAX_ADDRESSES])
{
	struct addresses_key chunk = {.device = *key};
	size_t n = 0;

	if (session->ipv4_be) {
		memset(addresses[n].bytes, 0, 10);
		memset(addresses[n].bytes + 10, 0xff, 2);
		memcpy(addresses[n++].bytes + 12, &session->ipv4_be, 4);
	}
	if (!session->ipv6_print)
		return n;
	for (chunk.chunk = 0; chunk.chunk <= X511_LINK_LOCAL_CHUNK; chunk.chunk++) {
		if (chunk.chunk == X511_LINK_LOCAL_CHUNK ||
		    chunk.chunk * X511_ADDRESSES_A_CHUNK < session->ipv6_count)
			n = read_chunk(gate, &chunk, addresses, n);
	}
	return n;
}

int gate_next_session(struct gate *gate, const struct session_key *previous,
		      struct session_key *ret_key)
{
	struct session_key key;
	int r = bpf_map_get_next_key(sessions_fd(gate), previous, &key);

	if (!r)
		*ret_key = key;
	return r;
}

int gate_walk_table(int fd, struct gate_walk *walk, void *keys, void *values, uint32_t max)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	uint32_t n = max, next;
	bool is_over;
	int r;

	if (walk->is_over)
		return 0;
	r = bpf_map_lookup_batch(fd, walk->has_started ? &walk->at : NULL, &next, keys, values, &n,
				 &opts);
	is_over = r == -ENOENT;
	if (r && !is_over)
		return r;
	walk->at = next;
	walk->has_started = true;
	walk->is_over = is_over;
	return (int)n;
}

int gate_walk_sessions(struct gate *gate, struct gate_walk *position, struct session_key *keys,
		       struct session *sessions, uint32_t max)
{
	return gate_walk_table(sessions_fd(gate), position, keys, sessions, max);
}

int gate_walk_guests(struct gate *gate, struct gate_walk *position, struct session_key *keys,
		     struct guest *guests, uint32_t max)
{
	return gate_walk_table(bpf_map__fd(gate->skeleton->maps.x511_guests), position, keys,
			       guests, max);
}

int gate_get_guest(struct gate *gate, const struct session_key *key, struct guest *ret_guest)
{
	struct guest guest;
	int r = bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_guests), key, &guest);

	if (!r)
		*ret_guest = guest;
	return r;
}

int gate_forget_guest(struct gate *gate, const struct session_key *key)
{
	return bpf_map_delete_elem(bpf_map__fd(gate->skeleton->maps.x511_guests), key);
}

uint32_t gate_tick(uint64_t ns)
{
	uint64_t tick = ns >> X511_TICK_SHIFT;

	return tick > UINT32_MAX ? UINT32_MAX : (uint32_t)tick;
}
