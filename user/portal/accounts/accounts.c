/* SPDX-License-Identifier: MIT */
/* accounts.c - the portal's database: the file, its statements, and when it is on the disk. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <xdp511/names.h>

#include "portal/accounts/accounts.h"

#define BUSY_TIMEOUT_MS 500
#define CHECKPOINT_PAGES                                                                           \
	16000 /* 64 MiB; each waits for the disk, and accounts_sync() has its own */
#define CACHE_KIB 16384

static int errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	default:
		return -EIO;
	}
}

/* --- statements ---------------------------------------------------------------------------- */

sqlite3_stmt *accounts_statement(struct accounts *accounts, const char *sql)
{
	size_t i;

	for (i = 0; i < ACCOUNTS_STATEMENTS && accounts->statements[i].sql; i++) {
		if (accounts->statements[i].sql == sql)
			return accounts->statements[i].statement;
	}
	if (i == ACCOUNTS_STATEMENTS)
		return NULL;
	if (sqlite3_prepare_v3(accounts->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &accounts->statements[i].statement, NULL))
		return NULL;
	accounts->statements[i].sql = sql;
	return accounts->statements[i].statement;
}

int accounts_step(sqlite3_stmt *statement)
{
	int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;

	return code == SQLITE_ROW ? 1 : errno_of(code);
}

void accounts_end(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	if (statement)
		sqlite3_clear_bindings(statement);
}

int accounts_run(sqlite3_stmt *statement)
{
	int more;

	do {
		more = accounts_step(statement);
	} while (more > 0);
	accounts_end(statement);
	return more;
}

uint64_t accounts_changed(const struct accounts *accounts)
{
	return (uint64_t)sqlite3_changes(accounts->db);
}

void accounts_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
	sqlite3_bind_text(statement, position, text, -1, SQLITE_TRANSIENT);
}

void accounts_bind_number(sqlite3_stmt *statement, int position, uint64_t number)
{
	sqlite3_bind_int64(statement, position,
			   number > INT64_MAX ? INT64_MAX : (sqlite3_int64)number);
}

uint64_t accounts_number(sqlite3_stmt *statement, int column)
{
	sqlite3_int64 number = sqlite3_column_int64(statement, column);

	return number > 0 ? (uint64_t)number : 0;
}

/* The file may have been written by anybody who may write it. */
struct limit accounts_limit(sqlite3_stmt *statement, int column)
{
	return (struct limit){
		.is_given = sqlite3_column_type(statement, column) != SQLITE_NULL,
		.value = accounts_number(statement, column),
	};
}

char *accounts_text(sqlite3_stmt *statement, int column, char *text, size_t size)
{
	const char *from = (const char *)sqlite3_column_text(statement, column);
	size_t used = 0, length;

	while (from && *from) {
		length = printable_length(from);
		if (used + (length ? length : 1) >= size)
			break;
		if (length)
			memcpy(text + used, from, length);
		else
			text[used] = '?';
		used += length ? length : 1;
		from += length ? length : 1;
	}
	text[used] = '\0';
	return text;
}

/* --- transactions -------------------------------------------------------------------------- */

static bool has_moved(struct accounts *accounts)
{
	int has_moved = 0;

	return !sqlite3_file_control(accounts->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) &&
	       has_moved;
}

/* What is written outside of an operator's transaction needn't be on the disk at once. */
static int on_commit(void *context)
{
	struct accounts *accounts = context;

	accounts->is_dirty |= !accounts->is_operators;
	return 0;
}

static int set_operators(struct accounts *accounts, bool is_operators)
{
	if (accounts->is_operators == is_operators)
		return 0;
	accounts->is_operators = is_operators;
	return accounts_run(is_operators
				    ? accounts_statement(accounts, "PRAGMA synchronous = FULL")
				    : accounts_statement(accounts, "PRAGMA synchronous = NORMAL"));
}

int accounts_begin(struct accounts *accounts, bool is_operators)
{
	int err;

	/* What is written into a file that was removed would not be found again. */
	if (is_operators && has_moved(accounts))
		return -ESTALE;
	err = set_operators(accounts, is_operators);
	return err ? err : accounts_run(accounts_statement(accounts, "BEGIN IMMEDIATE"));
}

int accounts_commit(struct accounts *accounts)
{
	int err = accounts_run(accounts_statement(accounts, "COMMIT"));

	if (err)
		accounts_rollback(accounts);
	else
		(void)set_operators(accounts, false);
	return err;
}

void accounts_rollback(struct accounts *accounts)
{
	if (!sqlite3_get_autocommit(accounts->db))
		(void)accounts_run(accounts_statement(accounts, "ROLLBACK"));
	(void)set_operators(accounts, false);
}

const char *accounts_problem(const struct accounts *accounts)
{
	return sqlite3_errcode(accounts->db) ? sqlite3_errmsg(accounts->db)
					     : "the file was removed or is in use";
}

/* Moving the log into the file writes both to the disk. */
void accounts_sync(struct accounts *accounts)
{
	if (!accounts->is_dirty)
		return;
	if (!sqlite3_wal_checkpoint_v2(accounts->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL))
		accounts->is_dirty = false;
}

/* --- the file ------------------------------------------------------------------------------ */

/* It has hashes of passwords: its owner's alone. SQLite gives its other files the same mode. */
static int make_file(const char *state_dir, const char *file)
{
	int fd;

	if (mkdir(state_dir, 0700) && errno != EEXIST)
		return -errno;
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int set_up(struct accounts *accounts)
{
	char sql[200];

	sqlite3_busy_timeout(accounts->db, BUSY_TIMEOUT_MS);
	sqlite3_commit_hook(accounts->db, on_commit, accounts);
	snprintf(sql, sizeof(sql),
		 "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = %d;"
		 "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;"
		 "PRAGMA cache_size = -%d; PRAGMA synchronous = NORMAL",
		 CHECKPOINT_PAGES, CACHE_KIB);
	return errno_of(sqlite3_exec(accounts->db, sql, NULL, NULL, NULL));
}

/* Whatever is wrong is found now, and not when guests wait. */
static int check(struct accounts *accounts)
{
	sqlite3_stmt *statement = accounts_statement(accounts, "PRAGMA quick_check(1)");
	const char *text;
	int more = statement ? accounts_step(statement) : errno_of(sqlite3_errcode(accounts->db));

	if (more > 0) {
		text = (const char *)sqlite3_column_text(statement, 0);
		more = text && !strcmp(text, "ok") ? 0 : -EBADMSG;
	}
	accounts_end(statement);
	return more;
}

static int refuse(const struct accounts *accounts, int err, struct error *error)
{
	const char *said = accounts->db && sqlite3_errcode(accounts->db)
				   ? sqlite3_errmsg(accounts->db)
				   : strerror(-err);

	if (err == -EBADMSG)
		return fail(error, EBADMSG,
			    "the database '%s' is damaged (%s); move it away, or restore a copy",
			    accounts->file, said);
	return fail(error, -err,
		    "the database '%s' could not be opened (%s); let xdp511-portal write there, "
		    "or change `state-dir` in [web]",
		    accounts->file, said);
}

int accounts_open(const char *state_dir, struct accounts **ret_accounts, struct error *error)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	struct accounts *accounts = calloc(1, sizeof(*accounts));
	int err;

	if (!accounts)
		return fail(error, ENOMEM, "out of memory");
	snprintf(accounts->file, sizeof(accounts->file), "%s/%s", state_dir, X511_PORTAL_DB);
	err = make_file(state_dir, accounts->file);
	if (!err)
		err = errno_of(sqlite3_open_v2(accounts->file, &accounts->db, flags, NULL));
	if (!err)
		err = set_up(accounts);
	if (!err)
		err = check(accounts);
	if (err) {
		err = refuse(accounts, err, error);
	} else {
		err = accounts_make_tables(accounts, error);
		if (err && err != -EPROTO)
			err = refuse(accounts, err, error);
	}
	if (err) {
		accounts_close(accounts);
		return err;
	}
	*ret_accounts = accounts;
	return 0;
}

struct accounts *accounts_close(struct accounts *accounts)
{
	size_t i;

	if (!accounts)
		return NULL;
	for (i = 0; i < ACCOUNTS_STATEMENTS; i++)
		sqlite3_finalize(accounts->statements[i].statement);
	sqlite3_close(accounts->db);
	free(accounts);
	return NULL;
}
