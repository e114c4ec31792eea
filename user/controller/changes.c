/* SPDX-License-Identifier: MIT */
/* changes.c - what differs between two configurations, in sentences. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/config_keys.h"
#include "base/config_setters.h"
#include "controller/changes.h"

#define DAY_S 86400

static bool is_of(const struct key *key, const char *section)
{
	return !strcmp(key->section, section);
}

/* Keys that say what the daemon is made of. */
static bool needs_restart(const struct key *key)
{
	static const char *const names[] = {"interface", "xdp-mode",	 "bpf-dir",   "state-dir",
					    "control",	 "max-sessions", "max-guests"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_of(key, "gateway") && !strcmp(key->name, names[i]))
			return true;
	}
	return is_of(key, "api") || (is_of(key, "log") && !strcmp(key->name, "directory")) ||
	       (is_of(key, "metrics") && !strcmp(key->name, "listen"));
}

/* Of a key that isn't zones'. */
static bool is_same(const struct key *key, const struct config *old, const struct config *new)
{
	return key_is_equal(key, key_owner(key, old, 0), key_owner(key, new, 0));
}

int changes_check(const struct config *old, const struct config *new, struct error *error)
{
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (needs_restart(key) && !is_same(key, old, new))
			return fail(error, EINVAL,
				    "changes of '%s' in [%s] need a restart of "
				    "xdp511d; set it back to reload the rest",
				    key->name, key->section);
	}
	return 0;
}

static bool same_page(const struct config_portal *a, const struct config_portal *b)
{
	if (!a->template || !b->template)
		return a->template == b->template;
	return !strcmp(a->template, b->template);
}

static void tell(json_t *changes, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(json_t *changes, const char *format, ...)
{
	char text[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_array_append_new(changes, json_string(text));
}

/*
 * What a change of a key is called, and whether it concerns the workers. Several keys may share a
 * sentence; a key that isn't here, or without a name the whole section, is told by its name.
 */
static const struct sentence {
	const char *section;
	const char *name; /* NULL: all others of the section */
	const char *what; /* NULL: is told elsewhere */
	bool concerns_workers;
} sentences[] = {
	{"zone", NULL, "another interface or VLAN", true},
	{"portal", "page", "another page", true},
	{"portal", NULL, "another portal", true},
	{"allow", "dns", "other resolvers", false},
	{"allow", "prefix", NULL, false}, /* with the rest of the garden */
	{"allow", "domain", "other names in its garden", false},
	{"session", "spoof-guard", NULL, false}, /* by its own sentence */
	{"session", NULL, "other session defaults", false},
	{"guest", NULL, "another guest budget", false},
	{"sign-in", NULL, "other ways to sign in; reload xdp511-portal, too", false},
};

#define N_SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static size_t sentence_of(const struct key *key)
{
	size_t i;

	for (i = 0; i < N_SENTENCES; i++) {
		if (!strcmp(sentences[i].section, key->section) &&
		    (!sentences[i].name || !strcmp(sentences[i].name, key->name)))
			break;
	}
	return i;
}

/* A page may be another one in the same file. */
static bool is_equal(const struct key *key, const struct config_zone *a,
		     const struct config_zone *b)
{
	return key_is_equal(key, a, b) &&
	       (strcmp(key->name, "page") != 0 || same_page(&a->portal, &b->portal));
}

static bool tell_zone(const struct config_zone *a, const struct config_zone *b, json_t *changes)
{
	bool is_told[N_SENTENCES + 1] = {};
	bool concerns_workers = false;
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		size_t number = sentence_of(key);

		if (!key_is_of_zones(key) || is_equal(key, a, b))
			continue;
		if (number == N_SENTENCES) {
			tell(changes, "zone '%s' has another '%s'", b->name, key->name);
			concerns_workers = true;
			continue;
		}
		if (sentences[number].what && !is_told[number])
			tell(changes, "zone '%s' has %s", b->name, sentences[number].what);
		is_told[number] = true;
		concerns_workers |= sentences[number].concerns_workers;
	}
	if (a->spoof_guard != b->spoof_guard)
		tell(changes, "zone '%s' %s sessions to their addresses", b->name,
		     b->spoof_guard ? "binds" : "no longer binds");
	return concerns_workers;
}

static bool tell_rate(const struct key *key, const struct config_gateway *gateway, json_t *changes)
{
	const struct {
		const char *name;
		const char *what;
		uint32_t now;
	} rates[] = {
		{"https-alerts", "TLS alerts to all guests", gateway->https_alerts},
		{"queue-responder", "guests' frames to the responder, by each queue,",
		 gateway->queue_responder},
		{"queue-resolver", "guests' DNS questions, by each queue,",
		 gateway->queue_resolver},
		{"queue-kernel", "guests' other frames to the kernel, by each queue,",
		 gateway->queue_kernel},
		{"new-guests", "new guests, by each queue,", gateway->new_guests},
	};
	size_t i, n = sizeof(rates) / sizeof(rates[0]);

	for (i = 0; i < n && strcmp(rates[i].name, key->name) != 0;)
		i++;
	if (i < n && rates[i].now)
		tell(changes, "%s are at most %u a second", rates[i].what, rates[i].now);
	else if (i < n)
		tell(changes, "%s have no limit", rates[i].what);
	return i < n;
}

static void tell_gateway(const struct config_gateway *a, const struct config_gateway *b,
			 json_t *changes)
{
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (!is_of(key, "gateway") || key_is_equal(key, a, b))
			continue;
		if (!strcmp(key->name, "unknown-vlan"))
			tell(changes, "frames of unknown VLANs are %s",
			     b->drop_unknown_vlan ? "dropped" : "of the zone 'default'");
		else if (!strcmp(key->name, "advertise-api"))
			tell(changes, "routers' advertisements %s api-url",
			     b->advertise_api ? "name the" : "no longer name an");
		else if (!tell_rate(key, b, changes))
			tell(changes, "'%s' in [gateway] has another value", key->name);
	}
}

/* Sections that the daemon only passes over. */
static void tell_portal(const struct config *old, const struct config *new, json_t *changes)
{
	const char *told = "";
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (key_is_of_zones(key) || is_of(key, "gateway") || is_of(key, "log") ||
		    is_of(key, told) || is_same(key, old, new))
			continue;
		tell(changes, "[%s] has other values; reload xdp511-portal, too", key->section);
		told = key->section;
	}
}

static void tell_log(const struct config_log *a, const struct config_log *b, json_t *changes)
{
	if (a->level != b->level)
		tell(changes, "the log has lines of level '%s'", log_level_words[b->level]);
	if (a->keep_s == b->keep_s)
		return;
	if (b->keep_s)
		tell(changes, "the sign-in log keeps its records for %llu days",
		     (unsigned long long)((b->keep_s + DAY_S - 1) / DAY_S));
	else
		tell(changes, "no more records are written to the sign-in log");
}

bool changes_tell(const struct config *old, const struct config *new, json_t *ret_changes)
{
	bool concerns_workers = false;
	size_t i;

	tell_gateway(&old->gateway, &new->gateway, ret_changes);
	tell_portal(old, new, ret_changes);
	tell_log(&old->log, &new->log, ret_changes);
	for (i = 0; i < old->n_zones; i++) {
		if (config_find_zone(new, old->zones[i].name))
			continue;
		tell(ret_changes, "zone '%s' is removed", old->zones[i].name);
		concerns_workers = true;
	}
	for (i = 0; i < new->n_zones; i++) {
		const struct config_zone *before = config_find_zone(old, new->zones[i].name);

		if (before) {
			concerns_workers |= tell_zone(before, &new->zones[i], ret_changes);
			continue;
		}
		tell(ret_changes, "zone '%s' is added", new->zones[i].name);
		concerns_workers = true;
	}
	return concerns_workers;
}
