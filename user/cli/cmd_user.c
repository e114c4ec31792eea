/* SPDX-License-Identifier: MIT */
/* cmd_user.c - `xdp511 user`: the portal's own users. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "cli/accounts.h"
#include "cli/output.h"
#include "cli/table.h"

#define USERS "/v1/users"

static const struct table_column columns[] = {
	{.title = "NAME", .flexible = true}, {.title = "STATE"},
	{.title = "ZONE", .flexible = true}, {.title = "DEVICES", .right = true},
	{.title = "TIMEOUT", .right = true}, {.title = "QUOTA", .right = true},
	{.title = "NOTE", .flexible = true},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* An action, and what the CLI asks for it. */
struct action {
	const char *name;
	const char *method;
	const char *is_new; /* for ?new=; NULL: it doesn't matter */
	bool has_limits;
	bool has_password;
	int disabled; /* 0 or 1; -1: stays as it is */
	const char *done;
};

static const struct action actions[] = {
	{"add", "PUT", "true", true, true, -1, "added"},
	{"set", "PUT", "false", true, false, -1, "changed"},
	{"passwd", "PUT", "false", false, true, -1, "has a new password"},
	{"disable", "PUT", "false", false, false, 1, "disabled"},
	{"enable", "PUT", "false", false, false, 0, "enabled"},
	{"del", "DELETE", NULL, false, false, -1, "deleted"},
};

/* --- list ---------------------------------------------------------------------------------- */

struct user_list {
	bool json;
	struct json_list list;
	struct table *table;
};

static enum outcome add_user(void *context, const json_t *user, struct error *error)
{
	struct user_list *list = context;
	char devices[LIMIT_TEXT], timeout[LIMIT_TEXT], quota[LIMIT_TEXT];
	const json_t *n = json_object_get(user, "devices");
	const char *cells[N_COLUMNS] = {
		field_text(user, "name", NULL),
		json_is_true(json_object_get(user, "disabled")) ? "disabled" : "enabled",
		field_text(user, "zone", "any"),
		json_is_integer(n) ? devices : "zone",
		limit_text(user, "timeout_s", format_duration, timeout),
		limit_text(user, "quota_bytes", format_size, quota),
		field_text(user, "note", NULL),
	};

	snprintf(devices, sizeof(devices), "%lld", (long long)json_integer_value(n));
	if (list->json) {
		json_list_add(&list->list, user);
	} else if (table_add(list->table, cells)) {
		fail(error, ENOMEM, "there is no memory left for the table");
		return OUTCOME_REFUSED;
	}
	return OUTCOME_DONE;
}

static enum outcome list_users(const struct arguments *arguments, struct error *error)
{
	struct user_list list = {.json = arguments->json};
	struct url url;
	struct request request = client_portal_request(arguments, "GET", USERS, NULL, &url);
	enum outcome outcome;

	list.table = table_new(columns, N_COLUMNS);
	if (!list.table) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	url_query(&url, "format", "lines");
	outcome = list_objects(&request, add_user, &list, error);
	if (outcome == OUTCOME_DONE && list.json)
		json_list_end(&list.list);
	else if (outcome == OUTCOME_DONE && !table_rows(list.table))
		print_line("no users");
	else if (outcome == OUTCOME_DONE)
		table_print(list.table, terminal_width(), stdout);
	table_free(list.table);
	return outcome;
}

/* --- one ----------------------------------------------------------------------------------- */

static enum outcome make_body(const struct arguments *arguments, const struct action *action,
			      json_t *body, struct error *error)
{
	char password[PASSWORD_SIZE] = "";
	enum outcome outcome = OUTCOME_DONE;
	int bad = !body || !add_limits(body, arguments);

	if (!bad && action->disabled >= 0)
		bad |= json_object_set_new(body, "disabled", json_boolean(action->disabled));
	if (!bad && action->has_password) {
		outcome = read_password("password", password, error);
		if (outcome == OUTCOME_DONE)
			bad |= json_object_set_new(body, "password", json_string(password));
	}
	explicit_bzero(password, sizeof(password));
	if (!bad)
		return outcome;
	fail(error, ENOMEM, "out of memory");
	return OUTCOME_REFUSED;
}

static enum outcome change(const struct arguments *arguments, const struct action *action,
			   struct error *error)
{
	const char *name = arguments->operands[1];
	struct url url;
	struct request request =
		client_portal_request(arguments, action->method, USERS "/", name, &url);
	json_t *body = json_object(), *user = NULL;
	enum outcome outcome;

	if (strchr(name, '/')) {
		json_decref(body);
		fail(error, EINVAL, "the name '%.200s' has a slash; leave it out", name);
		return OUTCOME_REFUSED;
	}
	outcome = make_body(arguments, action, body, error);
	url_query(&url, "new", action->is_new);
	request.body = body;
	if (outcome == OUTCOME_DONE)
		outcome = client_object(&request, &user, NULL, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(user);
	else if (outcome == OUTCOME_DONE)
		print_line("user %s %s", field_text(user, "name", name), action->done);
	json_decref(user);
	json_decref(body);
	return outcome;
}

enum outcome cmd_user(const struct arguments *arguments, struct error *error)
{
	const char *word = arguments->operands[0], *limit = given_limit(arguments);
	bool has_name = arguments->n_operands > 1;
	size_t i;

	if (!strcmp(word, "list")) {
		if (has_name || limit)
			return wrong_usage(error, "user list has no use for '%s%.200s'",
					   has_name ? "" : "--",
					   has_name ? arguments->operands[1] : limit);
		return list_users(arguments, error);
	}
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(word, actions[i].name) != 0)
			continue;
		if (!has_name)
			return wrong_usage(error, "user %s needs a NAME", word);
		if (limit && !actions[i].has_limits)
			return wrong_usage(error, "user %s has no use for '--%s'", word, limit);
		return change(arguments, &actions[i], error);
	}
	return wrong_usage(
		error, "user knows list, add, set, passwd, disable, enable and del, not '%.200s'",
		word);
}
