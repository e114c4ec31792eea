/* SPDX-License-Identifier: MIT */
/* names.c - typed access to the maps of the garden's names, and to the answers they come from. */
#include "gate/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/internal.h"

#define ANSWERS_A_TURN 64

struct gate_answers {
	struct ring_buffer *ring;
	int fd; /* the map's, which the gate owns */
	gate_answer_fn fn;
	void *context;
	unsigned int left; /* in this turn */
};

static int names_fd(const struct gate *gate)
{
	return bpf_map__fd(gate->skeleton->maps.x511_names);
}

int gate_put_name(struct gate *gate, const struct name_key *key, const struct host_name *name)
{
	return bpf_map_update_elem(names_fd(gate), key, name, BPF_ANY);
}

int gate_delete_name(struct gate *gate, const struct name_key *key)
{
	int r = bpf_map_delete_elem(names_fd(gate), key);

	return r == -ENOENT ? 0 : r;
}

/* Bounded by the size of the table, however often a walk starts over. */
int gate_each_name(struct gate *gate, gate_name_fn fn, void *context)
{
	const struct bpf_map *map = gate->skeleton->maps.x511_names;
	struct name_key key, *previous = NULL;
	struct host_name name;
	uint32_t left;
	int r = 0;

	for (left = bpf_map__max_entries(map); left && !r; left--) {
		if (bpf_map_get_next_key(bpf_map__fd(map), previous, &key))
			break;
		previous = &key;
		if (bpf_map_lookup_elem(bpf_map__fd(map), &key, &name))
			continue;
		name.name[sizeof(name.name) - 1] = '\0';
		r = fn(context, &key, &name);
	}
	return r;
}

bool gate_is_own(struct gate *gate, const struct address *address)
{
	__u32 value;

	return !bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_own), address, &value);
}

/* The record counts as read also when the turn ends with it. */
static int on_record(void *context, void *record, size_t size)
{
	struct gate_answers *answers = context;

	if (size >= sizeof(struct dns_answer))
		answers->fn(answers->context, record);
	return --answers->left ? 0 : -EAGAIN;
}

int gate_open_answers(struct gate *gate, gate_answer_fn fn, void *context,
		      struct gate_answers **ret_answers)
{
	struct gate_answers *answers = calloc(1, sizeof(*answers));
	int err;

	if (!answers)
		return -ENOMEM;
	answers->fd = bpf_map__fd(gate->skeleton->maps.x511_answers);
	answers->fn = fn;
	answers->context = context;
	answers->ring = ring_buffer__new(answers->fd, on_record, answers, NULL);
	if (!answers->ring) {
		err = -errno;
		free(answers);
		return err;
	}
	*ret_answers = answers;
	return 0;
}

struct gate_answers *gate_close_answers(struct gate_answers *answers)
{
	if (answers)
		ring_buffer__free(answers->ring);
	free(answers);
	return NULL;
}

int gate_answers_fd(const struct gate_answers *answers)
{
	return answers->fd;
}

void gate_read_answers(struct gate_answers *answers)
{
	answers->left = ANSWERS_A_TURN;
	(void)ring_buffer__consume(answers->ring);
}

uint64_t gate_lost_answers(struct gate *gate)
{
	struct lost lost = {.answers = 0};
	uint32_t zero = 0;

	(void)bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_lost), &zero, &lost);
	return lost.answers;
}
