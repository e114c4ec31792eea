/* SPDX-License-Identifier: MIT */
/* store_log.c - what the sign-in log keeps in the database: lines on their way, and usage before. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/journal/store_internal.h"

static uint64_t column(sqlite3_stmt *statement, int i)
{
	return (uint64_t)sqlite3_column_int64(statement, i);
}

static void bind_number(sqlite3_stmt *statement, int position, uint64_t number)
{
	sqlite3_bind_int64(statement, position, (sqlite3_int64)number);
}

/* A statement with one number and no answer. */
static int run_with(struct store *store, enum store_statement which, uint64_t number)
{
	sqlite3_stmt *statement = store_statement(store, which);

	if (!statement)
		return -EIO;
	bind_number(statement, 1, number);
	return store_run(statement);
}

/* --- lines ---------------------------------------------------------------------------------- */

int store_log_put(struct store *store, const char *lines, size_t size)
{
	sqlite3_stmt *statement = store_statement(store, STORE_LOG_PUT);

	if (!statement)
		return -EIO;
	sqlite3_bind_blob64(statement, 1, lines, size, SQLITE_STATIC);
	return store_run(statement);
}

int store_log_next(struct store *store, uint64_t after, uint64_t *ret_seq, char **ret_lines,
		   size_t *ret_size)
{
	sqlite3_stmt *statement = store_statement(store, STORE_LOG_NEXT);
	char *lines = NULL;
	size_t size;
	int more;

	if (!statement)
		return -EIO;
	bind_number(statement, 1, after);
	more = store_step(statement);
	if (more > 0) {
		size = (size_t)sqlite3_column_bytes(statement, 1);
		lines = malloc(size + 1);
		more = lines ? 1 : -ENOMEM;
	}
	if (more > 0) {
		if (size)
			memcpy(lines, sqlite3_column_blob(statement, 1), size);
		lines[size] = '\0';
		*ret_seq = column(statement, 0);
		*ret_lines = lines;
		*ret_size = size;
	}
	store_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

int store_log_remove(struct store *store, uint64_t up_to)
{
	return run_with(store, STORE_LOG_REMOVE, up_to);
}

/* The single number of a row that is always there. */
static int read_number(struct store *store, enum store_statement which, uint64_t *ret_number)
{
	sqlite3_stmt *statement = store_statement(store, which);
	int more = store_step(statement);

	if (more > 0)
		*ret_number = column(statement, 0);
	if (statement)
		store_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}

int store_log_size(struct store *store, uint64_t *ret_size)
{
	return read_number(store, STORE_LOG_SIZE, ret_size);
}

/* --- usage before --------------------------------------------------------------------------- */

int store_base_put(struct store *store, uint64_t id, const struct usage *base)
{
	sqlite3_stmt *statement = store_statement(store, STORE_BASE_PUT);

	if (!statement)
		return -EIO;
	bind_number(statement, 1, id);
	bind_number(statement, 2, base->up_bytes);
	bind_number(statement, 3, base->up_packets);
	bind_number(statement, 4, base->down_bytes);
	bind_number(statement, 5, base->down_packets);
	return store_run(statement);
}

int store_base_get(struct store *store, uint64_t id, struct usage *ret_base)
{
	sqlite3_stmt *statement = store_statement(store, STORE_BASE_GET);
	int more;

	if (!statement)
		return -EIO;
	bind_number(statement, 1, id);
	more = store_step(statement);
	if (more > 0)
		*ret_base = (struct usage){
			.up_bytes = column(statement, 0),
			.up_packets = column(statement, 1),
			.down_bytes = column(statement, 2),
			.down_packets = column(statement, 3),
		};
	store_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

int store_base_remove(struct store *store, uint64_t id)
{
	return run_with(store, STORE_BASE_REMOVE, id);
}

int store_has_bases(struct store *store)
{
	uint64_t any = 0;
	int err = read_number(store, STORE_BASE_ANY, &any);

	return err ? err : any != 0;
}

int store_bases_remove(struct store *store)
{
	return store_run(store_statement(store, STORE_BASES_REMOVE));
}

/* --- both ----------------------------------------------------------------------------------- */

static int copy_lines(struct store *from, struct store *to)
{
	uint64_t seq = 0;
	char *lines;
	size_t size;
	int err = 0;

	while (!err && !(err = store_log_next(from, seq, &seq, &lines, &size))) {
		err = store_log_put(to, lines, size);
		free(lines);
	}
	return err == -ENOENT ? 0 : err;
}

static int copy_bases(struct store *from, struct store *to)
{
	struct store_range range = {.last = STORE_LAST_ID};
	struct sign_in row;
	struct usage base;
	int n, err = store_has_bases(from);

	if (err <= 0)
		return err;
	for (err = 0; !err && (n = store_page(from, &range, &row, 1)) != 0; range.after = row.id) {
		if (n < 0)
			return n;
		err = store_base_get(from, row.id, &base);
		if (!err)
			err = store_base_put(to, row.id, &base);
		else if (err == -ENOENT)
			err = 0;
	}
	return err;
}

int store_copy_log(struct store *from, struct store *to)
{
	int err = copy_lines(from, to);

	return err ? err : copy_bases(from, to);
}
