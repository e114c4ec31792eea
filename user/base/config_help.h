/* SPDX-License-Identifier: MIT */
/* config_help.h - what the manual says of each key of the configuration: its default and its meaning. */
#ifndef XDP511_CONFIG_HELP_H
#define XDP511_CONFIG_HELP_H

#include <stddef.h>

#include "base/config_keys.h"

/* A row for each key of config_keys.c; a unit test holds the two tables against each other. */
struct key_help {
	const char *section;
	const char *name;
	const char
		*unset; /* the value of a file without the key, as it would write it; NULL: none */
	const char *meaning; /* sentences, with units */
};

const struct key_help *key_help_at(size_t number); /* NULL behind the last */
const struct key_help *key_help_find(const char *section, const char *name);

/* What a value of the key looks like, such as "a number from 1 to 16777216". Returns @buffer. */
#define KEY_FORM_SIZE 160
char *key_form(const struct key *key, char buffer[KEY_FORM_SIZE]);

#endif /* XDP511_CONFIG_HELP_H */
