/* SPDX-License-Identifier: MIT */
/* store.c - the database file: opening it, its tables, its statements. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xdp511/names.h>

#include "base/units.h"
#include "controller/store_internal.h"

#define SCHEMA_VERSION	1
#define BUSY_TIMEOUT_MS 500

/* Times are milliseconds of the wall clock. */
/* clang-format off */
static const char schema[] =
	"CREATE TABLE IF NOT EXISTS sessions ("
	" mac TEXT NOT NULL, zone TEXT NOT NULL, user TEXT, method TEXT NOT NULL,"
	" state TEXT NOT NULL, login_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
	" idle_s INTEGER NOT NULL, up_bps INTEGER NOT NULL, down_bps INTEGER NOT NULL,"
	" quota_bytes INTEGER NOT NULL, PRIMARY KEY (mac, zone)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS sessions_user ON sessions (user, mac, zone)"
	" WHERE user IS NOT NULL;"
	"CREATE TABLE IF NOT EXISTS zones (name TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE)"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS garden (zone TEXT NOT NULL, entry TEXT NOT NULL,"
	" PRIMARY KEY (zone, entry)) WITHOUT ROWID;"
	"PRAGMA user_version = 1;";
/* clang-format on */

static const char *const statement_texts[STORE_STATEMENT_COUNT] = {
#define X(name, sql) [STORE_##name] = sql,
	STORE_STATEMENTS(X)
#undef X
};

static int errno_of(int code)
{
	switch (code & 0xff) {
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
	default:
		return -EIO;
	}
}

sqlite3_stmt *store_statement(struct store *store, enum store_statement number)
{
	sqlite3_stmt **statement = &store->statements[number];

	if (!*statement)
		(void)sqlite3_prepare_v3(store->db, statement_texts[number], -1,
					 SQLITE_PREPARE_PERSISTENT, statement, NULL);
	return *statement;
}

int store_step(sqlite3_stmt *statement)
{
	int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : errno_of(code);
}

void store_end(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

int store_run(sqlite3_stmt *statement)
{
	int more;

	if (!statement)
		return -EIO;
	do {
		more = store_step(statement);
	} while (more > 0);
	store_end(statement);
	return more;
}

void store_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, position, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, position);
}

int store_column_text(sqlite3_stmt *statement, int column, char *text, size_t size)
{
	const unsigned char *found = sqlite3_column_text(statement, column);
	size_t length = (size_t)sqlite3_column_bytes(statement, column);

	if (!found)
		length = 0;
	if (length >= size || (length && memchr(found, '\0', length)))
		return -EINVAL;
	if (length)
		memcpy(text, found, length);
	text[length] = '\0';
	return 0;
}

const char *store_problem(const struct store *store)
{
	return sqlite3_errmsg(store->db);
}

int store_begin(struct store *store)
{
	return store_run(store_statement(store, STORE_BEGIN));
}

int store_commit(struct store *store)
{
	int err = store_run(store_statement(store, STORE_COMMIT));

	if (err)
		(void)store_run(store_statement(store, STORE_ROLLBACK));
	return err;
}

/* The single value of a pragma, as text. */
static int pragma(struct store *store, const char *sql, char *text, size_t size)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	int err;

	if (code != SQLITE_OK)
		return errno_of(code);
	err = store_step(statement);
	if (err > 0)
		err = store_column_text(statement, 0, text, size);
	sqlite3_finalize(statement);
	return err;
}

static int check(struct store *store, const char *file, struct error *error)
{
	uint64_t version;
	char text[32];
	int err;

	/* Whatever is wrong is found now, while there still is a choice. */
	err = pragma(store, "PRAGMA quick_check(1)", text, sizeof(text));
	if (err == -EINVAL || (!err && strcmp(text, "ok") != 0))
		return fail(error, EIO, "the database '%s' is damaged; move it away and restart",
			    file);
	if (!err)
		err = pragma(store, "PRAGMA user_version", text, sizeof(text));
	if (!err && parse_number(text, 0, SCHEMA_VERSION, &version))
		return fail(error, EPROTO,
			    "the database '%s' was written by a newer version; install "
			    "that again, or move the file away",
			    file);
	return err;
}

static int prepare(struct store *store, const char *file, struct error *error)
{
	char text[32];
	int code, err;

	sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
	err = check(store, file, error);
	if (err == -EPROTO || (err && error && error->text[0]))
		return err;
	if (!err)
		err = pragma(store, "PRAGMA journal_mode = WAL", text, sizeof(text));
	if (!err) {
		code = sqlite3_exec(store->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
		if (code == SQLITE_OK)
			code = sqlite3_exec(store->db, schema, NULL, NULL, NULL);
		err = code == SQLITE_OK ? 0 : errno_of(code);
	}
	if (err)
		return fail(error, -err,
			    "the database '%s' could not be used (%s); repair it or move it "
			    "away, and restart",
			    file, sqlite3_errmsg(store->db));
	return 0;
}

static int open_file(const char *file, struct store **ret_store, struct error *error)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	struct store *store = calloc(1, sizeof(*store));
	int code, err;

	if (!store)
		return -ENOMEM;
	if (error)
		error->text[0] = '\0';
	code = sqlite3_open_v2(file, &store->db, flags, NULL);
	if (code != SQLITE_OK)
		err = fail(error, -errno_of(code),
			   "the database '%s' could not be opened (%s); let the "
			   "daemon write there, or change `state-dir`",
			   file, sqlite3_errmsg(store->db));
	else
		err = prepare(store, file, error);
	if (err) {
		store_close(store);
		return err;
	}
	*ret_store = store;
	return 0;
}

int store_open(const char *state_dir, struct store **ret_store, struct error *error)
{
	char file[200];

	snprintf(file, sizeof(file), "%s/%s", state_dir, X511_DATABASE);
	return open_file(file, ret_store, error);
}

int store_open_volatile(struct store **ret_store, struct error *error)
{
	return open_file(":memory:", ret_store, error);
}

struct store *store_close(struct store *store)
{
	size_t i;

	if (!store)
		return NULL;
	for (i = 0; i < STORE_STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	free(store);
	return NULL;
}
