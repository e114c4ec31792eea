/* SPDX-License-Identifier: MIT */
/* api_session_json.c - a session as the API shows it: every field always there, unknown ones null. */
#include "base/address.h"
#include "base/mac.h"
#include "base/units.h"
#include "controller/api.h"
#include "controller/clock.h"

#define TIME_TEXT 32

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *limit_or_null(uint64_t limit)
{
	return limit ? json_integer((json_int_t)limit) : json_null();
}

static json_t *time_or_null(uint64_t wall_ms)
{
	char text[TIME_TEXT];

	return wall_ms ? json_string(format_time(wall_ms / MS_PER_S, text, sizeof(text)))
		       : json_null();
}

static json_t *quota_left(const struct session_view *view)
{
	uint64_t quota = view->what.quota_bytes;
	uint64_t used = view->what.up_bytes + view->what.down_bytes;

	return quota ? json_integer((json_int_t)(quota > used ? quota - used : 0)) : json_null();
}

/* Those it was seen with; an empty list when the gate has no such session any more. */
static json_t *addresses_of(struct sessions *sessions, const struct session_view *view)
{
	struct address addresses[GATE_MAX_ADDRESSES];
	json_t *list = json_array();
	struct session_key key;
	char text[ADDRESS_TEXT];
	size_t i, n = 0;

	if (!sessions_key(sessions, &view->who, &key))
		n = gate_addresses(sessions->gate, &key, &view->what, addresses);
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_string(format_address(&addresses[i], text)));
	return list;
}

json_t *api_session_json(struct sessions *sessions, const struct session_view *view)
{
	const struct sign_in *who = &view->who;
	const struct session *what = &view->what;
	char mac[MAC_TEXT];
	json_t *json =
		json_pack("{s:s, s:s, s:i, s:o, s:s, s:s}", "mac", format_mac(who->mac, mac),
			  "zone", who->zone, "vlan", what->vlan == X511_NOWHERE ? 0 : what->vlan,
			  "user", text_or_null(who->user), "method", who->method, "state",
			  state_name(what->state));
	json_t *times = json_pack("{s:o, s:o, s:o, s:o}", "login_at", time_or_null(who->login_ms),
				  "expires_at", time_or_null(who->expires_ms), "idle_s",
				  limit_or_null(who->idle_s), "last_seen_at",
				  time_or_null(clock_wall_ms_from_tick(what->last_seen_tick)));
	json_t *counters = json_pack("{s:I, s:I, s:I, s:I}", "up_bytes", (json_int_t)what->up_bytes,
				     "up_packets", (json_int_t)what->up_packets, "down_bytes",
				     (json_int_t)what->down_bytes, "down_packets",
				     (json_int_t)what->down_packets);
	json_t *limits =
		json_pack("{s:o, s:o, s:o, s:o, s:o}", "up_bps", limit_or_null(who->up_bps),
			  "down_bps", limit_or_null(who->down_bps), "quota_bytes",
			  limit_or_null(what->quota_bytes), "quota_left_bytes", quota_left(view),
			  "addresses", addresses_of(sessions, view));

	if (json_object_update(json, times) || json_object_update(json, counters) ||
	    json_object_update(json, limits)) {
		json_decref(json);
		json = NULL;
	}
	json_decref(times);
	json_decref(counters);
	json_decref(limits);
	return json;
}
