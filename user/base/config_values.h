/* SPDX-License-Identifier: MIT */
/* config_values.h - values of the configuration that are more than a number. Pure functions. */
#ifndef XDP511_CONFIG_VALUES_H
#define XDP511_CONFIG_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"

struct url {
	bool https;
	char host[PORTAL_URL_SIZE]; /* lower case, an IPv6 address without brackets */
	uint16_t port;		    /* the scheme's when the text has none */
};

/* All return 0 or -EINVAL, and then *@ret_reason says what @text "is", with the remedy. */
int parse_url(const char *text, struct url *ret_url, const char **ret_reason);
int parse_domain(const char *text, char ret_domain[DOMAIN_SIZE], const char **ret_reason);
int parse_probe_rule(const char *text, struct probe_rule *ret_rule, const char **ret_reason);
int parse_interface(const char *text, char ret_name[INTERFACE_SIZE], const char **ret_reason);

/* "200" or "200.30"; the inner VLAN is 0 when there is none. */
int parse_vlan(const char *text, uint16_t *ret_vlan, uint16_t *ret_inner, const char **ret_reason);

/* Letters, digits, - and _, and not "default". */
int parse_zone_name(const char *text, char ret_name[ZONE_NAME_SIZE], const char **ret_reason);

#endif /* XDP511_CONFIG_VALUES_H */
