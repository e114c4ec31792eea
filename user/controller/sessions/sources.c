/* SPDX-License-Identifier: MIT */
/* sources.c - what sessions and workers tell, made into events of the feed. */
#include <string.h>

#include "base/mac.h"
#include "base/units.h"
#include "controller/clock.h"
#include "controller/sessions/session_log.h"
#include "controller/sessions/sources.h"

#define TIME_TEXT 32

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *time_or_null(uint64_t wall_ms)
{
	char text[TIME_TEXT];

	return wall_ms ? json_string(format_time(wall_ms / MS_PER_S, text, sizeof(text)))
		       : json_null();
}

/* Joins two objects and takes both over; NULL: out of memory. */
static json_t *join(json_t *first, json_t *second)
{
	if (!first || !second || json_object_update(first, second)) {
		json_decref(first);
		first = NULL;
	}
	json_decref(second);
	return first;
}

static json_t *device_json(const struct session_view *view)
{
	int vlan = view->what.vlan == X511_NOWHERE ? 0 : view->what.vlan;
	char mac[MAC_TEXT];

	return json_pack("{s:s, s:s, s:i, s:o}", "mac", format_mac(view->who.mac, mac), "zone",
			 view->who.zone, "vlan", vlan, "user", text_or_null(view->who.user));
}

static json_t *totals_json(const struct session_view *view, const char *reason)
{
	const struct session *what = &view->what;

	return json_pack("{s:s, s:s, s:o, s:I, s:I, s:I, s:I}", "method", view->who.method,
			 "reason", reason ? reason : "logout", "login_at",
			 time_or_null(view->who.login_ms), "up_bytes", (json_int_t)what->up_bytes,
			 "up_packets", (json_int_t)what->up_packets, "down_bytes",
			 (json_int_t)what->down_bytes, "down_packets",
			 (json_int_t)what->down_packets);
}

static json_t *details_json(enum session_event kind, const struct session_view *view,
			    const char *reason)
{
	switch (kind) {
	case SESSION_SIGNED_IN:
		return json_pack("{s:s, s:s, s:o}", "method", view->who.method, "state",
				 state_name(view->who.state), "expires_at",
				 time_or_null(view->who.expires_ms));
	case SESSION_SIGNED_OUT:
		return totals_json(view, reason);
	case SESSION_LIMIT_HIT:
		return json_pack("{s:s}", "limit", reason ? reason : "timeout");
	case SESSION_CLONED:
		return json_pack("{s:s}", "reason", "two zones");
	default:
		return json_object();
	}
}

static enum event_type type_of(enum session_event kind)
{
	switch (kind) {
	case SESSION_SIGNED_IN:
		return EVENT_SIGN_IN;
	case SESSION_SIGNED_OUT:
		return EVENT_SIGN_OUT;
	case SESSION_LIMIT_HIT:
		return EVENT_LIMIT_HIT;
	case SESSION_CLONED:
		return EVENT_SPOOF_SUSPECTED;
	default:
		return EVENT_TABLE_FULL;
	}
}

/* Also what a flood keeps from becoming an event. */
static void count(struct tally *tally, enum session_event kind, const struct session_view *view,
		  const char *reason)
{
	if (kind == SESSION_SIGNED_IN)
		tally->sign_ins[session_method_of(view->who.method)]++;
	else if (kind == SESSION_SIGNED_OUT)
		tally->sign_outs[tally_reason_of(reason)]++;
	else if (kind == SESSION_LIMIT_HIT)
		tally->limits[tally_reason_of(reason)]++;
	else if (kind == SESSION_CLONED)
		tally->spoofs[TALLY_SPOOF_TWO_ZONES]++;
}

static void on_session(void *context, enum session_event kind, const struct session_view *view,
		       const char *reason)
{
	struct controller *controller = context;
	struct feed *feed = controller->feed;
	enum event_type type = type_of(kind);
	uint64_t now_ms = clock_wall_ms();

	session_log(kind, view, reason);
	count(&controller->tally, kind, view, reason);
	if (feed_wants(feed, type, now_ms))
		feed_publish(feed, type, now_ms,
			     join(device_json(view), details_json(kind, view, reason)));
}

static void on_restart(void *context, const struct worker *worker)
{
	struct feed *feed = context;
	uint64_t now_ms = clock_wall_ms();
	char why[WORKER_DEATH_SIZE];

	if (feed_wants(feed, EVENT_WORKER_RESTARTED, now_ms))
		feed_publish(feed, EVENT_WORKER_RESTARTED, now_ms,
			     json_pack("{s:s, s:i, s:s}", "interface", worker->port->name, "queue",
				       (int)worker->queue, "reason",
				       worker_death(worker->death_status, why, sizeof(why))));
}

void sources_connect(struct controller *controller)
{
	controller->sessions.on_event = on_session;
	controller->sessions.event_context = controller;
	controller->workers.on_restart = on_restart;
	controller->workers.restart_context = controller->feed;
}
