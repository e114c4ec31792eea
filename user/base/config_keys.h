/* SPDX-License-Identifier: MIT */
/* config_keys.h - the table of all keys: section, name, how to read, and where the value goes. */
#ifndef XDP511_CONFIG_KEYS_H
#define XDP511_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"

#define KEYS_MAX 96 /* at least as many as the table has; checked when it is compiled */

/* A section of the file, and the struct that has the values of its keys. */
struct section {
	const char *name;  /* "zone": any [zone NAME] */
	size_t offset;	   /* of the struct in struct config; 0 of zones */
	bool is_of_zones;  /* the struct is config_zone */
	bool is_inherited; /* its keys may stand in [zone NAME], too, which has them from here */
};

/* They are numbered from 0; NULL behind the last. */
const struct section *section_at(size_t number);

/* NULL: there is none of that name. */
const struct section *section_find(const char *name);

/* A key's value is stored in an owner, its section's struct. A list is a pointer and a count in it. */
struct key {
	const char *section;
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
	uint32_t min, max;				      /* of a count */
	uint16_t port;					      /* of endpoints that name none */
};

/* Keys are numbered from 0; NULL behind the last. */
const struct key *key_at(size_t number);

/* Whether @key may stand in @section, which is "zone" for any [zone NAME]. */
bool key_belongs(const struct key *key, const char *section);

/* Whether a zone that doesn't name @key has the value of the top sections. */
bool key_is_inherited(const struct key *key);

/* Whether its owner is a zone; else there is one owner in the configuration. */
bool key_is_of_zones(const struct key *key);

/* Where @key's value is; @zone is the zone's number, for a key of zones. */
const void *key_owner(const struct key *key, const struct config *config, size_t zone);

#endif /* XDP511_CONFIG_KEYS_H */
