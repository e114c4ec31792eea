/* SPDX-License-Identifier: MIT */
/* store_sessions.c - the table of sign-ins. */
#include <errno.h>
#include <string.h>

#include "base/mac.h"
#include "controller/store_internal.h"

static const char *const state_names[] = {
	[SESSION_ACTIVE] = "active",
	[SESSION_TRUSTED] = "trusted",
	[SESSION_BLOCKED] = "blocked",
};

const char *state_name(enum session_state state)
{
	if (state < SESSION_ACTIVE || state > SESSION_BLOCKED)
		return "unknown";
	return state_names[state];
}

int parse_state(const char *text, enum session_state *ret_state)
{
	int state;

	for (state = SESSION_ACTIVE; state <= SESSION_BLOCKED; state++) {
		if (!strcmp(text, state_names[state])) {
			*ret_state = (enum session_state)state;
			return 0;
		}
	}
	return -EINVAL;
}

static void bind_mac(sqlite3_stmt *statement, int position, const uint8_t mac[6])
{
	char text[MAC_TEXT];

	sqlite3_bind_text(statement, position, format_mac(mac, text), -1, SQLITE_TRANSIENT);
}

int store_put(struct store *store, const struct sign_in *row)
{
	sqlite3_stmt *statement = store_statement(store, STORE_PUT);

	if (!statement)
		return -EIO;
	bind_mac(statement, 1, row->mac);
	store_bind_text(statement, 2, row->zone);
	store_bind_text(statement, 3, row->user[0] ? row->user : NULL);
	store_bind_text(statement, 4, row->method);
	store_bind_text(statement, 5, state_name(row->state));
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)row->login_ms);
	sqlite3_bind_int64(statement, 7, (sqlite3_int64)row->expires_ms);
	sqlite3_bind_int64(statement, 8, (sqlite3_int64)row->idle_s);
	sqlite3_bind_int64(statement, 9, (sqlite3_int64)row->up_bps);
	sqlite3_bind_int64(statement, 10, (sqlite3_int64)row->down_bps);
	sqlite3_bind_int64(statement, 11, (sqlite3_int64)row->quota_bytes);
	return store_run(statement);
}

/* A row that this program didn't write: -EINVAL. */
static int read_row(sqlite3_stmt *statement, struct sign_in *ret_row)
{
	struct sign_in row = {};
	char mac[MAC_TEXT], state[16];

	if (store_column_text(statement, 0, mac, sizeof(mac)) || parse_mac(mac, row.mac, NULL) ||
	    store_column_text(statement, 1, row.zone, sizeof(row.zone)) ||
	    store_column_text(statement, 2, row.user, sizeof(row.user)) ||
	    store_column_text(statement, 3, row.method, sizeof(row.method)) ||
	    store_column_text(statement, 4, state, sizeof(state)) || parse_state(state, &row.state))
		return -EINVAL;
	row.login_ms = (uint64_t)sqlite3_column_int64(statement, 5);
	row.expires_ms = (uint64_t)sqlite3_column_int64(statement, 6);
	row.idle_s = (uint64_t)sqlite3_column_int64(statement, 7);
	row.up_bps = (uint64_t)sqlite3_column_int64(statement, 8);
	row.down_bps = (uint64_t)sqlite3_column_int64(statement, 9);
	row.quota_bytes = (uint64_t)sqlite3_column_int64(statement, 10);
	*ret_row = row;
	return 0;
}

/* Fetches what is bound already; rows that don't read are passed over. */
static int read_rows(sqlite3_stmt *statement, struct sign_in *rows, size_t max)
{
	size_t n = 0;
	int more = 1;

	while (n < max && (more = store_step(statement)) > 0) {
		if (!read_row(statement, &rows[n]))
			n++;
	}
	store_end(statement);
	return more < 0 ? more : (int)n;
}

int store_get(struct store *store, const uint8_t mac[6], const char *zone, struct sign_in *ret_row)
{
	sqlite3_stmt *statement = store_statement(store, STORE_GET);
	int n;

	if (!statement)
		return -EIO;
	bind_mac(statement, 1, mac);
	store_bind_text(statement, 2, zone);
	n = read_rows(statement, ret_row, 1);
	return n > 0 ? 0 : n ? n : -ENOENT;
}

int store_remove(struct store *store, const struct sign_in *key)
{
	sqlite3_stmt *statement = store_statement(store, STORE_REMOVE);

	if (!statement)
		return -EIO;
	bind_mac(statement, 1, key->mac);
	store_bind_text(statement, 2, key->zone);
	return store_run(statement);
}

static void bind_filter(sqlite3_stmt *statement, const struct sign_in_filter *filter)
{
	store_bind_text(statement, 3, filter->zone);
	store_bind_text(statement, 4, filter->user);
	store_bind_text(statement, 5, filter->state ? state_name(*filter->state) : NULL);
}

int store_page(struct store *store, const struct sign_in_filter *filter,
	       const struct sign_in *after, struct sign_in *rows, size_t max)
{
	sqlite3_stmt *statement =
		store_statement(store, filter->user ? STORE_PAGE_USER : STORE_PAGE);

	if (!statement)
		return -EIO;
	if (after)
		bind_mac(statement, 1, after->mac);
	else
		store_bind_text(statement, 1, "");
	store_bind_text(statement, 2, after ? after->zone : "");
	bind_filter(statement, filter);
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)max);
	return read_rows(statement, rows, max);
}

int store_of_device(struct store *store, const uint8_t mac[6], struct sign_in *rows, size_t max)
{
	sqlite3_stmt *statement = store_statement(store, STORE_OF_DEVICE);

	if (!statement)
		return -EIO;
	bind_mac(statement, 1, mac);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)max);
	return read_rows(statement, rows, max);
}

int store_remove_matching(struct store *store, const struct sign_in_filter *filter)
{
	sqlite3_stmt *statement = store_statement(store, STORE_REMOVE_MATCHING);

	if (!statement)
		return -EIO;
	bind_filter(statement, filter);
	return store_run(statement);
}
