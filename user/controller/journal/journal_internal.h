/* SPDX-License-Identifier: MIT */
/* journal_internal.h - what the loop's side of the journal and its thread share. */
#ifndef XDP511_JOURNAL_INTERNAL_H
#define XDP511_JOURNAL_INTERNAL_H

#include <pthread.h>

#include "controller/clock.h"
#include "controller/sessions/counters.h"
#include "controller/journal/journal.h"
#include "controller/journal/signin_log.h"

/* First in, first out. */
struct journal_list {
	struct journal_job *first;
	struct journal_job **end;
};

/*
 * Jobs in bulk that are being written. The thread puts their rows into the order of their ids and
 * writes them, the loop follows; what both need is under the lock.
 */
struct bulk {
	struct bulk *next;
	struct journal_list jobs;
	struct journal_job **numbered; /* the same, in the order they came */
	size_t n_jobs;
	struct bulk_row {
		uint64_t id;
		uint32_t job;	 /* its number */
		uint32_t offset; /* in it */
	} * rows;
	size_t n;
	size_t n_written; /* locked */
	size_t n_told;	  /* the loop's */
	bool is_ended;	  /* locked: written, or failed */
	int err;
};

struct journal {
	struct journal_setup setup;
	pthread_t thread;
	int event_fd; /* readable: something is completed */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	struct journal_list queue;
	size_t n_queued;
	struct journal_list bulk_queue;
	uint64_t bulk_at_ns; /* when the last of it came */
	bool is_hurried;
	struct journal_list completed;
	struct bulk *bulks;   /* that the loop has to follow, when nothing else is completed */
	struct store *reader; /* to be handed over */
	bool is_stopping;
	bool has_chores; /* now, whatever was due when */
	struct error trouble;
	bool is_told; /* the trouble, to the owner */
	uint64_t lag_ms;

	/* The thread's own. */
	struct bulk *bulk; /* the last of @bulks, as long as it is being written */
	bool is_prepared;  /* the store, for many rows */
	uint64_t bulk_started_ns;
	uint64_t single_at_ns; /* when the last job came that isn't in bulk */
	struct store *store;
	struct counters *counters; /* NULL: none to write */
	struct signin_log *log;	   /* NULL: none */
	struct owed {		   /* removals that could not be written */
		uint64_t id;
		char *line; /* of the sign-in log; NULL: none, or it is made of the row */
	} * owed;
	size_t n_owed;
	uint64_t walk_started_ns;
	uint64_t walk_at_ns; /* when the next one begins */
	uint64_t step_at_ns;
	uint64_t retry_at_ns;
	uint64_t reopen_at_ns;
};

void journal_list_init(struct journal_list *list);
void journal_list_add(struct journal_list *list, struct journal_job *job);
struct journal_job *journal_list_take(struct journal_list *list); /* NULL: it is empty */

/* Makes journal_serve() be called. */
void journal_tell_loop(struct journal *journal);

/* What is owed has been written, or never will be. */
void journal_forget_owed(struct journal *journal);

/* Jobs in bulk, the thread's part (journal_bulk.c). The last three are called with the lock held. */
int journal_write_slice(struct journal *journal, size_t max);
uint64_t journal_rest_bulk(struct journal *journal);
bool journal_bulk_is_due(const struct journal *journal, uint64_t *ret_due_ns);
void journal_begin_bulk(struct journal *journal);
void journal_end_slice(struct journal *journal, size_t max, int err);

/* The loop's part: tells of some rows, or ends a bulk; false: there is nothing to do. */
bool journal_follow_bulk(struct journal *journal);

/* The thread (journal_thread.c); it closes the store at its end. */
void *journal_run(void *journal);

#endif /* XDP511_JOURNAL_INTERNAL_H */
