/* SPDX-License-Identifier: MIT */
/* signing.c - one device signed in or out: the gate's entry and the journal, in the right order. */
#include <errno.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions/counters.h"
#include "controller/sessions/sessions.h"

#define LATER "it will be once the database works again"

void sessions_count(struct sessions *sessions, uint64_t id, int state, int change)
{
	const bool is_known = state >= SESSION_ACTIVE && state <= SESSION_ENDED;
	const uint64_t zone = id >> 48;

	sessions->count[is_known ? state : 0] += (size_t)change;
	if (zone < X511_MAX_ZONES)
		sessions->zone_count[zone][is_known ? state : 0] += (uint32_t)change;
}

/* An entry is gone. */
static void count_out(struct sessions *sessions, uint64_t id, int state)
{
	sessions_count(sessions, id, state, -1);
	roster_remove(&sessions->roster, id);
}

void sessions_tell(struct sessions *sessions, enum session_event kind,
		   const struct session_view *view, const char *reason)
{
	if (sessions->on_event)
		sessions->on_event(sessions->event_context, kind, view, reason);
}

int sessions_fail(const struct sessions *sessions, int err, const char *what, struct error *error)
{
	struct error trouble;

	journal_trouble(sessions->journal, &trouble);
	return fail(error, -err, "%s: %s", what,
		    trouble.text[0] ? trouble.text : "the database was busy; try again");
}

/* Puts an entry that isn't there yet. */
static int write_entry(struct sessions *sessions, const struct session_key *key,
		       const struct session *session, const struct sign_in *who)
{
	int err = gate_put_session(sessions->gate, key, session);

	if (err)
		return err;
	sessions_count(sessions, who->id, session->state, 1);
	roster_put(&sessions->roster, who->id, who->user, who->method);
	return 0;
}

int sessions_drop(struct sessions *sessions, const struct session_key *key, int state)
{
	int err = gate_delete_session(sessions->gate, key);

	if (!err)
		count_out(sessions, store_id(key), state);
	return err;
}

int sessions_shut(struct sessions *sessions, const struct session_key *key,
		  const struct session *session)
{
	struct session ended = *session;
	int err;

	if (session->state == SESSION_ENDED)
		return 0;
	ended.state = SESSION_ENDED;
	ended.last_seen_tick = 0;
	err = gate_change_session(sessions->gate, key, &ended);
	if (err)
		return err;
	sessions_count(sessions, store_id(key), session->state, -1);
	sessions_count(sessions, store_id(key), SESSION_ENDED, 1);
	return 0;
}

bool sessions_finish(struct sessions *sessions, uint64_t id, struct session *ret_last)
{
	struct session_key key;

	store_key(id, &key);
	if (gate_take_session(sessions->gate, &key, ret_last))
		return false;
	count_out(sessions, id, ret_last->state);
	if (sessions->n_importing)
		presence_note(&sessions->ended, id);
	return true;
}

/* --- operations under way ------------------------------------------------------------------ */

static struct session_op **chain_of(struct session_op *op)
{
	return &op->sessions->pending[op->who.id % SESSIONS_PENDING];
}

static void forget(struct session_op *op)
{
	struct session_op **at = chain_of(op);

	while (*at != op)
		at = &(*at)->next;
	*at = op->next;
}

static int submit(struct session_op *op, void (*done)(struct journal_job *job))
{
	int err;

	op->job.done = done;
	err = journal_submit(op->sessions->journal, &op->job);
	if (err)
		return fail(&op->error, -err,
			    "the disk is too slow for so many sign-ins; try again later");
	/* The newest first, which is the one that counts. */
	op->next = *chain_of(op);
	*chain_of(op) = op;
	return 0;
}

static struct session_op *op_of(struct journal_job *job)
{
	return (struct session_op *)(void *)((char *)job - offsetof(struct session_op, job));
}

static void finish(struct session_op *op, int err)
{
	op->err = err;
	op->done(op);
}

/* --- in ------------------------------------------------------------------------------------ */

/* What the entry that stood there before has come to. */
static void tell_end(struct sessions *sessions, const struct sign_in *who,
		     const struct session *last, const char *reason)
{
	struct session_view view = {.who = *who, .what = *last};

	sessions_tell(sessions, SESSION_SIGNED_OUT, &view, reason);
}

static int refuse_full(struct session_op *op)
{
	struct sessions *sessions = op->sessions;

	sessions->refused++;
	op->view.who = op->who;
	op->view.what = sessions_entry(&op->who);
	sessions_tell(sessions, SESSION_TABLE_FULL, &op->view, NULL);
	return fail(&op->error, E2BIG, "all %u sessions are taken; raise max-sessions",
		    sessions->max);
}

static int put_new(struct session_op *op, const struct session_key *key, struct session *session)
{
	struct sessions *sessions = op->sessions;
	struct guest guest;
	int err;

	/* What the gate has learned of the guest that it was until now. */
	if (!gate_get_guest(sessions->gate, key, &guest))
		session->ipv4_be = guest.ipv4_be;
	err = write_entry(sessions, key, session, &op->who);
	if (err == -E2BIG)
		return refuse_full(op);
	if (err)
		return fail(&op->error, -err, "the gate did not take the session: %s",
			    strerror(-err));
	(void)gate_forget_guest(sessions->gate, key);
	op->is_new = op->is_entering = true;
	return 0;
}

static int renew(struct session_op *op, const struct session_key *key,
		 const struct session *session, const struct session *old)
{
	struct sessions *sessions = op->sessions;
	int err = gate_change_session(sessions->gate, key, session);

	if (err)
		return fail(&op->error, -err, "the gate did not take the change: %s",
			    strerror(-err));
	sessions_count(sessions, op->who.id, old->state, -1);
	sessions_count(sessions, op->who.id, session->state, 1);
	roster_put(&sessions->roster, op->who.id, op->who.user, op->who.method);
	if (old->state != SESSION_BLOCKED && session->state == SESSION_BLOCKED)
		tell_end(sessions, &op->who, old, "blocked");
	else if (old->state == SESSION_BLOCKED && session->state != SESSION_BLOCKED)
		op->is_entering = true;
	return 0;
}

/* The row is on the disk; what the gate makes of it. */
static int enter(struct session_op *op)
{
	struct sessions *sessions = op->sessions;
	struct sign_in fresh = op->who;
	struct session session, old;
	struct session_key key;
	const char *word;

	fresh.used = (struct usage){};
	session = sessions_entry(&fresh);
	store_key(op->who.id, &key);
	if (gate_get_session(sessions->gate, &key, &old))
		return put_new(op, &key, &session);
	word = session_end_word(&old, gate_now_ns());
	if (!word)
		return renew(op, &key, &session, &old);
	if (sessions_drop(sessions, &key, old.state))
		return put_new(op, &key, &session);
	tell_end(sessions, &op->who, &old, word);
	return put_new(op, &key, &session);
}

/* A row that didn't get into the gate; nobody waits for its end. */
static void on_taken_back(struct journal_job *job)
{
	struct session_op *op = op_of(job);

	forget(op);
	finish(op, op->err);
}

static void take_back(struct session_op *op)
{
	op->job = (struct journal_job){.ids = &op->who.id, .n_ids = 1, .is_undoing = true};
	op->is_removal = true;
	/* What is on its way behind it has written the row anew, or removes it. */
	if (sessions_is_pending(op->sessions, op->who.id)) {
		finish(op, op->err);
		return;
	}
	/* Without room the row is found without an entry at the next start. */
	if (submit(op, on_taken_back))
		finish(op, op->err);
}

static void on_written(struct journal_job *job)
{
	struct session_op *op = op_of(job);
	struct session_key key;

	forget(op);
	if (job->err) {
		op->sessions->unwritten++;
		finish(op, sessions_fail(op->sessions, job->err, "the sign-in could not be kept",
					 &op->error));
		return;
	}
	op->err = enter(op);
	if (op->err) {
		take_back(op);
		return;
	}
	store_key(op->who.id, &key);
	op->view.who = op->who;
	if (gate_get_session(op->sessions->gate, &key, &op->view.what))
		op->view.what = sessions_entry(&op->who);
	if (op->is_entering && op->who.state != SESSION_BLOCKED)
		sessions_tell(op->sessions, SESSION_SIGNED_IN, &op->view, NULL);
	finish(op, 0);
}

static size_t entries(const struct sessions *sessions)
{
	size_t i, n = 0;

	for (i = 0; i <= SESSION_ENDED; i++)
		n += sessions->count[i];
	return n;
}

int sessions_put(struct sessions *sessions, struct session_op *op)
{
	struct session old;
	struct session_key key;
	int err = sessions_identify(sessions, &op->who);

	op->sessions = sessions;
	op->is_removal = op->is_new = op->is_entering = false;
	if (err)
		return fail(&op->error, ENOENT, "there is no zone '%s'; see `xdp511 status`",
			    op->who.zone);
	store_key(op->who.id, &key);
	if (gate_get_session(sessions->gate, &key, &old)) {
		if (entries(sessions) >= sessions->max)
			return refuse_full(op);
	} else if (!session_end(&old, gate_now_ns())) {
		op->who.used = counters_usage(&old);
		op->who.used.seen_ms = clock_wall_ms();
	}
	op->job = (struct journal_job){.rows = &op->who, .n_rows = 1};
	err = submit(op, on_written);
	if (err)
		sessions->unwritten++;
	return err;
}

/* --- out ----------------------------------------------------------------------------------- */

static void on_removed(struct journal_job *job)
{
	struct session_op *op = op_of(job);
	struct session last;
	int err = 0;

	forget(op);
	if (sessions_finish(op->sessions, op->who.id, &last)) {
		last.state = op->view.what.state;
		op->view.what = last;
		sessions_tell(op->sessions, SESSION_SIGNED_OUT, &op->view, "logout");
	}
	if (job->err)
		err = sessions_fail(op->sessions, job->err,
				    "the device is signed out, but not yet in the database, "
				    "where " LATER,
				    &op->error);
	finish(op, err);
}

int sessions_remove(struct sessions *sessions, struct session_op *op)
{
	struct session_key key;
	struct session now;
	int err = sessions_find(sessions, op->who.id, &op->view);

	op->sessions = sessions;
	op->is_removal = true;
	if (err)
		return fail(&op->error, -err, "the session is over already");
	op->who = op->view.who;
	store_key(op->who.id, &key);
	op->job = (struct journal_job){.ids = &op->who.id, .n_ids = 1};
	err = submit(op, on_removed);
	/* A sign-in that is still under way comes to the gate before this one's end. */
	if (!err && !gate_get_session(sessions->gate, &key, &now))
		(void)sessions_shut(sessions, &key, &now);
	return err;
}
