/* SPDX-License-Identifier: MIT */
/* adopt.c - joins the store's rows and the gate's sessions after a start. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions/sessions.h"
#include "controller/journal/signin_log.h"

#define BPS_PER_KBPS 1000
#define ROWS	     1024
#define PAGE	     4096
#define FIRST_IDS    65536
#define MAX_ENDED    65536 /* sign-outs amid an import that cost nothing; more cost a look each */

/* What both sides have, as far as it is known. */
struct joining {
	struct sessions *sessions;
	struct store *writer;
	struct counters *counters;
	uint64_t *ids; /* of the rows that have an entry, in their order */
	size_t n, size;
	struct sign_in rows[ROWS];
	struct session_key keys[PAGE];
	struct session found[PAGE];
	struct sign_in new_rows[ROWS]; /* of entries that are put into a new map */
	uint32_t n_new;
};

static int note(struct joining *joining, const struct sign_in *row)
{
	size_t size = joining->size ? 2 * joining->size : FIRST_IDS;
	uint64_t *larger;

	if (joining->n == joining->size) {
		larger = reallocarray(joining->ids, size, sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		joining->ids = larger;
		joining->size = size;
	}
	joining->ids[joining->n++] = row->id;
	roster_put(&joining->sessions->roster, row->id, row->user, row->method);
	return 0;
}

/* The last that is known of a session goes to the sign-in log. */
static int remove_row(struct joining *joining, const struct sign_in *row, const char *reason)
{
	int err = signin_log_end_row(joining->sessions->log, joining->writer, row, reason);

	return err ? err : store_remove(joining->writer, row->id);
}

/* --- rows --------------------------------------------------------------------------------- */

/* What a power cut or a reboot left: the row is all there is of it. */
static void restore(struct joining *joining, const struct sign_in *row,
		    const struct session_key *key)
{
	struct sign_in seen = *row;

	if (!seen.used.seen_ms)
		seen.used.seen_ms = row->login_ms;
	seen.used.vlan = 0; /* it may come back elsewhere, which is no move */
	joining->keys[joining->n_new] = *key;
	joining->found[joining->n_new] = sessions_entry(&seen);
	joining->new_rows[joining->n_new++] = *row;
}

/* max-sessions has been made smaller: who doesn't fit signs in again. */
static int put_restored(struct joining *joining)
{
	struct sessions *sessions = joining->sessions;
	uint32_t done = 0, i;
	int err = 0;

	(void)gate_put_sessions(sessions->gate, joining->keys, joining->found, joining->n_new,
				&done);
	for (i = 0; i < done && !err; i++) {
		const struct sign_in *row = &joining->new_rows[i];

		sessions_count(sessions, row->id, joining->found[i].state, 1);
		counters_know(joining->counters, row->id, &joining->found[i]);
		err = note(joining, row);
	}
	for (; i < joining->n_new && !err; i++)
		err = remove_row(joining, &joining->new_rows[i], NULL);
	joining->n_new = 0;
	return err;
}

static bool is_written(const struct sign_in *row, const struct session *session)
{
	const struct usage now = counters_usage(session), *used = &row->used;

	return used->up_bytes == session->up_bytes && used->up_packets == session->up_packets &&
	       used->down_bytes == session->down_bytes &&
	       used->down_packets == session->down_packets && used->vlan == now.vlan &&
	       used->ipv4_be == session->ipv4_be;
}

/* A row without an entry: a reboot's is restored, a half-finished change's is removed. */
static int settle_row(struct joining *joining, const struct sign_in *row)
{
	struct sessions *sessions = joining->sessions;
	bool is_over = row->expires_ms && row->expires_ms <= clock_wall_ms();
	struct session_key key;
	struct session session;

	store_key(row->id, &key);
	if (!gate_is_fresh(sessions->gate) && !gate_get_session(sessions->gate, &key, &session)) {
		if (is_written(row, &session))
			counters_know(joining->counters, row->id, &session);
		sessions_count(sessions, row->id, session.state, 1);
		return note(joining, row);
	}
	if (!sessions->zones->slots[key.zone].config)
		return 0; /* kept for when the zone comes back */
	if (!gate_is_fresh(sessions->gate) || is_over)
		return remove_row(joining, row, gate_is_fresh(sessions->gate) ? "timeout" : NULL);
	restore(joining, row, &key);
	return 0;
}

static int settle_rows(struct joining *joining)
{
	struct store_range range = {.last = STORE_LAST_ID};
	int i, n, err = 0;

	while (!err && (n = store_page(joining->writer, &range, joining->rows, ROWS)) != 0) {
		if (n < 0)
			return n;
		range.after = joining->rows[n - 1].id;
		for (i = 0; i < n && !err; i++)
			err = settle_row(joining, &joining->rows[i]);
		if (!err)
			err = put_restored(joining);
	}
	return err;
}

/* --- entries ------------------------------------------------------------------------------ */

static int add_row(struct joining *joining, uint64_t id, const struct session *session)
{
	struct sign_in row = {
		.id = id,
		.method = METHOD_ADOPTED,
		.state = session->state,
		.login_ms = clock_wall_ms(),
		.expires_ms = clock_wall_ms_from_tick(session->expires_tick),
		.idle_s = session->idle_ticks * X511_TICK_NS / NS_PER_S,
		.up_bps = (uint64_t)session->up_kbps * BPS_PER_KBPS,
		.down_bps = (uint64_t)session->down_kbps * BPS_PER_KBPS,
		.quota_bytes = session->quota_bytes,
		.used = counters_usage(session),
	};

	sessions_count(joining->sessions, id, session->state, 1);
	roster_put(&joining->sessions->roster, id, row.user, row.method);
	counters_know(joining->counters, id, session);
	return store_put(joining->writer, &row);
}

static bool is_known(const struct sessions *sessions, const struct session_key *key,
		     const struct session *session)
{
	return key->zone < X511_MAX_ZONES && sessions->zones->slots[key->zone].name[0] &&
	       session->state >= SESSION_ACTIVE && session->state <= SESSION_BLOCKED;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

static int adopt_entry(struct joining *joining, const struct session_key *key,
		       const struct session *session)
{
	struct sessions *sessions = joining->sessions;
	uint64_t id = store_id(key);
	int err;

	if (session->state == SESSION_ENDED) {
		/* A sign-out that a kill cut short: on the disk it may be there still. */
		err = signin_log_end(sessions->log, joining->writer, id);
		if (err)
			return err;
		(void)gate_delete_session(sessions->gate, key);
		roster_remove(&sessions->roster, id);
		if (bsearch(&id, joining->ids, joining->n, sizeof(id), by_number))
			sessions_count(sessions, id, SESSION_ENDED, -1);
		return store_remove(joining->writer, id);
	}
	if (joining->n && bsearch(&id, joining->ids, joining->n, sizeof(id), by_number))
		return 0;
	if (is_known(sessions, key, session))
		return add_row(joining, id, session);
	/* Nobody can say whose it is: whoever it was signs in again. */
	(void)gate_delete_session(sessions->gate, key);
	return 0;
}

static int adopt_entries(struct joining *joining)
{
	struct gate_walk walk = {};
	int i, n, err = 0;

	while (!walk.is_over && !err) {
		n = gate_walk_sessions(joining->sessions->gate, &walk, joining->keys,
				       joining->found, PAGE);
		if (n < 0)
			return n;
		for (i = 0; i < n && !err; i++)
			err = adopt_entry(joining, &joining->keys[i], &joining->found[i]);
	}
	return err;
}

int sessions_adopt(struct sessions *sessions, struct store *writer, struct counters *counters,
		   struct error *error)
{
	struct joining *joining = calloc(1, sizeof(*joining));
	int err = joining ? store_begin(writer) : -ENOMEM;
	bool has_begun = joining && !err;

	roster_init(&sessions->roster, sessions->max);
	presence_init(&sessions->ended, MAX_ENDED);
	if (has_begun) {
		joining->sessions = sessions;
		joining->writer = writer;
		joining->counters = counters;
		err = settle_rows(joining);
		if (!err)
			err = adopt_entries(joining);
		if (!err)
			err = signin_log_save(sessions->log, writer);
		free(joining->ids);
	}
	if (!err)
		err = store_commit(writer);
	else if (has_begun)
		(void)store_commit(writer); /* what was adopted so far */
	signin_log_settle(sessions->log, err);
	free(joining);
	if (err)
		return fail(error, -err,
			    "not all sessions could be matched with the database: %s (%s)",
			    strerror(-err), store_problem(writer));
	return 0;
}
