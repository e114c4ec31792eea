/* SPDX-License-Identifier: MIT */
/* batches.c - many sign-ins in one piece: sorted, written together, put into the gate together. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/sessions.h"

/* What is new to the gate, gathered for one call. */
struct arrivals {
	struct session_key keys[SESSIONS_BATCH];
	struct session sessions[SESSIONS_BATCH];
	size_t rows[SESSIONS_BATCH];
	uint32_t n;
};

static int by_id(const void *a, const void *b)
{
	const struct sign_in *one = a, *other = b;

	if (one->id != other->id)
		return one->id < other->id ? -1 : 1;
	return one->line < other->line ? -1 : one->line > other->line;
}

/* Neighbours share a page of the file. Of lines for the same device the last one counts. */
static void sort(struct session_batch *batch)
{
	size_t i, n = 0;
	bool is_sorted = true;

	for (i = 1; i < batch->n && is_sorted; i++)
		is_sorted = batch->rows[i - 1].id < batch->rows[i].id;
	if (is_sorted)
		return;
	qsort(batch->rows, batch->n, sizeof(batch->rows[0]), by_id);
	for (i = 0; i < batch->n; i++) {
		if (i + 1 < batch->n && batch->rows[i].id == batch->rows[i + 1].id)
			continue;
		if (n != i)
			batch->rows[n] = batch->rows[i];
		n++;
	}
	batch->n = n;
}

/*
 * True: the row needs no new entry. An entry that holds is changed in place, and one that is over
 * makes room. Who was there and isn't may have been signed out since the row was written.
 */
static bool is_settled(struct session_batch *batch, const struct sign_in *row,
		       const struct session_key *key, const struct session *session)
{
	struct sessions *sessions = batch->sessions;
	struct sign_in written;
	struct session old;

	if (!presence_may_have(&sessions->presence, row->id))
		return false;
	if (gate_get_session(sessions->gate, key, &old))
		return sessions->n_ended != batch->n_ended &&
		       store_get(sessions->store, row->id, &written) == -ENOENT;
	if (row->keeps_usage && !session_end(&old, gate_now_ns()) &&
	    !gate_change_session(sessions->gate, key, session)) {
		sessions_count(sessions, old.state, -1);
		sessions_count(sessions, session->state, 1);
		return true;
	}
	(void)sessions_drop(sessions, key, old.state);
	return false;
}

static void enter(struct session_batch *batch, struct arrivals *arrivals)
{
	struct sessions *sessions = batch->sessions;
	uint32_t done = 0, i;
	size_t n;

	for (n = 0; n < batch->n; n++) {
		const struct sign_in *row = &batch->rows[n];
		struct session *session = &arrivals->sessions[arrivals->n];
		struct session_key *key = &arrivals->keys[arrivals->n];

		store_key(row->id, key);
		*session = sessions_entry(row);
		if (!is_settled(batch, row, key, session))
			arrivals->rows[arrivals->n++] = n;
	}
	(void)gate_put_sessions(sessions->gate, arrivals->keys, arrivals->sessions, arrivals->n,
				&done);
	for (i = 0; i < done; i++) {
		sessions_count(sessions, arrivals->sessions[i].state, 1);
		presence_note(&sessions->presence, batch->rows[arrivals->rows[i]].id);
	}
	/* Rows of those who found no room go again. */
	for (; i < arrivals->n; i++) {
		const struct sign_in *row = &batch->rows[arrivals->rows[i]];

		if (!batch->n_full || row->line < batch->first_full_line)
			batch->first_full_line = row->line;
		batch->rows[batch->n_full++].id = row->id;
	}
	sessions->refused += batch->n_full;
}

static struct session_batch *batch_of(struct journal_job *job)
{
	return (struct session_batch *)(void *)((char *)job - offsetof(struct session_batch, job));
}

static void on_taken_back(struct journal_job *job)
{
	struct session_batch *batch = batch_of(job);

	free((void *)job->ids);
	batch->done(batch);
}

static void take_back(struct session_batch *batch)
{
	uint64_t *ids = calloc(batch->n_full, sizeof(*ids));
	size_t i;

	for (i = 0; ids && i < batch->n_full; i++)
		ids[i] = batch->rows[i].id;
	batch->job = (struct journal_job){
		.ids = ids,
		.n_ids = batch->n_full,
		.done = on_taken_back,
	};
	/* Rows that stay behind are found without an entry at the next start. */
	if (!ids || journal_submit(batch->sessions->journal, &batch->job))
		on_taken_back(&batch->job);
}

static void on_written(struct journal_job *job)
{
	struct session_batch *batch = batch_of(job);
	struct arrivals *arrivals;

	batch->sessions->n_importing--;
	batch->err = job->err;
	if (job->err) {
		(void)sessions_fail(batch->sessions, job->err, "not all sign-ins could be kept",
				    &batch->error);
		batch->done(batch);
		return;
	}
	arrivals = malloc(sizeof(*arrivals));
	if (arrivals) {
		arrivals->n = 0;
		enter(batch, arrivals);
		free(arrivals);
	} else {
		batch->err = fail(&batch->error, ENOMEM, "out of memory");
	}
	if (batch->n_full)
		take_back(batch);
	else
		batch->done(batch);
}

int sessions_put_batch(struct sessions *sessions, struct session_batch *batch)
{
	int err;

	batch->sessions = sessions;
	batch->err = 0;
	batch->n_full = 0;
	batch->n_ended = sessions->n_ended;
	sort(batch);
	batch->job = (struct journal_job){
		.rows = batch->rows,
		.n_rows = batch->n,
		.is_bulk = true,
		.done = on_written,
	};
	err = journal_submit(sessions->journal, &batch->job);
	if (err)
		return fail(&batch->error, -err, "the disk is too slow for so many sign-ins");
	sessions->n_importing++;
	return 0;
}
