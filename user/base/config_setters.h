/* SPDX-License-Identifier: MIT */
/* config_setters.h - what the table of keys needs for each kind of value. */
#ifndef XDP511_CONFIG_SETTERS_H
#define XDP511_CONFIG_SETTERS_H

#include <stdbool.h>

#include "base/config_keys.h"

/* Setters of struct key, for values that are given once. Those of lists: config_lists.h. */
int set_number(const struct key *key, void *owner, const char *value, struct error *error);
int set_count(const struct key *key, void *owner, const char *value, struct error *error);
int set_period(const struct key *key, void *owner, const char *value, struct error *error);
int set_mode(const struct key *key, void *owner, const char *value, struct error *error);
int set_bool(const struct key *key, void *owner, const char *value, struct error *error);
int set_text(const struct key *key, void *owner, const char *value, struct error *error);
int set_path(const struct key *key, void *owner, const char *value, struct error *error);
int set_url(const struct key *key, void *owner, const char *value, struct error *error);
int set_web_url(const struct key *key, void *owner, const char *value, struct error *error);
int set_api_url(const struct key *key, void *owner, const char *value, struct error *error);
int set_vlan(const struct key *key, void *owner, const char *value, struct error *error);
int set_interface(const struct key *key, void *owner, const char *value, struct error *error);
int set_methods(const struct key *key, void *owner, const char *value, struct error *error);
int set_when_down(const struct key *key, void *owner, const char *value, struct error *error);

/* Appends to struct endpoints, which have room for ENDPOINTS_MAX. */
int add_endpoint(const struct key *key, void *owner, const char *value, struct error *error);

/* Whether two owners have the same value of @key. */
bool key_is_equal(const struct key *key, const void *a, const void *b);

#endif /* XDP511_CONFIG_SETTERS_H */
