/* SPDX-License-Identifier: MIT */
/* users.c - users as rows: found, listed, changed, removed; and what they are granted. */
#include "portal/accounts/users.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define COLUMNS \
	"name, hash, is_disabled, note, zone, timeout_s, idle_s, up_bps, down_bps, quota_bytes," \
	" devices, oldest_out, created_at, changed_at"
/* clang-format on */

int user_check_name(const char *name, struct error *error)
{
	if (!*name)
		return fail(error, EINVAL, "the user's name is empty; give one");
	if (strlen(name) > USER_NAME_BYTES)
		return fail(error, EINVAL, "the user's name is too long; use at most %d bytes",
			    USER_NAME_BYTES);
	/* A slash would end the name in the API's path. */
	if (!is_printable(name) || strchr(name, '/') || name[0] == ' ' ||
	    name[strlen(name) - 1] == ' ')
		return fail(error, EINVAL,
			    "the user's name has control characters, a slash, or spaces around it; "
			    "leave them out");
	return 0;
}

static void read_row(sqlite3_stmt *statement, struct user *user)
{
	int column = 0;

	accounts_text(statement, column++, user->name, sizeof(user->name));
	accounts_text(statement, column++, user->hash, sizeof(user->hash));
	user->is_disabled = accounts_number(statement, column++);
	accounts_text(statement, column++, user->note, sizeof(user->note));
	accounts_text(statement, column++, user->zone, sizeof(user->zone));
	user->timeout_s = accounts_limit(statement, column++);
	user->idle_s = accounts_limit(statement, column++);
	user->up_bps = accounts_limit(statement, column++);
	user->down_bps = accounts_limit(statement, column++);
	user->quota_bytes = accounts_limit(statement, column++);
	user->devices = accounts_limit(statement, column++);
	user->is_oldest_out = accounts_limit(statement, column++);
	user->created_at = accounts_number(statement, column++);
	user->changed_at = accounts_number(statement, column++);
}

int users_get(struct accounts *accounts, const char *name, struct user *ret_user)
{
	sqlite3_stmt *statement =
		accounts_statement(accounts, "SELECT " COLUMNS " FROM users WHERE name = ?1");
	int more;

	accounts_bind_text(statement, 1, name);
	more = accounts_step(statement);
	if (more > 0)
		read_row(statement, ret_user);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -ENOENT;
}

int users_page(struct accounts *accounts, const char *after, struct user *users, size_t max)
{
	sqlite3_stmt *statement =
		accounts_statement(accounts, "SELECT " COLUMNS " FROM users WHERE name > ?1"
					     " ORDER BY name LIMIT ?2");
	size_t n = 0;
	int more = 0;

	accounts_bind_text(statement, 1, after);
	accounts_bind_number(statement, 2, max);
	while (n < max && (more = accounts_step(statement)) > 0)
		read_row(statement, &users[n++]);
	accounts_end(statement);
	return more < 0 ? more : (int)n;
}

static void bind_limit(sqlite3_stmt *statement, int position, const struct limit *limit)
{
	if (limit->is_given)
		accounts_bind_number(statement, position, limit->value);
	else
		sqlite3_bind_null(statement, position);
}

/* A statement of an operator's, in a transaction of its own. */
static int run(struct accounts *accounts, sqlite3_stmt *statement)
{
	int err = accounts_run(statement);

	if (!err && !accounts_changed(accounts))
		err = -ENOENT;
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

int users_put(struct accounts *accounts, const struct user *user)
{
	sqlite3_stmt *statement;
	int position = 1, err = accounts_begin(accounts, true);

	if (err)
		return err;
	statement = accounts_statement(accounts,
				       "INSERT OR REPLACE INTO users (" COLUMNS ") VALUES (?1, ?2,"
				       " ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
	accounts_bind_text(statement, position++, user->name);
	accounts_bind_text(statement, position++, user->hash);
	accounts_bind_number(statement, position++, user->is_disabled);
	accounts_bind_text(statement, position++, user->note);
	accounts_bind_text(statement, position++, user->zone);
	bind_limit(statement, position++, &user->timeout_s);
	bind_limit(statement, position++, &user->idle_s);
	bind_limit(statement, position++, &user->up_bps);
	bind_limit(statement, position++, &user->down_bps);
	bind_limit(statement, position++, &user->quota_bytes);
	bind_limit(statement, position++, &user->devices);
	bind_limit(statement, position++, &user->is_oldest_out);
	accounts_bind_number(statement, position++, user->created_at);
	accounts_bind_number(statement, position++, user->changed_at);
	return run(accounts, statement);
}

int users_remove(struct accounts *accounts, const char *name)
{
	sqlite3_stmt *statement;
	int err = accounts_begin(accounts, true);

	if (err)
		return err;
	statement = accounts_statement(accounts, "DELETE FROM users WHERE name = ?1");
	accounts_bind_text(statement, 1, name);
	return run(accounts, statement);
}

int users_count(struct accounts *accounts, uint64_t *ret_n)
{
	sqlite3_stmt *statement = accounts_statement(accounts, "SELECT count(*) FROM users");
	int more = accounts_step(statement);

	if (more > 0)
		*ret_n = accounts_number(statement, 0);
	accounts_end(statement);
	return more > 0 ? 0 : more ? more : -EIO;
}

void user_grant(const struct user *user, const struct config_zone *zone, struct grant *ret_grant)
{
	memset(ret_grant, 0, sizeof(*ret_grant));
	snprintf(ret_grant->user, sizeof(ret_grant->user), "%s", user->name);
	snprintf(ret_grant->method, sizeof(ret_grant->method), "user");
	ret_grant->timeout_s = user->timeout_s;
	ret_grant->idle_s = user->idle_s;
	ret_grant->up_bps = user->up_bps;
	ret_grant->down_bps = user->down_bps;
	ret_grant->quota_bytes = user->quota_bytes;
	ret_grant->max_devices =
		user->devices.is_given ? (uint32_t)user->devices.value : zone->sign_in.devices;
	ret_grant->is_oldest_out = user->is_oldest_out.is_given ? user->is_oldest_out.value
								: zone->sign_in.is_oldest_out;
}
