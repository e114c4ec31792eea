/* SPDX-License-Identifier: MIT */
/* store.c - the database file: opening it, its tables, its statements. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xdp511/names.h>

#include "controller/journal/store_internal.h"

/* One in this process, seen by all its connections. */
#define VOLATILE_NAME	 "file:/x511?vfs=memdb"
#define BUSY_TIMEOUT_MS	 500
#define WRITER_CACHE_KIB 32768 /* so that a change of many rows doesn't read pages twice */
#define CHECKPOINT_PAGES 8000
#define BULK_PAGES	 65536 /* a log of 256 MB; moving it keeps sign-ins waiting */

static const char *const statement_texts[STORE_STATEMENT_COUNT] = {
#define X(name, sql) [STORE_##name] = sql,
	STORE_STATEMENTS(X)
#undef X
};

int store_errno(sqlite3 *db, int code)
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
	default:
		return db && sqlite3_system_errno(db) == ENOSPC ? -ENOSPC : -EIO;
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
	return store_errno(statement ? sqlite3_db_handle(statement) : NULL, code);
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
	return store->problem[0] ? store->problem : sqlite3_errmsg(store->db);
}

static bool has_moved(struct store *store)
{
	int has_moved = 0;

	return !store->is_volatile &&
	       !sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) &&
	       has_moved;
}

int store_begin(struct store *store)
{
	if (has_moved(store)) {
		snprintf(store->problem, sizeof(store->problem), "the file was removed");
		return -ESTALE;
	}
	store->problem[0] = '\0';
	return store_run(store_statement(store, STORE_BEGIN));
}

int store_commit(struct store *store)
{
	int err = store_run(store_statement(store, STORE_COMMIT));

	if (err)
		store_rollback(store);
	return err;
}

/* What went wrong would be forgotten with the next statement. */
void store_rollback(struct store *store)
{
	snprintf(store->problem, sizeof(store->problem), "%s", sqlite3_errmsg(store->db));
	(void)store_run(store_statement(store, STORE_ROLLBACK));
}

int store_probe(struct store *store)
{
	return store_errno(store->db,
			   sqlite3_exec(store->db, "PRAGMA user_version = 2", NULL, NULL, NULL));
}

void store_expect_many(struct store *store, bool are_many)
{
	sqlite3_wal_autocheckpoint(store->db, are_many ? BULK_PAGES : CHECKPOINT_PAGES);
	if (are_many)
		return;
	(void)sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_db_release_memory(store->db);
}

const char *store_name(const struct store *store)
{
	return store->name;
}

bool store_is_volatile(const struct store *store)
{
	return store->is_volatile;
}

bool store_is_damaged(const struct store *store)
{
	return store->is_damaged;
}

int store_pragma(struct store *store, const char *sql, char *text, size_t size)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	int err;

	if (code != SQLITE_OK)
		return store_errno(store->db, code);
	err = store_step(statement);
	if (err > 0)
		err = store_column_text(statement, 0, text, size);
	sqlite3_finalize(statement);
	return err;
}

/* Whatever is wrong is found now, while there still is a choice. */
static int check(struct store *store)
{
	char text[32] = "";
	int err = store_pragma(store, "PRAGMA quick_check(1)", text, sizeof(text));

	if (err == -EINVAL || (!err && strcmp(text, "ok") != 0))
		return -EBADMSG;
	return err;
}

static int prepare(struct store *store, bool is_first)
{
	char sql[240], text[32];
	int err;

	sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
	err = is_first ? check(store) : 0;
	if (!err && !store->is_volatile)
		err = store_pragma(store, "PRAGMA journal_mode = WAL", text, sizeof(text));
	if (err)
		return err;
	/* Who writes little leaves the log to who writes much: moving it takes time. */
	snprintf(sql, sizeof(sql),
		 "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = %d;"
		 "PRAGMA journal_size_limit = 67108864;"
		 "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -%d",
		 is_first ? CHECKPOINT_PAGES : 0, is_first ? WRITER_CACHE_KIB : 2048);
	return store_errno(store->db, sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

static int open_file(const char *name, bool is_first, struct store **ret_store, struct error *error)
{
	const int flags =
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
	struct store *store = calloc(1, sizeof(*store));
	int err;

	if (!store)
		return fail(error, ENOMEM, "out of memory");
	if (error)
		error->text[0] = '\0';
	snprintf(store->name, sizeof(store->name), "%s", name);
	store->is_volatile = !strcmp(name, VOLATILE_NAME);
	err = store_errno(store->db, sqlite3_open_v2(name, &store->db, flags, NULL));
	if (!err)
		err = prepare(store, is_first);
	if (!err && is_first)
		err = store_make_tables(store, error);
	if (err && error && !error->text[0])
		err = fail(error, -err, "the database '%s' %s (%s); %s", name,
			   err == -EBADMSG ? "is damaged" : "could not be opened",
			   sqlite3_errmsg(store->db),
			   err == -EBADMSG ? "move it away"
					   : "let the daemon write there, or "
					     "change `state-dir`");
	if (err) {
		store_close(store);
		return err;
	}
	*ret_store = store;
	return 0;
}

int store_open(const char *state_dir, struct store **ret_store, struct error *error)
{
	char file[sizeof((*ret_store)->name)];

	snprintf(file, sizeof(file), "%s/%s", state_dir, X511_DATABASE);
	return open_file(file, true, ret_store, error);
}

int store_open_volatile(struct store **ret_store, struct error *error)
{
	return open_file(VOLATILE_NAME, true, ret_store, error);
}

int store_open_again(const struct store *store, struct store **ret_store, struct error *error)
{
	return open_file(store->name, false, ret_store, error);
}

void store_swap(struct store *store, struct store *other)
{
	struct store was = *store;

	*store = *other;
	*other = was;
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
