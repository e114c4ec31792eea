/* SPDX-License-Identifier: MIT */
/* cmd_show.c - `xdp511 show`: everything about one session, a field a line. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "cli/client.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/table.h"

#define VALUE_SIZE 512

static const struct table_column columns[] = {
	{.title = NULL}, /* field */
	{.title = NULL}, /* value */
};

/* What null means depends on the field. */
static const char *absent(const char *name)
{
	static const char *const limits[] = {
		"idle_s", "up_bps", "down_bps", "quota_bytes", "quota_left_bytes",
	};
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (!strcmp(name, limits[i]))
			return "unlimited";
	return strcmp(name, "expires_at") ? "-" : "never";
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length > strlen(end) && !strcmp(name + length - strlen(end), end);
}

/* The exact number, and the same as people say it. */
static void format_number(const char *name, json_int_t number, char *value)
{
	char said[FIELD_TEXT] = "";
	uint64_t size = number < 0 ? 0 : (uint64_t)number;

	if (ends_in(name, "_bytes"))
		format_size(size, said, sizeof(said));
	else if (ends_in(name, "_bps"))
		format_rate(size, said, sizeof(said));
	else if (ends_in(name, "_s"))
		format_duration(size, said, sizeof(said));
	snprintf(value, VALUE_SIZE, "%" JSON_INTEGER_FORMAT "%s%s%s", number, *said ? " (" : "",
		 said, *said ? ")" : "");
}

static int add_field(struct table *table, const char *name, const json_t *field)
{
	char value[VALUE_SIZE];
	const char *cells[] = {name, value};

	if (json_is_string(field))
		snprintf(value, sizeof(value), "%s", json_string_value(field));
	else if (json_is_integer(field))
		format_number(name, json_integer_value(field), value);
	else if (json_is_boolean(field))
		snprintf(value, sizeof(value), "%s", json_is_true(field) ? "yes" : "no");
	else
		snprintf(value, sizeof(value), "%s", absent(name));
	return table_add(table, cells);
}

/* An array has a line for each of its elements. */
static int add_fields(struct table *table, json_t *session)
{
	const char *name;
	json_t *field;
	json_t *element;
	size_t i;
	int err = 0;

	json_object_foreach(session, name, field)
	{
		if (!json_array_size(field))
			err = err ? err : add_field(table, name, field);
		json_array_foreach(field, i, element) err =
			err ? err : add_field(table, i ? "" : name, element);
	}
	return err;
}

enum outcome cmd_show(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = session_request(arguments, "GET", &url);
	struct table *table = NULL;
	json_t *session = NULL;
	enum outcome outcome = client_object(&request, &session, NULL, error);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (arguments->json) {
		print_json(session);
		goto out;
	}
	table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	if (!table || add_fields(table, session)) {
		fail(error, ENOMEM, "out of memory");
		outcome = OUTCOME_REFUSED;
		goto out;
	}
	table_print(table, 0, stdout);
out:
	table_free(table);
	json_decref(session);
	return outcome;
}
