/* SPDX-License-Identifier: MIT */
/* accounts_schema.c - the tables of the portal's database, version 1: a text a module. */
#include <errno.h>

#include "portal/accounts/accounts.h"

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

	/* accounting_internal.h. What was begun and not ended, and records nobody has confirmed. */
	"CREATE TABLE IF NOT EXISTS acct_sessions ("
	" id TEXT PRIMARY KEY, mac TEXT NOT NULL, zone TEXT NOT NULL, user TEXT NOT NULL,"
	" method TEXT NOT NULL, class BLOB, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL,"
	" interim_s INTEGER NOT NULL, started_at INTEGER NOT NULL,"
	" login_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,"
	" expires_at INTEGER NOT NULL, idle_s INTEGER NOT NULL, look_at INTEGER NOT NULL,"
	" interim_at INTEGER NOT NULL, lost_at INTEGER NOT NULL, noted_at INTEGER NOT NULL,"
	" noted INTEGER NOT NULL, is_started INTEGER NOT NULL, is_superseded INTEGER NOT NULL,"
	" base_up_bytes INTEGER NOT NULL, base_up_packets INTEGER NOT NULL,"
	" base_down_bytes INTEGER NOT NULL, base_down_packets INTEGER NOT NULL,"
	" up_bytes INTEGER NOT NULL, up_packets INTEGER NOT NULL, down_bytes INTEGER NOT NULL,"
	" down_packets INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS acct_sessions_device ON acct_sessions (mac, zone);"
	"CREATE INDEX IF NOT EXISTS acct_sessions_look ON acct_sessions (look_at);"
	"CREATE INDEX IF NOT EXISTS acct_sessions_lost ON acct_sessions (lost_at)"
	" WHERE lost_at > 0;"
	"CREATE TABLE IF NOT EXISTS acct_spool ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, status INTEGER NOT NULL,"
	" at INTEGER NOT NULL, tries INTEGER NOT NULL, data BLOB NOT NULL, due_ms INTEGER);"
	"CREATE INDEX IF NOT EXISTS acct_spool_session ON acct_spool (session, seq);"
	"CREATE INDEX IF NOT EXISTS acct_spool_due ON acct_spool (due_ms, seq)"
	" WHERE due_ms IS NOT NULL;"
	"CREATE INDEX IF NOT EXISTS acct_spool_interims ON acct_spool (seq) WHERE status = 3;",

	/* mac_auth.h: what RADIUS has said of devices. The grant as one JSON object. */
	"CREATE TABLE IF NOT EXISTS mac_answers ("
	" mac TEXT NOT NULL, zone TEXT NOT NULL, is_accepted INTEGER NOT NULL,"
	" asked_at INTEGER NOT NULL, until INTEGER NOT NULL, grant_fields TEXT NOT NULL,"
	" PRIMARY KEY (mac, zone)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS mac_answers_until ON mac_answers (until);",

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
