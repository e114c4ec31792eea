/* SPDX-License-Identifier: MIT */
/* admin_fields.c - fields of JSON bodies read by a table, and written. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "portal/admin/admin.h"

#define TIME_TEXT 32

static int read_number(const struct field *field, const json_t *value, uint64_t *ret_number,
		       struct error *error)
{
	json_int_t number = json_integer_value(value);
	uint64_t parsed;

	if (json_is_string(value) && field->parse &&
	    !field->parse(json_string_value(value), &parsed) && parsed <= field->max) {
		*ret_number = parsed;
		return 0;
	}
	if (!json_is_integer(value) || number < 0 || (uint64_t)number > field->max)
		return fail(error, EINVAL,
			    "'%s' is no whole number from 0 to %" PRIu64 "; write it like %s",
			    field->name, field->max, field->example);
	*ret_number = (uint64_t)number;
	return 0;
}

static int read_text(const struct config *config, const struct field *field, const json_t *value,
		     char *ret_text, struct error *error)
{
	const char *text = json_is_null(value) ? "" : json_string_value(value);
	char shown[QUOTED_SIZE];

	if (!text || json_string_length(value) != strlen(text))
		return fail(error, EINVAL, "'%s' is no text; write it like %s", field->name,
			    field->example);
	if (!is_printable(text))
		return fail(error, EINVAL, "'%s' has control characters; leave them out",
			    field->name);
	if (field->kind == FIELD_ZONE && text[0] && !config_find_zone(config, text))
		return fail(error, EINVAL, "there is no zone '%s'; see `xdp511 status`",
			    quote(text, shown));
	if (strlen(text) >= field->size)
		return fail(error, EINVAL, "'%s' is too long; it takes at most %zu bytes",
			    field->name, field->size - 1);
	strcpy(ret_text, text); /* its length is checked above */
	return 0;
}

static int read_full(const struct field *field, const json_t *value, bool *ret_is_oldest,
		     struct error *error)
{
	const char *text = json_string_value(value);

	if (!text || (strcmp(text, "refuse") != 0 && strcmp(text, "oldest") != 0))
		return fail(error, EINVAL, "'%s' is neither refuse nor oldest; give one of them",
			    field->name);
	*ret_is_oldest = !strcmp(text, "oldest");
	return 0;
}

static int read_bool(const struct field *field, const json_t *value, bool *ret_value,
		     struct error *error)
{
	if (!json_is_boolean(value))
		return fail(error, EINVAL, "'%s' is neither true nor false; give one of them",
			    field->name);
	*ret_value = json_is_true(value);
	return 0;
}

static int read_limit(const struct field *field, const json_t *value, struct limit *ret_limit,
		      struct error *error)
{
	struct limit limit = {.is_given = !json_is_null(value)};
	bool is_oldest = false;
	int err = 0;

	if (limit.is_given && field->kind == FIELD_FULL_LIMIT) {
		err = read_full(field, value, &is_oldest, error);
		limit.value = is_oldest;
	} else if (limit.is_given) {
		err = read_number(field, value, &limit.value, error);
	}
	if (!err)
		*ret_limit = limit;
	return err;
}

static int read_field(const struct config *config, const struct field *field, const json_t *value,
		      void *target, struct error *error)
{
	void *at = (char *)target + field->offset;
	uint64_t number;
	int err;

	switch (field->kind) {
	case FIELD_LIMIT:
	case FIELD_FULL_LIMIT:
		return read_limit(field, value, at, error);
	case FIELD_TEXT:
	case FIELD_ZONE:
		return read_text(config, field, value, at, error);
	case FIELD_NUMBER:
		err = read_number(field, value, &number, error);
		if (!err)
			*(uint32_t *)at = (uint32_t)number;
		return err;
	case FIELD_FULL:
		return read_full(field, value, at, error);
	case FIELD_BOOL:
		return read_bool(field, value, at, error);
	case FIELD_OTHER:
		break;
	}
	return 0;
}

int admin_read_fields(const struct config *config, const json_t *body, const struct field *fields,
		      void *target, struct error *error)
{
	const struct field *field;
	char text[QUOTED_SIZE];
	json_t *value;
	const char *key;
	int err = 0;

	json_object_foreach((json_t *)body, key, value)
	{
		for (field = fields; field->name && strcmp(field->name, key) != 0; field++)
			;
		if (!field->name)
			return fail(error, EINVAL,
				    "there is no field '%s' here; remove it or correct its name",
				    quote(key, text));
		err = read_field(config, field, value, target, error);
		if (err)
			return err;
	}
	return 0;
}

json_t *admin_limit_json(const struct limit *limit)
{
	return limit->is_given ? json_integer((json_int_t)limit->value) : json_null();
}

json_t *admin_text_json(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

json_t *admin_time_json(uint64_t seconds)
{
	char text[TIME_TEXT];

	return seconds ? json_string(format_time(seconds, text, sizeof(text))) : json_null();
}
