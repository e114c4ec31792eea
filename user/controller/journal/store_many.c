/* SPDX-License-Identifier: MIT */
/*
 * store_many.c - many sign-ins by one statement, which selects them from a table that is an array
 * of this program: half the time of a statement a row.
 */
#include <errno.h>
#include <stdlib.h>

#include "controller/journal/store_internal.h"

/* What the table holds at the moment: rows from @at on that are for the same statement. */
struct many {
	const struct store_rows *rows;
	size_t at;
	enum store_statement statement;
	struct sign_in row; /* the one at @at */
};

struct table {
	sqlite3_vtab base; /* first */
	struct many *many;
};

static struct many *many_of(sqlite3_vtab_cursor *cursor)
{
	return ((struct table *)(void *)cursor->pVtab)->many;
}

/* Most have used nothing yet, and columns cost more than all else. */
static enum store_statement statement_of(const struct sign_in *row)
{
	const struct usage *used = &row->used;

	if (!row->keeps_usage)
		return STORE_PUT_MANY;
	return used->up_bytes | used->up_packets | used->down_bytes | used->down_packets |
			       used->seen_ms | used->vlan | used->ipv4_be
		       ? STORE_PUT_MANY_LIMITS
		       : STORE_PUT_MANY_UNUSED;
}

static void read_row(struct many *many)
{
	if (many->at < many->rows->n)
		many->rows->read(many->rows->context, many->at, &many->row);
}

static int connect_table(sqlite3 *db, void *context, int n, const char *const *arguments,
			 sqlite3_vtab **ret_table, char **ret_problem)
{
	struct table *table = calloc(1, sizeof(*table));
	int code;

	(void)n;
	(void)arguments;
	(void)ret_problem;
	if (!table)
		return SQLITE_NOMEM;
	code = sqlite3_declare_vtab(db, "CREATE TABLE x (" SIGN_IN_COLUMNS ")");
	table->many = context;
	*ret_table = &table->base;
	return code;
}

static int disconnect_table(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	(void)info;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
	sqlite3_vtab_cursor *cursor = calloc(1, sizeof(*cursor));

	(void)table;
	if (!cursor)
		return SQLITE_NOMEM;
	*ret_cursor = cursor;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int rewind_cursor(sqlite3_vtab_cursor *cursor, int number, const char *name, int n,
			 sqlite3_value **values)
{
	(void)cursor; /* the table is read once, from where it is */
	(void)number;
	(void)name;
	(void)n;
	(void)values;
	return SQLITE_OK;
}

static int advance(sqlite3_vtab_cursor *cursor)
{
	struct many *many = many_of(cursor);

	many->at++;
	read_row(many);
	return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *cursor)
{
	const struct many *many = many_of(cursor);

	return many->at >= many->rows->n || statement_of(&many->row) != many->statement;
}

static int give_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *ret_id)
{
	*ret_id = (sqlite3_int64)many_of(cursor)->at;
	return SQLITE_OK;
}

/* A column that is a number. */
static uint64_t number(const struct sign_in *row, enum store_column column)
{
	switch (column) {
	case COLUMN_ID:
		return row->id;
	case COLUMN_STATE:
		return row->state;
	case COLUMN_LOGIN_AT:
		return row->login_ms;
	case COLUMN_EXPIRES_AT:
		return row->expires_ms;
	case COLUMN_IDLE_S:
		return row->idle_s;
	case COLUMN_UP_BPS:
		return row->up_bps;
	case COLUMN_DOWN_BPS:
		return row->down_bps;
	case COLUMN_QUOTA_BYTES:
		return row->quota_bytes;
	case COLUMN_UP_BYTES:
		return row->used.up_bytes;
	case COLUMN_UP_PACKETS:
		return row->used.up_packets;
	case COLUMN_DOWN_BYTES:
		return row->used.down_bytes;
	case COLUMN_DOWN_PACKETS:
		return row->used.down_packets;
	case COLUMN_SEEN_AT:
		return row->used.seen_ms;
	case COLUMN_VLAN:
		return row->used.vlan;
	case COLUMN_IPV4:
		return row->used.ipv4_be;
	default:
		return 0;
	}
}

static int give_column(sqlite3_vtab_cursor *cursor, sqlite3_context *result, int column)
{
	const struct sign_in *row = &many_of(cursor)->row;

	if (column == COLUMN_METHOD)
		sqlite3_result_text(result, row->method, -1, SQLITE_STATIC);
	else if (column != COLUMN_USER)
		sqlite3_result_int64(result, (sqlite3_int64)number(row, column));
	else if (row->user[0])
		sqlite3_result_text(result, row->user, -1, SQLITE_STATIC);
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = connect_table,
	.xDisconnect = disconnect_table,
	.xBestIndex = plan,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = rewind_cursor,
	.xNext = advance,
	.xEof = is_at_end,
	.xColumn = give_column,
	.xRowid = give_rowid,
};

static int make_table(struct store *store)
{
	struct many *many = store->many ? NULL : calloc(1, sizeof(*many));

	if (store->many)
		return 0;
	if (!many)
		return -ENOMEM;
	/* It is freed with the connection, or at once when this fails. */
	if (sqlite3_create_module_v2(store->db, STORE_MANY, &module, many, free))
		return -ENOMEM;
	store->many = many;
	return 0;
}

int store_put_many(struct store *store, const struct store_rows *rows)
{
	struct many *many;
	int err = make_table(store);

	if (err)
		return err;
	many = store->many;
	many->rows = rows;
	many->at = 0;
	read_row(many);
	while (many->at < rows->n && !err) {
		many->statement = statement_of(&many->row);
		err = store_run(store_statement(store, many->statement));
	}
	return err;
}
