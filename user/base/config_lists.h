/* SPDX-License-Identifier: MIT */
/* config_lists.h - what the table of keys needs for those that may be given more than once. */
#ifndef XDP511_CONFIG_LISTS_H
#define XDP511_CONFIG_LISTS_H

#include <stdbool.h>

#include "base/config_keys.h"

/* Setters of struct key: each appends one element and refuses a second one that says the same. */
int add_interface(const struct key *key, void *owner, const char *value, struct error *error);
int add_resolver(const struct key *key, void *owner, const char *value, struct error *error);
int add_prefix(const struct key *key, void *owner, const char *value, struct error *error);
int add_probe_rule(const struct key *key, void *owner, const char *value, struct error *error);
int add_domain(const struct key *key, void *owner, const char *value, struct error *error);

bool same_resolver(const void *a, const void *b);
bool same_prefix(const void *a, const void *b);
bool same_probe_rule(const void *a, const void *b);
bool same_domain(const void *a, const void *b);

/* The same elements, in the same order. */
bool list_equal(const struct key *key, const void *a, const void *b);

/* For keys with .same. @to's list is empty before; on -ENOMEM it is still fit for list_clear(). */
int list_copy(const struct key *key, const void *from, void *to);
void list_clear(const struct key *key, void *owner);

#endif /* XDP511_CONFIG_LISTS_H */
