/* SPDX-License-Identifier: MIT */
/* batches.c - sign-ins in bulk: packed for the journal, then put into the gate many at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions/packing.h"
#include "controller/sessions/sessions.h"

#define AHEAD 8 /* rows, of which memory is fetched before they are looked at */

/* What is new to the gate, gathered for one call. The loop's, which has one at a time. */
struct arrivals {
	struct session_key keys[JOURNAL_ROWS];
	struct session sessions[JOURNAL_ROWS];
	const struct journal_row *rows[JOURNAL_ROWS];
	uint32_t n;
};

/* Rows that found no room go again. */
struct return_trip {
	struct journal_job job;
	struct sessions *sessions;
	uint64_t ids[JOURNAL_ROWS];
};

static struct session_batch *batch_of(struct journal_job *job)
{
	return (struct session_batch *)(void *)((char *)job - offsetof(struct session_batch, job));
}

bool session_batch_has_room(const struct session_batch *batch)
{
	return batch->size + PACKED_MAX <= sizeof(batch->rows);
}

void session_batch_add(struct session_batch *batch, const struct sign_in *who)
{
	batch->size += sign_in_pack(who, batch->rows + batch->size);
	batch->n++;
}

/*
 * True: the row needs no new entry. An entry that holds is changed in place, and one that is over
 * makes room. Who was there and isn't may have been signed out since the row was written.
 */
static bool is_settled(struct sessions *sessions, const struct sign_in *row,
		       const struct session_key *key, const struct session *session)
{
	struct sign_in written;
	struct session old;

	if (!roster_may_have(&sessions->roster, row->id) ||
	    gate_get_session(sessions->gate, key, &old))
		return presence_may_have(&sessions->ended, row->id) &&
		       store_get(sessions->store, row->id, &written) == -ENOENT;
	if (row->keeps_usage && !session_end(&old, gate_now_ns()) &&
	    !gate_change_session(sessions->gate, key, session)) {
		sessions_count(sessions, row->id, old.state, -1);
		sessions_count(sessions, row->id, session->state, 1);
		roster_put(&sessions->roster, row->id, row->user, row->method);
		return true;
	}
	(void)sessions_drop(sessions, key, old.state);
	return false;
}

/* The last batch that waits for it is done when all are back. */
static void release(struct sessions *sessions)
{
	struct session_batch *batch;

	while (!sessions->n_returning && (batch = sessions->waiting)) {
		sessions->waiting = batch->next;
		batch->done(batch);
	}
}

static void on_returned(struct journal_job *job)
{
	struct return_trip *trip =
		(struct return_trip *)(void *)((char *)job - offsetof(struct return_trip, job));
	struct sessions *sessions = trip->sessions;

	free(trip);
	sessions->n_returning--;
	release(sessions);
}

/* Rows that stay behind are found without an entry at the next start. */
static void take_back(struct sessions *sessions, const struct arrivals *arrivals, uint32_t first)
{
	struct return_trip *trip = malloc(sizeof(*trip));
	size_t n = 0;
	uint32_t i;

	for (i = first; i < arrivals->n; i++) {
		const struct journal_row *row = arrivals->rows[i];
		struct session_batch *batch = batch_of(row->job);
		uint64_t id = packed_id(row->packed);
		uint32_t line = packed_line(row->packed);

		roster_remove(&sessions->roster, id);
		if (!batch->n_full || line < batch->first_full_line)
			batch->first_full_line = line;
		batch->n_full++;
		sessions->refused++;
		/* What is on its way for it has written the row anew, or removes it. */
		if (trip && !sessions_is_pending(sessions, id))
			trip->ids[n++] = id;
	}
	if (!trip)
		return;
	trip->sessions = sessions;
	trip->job = (struct journal_job){
		.ids = trip->ids,
		.n_ids = n,
		.is_undoing = true,
		.done = on_returned,
	};
	if (!n || journal_submit(sessions->journal, &trip->job))
		free(trip);
	else
		sessions->n_returning++;
}

void sessions_enter(struct sessions *sessions, const struct journal_row *rows, size_t n)
{
	static struct arrivals arrivals;
	const struct clock_pair now = clock_read();
	uint32_t done = 0, i;
	size_t at;

	arrivals.n = 0;
	for (at = 0; at < n && at < AHEAD; at++)
		roster_expect(&sessions->roster, packed_id(rows[at].packed));
	for (at = 0; at < n; at++) {
		struct session *session = &arrivals.sessions[arrivals.n];
		struct session_key *key = &arrivals.keys[arrivals.n];
		struct sign_in row;

		if (at + AHEAD < n)
			roster_expect(&sessions->roster, packed_id(rows[at + AHEAD].packed));
		sign_in_unpack(rows[at].packed, &row);
		batch_of(rows[at].job)->n_entered++;
		store_key(row.id, key);
		*session = sessions_entry_at(&row, &now);
		if (is_settled(sessions, &row, key, session))
			continue;
		roster_put(&sessions->roster, row.id, row.user, row.method);
		arrivals.rows[arrivals.n++] = &rows[at];
	}
	(void)gate_put_sessions(sessions->gate, arrivals.keys, arrivals.sessions, arrivals.n,
				&done);
	for (i = 0; i < done; i++)
		sessions_count(sessions, store_id(&arrivals.keys[i]), arrivals.sessions[i].state,
			       1);
	if (done < arrivals.n)
		take_back(sessions, &arrivals, done);
}

static void on_written(struct journal_job *job)
{
	struct session_batch *batch = batch_of(job);
	struct sessions *sessions = batch->sessions;

	if (!--sessions->n_importing)
		presence_forget_all(&sessions->ended);
	batch->err = job->err;
	if (job->err)
		(void)sessions_fail(sessions, job->err, "not all sign-ins could be kept",
				    &batch->error);
	batch->next = sessions->waiting;
	sessions->waiting = batch;
	release(sessions);
}

int sessions_put_batch(struct sessions *sessions, struct session_batch *batch)
{
	int err;

	batch->sessions = sessions;
	batch->err = 0;
	batch->n_entered = batch->n_full = 0;
	batch->job = (struct journal_job){
		.packed = batch->rows,
		.n_rows = batch->n,
		.done = on_written,
	};
	err = journal_submit(sessions->journal, &batch->job);
	if (err)
		return fail(&batch->error, -err, "the disk is too slow for so many sign-ins");
	sessions->n_importing++;
	return 0;
}
