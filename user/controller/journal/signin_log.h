/* SPDX-License-Identifier: MIT */
/*
 * signin_log.h - the sign-in log: a line for each session that has ended, kept in files by day.
 *
 * A line is put into the database by the transaction that removes or replaces the session's row,
 * and goes from there to the file a little later, many at a time. It leaves the database once
 * the file has it on the disk: whatever happens between, nothing is lost, and the file may hold
 * a line twice. While the files can't be written the lines wait in the database.
 *
 *   transaction: row ──► line ──► log_outbox        flush: log_outbox ──► file, fdatasync ──► gone
 *
 * Devices that were blocked are not people's sessions, and have no lines; trusted ones do.
 */
#ifndef XDP511_SIGNIN_LOG_H
#define XDP511_SIGNIN_LOG_H

#include "base/config.h"
#include "base/log.h"
#include "controller/journal/store.h"

struct gate;
struct signin_log; /* opaque; for one thread at a time, but where it is said */

#define SIGNIN_LOG_MAX (64UL << 20) /* bytes that wait in the database; beyond they are dropped */

/* Makes the directory if it can; if not, the lines wait until it is there. -ENOMEM. */
int signin_log_new(const struct config_log *config, struct gate *gate, struct signin_log **ret_log);
struct signin_log *signin_log_free(struct signin_log *log); /* takes NULL, returns NULL */

/* Reads what @store has of it; also when another store takes its place. */
void signin_log_attach(struct signin_log *log, struct store *store);

/* All below take a NULL @log, which writes nothing; so does one that keeps nothing. Any thread: */
void signin_log_set_keep(struct signin_log *log, uint64_t keep_s);

/* In a transaction, before the row goes. @reason NULL: as the gate's entry says. Not there: 0. */
bool signin_log_is_on(const struct signin_log *log);
int signin_log_end(struct signin_log *log, struct store *store, uint64_t id);
int signin_log_end_row(struct signin_log *log, struct store *store, const struct sign_in *row,
		       const char *reason);

/* The same, before @new is written over @old; @goes_on: the gate's counters may go on. */
struct signin_change {
	const struct sign_in *old;
	const struct sign_in *new;
	bool goes_on;
};

int signin_log_replace(struct signin_log *log, struct store *store,
		       const struct signin_change *change);

/* A line for when the database works again, the caller's to free(); NULL: there is none. */
char *signin_log_line(struct signin_log *log, struct store *store, uint64_t id);
int signin_log_add_line(struct signin_log *log, struct store *store, uint64_t id, const char *line);

/* The last of a transaction: the lines go with it. Then how it ended. */
int signin_log_save(struct signin_log *log, struct store *store);
void signin_log_settle(struct signin_log *log, int err);

/* Writes what waits, if it is due; when to come again (of gate_now_ns()). */
uint64_t signin_log_flush(struct signin_log *log, struct store *store, bool is_last);

/* What keeps the files from being written; "": nothing. Any thread. */
void signin_log_trouble(struct signin_log *log, struct error *ret_trouble);

#endif /* XDP511_SIGNIN_LOG_H */
