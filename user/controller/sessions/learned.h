/* SPDX-License-Identifier: MIT */
/*
 * learned.h - the addresses of the gardens' names, as they stand in x511_names: by address and by
 * name. Pure functions.
 *
 *   struct learned_table ── by address ──► struct learned ──┐ name
 *                        └─ by name ─────► struct learned_name ── its addresses
 *
 * The table owns all of them. It holds what the gate holds, so that neither listing nor sweeping
 * asks the kernel.
 */
#ifndef XDP511_LEARNED_H
#define XDP511_LEARNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#define LEARNED_A_NAME 64 /* addresses; of more, those that end first give way */
#define LEARNED_SLICES 16 /* of the whole table, for learned_sweep() */

struct learned_name;

struct learned {
	struct name_key key;
	uint32_t expires_tick;
	struct learned_name *name;
	struct learned *next;	 /* of the same hash */
	struct learned *sibling; /* of the same name */
};

struct learned_table; /* opaque */

int learned_new(size_t max, struct learned_table **ret_table);
struct learned_table *learned_free(struct learned_table *table); /* takes NULL, returns NULL */

size_t learned_count(const struct learned_table *table);
const char *learned_text(const struct learned *entry); /* its name */
const struct learned *learned_find(const struct learned_table *table, const struct name_key *key);

/*
 * Remembers that the address stands for @name; one that is known already keeps the later end.
 * 1: the name had too many, and *ret_gone has been forgotten for this one. -ENOSPC: full. -ENOMEM.
 */
int learned_put(struct learned_table *table, const struct name_key *key, const char *name,
		uint32_t expires_tick, struct name_key *ret_gone);
void learned_remove(struct learned_table *table, const struct name_key *key);

/*
 * Removes what @is_gone says of slice @slice, numbered modulo LEARNED_SLICES; it has to forget
 * about the entry, which is free after it returned true.
 */
typedef bool (*learned_fn)(void *context, const struct learned *entry);
void learned_sweep(struct learned_table *table, size_t slice, learned_fn is_gone, void *context);

/*
 * A copy of all of them, sorted by zone, name and address: the caller's to free(), and to be read
 * before the table changes. NULL: out of memory.
 */
struct learned *learned_list(const struct learned_table *table);

#endif /* XDP511_LEARNED_H */
