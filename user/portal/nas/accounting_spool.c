/* SPDX-License-Identifier: MIT */
/*
 * accounting_spool.c - records that no server has confirmed, in the database.
 *
 * Only the first record of a session has a time when it is due; it hands that on to the next one
 * when it is done, so that a server that is away for days costs no search.
 */
#include <errno.h>
#include <string.h>

#include "portal/nas/accounting_internal.h"

#define GIVE_UP_TRIES 10 /* of an Accounting-On, which holds up all that is behind it */

static int run_for_session(struct accounts *accounts, const char *sql, const char *session)
{
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_text(statement, 1, session);
	return accounts_run(statement);
}

/* The first one is left: it may be on its way. */
static int drop_older_interims(struct accounts *accounts, const char *session)
{
	static const char sql[] = "DELETE FROM acct_spool WHERE session = ?1 AND status = 3"
				  " AND due_ms IS NULL";

	return run_for_session(accounts, sql, session);
}

static int insert(struct accounts *accounts, const char *session, enum acct_status status,
		  uint64_t at, const struct packet *packet)
{
	static const char sql[] =
		"INSERT INTO acct_spool (session, status, at, tries, data, due_ms)"
		" VALUES (?1, ?2, ?3, 0, ?4,"
		" CASE WHEN EXISTS (SELECT 1 FROM acct_spool WHERE session = ?1) THEN NULL"
		" ELSE 0 END)";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_text(statement, 1, session);
	accounts_bind_number(statement, 2, status);
	accounts_bind_number(statement, 3, at);
	sqlite3_bind_blob(statement, 4, packet->data + RADIUS_MIN, (int)(packet->size - RADIUS_MIN),
			  SQLITE_TRANSIENT);
	return accounts_run(statement);
}

int acct_spool_add(struct accounts *accounts, const char *session, enum acct_status status,
		   uint64_t at, const struct packet *packet)
{
	int err = 0, n_dropped = 0;

	if (packet->is_full)
		return -EMSGSIZE;
	if (status == ACCT_INTERIM) {
		err = drop_older_interims(accounts, session);
		n_dropped = err ? 0 : (int)accounts_changed(accounts);
	}
	if (!err)
		err = insert(accounts, session, status, at, packet);
	return err ? err : n_dropped;
}

static bool is_among(uint64_t seq, const uint64_t *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i] == seq)
			return true;
	}
	return false;
}

static void take_record(sqlite3_stmt *statement, struct acct_spooled *record)
{
	int size = sqlite3_column_bytes(statement, 5);

	record->seq = accounts_number(statement, 0);
	accounts_text(statement, 1, record->session, sizeof(record->session));
	record->status = (enum acct_status)accounts_number(statement, 2);
	record->at = accounts_number(statement, 3);
	record->tries = (uint32_t)accounts_number(statement, 4);
	record->size = size > 0 && (size_t)size <= sizeof(record->data) ? (size_t)size : 0;
	if (record->size)
		memcpy(record->data, sqlite3_column_blob(statement, 5), record->size);
}

/* Of Accounting-On and -Off, which have no session; UINT64_MAX: there is none. */
static int first_for_all(struct accounts *accounts, uint64_t *ret_seq)
{
	static const char sql[] = "SELECT min(seq) FROM acct_spool WHERE session = ''";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int more = accounts_step(statement);

	if (more > 0)
		*ret_seq = sqlite3_column_type(statement, 0) == SQLITE_NULL
				   ? UINT64_MAX
				   : accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}

int acct_spool_next(struct accounts *accounts, uint64_t now_ms, const uint64_t *on_way,
		    size_t n_on_way, struct acct_spooled *ret_record)
{
	static const char sql[] = "SELECT seq, session, status, at, tries, data FROM acct_spool"
				  " WHERE due_ms <= ?1 AND seq <= ?2 ORDER BY due_ms, seq";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	uint64_t last_seq;
	int more, err = first_for_all(accounts, &last_seq);

	if (err || !statement)
		return err ? err : -EIO;
	accounts_bind_number(statement, 1, now_ms);
	accounts_bind_number(statement, 2, last_seq);
	while ((more = accounts_step(statement)) > 0) {
		if (!is_among(accounts_number(statement, 0), on_way, n_on_way))
			break;
	}
	if (more > 0)
		take_record(statement, ret_record);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

static int remove_record(struct accounts *accounts, uint64_t seq)
{
	static const char sql[] = "DELETE FROM acct_spool WHERE seq = ?";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, seq);
	return accounts_run(statement);
}

static int wake_session(struct accounts *accounts, const char *session)
{
	static const char sql[] = "UPDATE acct_spool SET due_ms = 0 WHERE seq ="
				  " (SELECT min(seq) FROM acct_spool WHERE session = ?1)"
				  " AND due_ms IS NULL";

	return run_for_session(accounts, sql, session);
}

int acct_spool_done(struct accounts *accounts, const struct acct_spooled *record)
{
	int err = accounts_begin(accounts, false);

	if (err)
		return err;
	err = remove_record(accounts, record->seq);
	if (!err)
		err = wake_session(accounts, record->session);
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

int acct_spool_later(struct accounts *accounts, const struct acct_spooled *record, uint64_t due_ms)
{
	static const char sql[] = "UPDATE acct_spool SET tries = tries + 1, due_ms = ?"
				  " WHERE seq = ?";
	sqlite3_stmt *statement;

	if (!record->session[0] && record->tries >= GIVE_UP_TRIES)
		return acct_spool_done(accounts, record);
	statement = accounts_statement(accounts, sql);
	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, due_ms);
	accounts_bind_number(statement, 2, record->seq);
	return accounts_run(statement);
}

int acct_spool_wake(struct accounts *accounts)
{
	static const char sql[] = "UPDATE acct_spool SET due_ms = 0 WHERE due_ms > 0";

	return accounts_run(accounts_statement(accounts, sql));
}

int acct_spool_number(struct accounts *accounts, uint64_t *ret_n)
{
	static const char sql[] = "SELECT count(*) FROM acct_spool";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int more = accounts_step(statement);

	if (more > 0)
		*ret_n = accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}

int acct_spool_oldest(struct accounts *accounts, uint64_t *ret_at)
{
	static const char sql[] = "SELECT at FROM acct_spool ORDER BY seq LIMIT 1";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int more = accounts_step(statement);

	if (more > 0)
		*ret_at = accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

static int remove_some(struct accounts *accounts, const char *sql, uint64_t n, uint64_t *n_removed)
{
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int err;

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, n);
	err = accounts_run(statement);
	if (!err)
		*n_removed += accounts_changed(accounts);
	return err;
}

/* Those whose first record has gone get another that is due. */
static int mend(struct accounts *accounts)
{
	static const char sql[] = "UPDATE acct_spool SET due_ms = 0 WHERE due_ms IS NULL AND seq IN"
				  " (SELECT min(seq) FROM acct_spool GROUP BY session)";

	return accounts_run(accounts_statement(accounts, sql));
}

int acct_spool_shrink(struct accounts *accounts, uint64_t n, uint64_t *ret_n_removed)
{
	static const char interims[] =
		"DELETE FROM acct_spool WHERE seq IN"
		" (SELECT seq FROM acct_spool WHERE status = 3 ORDER BY seq LIMIT ?)";
	static const char all[] = "DELETE FROM acct_spool WHERE seq IN"
				  " (SELECT seq FROM acct_spool ORDER BY seq LIMIT ?)";
	uint64_t n_removed = 0;
	int err = remove_some(accounts, interims, n, &n_removed);

	if (!err && n_removed < n)
		err = remove_some(accounts, all, n - n_removed, &n_removed);
	if (!err)
		err = mend(accounts);
	if (!err)
		*ret_n_removed = n_removed;
	return err;
}
