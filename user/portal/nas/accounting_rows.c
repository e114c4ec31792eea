/* SPDX-License-Identifier: MIT */
/* accounting_rows.c - sessions that were begun and have not been ended, in the database. */
#include <errno.h>
#include <string.h>

#include "base/mac.h"
#include "portal/nas/accounting_internal.h"

/* clang-format off */
#define COLUMNS                                                                                    \
	" id, mac, zone, user, method, class, ipv4, ipv6, interim_s, started_at, login_at,"  \
	" seen_at, last_seen_at, expires_at, idle_s, look_at, interim_at, lost_at, noted_at,"      \
	" noted, is_started, is_superseded, base_up_bytes, base_up_packets, base_down_bytes,"      \
	" base_down_packets, up_bytes, up_packets, down_bytes, down_packets "
/* clang-format on */

/* In the order of the columns; those before are texts and the class. */
#define FIRST_NUMBER 8
#define NUMBERS	     22

static void numbers_of(const struct acct_row *row, uint64_t numbers[NUMBERS])
{
	const uint64_t all[NUMBERS] = {
		row->interim_s,	      row->started_at,
		row->login_at,	      row->seen_at,
		row->last_seen_at,    row->expires_at,
		row->idle_s,	      row->look_at,
		row->interim_at,      row->lost_at,
		row->noted_at,	      row->noted,
		row->is_started,      row->is_superseded,
		row->base.up_bytes,   row->base.up_packets,
		row->base.down_bytes, row->base.down_packets,
		row->last.up_bytes,   row->last.up_packets,
		row->last.down_bytes, row->last.down_packets,
	};

	memcpy(numbers, all, sizeof(all));
}

static void take_numbers(struct acct_row *row, const uint64_t numbers[NUMBERS])
{
	row->interim_s = numbers[0];
	row->started_at = numbers[1];
	row->login_at = numbers[2];
	row->seen_at = numbers[3];
	row->last_seen_at = numbers[4];
	row->expires_at = numbers[5];
	row->idle_s = numbers[6];
	row->look_at = numbers[7];
	row->interim_at = numbers[8];
	row->lost_at = numbers[9];
	row->noted_at = numbers[10];
	row->noted = (enum acct_cause)numbers[11];
	row->is_started = numbers[12];
	row->is_superseded = numbers[13];
	row->base.up_bytes = numbers[14];
	row->base.up_packets = numbers[15];
	row->base.down_bytes = numbers[16];
	row->base.down_packets = numbers[17];
	row->last.up_bytes = numbers[18];
	row->last.up_packets = numbers[19];
	row->last.down_bytes = numbers[20];
	row->last.down_packets = numbers[21];
}

static void bind_device(sqlite3_stmt *statement, int position, const uint8_t mac[6],
			const char *zone)
{
	char text[MAC_TEXT];

	accounts_bind_text(statement, position, format_mac(mac, text));
	accounts_bind_text(statement, position + 1, zone);
}

int acct_row_put(struct accounts *accounts, const struct acct_row *row)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO acct_sessions (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,"
		"?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	uint64_t numbers[NUMBERS];
	int i;

	if (!statement)
		return -EIO;
	accounts_bind_text(statement, 1, row->id);
	bind_device(statement, 2, row->mac, row->zone);
	accounts_bind_text(statement, 4, row->user);
	accounts_bind_text(statement, 5, row->method);
	sqlite3_bind_blob(statement, 6, row->class_value, (int)row->class_size, SQLITE_TRANSIENT);
	accounts_bind_text(statement, 7, row->ipv4);
	accounts_bind_text(statement, 8, row->ipv6);
	numbers_of(row, numbers);
	for (i = 0; i < NUMBERS; i++)
		accounts_bind_number(statement, FIRST_NUMBER + 1 + i, numbers[i]);
	return accounts_run(statement);
}

static void take_row(sqlite3_stmt *statement, struct acct_row *row)
{
	char mac[MAC_TEXT];
	uint64_t numbers[NUMBERS];
	int size = sqlite3_column_bytes(statement, 5), i;

	memset(row, 0, sizeof(*row));
	accounts_text(statement, 0, row->id, sizeof(row->id));
	(void)parse_mac(accounts_text(statement, 1, mac, sizeof(mac)), row->mac, NULL);
	accounts_text(statement, 2, row->zone, sizeof(row->zone));
	accounts_text(statement, 3, row->user, sizeof(row->user));
	accounts_text(statement, 4, row->method, sizeof(row->method));
	if (size > 0 && size <= CLASS_SIZE) {
		memcpy(row->class_value, sqlite3_column_blob(statement, 5), (size_t)size);
		row->class_size = (size_t)size;
	}
	accounts_text(statement, 6, row->ipv4, sizeof(row->ipv4));
	accounts_text(statement, 7, row->ipv6, sizeof(row->ipv6));
	for (i = 0; i < NUMBERS; i++)
		numbers[i] = accounts_number(statement, FIRST_NUMBER + i);
	take_numbers(row, numbers);
}

/* The first row, or -ENOENT. */
static int take_one(sqlite3_stmt *statement, struct acct_row *ret_row)
{
	int more = accounts_step(statement);

	if (more > 0)
		take_row(statement, ret_row);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

int acct_row_get(struct accounts *accounts, const char *id, struct acct_row *ret_row)
{
	static const char sql[] = "SELECT" COLUMNS "FROM acct_sessions WHERE id = ?";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_text(statement, 1, id);
	return take_one(statement, ret_row);
}

int acct_row_delete(struct accounts *accounts, const char *id)
{
	static const char sql[] = "DELETE FROM acct_sessions WHERE id = ?";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_text(statement, 1, id);
	return accounts_run(statement);
}

int acct_rows_of(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		 struct acct_row ret_rows[ACCT_ROWS_OF_DEVICE])
{
	static const char sql[] = "SELECT" COLUMNS "FROM acct_sessions WHERE mac = ? AND zone = ?"
				  " ORDER BY started_at DESC, id DESC";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int more, n = 0;

	if (!statement)
		return -EIO;
	bind_device(statement, 1, mac, zone);
	while ((more = accounts_step(statement)) > 0 && n < ACCT_ROWS_OF_DEVICE)
		take_row(statement, &ret_rows[n++]);
	accounts_end(statement);
	return more < 0 ? more : n;
}

static int lease(struct accounts *accounts, const char *id, uint64_t until)
{
	static const char sql[] = "UPDATE acct_sessions SET look_at = ? WHERE id = ?";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, until);
	accounts_bind_text(statement, 2, id);
	return accounts_run(statement);
}

int acct_row_due(struct accounts *accounts, uint64_t now, uint64_t lease_until,
		 struct acct_row *ret_row)
{
	static const char sql[] = "SELECT" COLUMNS "FROM acct_sessions"
				  " WHERE look_at > 0 AND look_at <= ? ORDER BY look_at LIMIT 1";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int err;

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, now);
	err = take_one(statement, ret_row);
	return err ? err : lease(accounts, ret_row->id, lease_until);
}

int acct_row_lost(struct accounts *accounts, uint64_t before, struct acct_row *ret_row)
{
	static const char sql[] = "SELECT" COLUMNS "FROM acct_sessions"
				  " WHERE lost_at > 0 AND lost_at <= ? ORDER BY lost_at LIMIT 1";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, before);
	return take_one(statement, ret_row);
}

int acct_rows_look_at(struct accounts *accounts, uint64_t at)
{
	static const char sql[] = "UPDATE acct_sessions SET look_at = ? WHERE lost_at = 0";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, at);
	return accounts_run(statement);
}

/* What nobody has looked at is known by its time to be the daemon's session. */
int acct_rows_shift(struct accounts *accounts, int64_t by)
{
	static const char sql[] = "UPDATE acct_sessions SET"
				  " started_at = iif(seen_at, max(1, started_at + ?1), started_at),"
				  " seen_at = iif(seen_at, max(1, seen_at + ?1), 0),"
				  " look_at = iif(look_at, max(1, look_at + ?1), 0),"
				  " interim_at = iif(interim_at, max(1, interim_at + ?1), 0),"
				  " lost_at = iif(lost_at, max(1, lost_at + ?1), 0),"
				  " noted_at = iif(noted_at, max(1, noted_at + ?1), 0)";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	sqlite3_bind_int64(statement, 1, by);
	return accounts_run(statement);
}

int acct_rows_number(struct accounts *accounts, uint64_t *ret_n)
{
	static const char sql[] = "SELECT count(*) FROM acct_sessions";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int more = accounts_step(statement);

	if (more > 0)
		*ret_n = accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}
