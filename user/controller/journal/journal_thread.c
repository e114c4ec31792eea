/* SPDX-License-Identifier: MIT */
/* journal_thread.c - the thread that writes the database: the queue first, then the counters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "controller/journal/journal_internal.h"

#define ROWS_A_GROUP  8192
#define MAX_OWED      (64 * 1024)
#define WALK_EVERY_MS 1000
#define SINGLES_MS    500   /* since the last one: others come */
#define SLICE	      16384 /* rows in bulk in a transaction, when nobody else is there */
#define SHORT_SLICE   2048
#define NO_WALK_MS    1000 /* from the begin of a bulk on */
#define STEP_EVERY_MS 5	   /* of the walk */
#define RETRY_MS      1000
#define REOPEN_MS     3000
#define LAST_WALK_MS  10000 /* of all counters, before the end */

static void set_trouble(struct journal *journal, int err)
{
	struct error trouble = {.text = ""};
	const char *remedy = "repair the state directory";

	if (err == -ENOSPC)
		remedy = "make room on its disk";
	else if (err == -EACCES)
		remedy = "make its file system and directory writable";
	else if (err == -EBUSY)
		remedy = "end the other program that has it open";
	else if (err == -ESTALE)
		remedy = "put its file back, or restart xdp511d";
	else if (err == -EBADMSG)
		remedy = "restart xdp511d, which moves the damaged file aside";
	if (err)
		(void)fail(&trouble, -err, "the database '%s' can't be written (%s); %s",
			   store_name(journal->store), store_problem(journal->store), remedy);
	pthread_mutex_lock(&journal->lock);
	journal->is_told &= !strcmp(trouble.text, journal->trouble.text);
	journal->trouble = trouble;
	pthread_mutex_unlock(&journal->lock);
	journal_tell_loop(journal);
	journal->retry_at_ns = gate_now_ns() + RETRY_MS * NS_PER_MS;
}

static bool has_trouble(const struct journal *journal)
{
	return journal->trouble.text[0]; /* written by this thread alone */
}

static int write_owed(struct journal *journal)
{
	size_t i;
	int err = 0;

	for (i = 0; i < journal->n_owed && !err; i++) {
		const struct owed *owed = &journal->owed[i];

		err = owed->line ? signin_log_add_line(journal->log, journal->store, owed->id,
						       owed->line)
				 : signin_log_end(journal->log, journal->store, owed->id);
		if (!err)
			err = store_remove(journal->store, owed->id);
	}
	return err;
}

void journal_forget_owed(struct journal *journal)
{
	while (journal->n_owed)
		free(journal->owed[--journal->n_owed].line);
}

/* A sign-in, over whatever the device had before. */
static int write_row(struct journal *journal, const struct sign_in *row)
{
	struct sign_in old;
	const struct signin_change change = {.old = &old, .new = row, .goes_on = true};
	int err =
		signin_log_is_on(journal->log) ? store_get(journal->store, row->id, &old) : -ENOENT;

	if (!err)
		err = signin_log_replace(journal->log, journal->store, &change);
	return err && err != -ENOENT && err != -EINVAL ? err : store_put(journal->store, row);
}

static int remove_row(struct journal *journal, const struct journal_job *job, uint64_t id)
{
	int err = job->is_undoing ? 0 : signin_log_end(journal->log, journal->store, id);

	return err ? err : store_remove(journal->store, id);
}

static int write_job(struct journal *journal, const struct journal_job *job)
{
	size_t i;
	int err = 0;

	for (i = 0; i < job->n_rows && !err; i++)
		err = write_row(journal, &job->rows[i]);
	for (i = 0; i < job->n_ids && !err; i++)
		err = remove_row(journal, job, job->ids[i]);
	return err;
}

/* Who is signed out stays so; beyond the limit the next start finds the rows without entries. */
static void owe(struct journal *journal, const struct journal_job *job)
{
	size_t i, n = MAX_OWED - journal->n_owed;

	if (!job->n_ids)
		return;
	if (!journal->owed)
		journal->owed = calloc(MAX_OWED, sizeof(*journal->owed));
	if (!journal->owed)
		return;
	n = job->n_ids < n ? job->n_ids : n;
	for (i = 0; i < n; i++)
		journal->owed[journal->n_owed++] = (struct owed){
			.id = job->ids[i],
			.line = job->is_undoing ? strdup("")
						: signin_log_line(journal->log, journal->store,
								  job->ids[i]),
		};
}

/* As long as others come they wait for few of the rows in bulk. */
static size_t slice_of(const struct journal *journal)
{
	bool are_others = gate_now_ns() < journal->single_at_ns + SINGLES_MS * NS_PER_MS;

	return are_others ? SHORT_SLICE : SLICE;
}

static int write_all(struct journal *journal, const struct journal_list *group, size_t slice)
{
	const struct journal_job *job;
	int err = store_begin(journal->store);

	if (err)
		return err;
	err = group->first || journal->bulk ? 0 : store_probe(journal->store);
	if (!err)
		err = write_owed(journal);
	for (job = group->first; job && !err; job = job->next)
		err = write_job(journal, job);
	if (!err)
		err = journal_write_slice(journal, slice);
	if (!err)
		err = signin_log_save(journal->log, journal->store);
	if (!err)
		return store_commit(journal->store);
	store_rollback(journal->store);
	return err;
}

/* One transaction, one wait for the disk; then everybody in it is told. */
static void write_group(struct journal *journal, struct journal_list *group)
{
	size_t slice = slice_of(journal);
	struct journal_job *job;
	int err;

	if (group->first)
		journal->single_at_ns = gate_now_ns();
	err = write_all(journal, group, slice);
	signin_log_settle(journal->log, err);
	if (!err)
		journal_forget_owed(journal);
	if (err || has_trouble(journal))
		set_trouble(journal, err);
	for (job = group->first; job; job = job->next) {
		job->err = err;
		if (err)
			owe(journal, job);
	}
	pthread_mutex_lock(&journal->lock);
	journal_end_slice(journal, slice, err);
	while ((job = journal_list_take(group))) {
		journal->n_queued -= job->n_rows + job->n_ids;
		journal_list_add(&journal->completed, job);
	}
	pthread_mutex_unlock(&journal->lock);
	journal_tell_loop(journal);
}

/* What the loop has to be able to go on with: a connection of its own to the same file. */
static int open_disk(struct journal *journal, struct store **ret_writer, struct store **ret_reader)
{
	struct store *writer = NULL, *reader = NULL;
	int err = store_open(journal->setup.state_dir, &writer, NULL);

	if (!err)
		err = store_copy_sessions(journal->store, writer);
	if (!err)
		err = store_open_again(writer, &reader, NULL);
	if (err) {
		store_close(writer);
		return err;
	}
	*ret_writer = writer;
	*ret_reader = reader;
	return 0;
}

static void return_to_disk(struct journal *journal)
{
	struct store *writer, *reader;

	journal->reopen_at_ns = gate_now_ns() + REOPEN_MS * NS_PER_MS;
	if (open_disk(journal, &writer, &reader))
		return;
	store_close(journal->store);
	journal->store = writer;
	signin_log_attach(journal->log, writer);
	pthread_mutex_lock(&journal->lock);
	journal->reader = reader;
	pthread_mutex_unlock(&journal->lock);
	journal_tell_loop(journal);
}

static void step_walk(struct journal *journal)
{
	uint64_t now_ns = gate_now_ns(), took_ns;
	int result;

	if (!journal->walk_started_ns)
		journal->walk_started_ns = now_ns;
	result = counters_step(journal->counters, journal->store);
	if (result > 0)
		return;
	if (result < 0 && !has_trouble(journal))
		set_trouble(journal, result);
	/* A large table is walked at most half the time. */
	took_ns = gate_now_ns() - journal->walk_started_ns;
	journal->walk_at_ns = journal->walk_started_ns + WALK_EVERY_MS * NS_PER_MS;
	if (2 * took_ns > WALK_EVERY_MS * NS_PER_MS)
		journal->walk_at_ns = journal->walk_started_ns + 2 * took_ns;
	pthread_mutex_lock(&journal->lock);
	journal->lag_ms = (journal->walk_at_ns - journal->walk_started_ns + took_ns) / NS_PER_MS;
	pthread_mutex_unlock(&journal->lock);
	journal->walk_started_ns = 0;
}

/* What is due besides the queue; when the next of it will be. */
static uint64_t do_chores(struct journal *journal)
{
	uint64_t now_ns = gate_now_ns(), next_ns = UINT64_MAX, flush_ns;
	struct journal_list none;

	journal_list_init(&none);
	flush_ns = signin_log_flush(journal->log, journal->store, false);
	if (has_trouble(journal)) {
		if (now_ns >= journal->retry_at_ns)
			write_group(journal, &none);
		next_ns = journal->retry_at_ns;
	} else if (journal->counters) {
		if (journal->bulk && now_ns < journal->bulk_started_ns + NO_WALK_MS * NS_PER_MS)
			return flush_ns;
		if (now_ns >= journal->walk_at_ns && now_ns >= journal->step_at_ns) {
			step_walk(journal);
			journal->step_at_ns = gate_now_ns() + STEP_EVERY_MS * NS_PER_MS;
		}
		next_ns = journal->walk_at_ns > journal->step_at_ns ? journal->walk_at_ns
								    : journal->step_at_ns;
	}
	if (store_is_volatile(journal->store)) {
		if (now_ns >= journal->reopen_at_ns)
			return_to_disk(journal);
		if (journal->reopen_at_ns < next_ns)
			next_ns = journal->reopen_at_ns;
	}
	return next_ns < flush_ns ? next_ns : flush_ns;
}

static void set_until(struct timespec *ret_until, uint64_t ns)
{
	ret_until->tv_sec = (time_t)(ns / NS_PER_S);
	ret_until->tv_nsec = (long)(ns % NS_PER_S);
}

/* Takes what fits into one transaction, at least one job; false: nothing is left to do. */
static bool wait_for_work(struct journal *journal, uint64_t until_ns,
			  struct journal_list *ret_group)
{
	struct timespec until;
	uint64_t due_ns;
	size_t n = 0;
	bool goes_on;

	journal_list_init(ret_group);
	pthread_mutex_lock(&journal->lock);
	while (!journal->queue.first && !journal->is_stopping && !journal->has_chores &&
	       gate_now_ns() < until_ns && !journal_bulk_is_due(journal, &due_ns)) {
		set_until(&until, due_ns < until_ns ? due_ns : until_ns);
		if (pthread_cond_timedwait(&journal->wake, &journal->lock, &until) == EINVAL)
			pthread_cond_wait(&journal->wake, &journal->lock);
	}
	journal->has_chores = false;
	while (journal->queue.first && n < ROWS_A_GROUP) {
		struct journal_job *job = journal_list_take(&journal->queue);

		n += job->n_rows + job->n_ids;
		journal_list_add(ret_group, job);
	}
	if (!journal->bulk && journal_bulk_is_due(journal, &due_ns))
		journal_begin_bulk(journal);
	goes_on = !journal->is_stopping || ret_group->first || journal->bulk;
	pthread_mutex_unlock(&journal->lock);
	return goes_on;
}

static void write_last_counters(struct journal *journal)
{
	uint64_t until_ns = gate_now_ns() + LAST_WALK_MS * NS_PER_MS;
	bool is_whole = journal->walk_started_ns == 0;
	int result = 1;

	if (!journal->counters || has_trouble(journal))
		return;
	/* A walk that is under way has passed sessions that went on since. */
	while (result > 0 && gate_now_ns() < until_ns) {
		result = counters_step(journal->counters, journal->store);
		if (!result && !is_whole) {
			is_whole = true;
			result = 1;
		}
	}
}

void *journal_run(void *context)
{
	struct journal *journal = context;
	uint64_t next_ns = 0, rest_ns;
	struct journal_list group;

	while (wait_for_work(journal, next_ns, &group)) {
		rest_ns = journal_rest_bulk(journal);
		if (group.first || journal->bulk)
			write_group(journal, &group);
		next_ns = do_chores(journal);
		next_ns = rest_ns < next_ns ? rest_ns : next_ns;
	}
	write_last_counters(journal);
	(void)signin_log_flush(journal->log, journal->store, true);
	journal->store = store_close(journal->store);
	return NULL;
}
