/* SPDX-License-Identifier: MIT */
/* adopt.c - joins the store's rows and the gate's sessions after a start. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions.h"

#define METHOD_ADOPTED "adopted"
#define BPS_PER_KBPS   1000

static int add_row(struct sessions *sessions, const struct session_key *key,
		   const struct session *session)
{
	struct sign_in row = {
		.method = METHOD_ADOPTED,
		.state = session->state,
		.login_ms = clock_wall_ms(),
		.expires_ms = clock_wall_ms_from_tick(session->expires_tick),
		.idle_s = session->idle_ticks * X511_TICK_NS / NS_PER_S,
		.up_bps = (uint64_t)session->up_kbps * BPS_PER_KBPS,
		.down_bps = (uint64_t)session->down_kbps * BPS_PER_KBPS,
		.quota_bytes = session->quota_bytes,
	};

	memcpy(row.mac, key->mac, sizeof(row.mac));
	snprintf(row.zone, sizeof(row.zone), "%s", sessions->zones->slots[key->zone].name);
	return store_put(sessions->store, &row);
}

static bool is_known(const struct sessions *sessions, const struct session_key *key,
		     const struct session *session)
{
	return key->zone < X511_MAX_ZONES && sessions->zones->slots[key->zone].name[0] &&
	       session->state >= SESSION_ACTIVE && session->state <= SESSION_BLOCKED;
}

static int adopt_entry(struct sessions *sessions, const struct session_key *key)
{
	struct session session;
	struct sign_in row;
	int err;

	if (gate_get_session(sessions->gate, key, &session))
		return 0;
	if (!is_known(sessions, key, &session)) {
		/* Nobody can say whose it is: whoever it was signs in again. */
		(void)gate_delete_session(sessions->gate, key);
		return 0;
	}
	sessions->count[session.state]++;
	err = store_get(sessions->store, key->mac, sessions->zones->slots[key->zone].name, &row);
	return err == -ENOENT ? add_row(sessions, key, &session) : err;
}

static int adopt_entries(struct sessions *sessions)
{
	struct session_key key, next;
	bool more = !gate_next_session(sessions->gate, NULL, &key);
	int err = 0;

	while (more && !err) {
		more = !gate_next_session(sessions->gate, &key, &next);
		err = adopt_entry(sessions, &key);
		key = next;
	}
	return err;
}

/* A row without an entry: a reboot's is restored, a half-finished change's is removed. */
static int settle_row(struct sessions *sessions, const struct sign_in *row)
{
	struct session_key key;
	struct session session;
	bool is_over = row->expires_ms && row->expires_ms <= clock_wall_ms();
	int err;

	if (!zones_config(sessions->zones, row->zone) || sessions_key(sessions, row, &key))
		return 0; /* kept for when the zone comes back */
	if (!gate_get_session(sessions->gate, &key, &session))
		return 0;
	if (!gate_is_fresh(sessions->gate) || is_over)
		return store_remove(sessions->store, row);
	session = sessions_entry(row);
	err = sessions_write(sessions, &key, &session);
	/* max-sessions has been made smaller: who doesn't fit signs in again. */
	return err == -E2BIG ? store_remove(sessions->store, row) : err;
}

static int settle_rows(struct sessions *sessions)
{
	struct sign_in_filter all = {};
	struct sign_in rows[SESSIONS_PAGE];
	struct sign_in last;
	const struct sign_in *after = NULL;
	int i, n, err = 0;

	while ((n = store_page(sessions->store, &all, after, rows, SESSIONS_PAGE)) > 0) {
		for (i = 0; i < n && !err; i++)
			err = settle_row(sessions, &rows[i]);
		if (err)
			return err;
		last = rows[n - 1];
		after = &last;
	}
	return n;
}

int sessions_adopt(struct sessions *sessions, struct error *error)
{
	int err = store_begin(sessions->store);

	if (!err)
		err = adopt_entries(sessions);
	if (!err)
		err = settle_rows(sessions);
	if (!err)
		err = store_commit(sessions->store);
	else
		(void)store_commit(sessions->store); /* what was adopted so far */
	if (err)
		return fail(error, -err,
			    "not all sessions could be matched with the database: %s (%s)",
			    strerror(-err), store_problem(sessions->store));
	return 0;
}
