/* SPDX-License-Identifier: MIT */
/* learned.c - the addresses of the gardens' names, by address and by name. */
#include "controller/sessions/learned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 16384 /* a power of two, and of it a multiple of LEARNED_SLICES */

struct learned_name {
	uint32_t zone;
	size_t n;
	struct learned *first;
	struct learned_name *next; /* of the same hash */
	char text[];
};

struct learned_table {
	struct learned *by_address[BUCKETS];
	struct learned_name *by_name[BUCKETS];
	size_t n;
	size_t max;
};

/* FNV-1a: what is looked for was in an answer of a resolver to a question that anybody may ask. */
static size_t bucket_of(const void *bytes, size_t size, uint32_t zone)
{
	uint64_t hash = 0xcbf29ce484222325 ^ zone;
	const uint8_t *byte = bytes;

	while (size--)
		hash = (hash ^ *byte++) * 0x100000001b3;
	return (hash ^ hash >> 32) % BUCKETS;
}

static size_t address_bucket(const struct name_key *key)
{
	return bucket_of(&key->address, sizeof(key->address), key->zone);
}

int learned_new(size_t max, struct learned_table **ret_table)
{
	struct learned_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	table->max = max;
	*ret_table = table;
	return 0;
}

size_t learned_count(const struct learned_table *table)
{
	return table->n;
}

const char *learned_text(const struct learned *entry)
{
	return entry->name->text;
}

static struct learned **find(struct learned_table *table, const struct name_key *key)
{
	struct learned **at = &table->by_address[address_bucket(key)];

	while (*at && memcmp(&(*at)->key, key, sizeof(*key)) != 0)
		at = &(*at)->next;
	return at;
}

const struct learned *learned_find(const struct learned_table *table, const struct name_key *key)
{
	return *find((struct learned_table *)table, key);
}

static struct learned_name **find_name(struct learned_table *table, uint32_t zone, const char *text)
{
	struct learned_name **at = &table->by_name[bucket_of(text, strlen(text), zone)];

	while (*at && ((*at)->zone != zone || strcmp((*at)->text, text) != 0))
		at = &(*at)->next;
	return at;
}

/* The name, which is made if it isn't there; without addresses it has to get one, or go. */
static struct learned_name *need_name(struct learned_table *table, uint32_t zone, const char *text)
{
	struct learned_name **at = find_name(table, zone, text), *name = *at;
	size_t size = strlen(text) + 1;

	if (name)
		return name;
	name = calloc(1, sizeof(*name) + size);
	if (!name)
		return NULL;
	name->zone = zone;
	memcpy(name->text, text, size);
	*at = name;
	return name;
}

static void drop_empty_name(struct learned_table *table, const struct learned_name *name)
{
	struct learned_name **at, *next;

	if (name->n)
		return;
	at = find_name(table, name->zone, name->text);
	next = (*at)->next;
	free(*at);
	*at = next;
}

static void join(struct learned *entry, struct learned_name *name)
{
	entry->name = name;
	entry->sibling = name->first;
	name->first = entry;
	name->n++;
}

static void leave(struct learned_table *table, struct learned *entry)
{
	struct learned_name *name = entry->name;
	struct learned **at = &name->first;

	while (*at != entry)
		at = &(*at)->sibling;
	*at = entry->sibling;
	name->n--;
	drop_empty_name(table, name);
}

static void remove_at(struct learned_table *table, struct learned **at)
{
	struct learned *entry = *at;

	*at = entry->next;
	leave(table, entry);
	free(entry);
	table->n--;
}

void learned_remove(struct learned_table *table, const struct name_key *key)
{
	struct learned **at = find(table, key);

	if (*at)
		remove_at(table, at);
}

/* The one of the name's addresses that ends first. */
static const struct learned *first_to_end(const struct learned_name *name)
{
	const struct learned *entry, *first = name->first;

	for (entry = first; entry; entry = entry->sibling) {
		if (entry->expires_tick < first->expires_tick)
			first = entry;
	}
	return first;
}

static int insert(struct learned_table *table, const struct name_key *key,
		  struct learned_name *name, uint32_t expires_tick)
{
	struct learned **at = find(table, key), *entry;

	if (table->n >= table->max)
		return -ENOSPC;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->key = *key;
	entry->expires_tick = expires_tick;
	*at = entry;
	join(entry, name);
	table->n++;
	return 0;
}

/* It stands for another name now; the one it stood for goes with its last address. */
static void rename_entry(struct learned_table *table, struct learned *entry,
			 struct learned_name *name)
{
	if (entry->name == name)
		return;
	leave(table, entry);
	join(entry, name);
}

int learned_put(struct learned_table *table, const struct name_key *key, const char *text,
		uint32_t expires_tick, struct name_key *ret_gone)
{
	struct learned_name *name = need_name(table, key->zone, text);
	struct learned *entry = *find(table, key);
	bool is_one_too_many;
	int err = 0;

	if (!name)
		return -ENOMEM;
	is_one_too_many = name->n == LEARNED_A_NAME && (!entry || entry->name != name);
	if (is_one_too_many) {
		*ret_gone = first_to_end(name)->key;
		learned_remove(table, ret_gone);
	}
	if (!entry) {
		err = insert(table, key, name, expires_tick);
	} else {
		rename_entry(table, entry, name);
		if (entry->expires_tick < expires_tick)
			entry->expires_tick = expires_tick;
	}
	if (err)
		drop_empty_name(table, name);
	return err ? err : is_one_too_many;
}

void learned_sweep(struct learned_table *table, size_t slice, learned_fn is_gone, void *context)
{
	const size_t size = BUCKETS / LEARNED_SLICES;
	size_t i, start = slice % LEARNED_SLICES * size;

	for (i = start; i < start + size; i++) {
		struct learned **at = &table->by_address[i];

		while (*at) {
			if (is_gone(context, *at))
				remove_at(table, at);
			else
				at = &(*at)->next;
		}
	}
}

static bool is_gone_too(void *context, const struct learned *entry)
{
	(void)context;
	(void)entry;
	return true;
}

struct learned_table *learned_free(struct learned_table *table)
{
	size_t slice;

	for (slice = 0; table && slice < LEARNED_SLICES; slice++)
		learned_sweep(table, slice, is_gone_too, NULL);
	free(table);
	return NULL;
}

static int compare_entries(const void *left, const void *right)
{
	const struct learned *a = left, *b = right;
	int order;

	if (a->key.zone != b->key.zone)
		return a->key.zone < b->key.zone ? -1 : 1;
	order = strcmp(a->name->text, b->name->text);
	return order ? order : memcmp(&a->key.address, &b->key.address, sizeof(a->key.address));
}

struct learned *learned_list(const struct learned_table *table)
{
	struct learned *list = calloc(table->n + 1, sizeof(*list));
	const struct learned *entry;
	size_t i, n = 0;

	if (!list)
		return NULL;
	for (i = 0; i < BUCKETS; i++) {
		for (entry = table->by_address[i]; entry; entry = entry->next)
			list[n++] = *entry;
	}
	if (n)
		qsort(list, n, sizeof(*list), compare_entries);
	return list;
}
