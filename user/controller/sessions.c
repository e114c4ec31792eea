/* SPDX-License-Identifier: MIT */
/* sessions.c - signing in and out: the store's row and the gate's entry, in the right order. */
#include <errno.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions.h"

#define BPS_PER_KBPS	1000
#define DATABASE_REMEDY "make room or repair the state directory"

const char *session_end(const struct session *session, uint64_t now_ns)
{
	uint32_t tick = gate_tick(now_ns);

	if (session->state == SESSION_ENDED)
		return "it was signed out";
	if (session->state != SESSION_ACTIVE)
		return NULL;
	if (session->expires_tick && tick >= session->expires_tick)
		return "its time is up";
	/* A packet may have been seen after @now_ns was read. */
	if (session->idle_ticks && tick > session->last_seen_tick &&
	    tick - session->last_seen_tick >= session->idle_ticks)
		return "it was idle for too long";
	if (session->quota_bytes && session->up_bytes + session->down_bytes >= session->quota_bytes)
		return "its quota is used up";
	return NULL;
}

int sessions_key(const struct sessions *sessions, const struct sign_in *who,
		 struct session_key *ret_key)
{
	int id = zones_find(sessions->zones, who->zone);

	if (id < 0)
		return id;
	memset(ret_key, 0, sizeof(*ret_key));
	memcpy(ret_key->mac, who->mac, sizeof(ret_key->mac));
	ret_key->zone = (uint16_t)id;
	return 0;
}

static uint32_t kbps(uint64_t bps)
{
	return (uint32_t)((bps + BPS_PER_KBPS - 1) / BPS_PER_KBPS);
}

struct session sessions_entry(const struct sign_in *who)
{
	struct session session = {
		.last_seen_tick = gate_tick(gate_now_ns()),
		.state = (enum session_state)who->state,
		.vlan = X511_NOWHERE,
	};

	if (who->state != SESSION_ACTIVE)
		return session;
	session.expires_tick = clock_tick_from_wall_ms(who->expires_ms);
	session.quota_bytes = who->quota_bytes;
	session.idle_ticks = gate_tick(who->idle_s * NS_PER_S + X511_TICK_NS - 1);
	session.up_kbps = kbps(who->up_bps);
	session.down_kbps = kbps(who->down_bps);
	return session;
}

static size_t *counter_of(struct sessions *sessions, int state)
{
	return &sessions->count[state >= SESSION_ACTIVE && state <= SESSION_BLOCKED ? state : 0];
}

int sessions_write(struct sessions *sessions, const struct session_key *key,
		   const struct session *session)
{
	struct session old;
	bool is_new = gate_get_session(sessions->gate, key, &old) != 0;
	int err = gate_put_session(sessions->gate, key, session);

	if (err)
		return err;
	if (!is_new)
		--*counter_of(sessions, old.state);
	++*counter_of(sessions, session->state);
	return 0;
}

int sessions_drop(struct sessions *sessions, const struct session_key *key, int state)
{
	int err = gate_delete_session(sessions->gate, key);

	if (!err)
		--*counter_of(sessions, state);
	return err;
}

/* The entry belonging to a row. */
static int look_up(struct sessions *sessions, const struct sign_in *who,
		   struct session *ret_session)
{
	struct session_key key;
	struct session session;
	int err = sessions_key(sessions, who, &key);

	if (!err)
		err = gate_get_session(sessions->gate, &key, &session);
	if (err)
		return err;
	if (session_end(&session, gate_now_ns()))
		return -ENOENT;
	*ret_session = session;
	return 0;
}

int sessions_find(struct sessions *sessions, const struct sign_in *key,
		  struct session_view *ret_view)
{
	struct session_view view;
	int err = store_get(sessions->store, key->mac, key->zone, &view.who);

	if (!err)
		err = look_up(sessions, &view.who, &view.what);
	if (!err)
		*ret_view = view;
	return err;
}

/* Joins the rows with their entries; rows without one are left out. */
static int join(struct sessions *sessions, const struct sign_in *rows, size_t n,
		struct session_view *views)
{
	size_t i;
	int n_views = 0;

	for (i = 0; i < n; i++) {
		if (look_up(sessions, &rows[i], &views[n_views].what))
			continue;
		views[n_views++].who = rows[i];
	}
	return n_views;
}

int sessions_of_device(struct sessions *sessions, const uint8_t mac[6], struct session_view *views,
		       size_t max)
{
	struct sign_in rows[SESSIONS_PAGE];
	int n = store_of_device(sessions->store, mac, rows,
				max < SESSIONS_PAGE ? max : SESSIONS_PAGE);

	return n < 0 ? n : join(sessions, rows, (size_t)n, views);
}

int sessions_page(struct sessions *sessions, const struct sign_in_filter *filter,
		  struct sign_in *cursor, struct session_view *views)
{
	struct sign_in rows[SESSIONS_PAGE];
	int n, n_views = 0;

	/* A page of rows may have no entry at all; an empty answer is to mean the end. */
	do {
		n = store_page(sessions->store, filter, cursor->zone[0] ? cursor : NULL, rows,
			       SESSIONS_PAGE);
		if (n <= 0)
			return n;
		*cursor = rows[n - 1];
		n_views = join(sessions, rows, (size_t)n, views);
	} while (!n_views);
	return n_views;
}

/* What a renewed session keeps: what the gate has counted and what it has already paid for. */
static void keep_counters(const struct session *old, struct session *session)
{
	session->up_bytes = old->up_bytes;
	session->up_packets = old->up_packets;
	session->down_bytes = old->down_bytes;
	session->down_packets = old->down_packets;
	session->up_paid_ns = old->up_paid_ns;
	session->down_paid_ns = old->down_paid_ns;
	session->ipv4_be = old->ipv4_be;
	session->ipv6_print = old->ipv6_print;
	session->ipv6_count = old->ipv6_count;
	session->vlan = old->vlan;
	session->port = old->port;
}

/* What the gate has learned of the guest that it was until now. */
static void keep_address(struct gate *gate, const struct session_key *key, struct session *session)
{
	struct guest guest;

	if (!gate_get_guest(gate, key, &guest))
		session->ipv4_be = guest.ipv4_be;
}

static int take_back(struct sessions *sessions, const struct sign_in *who,
		     const struct sign_in *before)
{
	return before ? store_put(sessions->store, before) : store_remove(sessions->store, who);
}

int sessions_put(struct sessions *sessions, const struct sign_in *who, bool *ret_new,
		 struct error *error)
{
	struct session session = sessions_entry(who);
	struct session old;
	struct sign_in before;
	struct session_key key;
	bool had_row, is_new;
	int err = sessions_key(sessions, who, &key);

	if (err)
		return fail(error, ENOENT, "there is no zone '%s'; see `xdp511 status`", who->zone);
	had_row = !store_get(sessions->store, who->mac, who->zone, &before);
	is_new = look_up(sessions, who, &old) != 0;
	err = store_put(sessions->store, who);
	if (err)
		return fail(error, -err,
			    "the sign-in could not be kept in the database (%s); " DATABASE_REMEDY,
			    store_problem(sessions->store));
	/* Packets counted between reading and writing are lost from the count, not from the gate. */
	if (is_new)
		keep_address(sessions->gate, &key, &session);
	else
		keep_counters(&old, &session);
	err = sessions_write(sessions, &key, &session);
	if (err) {
		(void)take_back(sessions, who, had_row ? &before : NULL);
		return fail(error, -err, "the gate did not take the session: %s", strerror(-err));
	}
	(void)gate_forget_guest(sessions->gate, &key);
	*ret_new = is_new;
	return 0;
}

int sessions_remove(struct sessions *sessions, const struct sign_in *key,
		    struct session_view *ret_view, struct error *error)
{
	struct session_view view;
	struct session_key map_key;
	int err = sessions_find(sessions, key, &view);

	if (!err)
		err = sessions_key(sessions, key, &map_key);
	if (!err)
		err = sessions_drop(sessions, &map_key, view.what.state);
	if (err)
		return fail(error, -err, "the gate did not remove the session: %s", strerror(-err));
	err = store_remove(sessions->store, key);
	if (err)
		return fail(error, -err,
			    "the device is signed out, but not yet in the database "
			    "(%s); " DATABASE_REMEDY,
			    store_problem(sessions->store));
	*ret_view = view;
	return 0;
}

int sessions_remove_matching(struct sessions *sessions, const struct sign_in_filter *filter,
			     size_t *ret_n, struct error *error)
{
	struct session_view views[SESSIONS_PAGE];
	struct sign_in cursor = {};
	struct session_key key;
	size_t removed = 0;
	int i, n, err;

	while ((n = sessions_page(sessions, filter, &cursor, views)) > 0) {
		for (i = 0; i < n; i++) {
			if (!sessions_key(sessions, &views[i].who, &key) &&
			    !sessions_drop(sessions, &key, views[i].what.state))
				removed++;
		}
	}
	err = n < 0 ? n : store_remove_matching(sessions->store, filter);
	if (err)
		return fail(error, -err,
			    "%zu devices are signed out, but not all in the database "
			    "(%s); " DATABASE_REMEDY,
			    removed, store_problem(sessions->store));
	*ret_n = removed;
	return 0;
}
