/* SPDX-License-Identifier: MIT */
/* changes.c - what differs between two configurations, in sentences. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "controller/changes.h"

static bool same_interfaces(const struct config_gateway *a, const struct config_gateway *b)
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

int changes_check(const struct config *old, const struct config *new, struct error *error)
{
	const struct config_gateway *a = &old->gateway, *b = &new->gateway;
	const struct {
		const char *key;
		bool is_same;
	} keys[] = {
		{"interface", same_interfaces(a, b)},
		{"xdp-mode", a->xdp_mode == b->xdp_mode},
		{"bpf-dir", !strcmp(a->bpf_dir, b->bpf_dir)},
		{"state-dir", !strcmp(a->state_dir, b->state_dir)},
		{"control", !strcmp(a->control, b->control)},
		{"max-sessions", a->max_sessions == b->max_sessions},
		{"max-guests", a->max_guests == b->max_guests},
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!keys[i].is_same)
			return fail(error, EINVAL,
				    "changes of '%s' in [gateway] need a restart of "
				    "xdp511d; set it back to reload the rest",
				    keys[i].key);
	}
	return 0;
}

static bool same_rules(const struct config_portal *a, const struct config_portal *b)
{
	size_t i;

	if (a->n_rules != b->n_rules)
		return false;
	for (i = 0; i < a->n_rules; i++) {
		if (strcmp(a->rules[i].host, b->rules[i].host) != 0 ||
		    strcmp(a->rules[i].path, b->rules[i].path) != 0 ||
		    a->rules[i].answer != b->rules[i].answer)
			return false;
	}
	return true;
}

static bool same_page(const struct config_portal *a, const struct config_portal *b)
{
	if (!a->template || !b->template)
		return a->template == b->template;
	return !strcmp(a->template, b->template);
}

static bool same_portal(const struct config_portal *a, const struct config_portal *b)
{
	return !strcmp(a->url, b->url) && !strcmp(a->api_url, b->api_url) &&
	       !strcmp(a->name, b->name) && a->probes_auto == b->probes_auto &&
	       a->https_reset == b->https_reset && same_rules(a, b);
}

static bool same_place(const struct config_zone *a, const struct config_zone *b)
{
	return !strcmp(a->interface, b->interface) && a->vlan == b->vlan &&
	       a->inner_vlan == b->inner_vlan;
}

static bool same_resolvers(const struct config_allow *a, const struct config_allow *b)
{
	size_t i;

	if (a->n_resolvers != b->n_resolvers)
		return false;
	for (i = 0; i < a->n_resolvers; i++) {
		if (address_compare(&a->resolvers[i], &b->resolvers[i]) != 0)
			return false;
	}
	return true;
}

static bool same_session(const struct session_limits *a, const struct session_limits *b)
{
	return a->timeout_s == b->timeout_s && a->idle_s == b->idle_s && a->up_bps == b->up_bps &&
	       a->down_bps == b->down_bps && a->quota_bytes == b->quota_bytes;
}

static bool same_guest(const struct config_guest *a, const struct config_guest *b)
{
	return a->packets_per_second == b->packets_per_second && a->park_s == b->park_s &&
	       a->https_alerts == b->https_alerts;
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

static bool tell_zone(const struct config_zone *a, const struct config_zone *b, json_t *changes)
{
	bool place = same_place(a, b), portal = same_portal(&a->portal, &b->portal);
	bool page = same_page(&a->portal, &b->portal);

	if (!place)
		tell(changes, "zone '%s' has another interface or VLAN", b->name);
	if (!page)
		tell(changes, "zone '%s' has another page", b->name);
	if (!portal)
		tell(changes, "zone '%s' has another portal", b->name);
	if (!same_resolvers(&a->allow, &b->allow))
		tell(changes, "zone '%s' has other resolvers", b->name);
	if (!same_session(&a->session, &b->session))
		tell(changes, "zone '%s' has other session defaults", b->name);
	if (a->spoof_guard != b->spoof_guard)
		tell(changes, "zone '%s' %s sessions to their addresses", b->name,
		     b->spoof_guard ? "binds" : "no longer binds");
	if (!same_guest(&a->guest, &b->guest))
		tell(changes, "zone '%s' has another guest budget", b->name);
	return !place || !portal || !page;
}

static void tell_rates(const struct config_gateway *a, const struct config_gateway *b,
		       json_t *changes)
{
	const struct {
		const char *what;
		uint32_t before, now;
	} rates[] = {
		{"TLS alerts to all guests", a->https_alerts, b->https_alerts},
		{"guests' frames to the responder, by each queue,", a->queue_responder,
		 b->queue_responder},
		{"guests' DNS questions, by each queue,", a->queue_resolver, b->queue_resolver},
		{"guests' other frames to the kernel, by each queue,", a->queue_kernel,
		 b->queue_kernel},
		{"new guests, by each queue,", a->new_guests, b->new_guests},
	};
	size_t i;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		if (rates[i].before == rates[i].now)
			continue;
		if (rates[i].now)
			tell(changes, "%s are at most %u a second", rates[i].what, rates[i].now);
		else
			tell(changes, "%s have no limit", rates[i].what);
	}
}

bool changes_tell(const struct config *old, const struct config *new, json_t *ret_changes)
{
	bool concerns_workers = false;
	size_t i;

	if (old->gateway.drop_unknown_vlan != new->gateway.drop_unknown_vlan)
		tell(ret_changes, "frames of unknown VLANs are %s",
		     new->gateway.drop_unknown_vlan ? "dropped" : "of the zone 'default'");
	tell_rates(&old->gateway, &new->gateway, ret_changes);
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
