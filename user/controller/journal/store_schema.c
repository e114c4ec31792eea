/* SPDX-License-Identifier: MIT */
/* store_schema.c - the tables of version 2, and how those of version 1 become them. */
#include <errno.h>
#include <string.h>

#include "base/mac.h"
#include "base/units.h"
#include "controller/journal/store_internal.h"

#define SCHEMA_VERSION 2

/* Times are milliseconds of the wall clock; `id` is the zone's number << 48 | the MAC. */
/* clang-format off */
static const char tables[] =
	"CREATE TABLE IF NOT EXISTS sessions ("
	" id INTEGER PRIMARY KEY, user TEXT, method TEXT NOT NULL, state INTEGER NOT NULL,"
	" login_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, idle_s INTEGER NOT NULL,"
	" up_bps INTEGER NOT NULL, down_bps INTEGER NOT NULL, quota_bytes INTEGER NOT NULL,"
	" up_bytes INTEGER NOT NULL, up_packets INTEGER NOT NULL, down_bytes INTEGER NOT NULL,"
	" down_packets INTEGER NOT NULL, seen_at INTEGER NOT NULL, vlan INTEGER NOT NULL,"
	" ipv4 INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS zones (name TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE)"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS garden (zone TEXT NOT NULL, entry TEXT NOT NULL,"
	" PRIMARY KEY (zone, entry)) WITHOUT ROWID;"
	"PRAGMA user_version = 2;";

/* It isn't used any more, and costs more than the table when many rows come. */
static const char without_index[] = "DROP INDEX IF EXISTS sessions_user;";

/*
 * The sign-in log's (store_log.c). They are no version of their own: a program that doesn't know
 * them goes on without them.
 */
static const char log_tables[] =
	"CREATE TABLE IF NOT EXISTS log_outbox (seq INTEGER PRIMARY KEY,"
	" lines BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS log_bases (id INTEGER PRIMARY KEY, up_bytes INTEGER NOT NULL,"
	" up_packets INTEGER NOT NULL, down_bytes INTEGER NOT NULL, down_packets INTEGER NOT NULL);";

/* Version 1 had text for keys, and what a session used stood in the gate alone: as if seen now. */
static const char set_aside[] =
	"ALTER TABLE sessions RENAME TO sessions_1;";
static const char take_over[] =
	"INSERT OR IGNORE INTO sessions SELECT (zones.id << 48) | x511_mac(mac), user, method,"
	" CASE state WHEN 'trusted' THEN 2 WHEN 'blocked' THEN 3 ELSE 1 END, login_at, expires_at,"
	" idle_s, up_bps, down_bps, quota_bytes, 0, 0, 0, 0, 1000 * strftime('%s', 'now'), 0, 0"
	" FROM sessions_1 JOIN zones ON zones.name = sessions_1.zone"
	" WHERE x511_mac(mac) IS NOT NULL ORDER BY 1;"
	"DROP TABLE sessions_1;";
/* clang-format on */

/* x511_mac(text): the address as a number; NULL for other text. */
static void mac_number(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	struct session_key key = {};

	(void)n;
	if (text && !parse_mac(text, key.mac, NULL))
		sqlite3_result_int64(context, (sqlite3_int64)store_id(&key));
}

static int run(struct store *store, const char *sql)
{
	return store_errno(store->db, sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

static int migrate(struct store *store)
{
	int code = sqlite3_create_function(store->db, "x511_mac", 1,
					   SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, mac_number,
					   NULL, NULL);
	int err = store_errno(store->db, code);

	if (!err)
		err = run(store, set_aside);
	if (!err)
		err = run(store, tables);
	return err ? err : run(store, take_over);
}

int store_make_tables(struct store *store, struct error *error)
{
	uint64_t version = 0;
	char text[32] = "";
	int err = store_pragma(store, "PRAGMA user_version", text, sizeof(text));

	if (!err && parse_number(text, 0, SCHEMA_VERSION, &version))
		return fail(error, EPROTO,
			    "the database '%s' was written by a newer version; install "
			    "that again, or move the file away",
			    store->name);
	if (!err) /* where that fails it goes on */
		(void)run(store, without_index);
	if (!err && version == SCHEMA_VERSION)
		return run(store, log_tables);
	if (err)
		return err;
	err = run(store, "BEGIN IMMEDIATE");
	if (err)
		return err;
	err = version ? migrate(store) : run(store, tables);
	if (!err)
		err = run(store, log_tables);
	if (!err)
		err = run(store, "COMMIT");
	if (err)
		(void)run(store, "ROLLBACK");
	return err;
}
