/* SPDX-License-Identifier: MIT */
/* voucher_sessions.c - what is known of the sessions of vouchers, and what they have used. */
#include "portal/accounts/vouchers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRACE_S	     5 /* in which the event of an end that isn't noticed yet may come */
#define SESSIONS_MAX VOUCHER_DEVICES_MAX
#define FIRST_DUE_S  3

static int finish(struct accounts *accounts, int err)
{
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

static sqlite3_stmt *of_session(struct accounts *accounts, const char *sql, const char *code,
				const struct voucher_session *session)
{
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	accounts_bind_text(statement, 1, code);
	accounts_bind_text(statement, 2, session->mac);
	accounts_bind_text(statement, 3, session->zone);
	return statement;
}

/* --- beginning ----------------------------------------------------------------------------- */

int voucher_session_begin(struct accounts *accounts, const char *code,
			  const struct voucher_session *session, uint64_t now)
{
	sqlite3_stmt *statement;
	int err = accounts_begin(accounts, false);

	if (err)
		return err;
	statement = of_session(accounts,
			       "INSERT INTO voucher_sessions (code, mac, zone, bytes, due_at,"
			       " missing_at) SELECT code, ?2, ?3, 0, ?4, 0 FROM vouchers"
			       " WHERE code = ?1 ON CONFLICT DO UPDATE SET missing_at = 0",
			       code, session);
	accounts_bind_number(statement, 4, now + FIRST_DUE_S);
	err = accounts_run(statement);
	if (!err) {
		statement = accounts_statement(accounts, "UPDATE vouchers SET first_used_at = ?2"
							 " WHERE code = ?1 AND first_used_at = 0");
		accounts_bind_text(statement, 1, code);
		accounts_bind_number(statement, 2, now);
		err = accounts_run(statement);
	}
	return finish(accounts, err);
}

/* --- what was used ------------------------------------------------------------------------- */

static int add_used(struct accounts *accounts, const char *code, uint64_t bytes)
{
	sqlite3_stmt *statement = accounts_statement(
		accounts, "UPDATE vouchers SET used_bytes = used_bytes + ?2 WHERE code = ?1");

	accounts_bind_text(statement, 1, code);
	accounts_bind_number(statement, 2, bytes);
	return accounts_run(statement);
}

static int forget(struct accounts *accounts, const char *code,
		  const struct voucher_session *session)
{
	return accounts_run(of_session(accounts,
				       "DELETE FROM voucher_sessions"
				       " WHERE code = ?1 AND mac = ?2 AND zone = ?3",
				       code, session));
}

static int update(struct accounts *accounts, const char *code,
		  const struct voucher_session *session)
{
	sqlite3_stmt *statement =
		of_session(accounts,
			   "UPDATE voucher_sessions SET bytes = ?4, missing_at = ?5"
			   " WHERE code = ?1 AND mac = ?2 AND zone = ?3",
			   code, session);

	accounts_bind_number(statement, 4, session->bytes);
	accounts_bind_number(statement, 5, session->missing_at);
	return accounts_run(statement);
}

/* 0: it is known, and its row in *ret_known; -ENOENT. */
static int find(struct accounts *accounts, const char *code, const struct voucher_session *session,
		struct voucher_session *ret_known)
{
	sqlite3_stmt *statement = of_session(accounts,
					     "SELECT bytes, missing_at FROM voucher_sessions"
					     " WHERE code = ?1 AND mac = ?2 AND zone = ?3",
					     code, session);
	int more = accounts_step(statement);

	if (more > 0) {
		*ret_known = *session;
		ret_known->bytes = accounts_number(statement, 0);
		ret_known->missing_at = accounts_number(statement, 1);
	}
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

/* Less than before: another session has begun in its place since. */
static uint64_t bytes_before(const struct voucher_session *known, uint64_t bytes)
{
	return bytes < known->bytes ? known->bytes : 0;
}

int voucher_session_end(struct accounts *accounts, const char *code,
			const struct voucher_session *session)
{
	struct voucher_session known;
	int err = accounts_begin(accounts, false);

	if (err)
		return err;
	err = find(accounts, code, session, &known);
	if (!err)
		err = add_used(accounts, code,
			       session->bytes + bytes_before(&known, session->bytes));
	if (!err)
		err = forget(accounts, code, session);
	return finish(accounts, err == -ENOENT ? 0 : err);
}

uint64_t voucher_session_bytes(struct accounts *accounts, const char *code, const char *mac,
			       const char *zone)
{
	struct voucher_session session = {.bytes = 0}, known;

	snprintf(session.mac, sizeof(session.mac), "%s", mac);
	snprintf(session.zone, sizeof(session.zone), "%s", zone);
	if (find(accounts, code, &session, &known) || known.missing_at)
		return 0;
	return known.bytes;
}

/* --- what the daemon has ------------------------------------------------------------------- */

/* True: it is a session of a voucher's. */
static bool read_session(const json_t *json, struct voucher_session *ret_session)
{
	const char *mac = json_string_value(json_object_get(json, "mac"));
	const char *zone = json_string_value(json_object_get(json, "zone"));
	const char *method = json_string_value(json_object_get(json, "method"));
	json_int_t up = json_integer_value(json_object_get(json, "up_bytes"));
	json_int_t down = json_integer_value(json_object_get(json, "down_bytes"));

	if (!mac || !zone || !method || strcmp(method, "voucher") != 0 || up < 0 || down < 0)
		return false;
	memset(ret_session, 0, sizeof(*ret_session));
	snprintf(ret_session->mac, sizeof(ret_session->mac), "%s", mac);
	snprintf(ret_session->zone, sizeof(ret_session->zone), "%s", zone);
	ret_session->bytes = (uint64_t)up + (uint64_t)down;
	return true;
}

/* The known ones, which are the caller's to free(). */
static int load(struct accounts *accounts, const char *code, struct voucher_session **ret_known,
		size_t *ret_n)
{
	sqlite3_stmt *statement =
		accounts_statement(accounts,
				   "SELECT mac, zone, bytes, missing_at FROM voucher_sessions"
				   " WHERE code = ?1 LIMIT ?2");
	struct voucher_session *known = calloc(SESSIONS_MAX, sizeof(*known));
	size_t n = 0;
	int more = -ENOMEM;

	if (!known)
		return more;
	accounts_bind_text(statement, 1, code);
	accounts_bind_number(statement, 2, SESSIONS_MAX);
	while (n < SESSIONS_MAX && (more = accounts_step(statement)) > 0) {
		accounts_text(statement, 0, known[n].mac, sizeof(known[n].mac));
		accounts_text(statement, 1, known[n].zone, sizeof(known[n].zone));
		known[n].bytes = accounts_number(statement, 2);
		known[n++].missing_at = accounts_number(statement, 3);
	}
	accounts_end(statement);
	if (more < 0) {
		free(known);
		return more;
	}
	*ret_known = known;
	*ret_n = n;
	return 0;
}

static bool find_in(const json_t *list, const struct voucher_session *known,
		    struct voucher_session *ret_now)
{
	const json_t *json;
	size_t i;

	json_array_foreach(list, i, json)
	{
		if (read_session(json, ret_now) && !strcmp(ret_now->mac, known->mac) &&
		    !strcmp(ret_now->zone, known->zone))
			return true;
	}
	return false;
}

/* The event of an end may be on its way; when it doesn't come, what was known last counts. */
static int take_missing(struct accounts *accounts, const char *code, struct voucher_session *known,
			uint64_t now)
{
	int err;

	if (!known->missing_at) {
		known->missing_at = now;
		return update(accounts, code, known);
	}
	if (now < known->missing_at + GRACE_S)
		return 0;
	err = add_used(accounts, code, known->bytes);
	return err ? err : forget(accounts, code, known);
}

static int take_one(struct accounts *accounts, const char *code, struct voucher_session *known,
		    const json_t *list, uint64_t now)
{
	struct voucher_session session;
	uint64_t before;
	int err;

	if (!find_in(list, known, &session))
		return take_missing(accounts, code, known, now);
	before = bytes_before(known, session.bytes);
	err = before ? add_used(accounts, code, before) : 0;
	return err ? err : update(accounts, code, &session);
}

int voucher_sessions_take(struct accounts *accounts, const char *code, const json_t *list,
			  uint64_t now)
{
	struct voucher_session *known = NULL;
	size_t i, n = 0;
	int err = load(accounts, code, &known, &n);

	if (err)
		return err;
	err = accounts_begin(accounts, false);
	if (!err) {
		for (i = 0; i < n && !err; i++)
			err = take_one(accounts, code, &known[i], list, now);
		err = finish(accounts, err);
	}
	free(known);
	return err;
}

/* --- when it is asked ---------------------------------------------------------------------- */

int voucher_sessions_set_due(struct accounts *accounts, const char *code, uint64_t due_at)
{
	sqlite3_stmt *statement = accounts_statement(
		accounts, "UPDATE voucher_sessions SET due_at = ?2 WHERE code = ?1");

	accounts_bind_text(statement, 1, code);
	accounts_bind_number(statement, 2, due_at);
	return accounts_run(statement);
}

int voucher_sessions_set_all_due(struct accounts *accounts)
{
	return accounts_run(accounts_statement(accounts, "UPDATE voucher_sessions SET due_at = 0"));
}

int voucher_sessions_due(struct accounts *accounts, uint64_t now, char codes[][VOUCHER_CODE_SIZE],
			 size_t max)
{
	sqlite3_stmt *statement =
		accounts_statement(accounts,
				   "SELECT DISTINCT code FROM (SELECT code FROM voucher_sessions"
				   " WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2)");
	size_t n = 0;
	int more = 0;

	accounts_bind_number(statement, 1, now);
	accounts_bind_number(statement, 2, max);
	while (n < max && (more = accounts_step(statement)) > 0)
		accounts_text(statement, 0, codes[n++], VOUCHER_CODE_SIZE);
	accounts_end(statement);
	return more < 0 ? more : (int)n;
}
