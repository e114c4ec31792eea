/* SPDX-License-Identifier: MIT */
/* voucher_batches.c - many vouchers made at once: slice by slice, so that guests don't wait. */
#include "portal/accounts/vouchers.h"

#include <errno.h>

#include <sys/random.h>

int vouchers_begin_batch(struct accounts *accounts, uint32_t *ret_batch)
{
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	err = accounts_run(
		accounts_statement(accounts, "INSERT INTO batches (is_whole) VALUES (0)"));
	if (err) {
		accounts_rollback(accounts);
		return err;
	}
	*ret_batch = (uint32_t)sqlite3_last_insert_rowid(accounts->db);
	return accounts_commit(accounts);
}

static void bind_limit(sqlite3_stmt *statement, int position, const struct limit *limit)
{
	if (limit->is_given)
		accounts_bind_number(statement, position, limit->value);
	else
		sqlite3_bind_null(statement, position);
}

/* A code that is there already is left as it is, and nothing is changed. */
static int insert(struct accounts *accounts, const struct voucher *like, const char *code)
{
	sqlite3_stmt *statement = accounts_statement(
		accounts,
		"INSERT OR IGNORE INTO vouchers (code, batch, note, zone, timeout_s, idle_s,"
		" up_bps, down_bps, quota_bytes, devices, oldest_out, created_at,"
		" valid_until, first_used_at, revoked_at, used_bytes)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0,"
		" 0)");
	int position = 1;

	accounts_bind_text(statement, position++, code);
	accounts_bind_number(statement, position++, like->batch);
	accounts_bind_text(statement, position++, like->note);
	accounts_bind_text(statement, position++, like->zone);
	bind_limit(statement, position++, &like->timeout_s);
	bind_limit(statement, position++, &like->idle_s);
	bind_limit(statement, position++, &like->up_bps);
	bind_limit(statement, position++, &like->down_bps);
	bind_limit(statement, position++, &like->quota_bytes);
	accounts_bind_number(statement, position++, like->devices);
	accounts_bind_number(statement, position++, like->is_oldest_out);
	accounts_bind_number(statement, position++, like->created_at);
	accounts_bind_number(statement, position++, like->valid_until);
	return accounts_run(statement);
}

static int insert_many(struct accounts *accounts, const struct voucher *like, size_t n)
{
	char code[VOUCHER_CODE_SIZE];
	uint64_t number;
	size_t made = 0, tries;
	int err = 0;

	/* Twice the same by chance is rare among 2^45. */
	for (tries = 0; !err && made < n && tries < 2 * n + 16; tries++) {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -EIO;
		err = insert(accounts, like, voucher_code_make(number, code));
		if (!err)
			made += accounts_changed(accounts);
	}
	return err ? err : made == n ? 0 : -EEXIST;
}

int vouchers_make(struct accounts *accounts, const struct voucher *like, size_t n)
{
	/* The batch's end brings all of them to the disk. */
	int err = accounts_begin(accounts, false);

	if (err)
		return err;
	err = insert_many(accounts, like, n);
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

static int end_batch(struct accounts *accounts, uint32_t batch, bool is_whole)
{
	sqlite3_stmt *statement;
	int err;

	statement = accounts_statement(accounts,
				       is_whole ? "UPDATE batches SET is_whole = 1 WHERE id = ?1"
						: "DELETE FROM batches WHERE id = ?1");
	accounts_bind_number(statement, 1, batch);
	err = accounts_run(statement);
	if (err || is_whole)
		return err;
	statement = accounts_statement(accounts, "DELETE FROM vouchers WHERE batch = ?1");
	accounts_bind_number(statement, 1, batch);
	return accounts_run(statement);
}

int vouchers_end_batch(struct accounts *accounts, uint32_t batch, bool is_whole)
{
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	err = end_batch(accounts, batch, is_whole);
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

int vouchers_clean_up(struct accounts *accounts)
{
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	err = accounts_run(accounts_statement(accounts,
					      "DELETE FROM vouchers WHERE batch IN"
					      " (SELECT id FROM batches WHERE is_whole = 0)"));
	if (!err)
		err = accounts_run(
			accounts_statement(accounts, "DELETE FROM batches WHERE is_whole = 0"));
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}
