/* SPDX-License-Identifier: MIT */
/* garden.c - pushes the services of short prefixes down into the longer ones within them. */
#include "gate/garden.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"

#define ADDRESS_BITS 128
#define DEPTH_MAX    (ADDRESS_BITS + 1) /* prefixes that can lie within each other */

/* The prefixes around the one being worked on, shortest first, as indices into the set. */
struct nest {
	size_t index[DEPTH_MAX];
	size_t depth;
};

/* A prefix comes before all that lies within it. */
static int compare_prefixes(const struct zone_garden_entry *a, const struct zone_garden_entry *b)
{
	int order;

	if (a->zone != b->zone)
		return a->zone < b->zone ? -1 : 1;
	order = memcmp(&a->entry.address, &b->entry.address, sizeof(a->entry.address));
	if (order)
		return order;
	if (a->entry.bits != b->entry.bits)
		return a->entry.bits < b->entry.bits ? -1 : 1;
	return 0;
}

static int compare_entries(const void *left, const void *right)
{
	const struct zone_garden_entry *a = left, *b = right;
	int order = compare_prefixes(a, b);

	return order ? order : memcmp(&a->entry.service, &b->entry.service, sizeof(struct service));
}

static bool within(const struct address *address, const struct address *prefix, unsigned int bits)
{
	unsigned int bytes = bits / 8, rest = bits % 8;

	if (memcmp(address->bytes, prefix->bytes, bytes))
		return false;
	return !rest || !((address->bytes[bytes] ^ prefix->bytes[bytes]) >> (8 - rest));
}

static int too_many(const struct garden_entry *entry, struct error *error)
{
	struct garden_entry prefix = *entry;
	char text[GARDEN_ENTRY_TEXT];

	prefix.service = (struct service){};
	return fail(error, E2BIG,
		    "the garden has more than %d ports for '%s', those of the prefixes around it "
		    "included; allow the prefix without a port",
		    X511_MAX_SERVICES, format_garden_entry(&prefix, text));
}

static int add_service(struct garden *garden, const struct garden_entry *entry, struct error *error)
{
	const struct service *service = &entry->service;
	__u32 i;

	for (i = 0; i < garden->service_count; i++) {
		if (garden->services[i].port_be == service->port_be &&
		    garden->services[i].protocol == service->protocol)
			return 0;
	}
	if (garden->service_count == X511_MAX_SERVICES)
		return too_many(entry, error);
	garden->services[garden->service_count++] = (struct service){
		.port_be = service->port_be,
		.protocol = service->protocol,
	};
	return 0;
}

static bool names_everything(const struct zone_garden_entry *work, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!work[i].entry.service.protocol)
			return true;
	}
	return false;
}

/* All entries of one prefix: @work[0] to @work[n - 1]. @around: of the prefix around it, or NULL. */
static int unite(const struct zone_garden_entry *work, size_t n, const struct garden *around,
		 struct garden *ret_garden, struct error *error)
{
	struct garden garden = {};
	size_t i;
	int r;

	if (names_everything(work, n) || (around && !around->service_count)) {
		*ret_garden = garden;
		return 0;
	}
	if (around)
		garden = *around;
	for (i = 0; i < n; i++) {
		r = add_service(&garden, &work[i].entry, error);
		if (r)
			return r;
	}
	*ret_garden = garden;
	return 0;
}

/* The shortest step outwards, or NULL. */
static const struct garden *find_around(struct nest *nest, const struct garden_set *set,
					const struct zone_garden_entry *inner)
{
	while (nest->depth) {
		size_t top = nest->index[nest->depth - 1];
		const struct garden_key *key = &set->keys[top];

		if (key->zone == inner->zone && within(&inner->entry.address, &key->address,
						       key->prefix_bits - X511_GARDEN_ZONE_BITS))
			return &set->values[top];
		nest->depth--;
	}
	return NULL;
}

static int push_down(const struct zone_garden_entry *work, size_t n, struct garden_set *set,
		     struct error *error)
{
	struct nest nest = {};
	size_t first, next;
	int r;

	for (first = 0; first < n; first = next) {
		const struct garden *around = find_around(&nest, set, &work[first]);

		for (next = first + 1; next < n; next++) {
			if (compare_prefixes(&work[first], &work[next]))
				break;
		}
		r = unite(work + first, next - first, around, &set->values[set->n], error);
		if (r)
			return r;
		set->keys[set->n] = (struct garden_key){
			.prefix_bits = X511_GARDEN_ZONE_BITS + work[first].entry.bits,
			.zone = work[first].zone,
			.address = work[first].entry.address,
		};
		nest.index[nest.depth++] = set->n++;
	}
	return 0;
}

int garden_push_down(const struct zone_garden_entry *entries, size_t n, struct garden_set *ret_set,
		     struct error *error)
{
	struct zone_garden_entry *work = calloc(n + 1, sizeof(*work));
	struct garden_set set = {
		.keys = calloc(n + 1, sizeof(*set.keys)),
		.values = calloc(n + 1, sizeof(*set.values)),
	};
	size_t i;
	int r = 0;

	if (!work || !set.keys || !set.values)
		r = fail(error, ENOMEM, "out of memory for %zu lines of the garden", n);
	for (i = 0; i < n && !r; i++) {
		if (entries[i].entry.bits > ADDRESS_BITS)
			r = fail(error, EINVAL,
				 "a prefix of the garden has %u bits; 128 is the most",
				 entries[i].entry.bits);
	}
	if (!r && n) {
		memcpy(work, entries, n * sizeof(*work));
		qsort(work, n, sizeof(*work), compare_entries);
		r = push_down(work, n, &set, error);
	}
	free(work);
	if (r)
		garden_set_done(&set);
	else
		*ret_set = set;
	return r;
}

void garden_set_done(struct garden_set *set)
{
	free(set->keys);
	free(set->values);
	*set = (struct garden_set){};
}
