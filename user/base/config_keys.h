/* SPDX-License-Identifier: MIT */
/* config_keys.h - the table of all keys: section, name, how to read, and where the value goes. */
#ifndef XDP511_CONFIG_KEYS_H
#define XDP511_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"

#define KEYS_MAX 64 /* at least as many as the table has; checked when it is compiled */

/*
 * An owner is the struct a key's value is stored in: the struct config_gateway for keys of
 * [gateway], a struct config_zone for all others. A list is a pointer and a count in it.
 */
struct key {
	const char *section; /* "zone": only in [zone NAME] */
	const char *name;
	/* Reads @value into @owner; -errno with a whole sentence, but no file and line. */
	int (*set)(const struct key *key, void *owner, const char *value, struct error *error);
	size_t offset; /* of the value, or of a list's pointer, in its owner */
	size_t size;   /* of the value, or of one element of a list */
	bool repeatable;
	size_t count_offset;			    /* lists: of the count in the owner */
	bool (*same)(const void *a, const void *b); /* lists: two elements say the same */
	bool strings; /* lists: the elements are pointers to strings of their own */
	int (*parse)(const char *text, uint64_t *ret_number); /* numbers */
	const char *form;				      /* what a value must look like */
	const char *const *words;			      /* choices, NULL at the end */
};

/* Keys are numbered from 0; NULL behind the last. */
const struct key *key_at(size_t number);

/* Whether @key may stand in @section, which is "zone" for any [zone NAME]. */
bool key_belongs(const struct key *key, const char *section);

/* Whether two owners have the same value of @key. */
bool key_is_equal(const struct key *key, const void *a, const void *b);

/* Whether a zone that doesn't name @key has the value of the top sections. */
bool key_is_inherited(const struct key *key);

#endif /* XDP511_CONFIG_KEYS_H */
