/* SPDX-License-Identifier: MIT */
/* mac_memory.c - what RADIUS has said of devices, in the portal's database. */
#include "portal/nas/mac_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/mac.h"

static void bind_device(sqlite3_stmt *statement, const uint8_t mac[6], const char *zone)
{
	char text[MAC_TEXT];

	accounts_bind_text(statement, 1, format_mac(mac, text));
	accounts_bind_text(statement, 2, zone);
}

/* --- a grant as JSON ----------------------------------------------------------------------- */

static void add_limit(json_t *json, const char *name, const struct limit *limit)
{
	if (limit->is_given)
		json_object_set_new(json, name, json_integer((json_int_t)limit->value));
}

static void read_limit(const json_t *json, const char *name, struct limit *limit)
{
	const json_t *field = json_object_get(json, name);

	limit->is_given = json_is_integer(field);
	limit->value = limit->is_given ? (uint64_t)json_integer_value(field) : 0;
}

static void add_class(json_t *json, const struct grant *grant)
{
	char text[2 * CLASS_SIZE + 1] = "";
	size_t i;

	for (i = 0; i < grant->class_size; i++)
		snprintf(text + 2 * i, 3, "%02x", grant->class_value[i]);
	json_object_set_new(json, "class", json_string(text));
}

static void read_class(const json_t *json, struct grant *grant)
{
	const char *text = json_string_value(json_object_get(json, "class"));
	char pair[3] = "";

	for (; text && text[0] && text[1] && grant->class_size < CLASS_SIZE; text += 2) {
		memcpy(pair, text, 2);
		grant->class_value[grant->class_size++] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

static char *grant_text(const struct grant *grant)
{
	json_t *json = json_pack("{s:s, s:I, s:b}", "user", grant->user, "interim",
				 (json_int_t)grant->interim_s, "accounting", grant->has_accounting);
	char *text;

	if (!json)
		return NULL;
	add_limit(json, "timeout", &grant->timeout_s);
	add_limit(json, "idle", &grant->idle_s);
	add_limit(json, "up", &grant->up_bps);
	add_limit(json, "down", &grant->down_bps);
	add_class(json, grant);
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

static int read_grant(const char *text, struct grant *grant)
{
	json_t *json = json_loads(text ? text : "", JSON_REJECT_DUPLICATES, NULL);
	const char *user = json_string_value(json_object_get(json, "user"));

	*grant = (struct grant){
		.interim_s = (uint32_t)json_integer_value(json_object_get(json, "interim")),
		.has_accounting = json_is_true(json_object_get(json, "accounting")),
	};
	if (!user || strlen(user) >= sizeof(grant->user)) {
		json_decref(json);
		return -EBADMSG;
	}
	snprintf(grant->user, sizeof(grant->user), "%s", user);
	read_limit(json, "timeout", &grant->timeout_s);
	read_limit(json, "idle", &grant->idle_s);
	read_limit(json, "up", &grant->up_bps);
	read_limit(json, "down", &grant->down_bps);
	read_class(json, grant);
	json_decref(json);
	return 0;
}

bool mac_memory_age(struct grant *grant, uint64_t asked_at, uint64_t now)
{
	uint64_t age = now > asked_at ? now - asked_at : 0;
	struct limit *timeout = &grant->timeout_s;

	if (!timeout->is_given || !timeout->value)
		return true;
	if (timeout->value <= age)
		return false;
	timeout->value -= age;
	return true;
}

/* --- the table ----------------------------------------------------------------------------- */

int mac_memory_get(struct accounts *accounts, const uint8_t mac[6], const char *zone, uint64_t now,
		   struct mac_answer *ret_answer)
{
	static const char sql[] =
		"SELECT is_accepted, asked_at, until, grant_fields FROM mac_answers"
		" WHERE mac = ? AND zone = ? AND until > ?";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	struct mac_answer answer = {};
	int more, err = 0;

	if (!statement)
		return -EIO;
	bind_device(statement, mac, zone);
	accounts_bind_number(statement, 3, now);
	more = accounts_step(statement);
	if (more > 0) {
		answer.is_accepted = accounts_number(statement, 0);
		answer.asked_at = accounts_number(statement, 1);
		answer.until = accounts_number(statement, 2);
		/* One that can't be read is asked for again. */
		if (answer.is_accepted &&
		    read_grant((const char *)sqlite3_column_text(statement, 3), &answer.grant))
			err = -ENOENT;
	}
	accounts_end(statement);
	if (more <= 0)
		return more ? more : -ENOENT;
	if (!err)
		*ret_answer = answer;
	return err;
}

static int insert(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		  const struct mac_answer *answer)
{
	static const char sql[] = "INSERT OR REPLACE INTO mac_answers"
				  " (mac, zone, is_accepted, asked_at, until, grant_fields) VALUES "
				  "(?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	char *text = answer->is_accepted ? grant_text(&answer->grant) : NULL;
	int err;

	if (!statement || (answer->is_accepted && !text)) {
		free(text);
		return -ENOMEM;
	}
	bind_device(statement, mac, zone);
	accounts_bind_number(statement, 3, answer->is_accepted);
	accounts_bind_number(statement, 4, answer->asked_at);
	accounts_bind_number(statement, 5, answer->until);
	accounts_bind_text(statement, 6, text ? text : "");
	err = accounts_run(statement);
	free(text);
	return err;
}

static int end(struct accounts *accounts, int err)
{
	if (!err)
		return accounts_commit(accounts);
	accounts_rollback(accounts);
	return err;
}

int mac_memory_put(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		   const struct mac_answer *answer)
{
	int err;

	if (answer->is_accepted && answer->grant.quota_bytes.is_given)
		return 0;
	err = accounts_begin(accounts, false);
	return err ? err : end(accounts, insert(accounts, mac, zone, answer));
}

int mac_memory_forget(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		      bool only_accepted)
{
	static const char sql[] = "DELETE FROM mac_answers WHERE mac = ? AND zone = ?"
				  " AND (is_accepted OR NOT ?)";
	sqlite3_stmt *statement = accounts_statement(accounts, sql);
	int err = accounts_begin(accounts, false);

	if (err || !statement)
		return err ? err : end(accounts, -EIO);
	bind_device(statement, mac, zone);
	accounts_bind_number(statement, 3, only_accepted);
	return end(accounts, accounts_run(statement));
}

static int drop(struct accounts *accounts, const char *sql, uint64_t number)
{
	sqlite3_stmt *statement = accounts_statement(accounts, sql);

	if (!statement)
		return -EIO;
	accounts_bind_number(statement, 1, number);
	return accounts_run(statement);
}

int mac_memory_clean(struct accounts *accounts, uint64_t now)
{
	static const char over[] = "DELETE FROM mac_answers WHERE until <= ?";
	static const char many[] = "DELETE FROM mac_answers WHERE (mac, zone) IN"
				   " (SELECT mac, zone FROM mac_answers ORDER BY until LIMIT"
				   " max(0, (SELECT count(*) FROM mac_answers) - ?))";
	int err = accounts_begin(accounts, false);

	if (err)
		return err;
	err = drop(accounts, over, now);
	if (!err)
		err = drop(accounts, many, MAC_MEMORY_MAX);
	return end(accounts, err);
}
