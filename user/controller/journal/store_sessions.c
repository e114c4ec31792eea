/* SPDX-License-Identifier: MIT */
/* store_sessions.c - the table of sign-ins. */
#include <errno.h>
#include <string.h>

#include "controller/journal/store_internal.h"

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

uint64_t store_id(const struct session_key *key)
{
	uint64_t id = key->zone;
	size_t i;

	for (i = 0; i < sizeof(key->mac); i++)
		id = id << 8 | key->mac[i];
	return id;
}

void store_key(uint64_t id, struct session_key *ret_key)
{
	struct session_key key = {.zone = (uint16_t)(id >> 48)};
	size_t i;

	for (i = sizeof(key.mac); i-- > 0; id >>= 8)
		key.mac[i] = (uint8_t)id;
	*ret_key = key;
}

static void bind_number(sqlite3_stmt *statement, int position, uint64_t number)
{
	sqlite3_bind_int64(statement, position, (sqlite3_int64)number);
}

static void bind_usage(sqlite3_stmt *statement, int position, const struct usage *usage)
{
	bind_number(statement, position, usage->up_bytes);
	bind_number(statement, position + 1, usage->up_packets);
	bind_number(statement, position + 2, usage->down_bytes);
	bind_number(statement, position + 3, usage->down_packets);
	bind_number(statement, position + 4, usage->seen_ms);
	bind_number(statement, position + 5, usage->vlan);
	bind_number(statement, position + 6, usage->ipv4_be);
}

int store_put(struct store *store, const struct sign_in *row)
{
	sqlite3_stmt *statement =
		store_statement(store, row->keeps_usage ? STORE_PUT_LIMITS : STORE_PUT);

	if (!statement)
		return -EIO;
	bind_number(statement, 1, row->id);
	store_bind_text(statement, 2, row->user[0] ? row->user : NULL);
	store_bind_text(statement, 3, row->method);
	bind_number(statement, 4, row->state);
	bind_number(statement, 5, row->login_ms);
	bind_number(statement, 6, row->expires_ms);
	bind_number(statement, 7, row->idle_s);
	bind_number(statement, 8, row->up_bps);
	bind_number(statement, 9, row->down_bps);
	bind_number(statement, 10, row->quota_bytes);
	bind_usage(statement, 11, &row->used);
	return store_run(statement);
}

int store_set_usage(struct store *store, uint64_t id, const struct usage *usage)
{
	sqlite3_stmt *statement = store_statement(store, STORE_USAGE);

	if (!statement)
		return -EIO;
	bind_number(statement, 1, id);
	bind_usage(statement, 2, usage);
	return store_run(statement);
}

static uint64_t column(sqlite3_stmt *statement, int i)
{
	return (uint64_t)sqlite3_column_int64(statement, i);
}

static struct usage read_usage(sqlite3_stmt *statement, int first)
{
	return (struct usage){
		.up_bytes = column(statement, first),
		.up_packets = column(statement, first + 1),
		.down_bytes = column(statement, first + 2),
		.down_packets = column(statement, first + 3),
		.seen_ms = column(statement, first + 4),
		.vlan = (uint16_t)column(statement, first + 5),
		.ipv4_be = (uint32_t)column(statement, first + 6),
	};
}

/* A row that this program didn't write: -EINVAL. */
static int read_row(sqlite3_stmt *statement, struct sign_in *row)
{
	uint64_t state = column(statement, 3);
	struct session_key key;

	row->id = column(statement, 0);
	if (row->id >> 48 >= X511_MAX_ZONES || state < SESSION_ACTIVE || state > SESSION_BLOCKED ||
	    store_column_text(statement, 1, row->user, sizeof(row->user)) ||
	    store_column_text(statement, 2, row->method, sizeof(row->method)))
		return -EINVAL;
	store_key(row->id, &key);
	memcpy(row->mac, key.mac, sizeof(row->mac));
	row->zone[0] = '\0';
	row->state = (enum session_state)state;
	row->keeps_usage = false;
	row->login_ms = column(statement, 4);
	row->expires_ms = column(statement, 5);
	row->idle_s = column(statement, 6);
	row->up_bps = column(statement, 7);
	row->down_bps = column(statement, 8);
	row->quota_bytes = column(statement, 9);
	row->used = read_usage(statement, 10);
	return 0;
}

/* Fetches what is bound already; rows that don't read are passed over. */
static int read_rows(struct store *store, sqlite3_stmt *statement, struct sign_in *rows, size_t max)
{
	size_t n = 0;
	int more = 1;

	while (n < max && (more = store_step(statement)) > 0) {
		if (!read_row(statement, &rows[n]))
			n++;
	}
	store_end(statement);
	if (more == -EBADMSG && !store->is_damaged) {
		store->is_damaged = true;
		log_error("the database '%s' is damaged; restart xdp511d, which moves it aside",
			  store->name);
	}
	return more < 0 ? more : (int)n;
}

int store_get(struct store *store, uint64_t id, struct sign_in *ret_row)
{
	sqlite3_stmt *statement = store_statement(store, STORE_GET);
	int n;

	if (!statement)
		return -EIO;
	bind_number(statement, 1, id);
	n = read_rows(store, statement, ret_row, 1);
	return n > 0 ? 0 : n ? n : -ENOENT;
}

int store_remove(struct store *store, uint64_t id)
{
	sqlite3_stmt *statement = store_statement(store, STORE_REMOVE);

	if (!statement)
		return -EIO;
	bind_number(statement, 1, id);
	return store_run(statement);
}

int store_page(struct store *store, const struct store_range *range, struct sign_in *rows,
	       size_t max)
{
	sqlite3_stmt *statement = store_statement(store, STORE_PAGE);

	if (!statement)
		return -EIO;
	bind_number(statement, 1, range->after);
	bind_number(statement, 2, range->last);
	bind_number(statement, 3, max);
	return read_rows(store, statement, rows, max);
}
