/* SPDX-License-Identifier: MIT */
/*
 * sweep.c - walks over the table, a slice at a time, and signs out those that are over.
 *
 * The table has no order, so each row to be removed lies in another page of the database. Where
 * many are over, the rest of the turn goes by the rows, whose neighbours then go together.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "controller/sessions/clones.h"
#include "controller/sessions/sessions.h"

#define SLICE		512
#define SLICE_EVERY_MS	5 /* a million in ten seconds */
#define REMOVAL_WAIT_MS 1
#define MAX_ON_WAY	4
#define MAX_ROWS_ON_WAY 16   /* slices, by rows: one wait for the disk */
#define MANY		4096 /* of a turn, from which on it goes by rows */
#define LINES_A_TURN	20
#define NS_A_MS		1000000

struct slice {
	struct journal_job job;
	struct sessions *sessions;
	struct sign_in who[SLICE];
	uint64_t ids[SLICE];
	size_t n;
};

static void log_end(struct sessions *sessions, const struct sign_in *who, const char *why)
{
	char mac[MAC_TEXT];

	if (sessions->n_swept++ < LINES_A_TURN)
		log_event(LOG_LEVEL_INFO,
			  &(struct log_event){.kind = LOG_KIND_SIGN_OUT,
					      .mac = format_mac(who->mac, mac),
					      .zone = who->zone,
					      .user = who->user},
			  "%s of zone '%s' is signed out: %s", mac, who->zone, why);
}

static void on_written(struct journal_job *job)
{
	struct slice *slice = (struct slice *)(void *)((char *)job - offsetof(struct slice, job));
	struct sessions *sessions = slice->sessions;
	struct session_view view;
	uint64_t now_ns = gate_now_ns();
	size_t i;

	for (i = 0; i < slice->n; i++) {
		const char *why, *word;

		if (!sessions_finish(sessions, slice->ids[i], &view.what))
			continue;
		view.who = slice->who[i];
		why = session_end(&view.what, now_ns);
		word = session_end_word(&view.what, now_ns);
		log_end(sessions, &view.who, why ? why : "its time is up");
		if (word && view.what.state == SESSION_ACTIVE)
			sessions_tell(sessions, SESSION_LIMIT_HIT, &view, word);
		sessions_tell(sessions, SESSION_SIGNED_OUT, &view, word);
	}
	sessions->n_on_way--;
	free(slice);
}

static void add(struct slice *slice, const struct session_key *key)
{
	struct sessions *sessions = slice->sessions;
	struct sign_in *who = &slice->who[slice->n];
	uint64_t id = store_id(key);

	/* It is about to be another one's. */
	if (sessions_is_pending(sessions, id))
		return;
	if (store_get(sessions->store, id, who)) {
		memset(who, 0, sizeof(*who));
		who->id = id;
		memcpy(who->mac, key->mac, sizeof(who->mac));
	}
	if (key->zone < X511_MAX_ZONES)
		sessions_name(sessions, who);
	slice->ids[slice->n++] = id;
}

static void submit(struct sessions *sessions, struct slice *slice)
{
	slice->job = (struct journal_job){
		.ids = slice->ids,
		.n_ids = slice->n,
		.done = on_written,
	};
	if (!slice->n || journal_submit(sessions->journal, &slice->job))
		free(slice); /* the next turn finds them again */
	else
		sessions->n_on_way++;
}

static void end_turn(struct sessions *sessions)
{
	sessions->is_sweeping = sessions->is_sweeping_rows = false;
	sessions->n_over = 0;
	if (sessions->n_swept > LINES_A_TURN)
		log_info("%zu more devices are signed out", sessions->n_swept - LINES_A_TURN);
	sessions->n_swept = 0;
}

static void look_for_clone(struct sessions *sessions, const struct session_key *key,
			   const struct session *session)
{
	struct session_view view = {.what = *session};

	if (clones_look(sessions->clones, sessions->gate, sessions->zones, key, session) &&
	    !sessions_find(sessions, store_id(key), &view))
		sessions_tell(sessions, SESSION_CLONED, &view, NULL);
}

static void sweep_slice(struct sessions *sessions)
{
	struct session_key keys[SLICE];
	struct session found[SLICE];
	struct slice *slice = calloc(1, sizeof(*slice));
	uint64_t now_ns = gate_now_ns();
	int i, n;

	if (!slice)
		return;
	slice->sessions = sessions;
	n = gate_walk_sessions(sessions->gate, &sessions->sweep_at, keys, found, SLICE);
	for (i = 0; i < n; i++) {
		/* Who was signed out is on the way already. */
		if (found[i].state == SESSION_ENDED)
			continue;
		busiest_look(sessions->busiest, &keys[i], &found[i], now_ns / NS_A_MS);
		if (session_end(&found[i], now_ns))
			add(slice, &keys[i]);
		else
			look_for_clone(sessions, &keys[i], &found[i]);
	}
	sessions->n_over += slice->n;
	submit(sessions, slice);
	if (n >= 0 && sessions->sweep_at.is_over)
		busiest_end(sessions->busiest);
	if (n < 0 || sessions->sweep_at.is_over)
		end_turn(sessions);
	else if (sessions->n_over >= MANY)
		sessions->is_sweeping_rows = true;
}

static bool is_over(struct sessions *sessions, uint64_t id, uint64_t now_ns)
{
	struct session_key key;
	struct session session;

	store_key(id, &key);
	return !gate_get_session(sessions->gate, &key, &session) &&
	       session.state != SESSION_ENDED && session_end(&session, now_ns) &&
	       !sessions_is_pending(sessions, id);
}

static void sweep_rows(struct sessions *sessions)
{
	const struct store_range range = {.after = sessions->sweep_after, .last = STORE_LAST_ID};
	struct slice *slice = calloc(1, sizeof(*slice));
	uint64_t now_ns = gate_now_ns();
	int i, n;

	if (!slice)
		return;
	slice->sessions = sessions;
	n = store_page(sessions->store, &range, slice->who, SLICE);
	if (n > 0)
		sessions->sweep_after = slice->who[n - 1].id;
	for (i = 0; i < n; i++) {
		if (!is_over(sessions, slice->who[i].id, now_ns))
			continue;
		slice->who[slice->n] = slice->who[i];
		slice->ids[slice->n] = slice->who[i].id;
		sessions_name(sessions, &slice->who[slice->n++]);
	}
	submit(sessions, slice);
	if (n <= 0)
		end_turn(sessions);
}

static void on_turn(void *context)
{
	struct sessions *sessions = context;
	bool is_removing = removals_turn(sessions);
	size_t max_on_way = sessions->is_sweeping_rows ? MAX_ROWS_ON_WAY : MAX_ON_WAY;

	/* A batch may hold what is over in the gate and not yet there anew. */
	if (sessions->is_sweeping && sessions->n_on_way < max_on_way && !sessions->n_importing) {
		if (sessions->is_sweeping_rows)
			sweep_rows(sessions);
		else
			sweep_slice(sessions);
	}
	if (sessions->removal)
		loop_set(sessions->loop, sessions->turn_timer, is_removing ? 0 : REMOVAL_WAIT_MS);
	else if (sessions->is_sweeping_rows)
		loop_set(sessions->loop, sessions->turn_timer, REMOVAL_WAIT_MS);
	else if (sessions->is_sweeping)
		loop_set(sessions->loop, sessions->turn_timer, SLICE_EVERY_MS);
}

int sessions_start(struct sessions *sessions)
{
	sessions->clones = clones_new();
	sessions->busiest = busiest_new();
	if (!sessions->clones || !sessions->busiest)
		return -ENOMEM;
	sessions->turn_timer = loop_timer(sessions->loop, on_turn, sessions);
	return sessions->turn_timer < 0 ? sessions->turn_timer : 0;
}

void sessions_stop(struct sessions *sessions)
{
	sessions->clones = clones_free(sessions->clones);
	sessions->busiest = busiest_free(sessions->busiest);
}

void sessions_sweep_these(struct sessions *sessions, const struct session_key *keys, size_t n)
{
	struct slice *slice = calloc(1, sizeof(*slice));
	uint64_t now_ns = gate_now_ns();
	struct session found;
	size_t i;

	if (!slice)
		return;
	slice->sessions = sessions;
	for (i = 0; i < n && i < SLICE && !sessions->n_importing; i++) {
		if (!gate_get_session(sessions->gate, &keys[i], &found) &&
		    found.state != SESSION_ENDED && session_end(&found, now_ns))
			add(slice, &keys[i]);
	}
	submit(sessions, slice);
}

const struct busy *sessions_busiest(struct sessions *sessions, enum busy_order order, size_t *ret_n)
{
	busiest_ask(sessions->busiest, gate_now_ns() / NS_A_MS);
	return busiest_list(sessions->busiest, order, ret_n);
}

void sessions_sweep(struct sessions *sessions)
{
	const size_t *count = sessions->count;

	if (sessions->is_sweeping)
		return;
	busiest_begin(sessions->busiest,
		      count[SESSION_ACTIVE] + count[SESSION_TRUSTED] + count[SESSION_BLOCKED],
		      gate_now_ns() / NS_A_MS);
	sessions->is_sweeping = true;
	sessions->sweep_at = (struct gate_walk){};
	sessions->sweep_after = 0;
	loop_set(sessions->loop, sessions->turn_timer, 0);
}
