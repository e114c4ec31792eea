/* SPDX-License-Identifier: MIT */
/* sets.c - replaces the whole content of a map, without a moment when what stays is missing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/garden.h"
#include "gate/internal.h"
#include "gate/names.h"

#define KEY_SIZE_MAX 32

_Static_assert(sizeof(struct garden_key) <= KEY_SIZE_MAX, "keys of all sets fit");

/* What a map shall hold. @value_size 0: all entries have the one value @values points to. */
struct set {
	const char *keys;
	const char *values;
	size_t n;
	size_t key_size;
	size_t value_size;
};

static int compare_keys(const void *a, const void *b, void *key_size)
{
	return memcmp(a, b, *(const size_t *)key_size);
}

static bool contains(const char *sorted, const struct set *set, const char *key)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(key, sorted + middle * set->key_size, set->key_size);

		if (!order)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The kernel's two ways to say that a map is full. */
static bool is_full(int r)
{
	return r == -E2BIG || r == -ENOSPC;
}

static int add_all(int fd, const struct set *set)
{
	size_t i;
	int r;

	for (i = 0; i < set->n; i++) {
		r = bpf_map_update_elem(fd, set->keys + i * set->key_size,
					set->values + i * set->value_size, BPF_ANY);
		if (r)
			return r;
	}
	return 0;
}

/* The key after the one to go is fetched first: after it is gone the walk would start over. */
static int remove_gone(int fd, const struct set *set, const char *sorted)
{
	char key[KEY_SIZE_MAX], next[KEY_SIZE_MAX];
	int end, r;

	for (end = bpf_map_get_next_key(fd, NULL, key); !end;) {
		end = bpf_map_get_next_key(fd, key, next);
		if (!contains(sorted, set, key)) {
			r = bpf_map_delete_elem(fd, key);
			if (r && r != -ENOENT)
				return r;
		}
		memcpy(key, next, set->key_size);
	}
	return end == -ENOENT ? 0 : end;
}

/* When old and new don't fit together, the old goes before the rest of the new comes. */
static int replace(const struct bpf_map *map, const struct set *set)
{
	int fd = bpf_map__fd(map), added, r;
	char *sorted;

	if (set->n > bpf_map__max_entries(map))
		return -E2BIG;
	sorted = malloc(set->n * set->key_size + 1);
	if (!sorted)
		return -ENOMEM;
	if (set->n)
		memcpy(sorted, set->keys, set->n * set->key_size);
	qsort_r(sorted, set->n, set->key_size, compare_keys, (void *)&set->key_size);

	added = add_all(fd, set);
	r = added && !is_full(added) ? added : remove_gone(fd, set, sorted);
	if (!r && added)
		r = add_all(fd, set);
	free(sorted);
	return r;
}

static struct set vlan_set(const struct vlan_key *keys, const struct vlan *vlans, size_t n)
{
	return (struct set){
		.keys = (const char *)keys,
		.values = (const char *)vlans,
		.n = n,
		.key_size = sizeof(*keys),
		.value_size = sizeof(*vlans),
	};
}

int gate_add_vlans(struct gate *gate, const struct vlan_key *keys, const struct vlan *vlans,
		   size_t n)
{
	const struct set set = vlan_set(keys, vlans, n);
	int r = add_all(bpf_map__fd(gate->skeleton->maps.x511_vlans), &set);

	return is_full(r) ? 0 : r;
}

int gate_set_vlans(struct gate *gate, const struct vlan_key *keys, const struct vlan *vlans,
		   size_t n)
{
	const struct set set = vlan_set(keys, vlans, n);

	return replace(gate->skeleton->maps.x511_vlans, &set);
}

int gate_set_own(struct gate *gate, const struct address *addresses, size_t n)
{
	const __u32 one = 1;
	const struct set set = {
		.keys = (const char *)addresses,
		.values = (const char *)&one,
		.n = n,
		.key_size = sizeof(*addresses),
	};

	return replace(gate->skeleton->maps.x511_own, &set);
}

int gate_set_resolvers(struct gate *gate, const struct resolver_key *keys, size_t n)
{
	const __u32 one = 1;
	const struct set set = {
		.keys = (const char *)keys,
		.values = (const char *)&one,
		.n = n,
		.key_size = sizeof(*keys),
	};

	return replace(gate->skeleton->maps.x511_resolvers, &set);
}

int gate_set_patterns(struct gate *gate, const struct pattern_key *keys, const uint32_t *flags,
		      size_t n)
{
	const struct set set = {
		.keys = (const char *)keys,
		.values = (const char *)flags,
		.n = n,
		.key_size = sizeof(*keys),
		.value_size = sizeof(*flags),
	};

	return replace(gate->skeleton->maps.x511_patterns, &set);
}

int gate_set_garden(struct gate *gate, const struct zone_garden_entry *entries, size_t n,
		    struct error *error)
{
	const struct bpf_map *map = gate->skeleton->maps.x511_garden;
	struct garden_set garden;
	int r = garden_push_down(entries, n, &garden, error);

	if (r)
		return r;
	r = replace(map, &(struct set){
				 .keys = (const char *)garden.keys,
				 .values = (const char *)garden.values,
				 .n = garden.n,
				 .key_size = sizeof(*garden.keys),
				 .value_size = sizeof(*garden.values),
			 });
	if (is_full(r))
		r = fail(error, E2BIG,
			 "the garden has %zu prefixes and the gate takes at most %u; "
			 "remove some, or allow larger ones",
			 garden.n, bpf_map__max_entries(map));
	else if (r)
		r = fail(error, -r, "can't fill the garden: %s", strerror(-r));
	garden_set_done(&garden);
	return r;
}
