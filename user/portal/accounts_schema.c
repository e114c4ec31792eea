/* SPDX-License-Identifier: MIT */
/* accounts_schema.c - the tables of the portal's database, version 1: a text a module. */
#include <errno.h>

#include "portal/accounts.h"

#define SCHEMA_VERSION 1

/* Times are seconds of the wall clock, 0: never; a limit that is NULL was not given. */
/* clang-format off */
static const char *const tables[] = {
	/* vouchers.h. A batch that isn't whole is one whose making was cut off. */
	"CREATE TABLE IF NOT EXISTS batches ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, is_whole INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS vouchers ("
	" code TEXT PRIMARY KEY, batch INTEGER NOT NULL, note TEXT NOT NULL, zone TEXT NOT NULL,"
	" timeout_s INTEGER, idle_s INTEGER, up_bps INTEGER, down_bps INTEGER,"
	" quota_bytes INTEGER, devices INTEGER NOT NULL, oldest_out INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL, valid_until INTEGER NOT NULL,"
	" first_used_at INTEGER NOT NULL, revoked_at INTEGER NOT NULL,"
	" used_bytes INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS vouchers_batch ON vouchers (batch, code);"
	/* Sessions of vouchers: what each has used as far as known, and when it is asked for again. */
	"CREATE TABLE IF NOT EXISTS voucher_sessions ("
	" code TEXT NOT NULL, mac TEXT NOT NULL, zone TEXT NOT NULL, bytes INTEGER NOT NULL,"
	" due_at INTEGER NOT NULL, missing_at INTEGER NOT NULL,"
	" PRIMARY KEY (code, mac, zone)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS voucher_sessions_due ON voucher_sessions (due_at);",

	/* users.h. Names are the same whatever the case of their ASCII letters. */
	"CREATE TABLE IF NOT EXISTS users ("
	" name TEXT PRIMARY KEY COLLATE NOCASE, hash TEXT NOT NULL, is_disabled INTEGER NOT NULL,"
	" note TEXT NOT NULL, zone TEXT NOT NULL, timeout_s INTEGER, idle_s INTEGER,"
	" up_bps INTEGER, down_bps INTEGER, quota_bytes INTEGER, devices INTEGER,"
	" oldest_out INTEGER, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL)"
	" WITHOUT ROWID;",

	"PRAGMA user_version = 1;",
};
/* clang-format on */

static int read_version(struct accounts *accounts, uint64_t *ret_version)
{
	sqlite3_stmt *statement = accounts_statement(accounts, "PRAGMA user_version");
	int more = accounts_step(statement);

	if (more > 0)
		*ret_version = accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}

int accounts_make_tables(struct accounts *accounts, struct error *error)
{
	uint64_t version = 0;
	size_t i;
	int err = read_version(accounts, &version);

	if (!err && version > SCHEMA_VERSION)
		return fail(error, EPROTO,
			    "the database '%s' was written by a newer version; install that "
			    "again, or move the file away",
			    accounts->file);
	if (!err)
		err = accounts_begin(accounts, true);
	for (i = 0; !err && i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (sqlite3_exec(accounts->db, tables[i], NULL, NULL, NULL))
			err = -EIO;
	}
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}
