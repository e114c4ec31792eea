/* SPDX-License-Identifier: MIT */
/*
 * accounts.h - the portal's database (SQLite, WAL): vouchers, users, and what RADIUS is owed.
 *
 * One connection, used on the loop's thread. What an operator makes is on the disk when the
 * function returns; what guests use of it is, at the latest, after a second. The tables are in
 * accounts_schema.c; each module reads and writes its own with the functions below.
 */
#ifndef XDP511_PORTAL_ACCOUNTS_H
#define XDP511_PORTAL_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/log.h"
#include "portal/attempt.h"

#define ACCOUNTS_STATEMENTS 128

struct accounts {
	sqlite3 *db;
	char file[220];
	bool is_dirty;	   /* the disk may not have all that was committed */
	bool is_operators; /* the transaction that goes on */
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} statements[ACCOUNTS_STATEMENTS];
};

/*
 * Opens or makes @state_dir/portal.db with all tables; makes the directory, too. A sentence with
 * -EBADMSG: it is damaged; -EPROTO: it is of a newer version; others: it can't be written.
 */
int accounts_open(const char *state_dir, struct accounts **ret_accounts, struct error *error);
struct accounts *accounts_close(struct accounts *accounts); /* takes NULL, returns NULL */

/* To be called about once a second: brings to the disk what isn't there yet. */
void accounts_sync(struct accounts *accounts);

/*
 * A statement for text that is a constant: it is prepared once, and known by its address. NULL:
 * it could not be. Parameters are bound with sqlite3_bind_…(), then accounts_run(); or
 * accounts_step() as long as it returns 1, and accounts_end(), before anything else uses it.
 */
sqlite3_stmt *accounts_statement(struct accounts *accounts, const char *sql);
int accounts_step(sqlite3_stmt *statement); /* 1: a row; 0: the end; -errno. Takes NULL */
void accounts_end(sqlite3_stmt *statement); /* takes NULL */
int accounts_run(sqlite3_stmt *statement);  /* all of it, without its rows; then it has ended */

/* How many rows the last statement has changed. */
uint64_t accounts_changed(const struct accounts *accounts);

void accounts_bind_text(sqlite3_stmt *statement, int position, const char *text); /* copied */
void accounts_bind_number(sqlite3_stmt *statement, int position, uint64_t number);
uint64_t accounts_number(sqlite3_stmt *statement, int column);	  /* a negative one is 0 */
struct limit accounts_limit(sqlite3_stmt *statement, int column); /* NULL: not given */
/* Text of a column, cut to fit and never with control characters. Returns @text. */
char *accounts_text(sqlite3_stmt *statement, int column, char *text, size_t size);

/*
 * Several changes that hold together or not at all. @is_operators: what is committed is on the
 * disk then. A commit that fails takes all of them back.
 */
int accounts_begin(struct accounts *accounts, bool is_operators);
int accounts_commit(struct accounts *accounts);
void accounts_rollback(struct accounts *accounts);

/* What the database said last, for a sentence. */
const char *accounts_problem(const struct accounts *accounts);

/* accounts_schema.c: makes the tables that aren't there. */
int accounts_make_tables(struct accounts *accounts, struct error *error);

#endif /* XDP511_PORTAL_ACCOUNTS_H */
