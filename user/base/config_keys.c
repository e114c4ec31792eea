/* SPDX-License-Identifier: MIT */
/* config_keys.c - the table of all keys, and how each kind of value is read and stored. */
#include "base/config_keys.h"

#include <errno.h>
#include <string.h>

#include "base/config_lists.h"
#include "base/config_values.h"
#include "base/units.h"

#define COUNT_MAX     16777216
#define DURATION_FORM "a duration; write 30s, 15m, 8h, 7d or 0, at most 3650d"
#define RATE_FORM     "a rate; write 64k, 10M, 1.5G or 0, at least 1k and at most 4T"
#define SIZE_FORM     "a size; write 500M, 5G or 0"
#define ALERTS_FORM   "a rate of alerts; write 5/s or 0, at most 1000000/s"
#define CEILING_FORM  "a packet rate; write 100000/s or 0, at most 1000000/s"
#define NEW_FORM      "a rate of new guests; write 20000/s or 0, at most 1000000/s"

static void *value_of(const struct key *key, void *owner)
{
	return (char *)owner + key->offset;
}

static int refuse(const struct key *key, const char *value, const char *reason, struct error *error)
{
	return fail(error, EINVAL, "%s '%s' is %s", key->name, value, reason);
}

static int set_number(const struct key *key, void *owner, const char *value, struct error *error)
{
	uint64_t number;

	if (key->parse(value, &number) || (key->size == sizeof(uint32_t) && number > UINT32_MAX))
		return fail(error, EINVAL, "%s '%s' is not %s", key->name, value, key->form);
	if (key->size == sizeof(uint32_t))
		*(uint32_t *)value_of(key, owner) = (uint32_t)number;
	else
		*(uint64_t *)value_of(key, owner) = number;
	return 0;
}

static int set_count(const struct key *key, void *owner, const char *value, struct error *error)
{
	uint64_t number;

	if (parse_number(value, 1, COUNT_MAX, &number))
		return refuse(key, value, "not a number from 1 to 16777216; write one", error);
	*(uint32_t *)value_of(key, owner) = (uint32_t)number;
	return 0;
}

static int find_word(const struct key *key, const char *value, struct error *error)
{
	int i;

	for (i = 0; key->words[i]; i++) {
		if (!strcmp(value, key->words[i]))
			return i;
	}
	return refuse(key, value, key->form, error);
}

static int set_mode(const struct key *key, void *owner, const char *value, struct error *error)
{
	int word = find_word(key, value, error);

	if (word < 0)
		return word;
	*(enum xdp_mode *)value_of(key, owner) = (enum xdp_mode)word;
	return 0;
}

/* The first word of a bool is false, the second true. */
static int set_bool(const struct key *key, void *owner, const char *value, struct error *error)
{
	int word = find_word(key, value, error);

	if (word < 0)
		return word;
	*(bool *)value_of(key, owner) = word == 1;
	return 0;
}

static int set_text(const struct key *key, void *owner, const char *value, struct error *error)
{
	if (strlen(value) >= key->size)
		return fail(error, EINVAL, "%s '%s' is too long; use at most %zu bytes", key->name,
			    value, key->size - 1);
	strcpy(value_of(key, owner), value);
	return 0;
}

static int set_path(const struct key *key, void *owner, const char *value, struct error *error)
{
	if (value[0] != '/')
		return refuse(key, value, "not an absolute path; start it with /", error);
	return set_text(key, owner, value, error);
}

/* The row spans url, host and port, so that they are inherited together. */
static int set_url(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct config_portal *portal = &((struct config_zone *)owner)->portal;
	const char *reason;
	struct url url;

	if (parse_url(value, &url, &reason))
		return refuse(key, value, reason, error);
	strcpy(portal->url, value);
	strcpy(portal->host, url.host);
	portal->port = url.port;
	return 0;
}

static int set_api_url(const struct key *key, void *owner, const char *value, struct error *error)
{
	const char *reason;
	struct url url;

	if (parse_url(value, &url, &reason))
		return refuse(key, value, reason, error);
	if (!url.https)
		return refuse(key, value,
			      "not secure, as RFC 8908 wants it; start it with https://", error);
	return set_text(key, owner, value, error);
}

static int set_vlan(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct config_zone *zone = owner;
	const char *reason;

	if (parse_vlan(value, &zone->vlan, &zone->inner_vlan, &reason))
		return refuse(key, value, reason, error);
	return 0;
}

static int set_interface(const struct key *key, void *owner, const char *value, struct error *error)
{
	const char *reason;

	if (parse_interface(value, value_of(key, owner), &reason))
		return refuse(key, value, reason, error);
	return 0;
}

static const char *const mode_words[] = {
	[XDP_MODE_AUTO] = "auto",
	[XDP_MODE_NATIVE] = "native",
	[XDP_MODE_GENERIC] = "generic",
	NULL,
};
static const char *const unknown_vlan_words[] = {"default", "drop", NULL};
static const char *const probes_words[] = {"511", "auto", NULL};
static const char *const https_words[] = {"alert", "reset", NULL};
static const char *const switch_words[] = {"off", "on", NULL};

#define AT(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define GATEWAY(field)	AT(struct config_gateway, field)
#define ZONE(field)	AT(struct config_zone, field)
#define LIST(field, count)                                                                         \
	.repeatable = true, .offset = offsetof(struct config_zone, field),                         \
	.size = sizeof(*((struct config_zone *)0)->field),                                         \
	.count_offset = offsetof(struct config_zone, count)

/* clang-format off */
static const struct key keys[] = {
	{ "gateway", "interface", add_interface, .repeatable = true },
	{ "gateway", "xdp-mode", set_mode, GATEWAY(xdp_mode), .words = mode_words,
	  .form = "not a mode; write auto, native or generic" },
	{ "gateway", "bpf-dir", set_path, GATEWAY(bpf_dir) },
	{ "gateway", "state-dir", set_path, GATEWAY(state_dir) },
	{ "gateway", "control", set_path, GATEWAY(control) },
	{ "gateway", "max-sessions", set_count, GATEWAY(max_sessions) },
	{ "gateway", "max-guests", set_count, GATEWAY(max_guests) },
	{ "gateway", "unknown-vlan", set_bool, GATEWAY(drop_unknown_vlan), .words = unknown_vlan_words,
	  .form = "neither of its words; write default or drop" },
	{ "gateway", "https-alerts", set_number, GATEWAY(https_alerts), .parse = parse_packet_rate,
	  .form = ALERTS_FORM },
	{ "gateway", "queue-responder", set_number, GATEWAY(queue_responder),
	  .parse = parse_packet_rate, .form = CEILING_FORM },
	{ "gateway", "queue-resolver", set_number, GATEWAY(queue_resolver),
	  .parse = parse_packet_rate, .form = CEILING_FORM },
	{ "gateway", "queue-kernel", set_number, GATEWAY(queue_kernel),
	  .parse = parse_packet_rate, .form = CEILING_FORM },
	{ "gateway", "new-guests", set_number, GATEWAY(new_guests), .parse = parse_packet_rate,
	  .form = NEW_FORM },

	{ "zone", "vlan", set_vlan, ZONE(vlan) },
	{ "zone", "interface", set_interface, ZONE(interface) },

	{ "portal", "url", set_url, .offset = offsetof(struct config_zone, portal.url),
	  .size = offsetof(struct config_portal, port) + sizeof(uint16_t) -
		  offsetof(struct config_portal, url) },
	{ "portal", "api-url", set_api_url, ZONE(portal.api_url) },
	{ "portal", "name", set_text, ZONE(portal.name) },
	{ "portal", "probes", set_bool, ZONE(portal.probes_auto), .words = probes_words,
	  .form = "neither of its words; write auto or 511" },
	{ "portal", "probe-rule", add_probe_rule, LIST(portal.rules, portal.n_rules),
	  .same = same_probe_rule },
	{ "portal", "page", set_path, ZONE(portal.page) },
	{ "portal", "https", set_bool, ZONE(portal.https_reset), .words = https_words,
	  .form = "neither of its words; write alert or reset" },

	{ "allow", "dns", add_resolver, LIST(allow.resolvers, allow.n_resolvers),
	  .same = same_resolver },
	{ "allow", "prefix", add_prefix, LIST(allow.prefixes, allow.n_prefixes),
	  .same = same_prefix },
	{ "allow", "domain", add_domain, LIST(allow.domains, allow.n_domains),
	  .same = same_domain, .strings = true },

	{ "session", "timeout", set_number, ZONE(session.timeout_s), .parse = parse_duration,
	  .form = DURATION_FORM },
	{ "session", "idle", set_number, ZONE(session.idle_s), .parse = parse_duration,
	  .form = DURATION_FORM },
	{ "session", "up", set_number, ZONE(session.up_bps), .parse = parse_rate, .form = RATE_FORM },
	{ "session", "down", set_number, ZONE(session.down_bps), .parse = parse_rate,
	  .form = RATE_FORM },
	{ "session", "quota", set_number, ZONE(session.quota_bytes), .parse = parse_size,
	  .form = SIZE_FORM },
	{ "session", "spoof-guard", set_bool, ZONE(spoof_guard), .words = switch_words,
	  .form = "neither of its words; write off or on" },

	{ "guest", "packets", set_number, ZONE(guest.packets_per_second), .parse = parse_packet_rate,
	  .form = "a packet rate; write 50/s or 0, at most 1000000/s" },
	{ "guest", "park", set_number, ZONE(guest.park_s), .parse = parse_duration,
	  .form = DURATION_FORM },
	{ "guest", "https-alerts", set_number, ZONE(guest.https_alerts), .parse = parse_packet_rate,
	  .form = ALERTS_FORM },
};
/* clang-format on */

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

_Static_assert(N_KEYS <= KEYS_MAX, "KEYS_MAX");

const struct key *key_at(size_t number)
{
	return number < N_KEYS ? &keys[number] : NULL;
}

bool key_is_inherited(const struct key *key)
{
	return strcmp(key->section, "gateway") != 0 && strcmp(key->section, "zone") != 0;
}

bool key_belongs(const struct key *key, const char *section)
{
	return !strcmp(key->section, section) ||
	       (!strcmp(section, "zone") && key_is_inherited(key));
}

static bool equal_interfaces(const struct config_gateway *a, const struct config_gateway *b)
{
	size_t i;

	if (a->n_interfaces != b->n_interfaces)
		return false;
	for (i = 0; i < a->n_interfaces; i++) {
		if (strcmp(a->interfaces[i], b->interfaces[i]) != 0)
			return false;
	}
	return true;
}

static bool equal_vlan(const struct config_zone *a, const struct config_zone *b)
{
	return a->vlan == b->vlan && a->inner_vlan == b->inner_vlan;
}

/* Of a text, what is behind its end doesn't count; host and port of a URL follow from it. */
static bool is_text(const struct key *key)
{
	return key->set == set_text || key->set == set_path || key->set == set_url ||
	       key->set == set_api_url || key->set == set_interface;
}

bool key_is_equal(const struct key *key, const void *a, const void *b)
{
	const char *left = (const char *)a + key->offset, *right = (const char *)b + key->offset;

	if (key->set == add_interface)
		return equal_interfaces(a, b);
	if (key->set == set_vlan)
		return equal_vlan(a, b);
	if (key->repeatable)
		return list_equal(key, a, b);
	return is_text(key) ? !strcmp(left, right) : !memcmp(left, right, key->size);
}
