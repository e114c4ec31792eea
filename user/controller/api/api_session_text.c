/* SPDX-License-Identifier: MIT */
/*
 * api_session_text.c - a session as the API shows it: every field always there, unknown ones
 * null. Written by hand, for lists of a million.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/mac.h"
#include "base/units.h"
#include "controller/api/api.h"
#include "controller/clock.h"

#define TIME_TEXT 32

struct text {
	char *at;
	char *end; /* of the room, which is enough: see API_SESSION_SIZE */
};

static void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *text, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text->at, (size_t)(text->end - text->at), format, arguments);
	va_end(arguments);
	if (n > 0)
		text->at += n < text->end - text->at ? n : text->end - text->at - 1;
}

/* Fields hold printable UTF-8 alone, of which JSON wants two characters escaped. */
static void put_text(struct text *text, const char *name, const char *value)
{
	put(text, ",\"%s\":", name);
	if (!value[0]) {
		put(text, "null");
		return;
	}
	put(text, "\"");
	for (; *value && text->end - text->at > 4; value++) {
		if (*value == '"' || *value == '\\')
			*text->at++ = '\\';
		*text->at++ = *value;
	}
	put(text, "\"");
}

static void put_number(struct text *text, const char *name, uint64_t number)
{
	put(text, ",\"%s\":%" PRIu64, name, number);
}

static void put_limit(struct text *text, const char *name, uint64_t limit)
{
	if (limit)
		put_number(text, name, limit);
	else
		put(text, ",\"%s\":null", name);
}

static void put_time(struct text *text, const char *name, uint64_t wall_ms)
{
	char time[TIME_TEXT] = "";

	put_text(text, name, wall_ms ? format_time(wall_ms / MS_PER_S, time, sizeof(time)) : time);
}

static void put_quota(struct text *text, const struct session *what)
{
	uint64_t used = what->up_bytes + what->down_bytes, quota = what->quota_bytes;

	put_limit(text, "quota_bytes", quota);
	if (quota)
		put_number(text, "quota_left_bytes", quota > used ? quota - used : 0);
	else
		put(text, ",\"quota_left_bytes\":null");
}

/* Those it was seen with; an empty list when the gate has no such session any more. */
static void put_addresses(struct text *text, struct gate *gate, const struct session_view *view)
{
	struct address addresses[GATE_MAX_ADDRESSES];
	char address[ADDRESS_TEXT];
	struct session_key key;
	size_t i, n;

	store_key(view->who.id, &key);
	n = gate_addresses(gate, &key, &view->what, addresses);
	put(text, ",\"addresses\":[");
	for (i = 0; i < n; i++)
		put(text, "%s\"%s\"", i ? "," : "", format_address(&addresses[i], address));
	put(text, "]");
}

size_t api_session_text(struct gate *gate, const struct session_view *view,
			char buffer[API_SESSION_SIZE])
{
	const struct sign_in *who = &view->who;
	const struct session *what = &view->what;
	struct text text = {.at = buffer, .end = buffer + API_SESSION_SIZE};
	char mac[MAC_TEXT];

	put(&text, "{\"mac\":\"%s\"", format_mac(who->mac, mac));
	put_text(&text, "zone", who->zone);
	put_number(&text, "vlan", what->vlan == X511_NOWHERE ? 0 : what->vlan);
	put_text(&text, "user", who->user);
	put_text(&text, "method", who->method);
	put_text(&text, "state", state_name(what->state));
	put_time(&text, "login_at", who->login_ms);
	put_time(&text, "expires_at", who->expires_ms);
	put_limit(&text, "idle_s", who->idle_s);
	put_time(&text, "last_seen_at", clock_wall_ms_from_tick(what->last_seen_tick));
	put_number(&text, "up_bytes", what->up_bytes);
	put_number(&text, "up_packets", what->up_packets);
	put_number(&text, "down_bytes", what->down_bytes);
	put_number(&text, "down_packets", what->down_packets);
	put_limit(&text, "up_bps", who->up_bps);
	put_limit(&text, "down_bps", who->down_bps);
	put_quota(&text, what);
	put_addresses(&text, gate, view);
	put(&text, "}");
	return (size_t)(text.at - buffer);
}
