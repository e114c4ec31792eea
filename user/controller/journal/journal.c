/* SPDX-License-Identifier: MIT */
/* journal.c - the loop's side of the journal: what goes to its thread, and what comes back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/eventfd.h>

#include "controller/journal/journal_internal.h"

#define MAX_QUEUED   (256 * 1024) /* rows and ids */
#define STOP_S	     30
#define SERVE_FOR_NS (4 * NS_PER_MS)

void journal_list_init(struct journal_list *list)
{
	list->first = NULL;
	list->end = &list->first;
}

void journal_list_add(struct journal_list *list, struct journal_job *job)
{
	job->next = NULL;
	*list->end = job;
	list->end = &job->next;
}

struct journal_job *journal_list_take(struct journal_list *list)
{
	struct journal_job *job = list->first;

	if (!job)
		return NULL;
	list->first = job->next;
	if (!list->first)
		list->end = &list->first;
	return job;
}

void journal_tell_loop(struct journal *journal)
{
	const uint64_t one = 1;

	/* It only fails when the loop has been told already, four billion times. */
	(void)!write(journal->event_fd, &one, sizeof(one));
}

int journal_submit(struct journal *journal, struct journal_job *job)
{
	size_t n = job->n_rows + job->n_ids;
	int err = 0;

	pthread_mutex_lock(&journal->lock);
	if (job->packed) {
		journal->bulk_at_ns = gate_now_ns();
		journal_list_add(&journal->bulk_queue, job);
		pthread_cond_signal(&journal->wake);
	} else if (journal->n_queued && journal->n_queued + n > MAX_QUEUED) {
		err = -EBUSY;
	} else {
		journal->n_queued += n;
		journal_list_add(&journal->queue, job);
		pthread_cond_signal(&journal->wake);
	}
	pthread_mutex_unlock(&journal->lock);
	return err;
}

/* What is new of the journal's own state goes to the owner before what was completed after it. */
static void tell_owner(struct journal *journal)
{
	struct store *reader;
	struct error trouble;
	bool is_told;

	pthread_mutex_lock(&journal->lock);
	reader = journal->reader;
	journal->reader = NULL;
	trouble = journal->trouble;
	is_told = journal->is_told;
	journal->is_told = true;
	pthread_mutex_unlock(&journal->lock);
	if (reader)
		journal->setup.on_disk(journal->setup.context, reader);
	if (!is_told && journal->setup.on_trouble)
		journal->setup.on_trouble(journal->setup.context, trouble.text);
}

void journal_hurry(struct journal *journal)
{
	pthread_mutex_lock(&journal->lock);
	journal->is_hurried = journal->bulk_queue.first != NULL;
	pthread_cond_signal(&journal->wake);
	pthread_mutex_unlock(&journal->lock);
}

/* False: nothing is completed. */
static bool serve_one(struct journal *journal)
{
	struct journal_job *job;

	pthread_mutex_lock(&journal->lock);
	job = journal_list_take(&journal->completed);
	pthread_mutex_unlock(&journal->lock);
	if (!job)
		return journal_follow_bulk(journal);
	job->done(job);
	return true;
}

/* As long as the loop may be kept waiting; the rest comes with its next turn. */
size_t journal_serve(struct journal *journal)
{
	uint64_t until_ns = gate_now_ns() + SERVE_FOR_NS, count;
	size_t n = 0;

	(void)!read(journal->event_fd, &count, sizeof(count));
	tell_owner(journal);
	while (serve_one(journal)) {
		n++;
		if (gate_now_ns() >= until_ns) {
			journal_tell_loop(journal);
			break;
		}
	}
	return n;
}

static void on_event(void *context)
{
	(void)journal_serve(context);
}

static int make_thread(struct journal *journal)
{
	pthread_condattr_t attributes;
	int err = -pthread_mutex_init(&journal->lock, NULL);

	if (err)
		return err;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	err = -pthread_cond_init(&journal->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (!err)
		err = -pthread_create(&journal->thread, NULL, journal_run, journal);
	return err;
}

static void free_journal(struct journal *journal)
{
	if (journal->event_fd >= 0)
		close(journal->event_fd);
	counters_free(journal->counters);
	signin_log_free(journal->log);
	store_close(journal->reader);
	journal_forget_owed(journal);
	free(journal->owed);
	free(journal);
}

int journal_start(const struct journal_setup *setup, struct journal **ret_journal,
		  struct error *error)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int err;

	if (!journal)
		return fail(error, ENOMEM, "out of memory");
	journal->setup = *setup;
	journal->store = setup->store;
	journal->counters = setup->counters;
	journal->log = setup->log;
	journal->is_told = true;
	journal_list_init(&journal->queue);
	journal_list_init(&journal->bulk_queue);
	journal_list_init(&journal->completed);
	journal->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = journal->event_fd < 0 ? -errno : 0;
	if (!err && setup->loop)
		err = loop_watch(setup->loop, journal->event_fd, on_event, journal);
	if (!err)
		err = make_thread(journal);
	if (err) {
		journal->counters = NULL;
		journal->log = NULL;
		free_journal(journal);
		return fail(error, -err, "the thread of the database could not be started: %s",
			    strerror(-err));
	}
	*ret_journal = journal;
	return 0;
}

/* A disk that hangs must not keep the daemon from ending: the thread ends with the process. */
struct journal *journal_stop(struct journal *journal)
{
	struct timespec until;

	if (!journal)
		return NULL;
	pthread_mutex_lock(&journal->lock);
	journal->is_stopping = true;
	pthread_cond_signal(&journal->wake);
	pthread_mutex_unlock(&journal->lock);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STOP_S;
	if (pthread_clockjoin_np(journal->thread, NULL, CLOCK_MONOTONIC, &until))
		return NULL;
	while (journal_serve(journal))
		;
	free_journal(journal);
	return NULL;
}

void journal_trouble(struct journal *journal, struct error *ret_trouble)
{
	pthread_mutex_lock(&journal->lock);
	*ret_trouble = journal->trouble;
	pthread_mutex_unlock(&journal->lock);
}

void journal_set_keep(struct journal *journal, uint64_t keep_s)
{
	signin_log_set_keep(journal->log, keep_s);
	pthread_mutex_lock(&journal->lock);
	journal->has_chores = true;
	pthread_cond_signal(&journal->wake);
	pthread_mutex_unlock(&journal->lock);
}

void journal_log_trouble(struct journal *journal, struct error *ret_trouble)
{
	signin_log_trouble(journal->log, ret_trouble);
}

uint64_t journal_lag_ms(struct journal *journal)
{
	uint64_t lag_ms;

	pthread_mutex_lock(&journal->lock);
	lag_ms = journal->lag_ms;
	pthread_mutex_unlock(&journal->lock);
	return lag_ms;
}

size_t journal_waiting(struct journal *journal)
{
	size_t n;

	pthread_mutex_lock(&journal->lock);
	n = journal->n_queued;
	pthread_mutex_unlock(&journal->lock);
	return n;
}
