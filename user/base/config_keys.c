/* SPDX-License-Identifier: MIT */
/* config_keys.c - the tables of all sections and keys. */
#include "base/config_keys.h"

#include <string.h>

#include "base/config_lists.h"
#include "base/config_setters.h"
#include "base/units.h"

#define COUNT_MAX     16777216
#define DURATION_FORM "a duration; write 30s, 15m, 8h, 7d or 0, at most 3650d"
#define RATE_FORM     "a rate; write 64k, 10M, 1.5G or 0, at least 1k and at most 4T"
#define SIZE_FORM     "a size; write 500M, 5G or 0"
#define ALERTS_FORM   "a rate of alerts; write 5/s or 0, at most 1000000/s"
#define CEILING_FORM  "a packet rate; write 100000/s or 0, at most 1000000/s"
#define SWITCH_FORM   "neither of its words; write off or on"
#define PERIOD_FORM   "not a duration; write 2s, 15m or 8h, at most 3650d"
#define DEVICES_MAX   65535
#define NEW_FORM      "a rate of new guests; write 20000/s or 0, at most 1000000/s"

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
static const char *const full_words[] = {"refuse", "oldest", NULL};
static const char *const auth_words[] = {"pap", "chap", NULL};

/* clang-format off */
static const struct section sections[] = {
	{ "gateway", .offset = offsetof(struct config, gateway) },
	{ "portal", .is_of_zones = true, .is_inherited = true },
	{ "allow", .is_of_zones = true, .is_inherited = true },
	{ "session", .is_of_zones = true, .is_inherited = true },
	{ "guest", .is_of_zones = true, .is_inherited = true },
	{ "sign-in", .is_of_zones = true, .is_inherited = true },
	{ "web", .offset = offsetof(struct config, web) },
	{ "radius", .offset = offsetof(struct config, radius) },
	{ "uam", .offset = offsetof(struct config, uam) },
	{ "fas", .offset = offsetof(struct config, fas) },
	{ "api", .offset = offsetof(struct config, api) },
	{ "log", .offset = offsetof(struct config, log) },
	{ "metrics", .offset = offsetof(struct config, metrics) },
	{ "zone", .is_of_zones = true },
};
/* clang-format on */

#define N_SECTIONS (sizeof(sections) / sizeof(sections[0]))

#define AT(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define GATEWAY(field)	AT(struct config_gateway, field)
#define ZONE(field)	AT(struct config_zone, field)
#define WEB(field)	AT(struct config_web, field)
#define RADIUS(field)	AT(struct config_radius, field)
#define UAM(field)	AT(struct config_uam, field)
#define FAS(field)	AT(struct config_fas, field)
#define API(field)	AT(struct config_api, field)
#define LOG(field)	AT(struct config_log, field)
#define METRICS(field)	AT(struct config_metrics, field)
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
	{ "gateway", "max-sessions", set_count, GATEWAY(max_sessions), .min = 1,
	  .max = COUNT_MAX },
	{ "gateway", "max-guests", set_count, GATEWAY(max_guests), .min = 1, .max = COUNT_MAX },
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
	{ "gateway", "advertise-api", set_bool, GATEWAY(advertise_api), .words = switch_words,
	  .form = SWITCH_FORM },

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
	  .form = SWITCH_FORM },

	{ "guest", "packets", set_number, ZONE(guest.packets_per_second), .parse = parse_packet_rate,
	  .form = "a packet rate; write 50/s or 0, at most 1000000/s" },
	{ "guest", "park", set_number, ZONE(guest.park_s), .parse = parse_duration,
	  .form = DURATION_FORM },
	{ "guest", "https-alerts", set_number, ZONE(guest.https_alerts), .parse = parse_packet_rate,
	  .form = ALERTS_FORM },

	{ "sign-in", "methods", set_methods, ZONE(sign_in.methods) },
	{ "sign-in", "terms", set_path, ZONE(sign_in.terms) },
	{ "sign-in", "venue-url", set_web_url, ZONE(sign_in.venue_url) },
	{ "sign-in", "devices", set_count, ZONE(sign_in.devices), .max = DEVICES_MAX },
	{ "sign-in", "devices-full", set_bool, ZONE(sign_in.is_oldest_out), .words = full_words,
	  .form = "neither of its words; write refuse or oldest" },
	{ "sign-in", "mac-auth", set_bool, ZONE(sign_in.mac_auth), .words = switch_words,
	  .form = SWITCH_FORM },

	{ "web", "http", add_endpoint, WEB(http), .port = 80, .repeatable = true },
	{ "web", "https", add_endpoint, WEB(https), .port = 443, .repeatable = true },
	{ "web", "certificate", set_path, WEB(certificate) },
	{ "web", "key", set_path, WEB(key) },
	{ "web", "theme", set_path, WEB(theme) },
	{ "web", "state-dir", set_path, WEB(state_dir) },
	{ "web", "admin", set_path, WEB(admin) },
	{ "web", "code-exec", set_path, WEB(code_exec) },
	{ "web", "code-url", set_web_url, WEB(code_url) },
	{ "web", "code-contact", set_bool, WEB(code_contact), .words = switch_words,
	  .form = SWITCH_FORM },

	{ "radius", "server", add_endpoint, RADIUS(servers), .port = 1812, .repeatable = true },
	{ "radius", "accounting", add_endpoint, RADIUS(accounting), .port = 1813,
	  .repeatable = true },
	{ "radius", "secret-file", set_path, RADIUS(secret_file) },
	{ "radius", "nas-id", set_text, RADIUS(nas_id) },
	{ "radius", "auth", set_bool, RADIUS(is_chap), .words = auth_words,
	  .form = "neither of its words; write pap or chap" },
	{ "radius", "timeout", set_period, RADIUS(timeout_s), .form = PERIOD_FORM },
	{ "radius", "deadline", set_period, RADIUS(deadline_s), .form = PERIOD_FORM },
	{ "radius", "when-down", set_when_down, RADIUS(allow_for_s),
	  .form = "neither of its forms; write deny or 'allow-for 15m'" },
	{ "radius", "mac-remember", set_number, RADIUS(remember_s), .parse = parse_duration,
	  .form = DURATION_FORM },
	{ "radius", "interim", set_number, RADIUS(interim_s), .parse = parse_duration,
	  .form = DURATION_FORM },
	{ "radius", "coa", add_endpoint, RADIUS(coa), .port = 3799, .repeatable = true },
	{ "radius", "coa-from", add_endpoint, RADIUS(coa_from), .repeatable = true },

	{ "uam", "server", set_web_url, UAM(server) },
	{ "uam", "secret-file", set_path, UAM(secret_file) },
	{ "uam", "listen", add_endpoint, UAM(listen), .port = 3990, .repeatable = true },

	{ "fas", "server", set_web_url, FAS(server) },
	{ "fas", "key-file", set_path, FAS(key_file) },
	{ "fas", "level", set_count, FAS(level), .min = 1, .max = 2 },
	{ "fas", "listen", add_endpoint, FAS(listen), .port = 2050, .repeatable = true },

	{ "api", "listen", add_endpoint, API(listen), .port = 8443, .repeatable = true },
	{ "api", "certificate", set_path, API(certificate) },
	{ "api", "key", set_path, API(key) },
	{ "api", "token-file", set_path, API(token_file) },

	{ "log", "keep", set_number, LOG(keep_s), .parse = parse_duration, .form = DURATION_FORM },
	{ "log", "directory", set_path, LOG(directory) },
	{ "log", "level", set_mode, LOG(level), .words = log_level_words,
	  .form = "not a level; write error, warning, info or debug" },

	{ "metrics", "listen", add_endpoint, METRICS(listen), .port = 9511, .repeatable = true },
	{ "metrics", "portal-listen", add_endpoint, METRICS(portal_listen), .port = 9512,
	  .repeatable = true },
};
/* clang-format on */

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

_Static_assert(N_KEYS <= KEYS_MAX, "KEYS_MAX");

const struct key *key_at(size_t number)
{
	return number < N_KEYS ? &keys[number] : NULL;
}

const struct section *section_at(size_t number)
{
	return number < N_SECTIONS ? &sections[number] : NULL;
}

const struct section *section_find(const char *name)
{
	for (size_t i = 0; i < N_SECTIONS; i++) {
		if (!strcmp(sections[i].name, name))
			return &sections[i];
	}
	return NULL;
}

bool key_is_inherited(const struct key *key)
{
	return section_find(key->section)->is_inherited;
}

bool key_is_of_zones(const struct key *key)
{
	return section_find(key->section)->is_of_zones;
}

const void *key_owner(const struct key *key, const struct config *config, size_t zone)
{
	const struct section *section = section_find(key->section);

	return section->is_of_zones ? (const void *)&config->zones[zone]
				    : (const char *)config + section->offset;
}

bool key_belongs(const struct key *key, const char *section)
{
	return !strcmp(key->section, section) ||
	       (!strcmp(section, "zone") && key_is_inherited(key));
}
