/* SPDX-License-Identifier: MIT */
/* sessions.c - sessions found and listed: the store's row and the gate's entry, joined. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <xdp511/net.h>

#include "controller/clock.h"
#include "controller/sessions/sessions.h"

#define BPS_PER_KBPS 1000

enum limit { LIMIT_NONE, LIMIT_ENDED, LIMIT_TIMEOUT, LIMIT_IDLE, LIMIT_QUOTA };

static enum limit limit_hit(const struct session *session, uint64_t now_ns)
{
	uint32_t tick = gate_tick(now_ns);

	if (session->state == SESSION_ENDED)
		return LIMIT_ENDED;
	if (session->state != SESSION_ACTIVE)
		return LIMIT_NONE;
	if (session->expires_tick && tick >= session->expires_tick)
		return LIMIT_TIMEOUT;
	/* A packet may have been seen after @now_ns was read. */
	if (session->idle_ticks && tick > session->last_seen_tick &&
	    tick - session->last_seen_tick >= session->idle_ticks)
		return LIMIT_IDLE;
	if (session->quota_bytes && session->up_bytes + session->down_bytes >= session->quota_bytes)
		return LIMIT_QUOTA;
	return LIMIT_NONE;
}

const char *session_end(const struct session *session, uint64_t now_ns)
{
	static const char *const sentences[] = {
		[LIMIT_NONE] = NULL,
		[LIMIT_ENDED] = "it was signed out",
		[LIMIT_TIMEOUT] = "its time is up",
		[LIMIT_IDLE] = "it was idle for too long",
		[LIMIT_QUOTA] = "its quota is used up",
	};

	return sentences[limit_hit(session, now_ns)];
}

const char *session_end_word(const struct session *session, uint64_t now_ns)
{
	static const char *const words[] = {
		[LIMIT_NONE] = NULL,   [LIMIT_ENDED] = "logout", [LIMIT_TIMEOUT] = "timeout",
		[LIMIT_IDLE] = "idle", [LIMIT_QUOTA] = "quota",
	};

	return words[limit_hit(session, now_ns)];
}

int sessions_identify(const struct sessions *sessions, struct sign_in *who)
{
	int zone = zones_find(sessions->zones, who->zone);
	struct session_key key = {};

	if (zone < 0)
		return zone;
	memcpy(key.mac, who->mac, sizeof(key.mac));
	key.zone = (uint16_t)zone;
	who->id = store_id(&key);
	return 0;
}

void sessions_name(const struct sessions *sessions, struct sign_in *row)
{
	memcpy(row->zone, sessions->zones->slots[row->id >> 48].name, sizeof(row->zone));
}

static uint32_t kbps(uint64_t bps)
{
	return (uint32_t)((bps + BPS_PER_KBPS - 1) / BPS_PER_KBPS);
}

/* What was seen tomorrow, by a clock that has been set back, would not be idle before that. */
static uint32_t last_seen(const struct usage *used, const struct clock_pair *now)
{
	uint32_t tick = gate_tick(now->ns);
	uint32_t seen = clock_tick_at(now, used->seen_ms);

	return seen && seen < tick ? seen : tick;
}

struct session sessions_entry_at(const struct sign_in *who, const struct clock_pair *now)
{
	struct session session = {
		.up_bytes = who->used.up_bytes,
		.up_packets = who->used.up_packets,
		.down_bytes = who->used.down_bytes,
		.down_packets = who->used.down_packets,
		.last_seen_tick = last_seen(&who->used, now),
		.ipv4_be = who->used.ipv4_be,
		.vlan = who->used.vlan ? who->used.vlan & VLAN_ID_MASK : X511_NOWHERE,
		.state = who->state,
	};

	if (who->state != SESSION_ACTIVE)
		return session;
	session.expires_tick = clock_tick_at(now, who->expires_ms);
	session.quota_bytes = who->quota_bytes;
	session.idle_ticks = gate_tick(who->idle_s * NS_PER_S + X511_TICK_NS - 1);
	session.up_kbps = kbps(who->up_bps);
	session.down_kbps = kbps(who->down_bps);
	return session;
}

struct session sessions_entry(const struct sign_in *who)
{
	const struct clock_pair now = clock_read();

	return sessions_entry_at(who, &now);
}

/* An operation under way is what its device is about to be; the last one counts. */
static const struct session_op *find_pending(const struct sessions *sessions, uint64_t id)
{
	const struct session_op *op = sessions->pending[id % SESSIONS_PENDING];

	while (op && op->who.id != id)
		op = op->next;
	return op;
}

bool sessions_is_pending(const struct sessions *sessions, uint64_t id)
{
	return find_pending(sessions, id) != NULL;
}

static int look_up(struct sessions *sessions, uint64_t id, struct session *ret_session)
{
	struct session session;
	struct session_key key;
	int err;

	store_key(id, &key);
	err = gate_get_session(sessions->gate, &key, &session);
	if (err)
		return err;
	if (session_end(&session, gate_now_ns()))
		return -ENOENT;
	*ret_session = session;
	return 0;
}

int sessions_find(struct sessions *sessions, uint64_t id, struct session_view *ret_view)
{
	const struct session_op *op = find_pending(sessions, id);
	struct session_view view;
	int err;

	if (op && op->is_removal)
		return -ENOENT;
	if (op) {
		ret_view->who = op->who;
		if (look_up(sessions, id, &ret_view->what))
			ret_view->what = sessions_entry(&op->who);
		ret_view->what.state = op->who.state;
		return 0;
	}
	/* The gate first: it knows at once who isn't there. */
	err = look_up(sessions, id, &view.what);
	if (!err)
		err = store_get(sessions->store, id, &view.who);
	if (err)
		return err;
	sessions_name(sessions, &view.who);
	*ret_view = view;
	return 0;
}

int sessions_of_device(struct sessions *sessions, const uint8_t mac[6], struct session_view *views,
		       size_t max)
{
	struct session_key key = {};
	size_t n = 0;
	int err;

	memcpy(key.mac, mac, sizeof(key.mac));
	for (; key.zone < X511_MAX_ZONES && n < max; key.zone++) {
		if (!sessions->zones->slots[key.zone].name[0])
			continue;
		err = sessions_find(sessions, store_id(&key), &views[n]);
		if (!err)
			n++;
		else if (err != -ENOENT)
			return err;
	}
	return (int)n;
}

/* False: nothing can match. */
static bool range_of(const struct sessions *sessions, const struct sign_in_filter *filter,
		     const struct session_cursor *cursor, struct store_range *ret_range)
{
	struct store_range range = {.after = cursor->after, .last = STORE_LAST_ID};
	int zone;

	if (filter->user && !filter->user[0])
		return false;
	if (filter->zone) {
		zone = zones_find(sessions->zones, filter->zone);
		if (zone < 0)
			return false;
		range.last = ((uint64_t)zone << 48) | 0xffffffffffffULL;
		if (range.after < (uint64_t)zone << 48)
			range.after = (uint64_t)zone << 48; /* no device has the MAC zero */
	}
	*ret_range = range;
	return true;
}

/* In the order of their ids. */
static int read_rows(struct sessions *sessions, const struct sign_in_filter *filter,
		     struct session_cursor *cursor, struct sign_in *rows)
{
	struct store_range range;
	int n = range_of(sessions, filter, cursor, &range)
			? store_page(sessions->store, &range, rows, SESSIONS_PAGE)
			: 0;

	cursor->is_over = n <= 0; /* rows that don't read make a page shorter */
	if (n > 0)
		cursor->after = rows[n - 1].id;
	return n;
}

/* In the order of their places. */
static int read_rows_of_user(struct sessions *sessions, const struct sign_in_filter *filter,
			     struct session_cursor *cursor, struct sign_in *rows)
{
	int zone = filter->zone ? zones_find(sessions->zones, filter->zone) : 0;
	uint64_t ids[SESSIONS_PAGE];
	size_t i, n;
	int err, n_rows = 0;

	n = roster_find(&sessions->roster, filter->user, &cursor->place, ids, SESSIONS_PAGE);
	cursor->is_over = roster_is_over(&sessions->roster, cursor->place);
	for (i = 0; i < n; i++) {
		if (filter->zone && (zone < 0 || ids[i] >> 48 != (uint64_t)zone))
			continue;
		err = store_get(sessions->store, ids[i], &rows[n_rows]);
		if (!err)
			n_rows++;
		else if (err != -ENOENT && err != -EINVAL)
			return err;
	}
	return n_rows;
}

int sessions_page(struct sessions *sessions, const struct sign_in_filter *filter,
		  struct session_cursor *cursor, struct session_view *views)
{
	struct sign_in rows[SESSIONS_PAGE];
	bool is_by_user = filter->user && filter->user[0] && !sessions->roster.is_partial;
	int i, n, n_views = 0;

	n = is_by_user ? read_rows_of_user(sessions, filter, cursor, rows)
		       : read_rows(sessions, filter, cursor, rows);
	for (i = 0; i < n; i++) {
		struct session_view *view = &views[n_views];

		if ((filter->user && strcmp(rows[i].user, filter->user) != 0) ||
		    look_up(sessions, rows[i].id, &view->what) ||
		    (filter->state && view->what.state != *filter->state))
			continue;
		view->who = rows[i];
		sessions_name(sessions, &view->who);
		n_views++;
	}
	return n < 0 ? n : n_views;
}
