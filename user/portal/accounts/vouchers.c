/* SPDX-License-Identifier: MIT */
/* vouchers.c - vouchers as rows: found, listed, changed, revoked. */
#include "portal/accounts/vouchers.h"

#include <errno.h>
#include <stdio.h>

/* clang-format off */
#define SELECT \
	"SELECT v.code, v.batch, v.note, v.zone, v.timeout_s, v.idle_s, v.up_bps, v.down_bps," \
	" v.quota_bytes, v.devices, v.oldest_out, v.created_at, v.valid_until, v.first_used_at," \
	" v.revoked_at, v.used_bytes + coalesce(sum(s.bytes), 0), count(s.code)" \
	" FROM vouchers v LEFT JOIN voucher_sessions s ON s.code = v.code"
/* clang-format on */

static void read_row(sqlite3_stmt *statement, struct voucher *voucher)
{
	int column = 0;

	accounts_text(statement, column++, voucher->code, sizeof(voucher->code));
	voucher->batch = (uint32_t)accounts_number(statement, column++);
	accounts_text(statement, column++, voucher->note, sizeof(voucher->note));
	accounts_text(statement, column++, voucher->zone, sizeof(voucher->zone));
	voucher->timeout_s = accounts_limit(statement, column++);
	voucher->idle_s = accounts_limit(statement, column++);
	voucher->up_bps = accounts_limit(statement, column++);
	voucher->down_bps = accounts_limit(statement, column++);
	voucher->quota_bytes = accounts_limit(statement, column++);
	voucher->devices = (uint32_t)accounts_number(statement, column++);
	voucher->is_oldest_out = accounts_number(statement, column++);
	voucher->created_at = accounts_number(statement, column++);
	voucher->valid_until = accounts_number(statement, column++);
	voucher->first_used_at = accounts_number(statement, column++);
	voucher->revoked_at = accounts_number(statement, column++);
	voucher->used_bytes = accounts_number(statement, column++);
	voucher->n_sessions = (uint32_t)accounts_number(statement, column++);
}

int vouchers_get(struct accounts *accounts, const char *code, struct voucher *ret_voucher)
{
	sqlite3_stmt *statement =
		accounts_statement(accounts, SELECT " WHERE v.code = ?1 GROUP BY v.code");
	int more;

	accounts_bind_text(statement, 1, code);
	more = accounts_step(statement);
	if (more > 0)
		read_row(statement, ret_voucher);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

int vouchers_page(struct accounts *accounts, uint32_t batch, struct voucher_place *after,
		  struct voucher *vouchers, size_t max)
{
	sqlite3_stmt *statement = accounts_statement(
		accounts, SELECT " WHERE (v.batch, v.code) > (?1, ?2) AND (?3 = 0 OR v.batch = ?3)"
				 " GROUP BY v.batch, v.code ORDER BY v.batch, v.code LIMIT ?4");
	size_t n = 0;
	int more;

	if (batch && !after->batch)
		after->batch = batch;
	accounts_bind_number(statement, 1, after->batch);
	accounts_bind_text(statement, 2, after->code);
	accounts_bind_number(statement, 3, batch);
	accounts_bind_number(statement, 4, max);
	while ((more = accounts_step(statement)) > 0 && n < max)
		read_row(statement, &vouchers[n++]);
	accounts_end(statement);
	if (n) {
		after->batch = vouchers[n - 1].batch;
		snprintf(after->code, sizeof(after->code), "%s", vouchers[n - 1].code);
	}
	return more < 0 ? more : (int)n;
}

static void bind_limit(sqlite3_stmt *statement, int position, const struct limit *limit)
{
	if (limit->is_given)
		accounts_bind_number(statement, position, limit->value);
	else
		sqlite3_bind_null(statement, position);
}

static sqlite3_stmt *change_statement(struct accounts *accounts, const struct voucher *voucher)
{
	sqlite3_stmt *statement = accounts_statement(
		accounts, "UPDATE vouchers SET note = ?2, zone = ?3, timeout_s = ?4, idle_s = ?5,"
			  " up_bps = ?6, down_bps = ?7, quota_bytes = ?8, devices = ?9,"
			  " oldest_out = ?10, valid_until = ?11, revoked_at = ?12"
			  " WHERE code = ?1");
	int position = 1;

	accounts_bind_text(statement, position++, voucher->code);
	accounts_bind_text(statement, position++, voucher->note);
	accounts_bind_text(statement, position++, voucher->zone);
	bind_limit(statement, position++, &voucher->timeout_s);
	bind_limit(statement, position++, &voucher->idle_s);
	bind_limit(statement, position++, &voucher->up_bps);
	bind_limit(statement, position++, &voucher->down_bps);
	bind_limit(statement, position++, &voucher->quota_bytes);
	accounts_bind_number(statement, position++, voucher->devices);
	accounts_bind_number(statement, position++, voucher->is_oldest_out);
	accounts_bind_number(statement, position++, voucher->valid_until);
	accounts_bind_number(statement, position++, voucher->revoked_at);
	return statement;
}

/* In a transaction that is the operator's. */
static int run(struct accounts *accounts, sqlite3_stmt *statement, uint64_t *ret_n)
{
	int err = accounts_run(statement);

	*ret_n = accounts_changed(accounts);
	return err;
}

static int finish(struct accounts *accounts, int err)
{
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

int vouchers_change(struct accounts *accounts, const struct voucher *voucher)
{
	uint64_t n = 0;
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	err = run(accounts, change_statement(accounts, voucher), &n);
	if (!err && !n)
		err = -ENOENT;
	/* It may be worth nothing any more. */
	if (!err)
		err = voucher_sessions_set_due(accounts, voucher->code, 0);
	return finish(accounts, err);
}

int vouchers_revoke_batch(struct accounts *accounts, uint32_t batch, uint64_t now, uint64_t *ret_n)
{
	sqlite3_stmt *statement;
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	statement = accounts_statement(accounts, "UPDATE vouchers SET revoked_at = ?2"
						 " WHERE batch = ?1 AND revoked_at = 0");
	accounts_bind_number(statement, 1, batch);
	accounts_bind_number(statement, 2, now);
	err = run(accounts, statement, ret_n);
	if (!err)
		err = voucher_sessions_set_all_due(accounts);
	return finish(accounts, err);
}

int vouchers_forget_batch(struct accounts *accounts, uint32_t batch, uint64_t *ret_n)
{
	sqlite3_stmt *statement;
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	statement =
		accounts_statement(accounts, "DELETE FROM vouchers WHERE batch = ?1 AND NOT EXISTS"
					     " (SELECT 1 FROM voucher_sessions s"
					     " WHERE s.code = vouchers.code)");
	accounts_bind_number(statement, 1, batch);
	return finish(accounts, run(accounts, statement, ret_n));
}

int vouchers_count(struct accounts *accounts, uint64_t *ret_n)
{
	sqlite3_stmt *statement = accounts_statement(accounts, "SELECT count(*) FROM vouchers");
	int more = accounts_step(statement);

	if (more > 0)
		*ret_n = accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}
