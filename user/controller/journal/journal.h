/* SPDX-License-Identifier: MIT */
/*
 * journal.h - the thread that writes sign-ins, sign-outs and counters to the database.
 *
 * A job is submitted by the loop's thread and belongs to the journal until its done() is called
 * there, in the order of submission. What waits is written together: one transaction, one wait
 * for the disk. Between them the thread walks the gate's sessions once a second and writes what
 * was counted since, so that a power cut costs a second of counters and no sign-in.
 *
 * Rows in bulk are gathered and written in the order of their ids, a slice at a time together
 * with what waits otherwise: neighbours share pages, so a page goes to the disk about once. Of
 * rows of the same id the last one counts. The loop is told of each slice.
 *
 *   loop:    submit ──► queue ──► journal: begin, rows, commit ──► completed ──► loop: done()
 */
#ifndef XDP511_JOURNAL_H
#define XDP511_JOURNAL_H

#include "base/log.h"
#include "base/loop.h"
#include "controller/journal/store.h"

struct counters;
struct signin_log;
struct journal; /* opaque */

struct journal_job {
	const struct sign_in *rows; /* written, in this order */
	size_t n_rows;
	const uint64_t *ids; /* removed */
	size_t n_ids;
	bool is_undoing; /* they never were signed in: the sign-in log has nothing of them */
	/* Or rows in bulk, one behind the other, and nothing else (packing.h). Others may pass them. */
	const uint8_t *packed;
	void (*done)(struct journal_job *job);
	int err; /* 0: on the disk. Else nothing is; removals are made up for once it works again */
	struct journal_job *next; /* the journal's */
};

/* One of those in bulk. */
struct journal_row {
	struct journal_job *job;
	const uint8_t *packed;
};

struct journal_setup {
	struct loop *loop;	   /* NULL: journal_serve() is called by the owner */
	struct store *store;	   /* the writer's connection, taken over */
	struct counters *counters; /* taken over; NULL: there are none to write */
	struct signin_log *log;	   /* taken over; NULL: none is written */
	const char *state_dir;	   /* tried again and again while the store is in memory */
	/* The database is back on the disk: @reader, taken over, is the loop's connection to it. */
	void (*on_disk)(void *context, struct store *reader);
	/* What keeps the database from being written, or "" when it works again. */
	void (*on_trouble)(void *context, const char *sentence);
	/* These in bulk are on the disk, also when others of the same job fail. May be NULL. */
	void (*on_rows)(void *context, const struct journal_row *rows, size_t n);
	void *context;
};
#define JOURNAL_ROWS 1024 /* at a time, at most */

int journal_start(const struct journal_setup *setup, struct journal **ret_journal,
		  struct error *error);

/* Writes what is queued and all counters, calls what is done. Takes NULL, returns NULL. */
struct journal *journal_stop(struct journal *journal);

/* -EBUSY: too much is waiting already. */
int journal_submit(struct journal *journal, struct journal_job *job);

/* No more in bulk will come until those are written that wait. */
void journal_hurry(struct journal *journal);

/* Calls done() of what is completed; how many. For an owner without a loop, and for tests. */
size_t journal_serve(struct journal *journal);

/* What keeps the database from being written; "": nothing. */
void journal_trouble(struct journal *journal, struct error *ret_trouble);

/* How long records of the sign-in log are kept, from now on. */
void journal_set_keep(struct journal *journal, uint64_t keep_s);

/* What keeps the sign-in log from being written; "": nothing. */
void journal_log_trouble(struct journal *journal, struct error *ret_trouble);

/* How old the counters on the disk may be. */
uint64_t journal_lag_ms(struct journal *journal);

/* Rows that wait to be written, but for those in bulk. */
size_t journal_waiting(struct journal *journal);

#endif /* XDP511_JOURNAL_H */
