/* SPDX-License-Identifier: MIT */
/* api_session_fields.c - what the body of a sign-in says: checked, then written into the row. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "controller/api.h"
#include "controller/clock.h"

struct field {
	const char *name;
	int (*read)(const struct field *field, const json_t *value, struct sign_in *who,
		    struct error *error);
	bool is_limit;				       /* for active sessions only */
	int (*parse)(const char *text, uint64_t *ret); /* of a limit */
	size_t offset;				       /* of what is written, in struct sign_in */
	size_t size;				       /* of a text */
	const char *example;
};

/* A number is read as the text it would be, so that one set of bounds holds for both. */
static int read_quantity(const struct field *field, const json_t *value, uint64_t *ret_quantity,
			 struct error *error)
{
	char number[32], shown[QUOTED_SIZE];
	const char *text = number;

	if (json_is_null(value)) {
		*ret_quantity = 0;
		return 0;
	}
	if (json_is_string(value))
		text = json_string_value(value);
	else if (json_is_integer(value))
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else
		return fail(error, EINVAL,
			    "'%s' is neither a whole number, a text nor null; write it "
			    "like %s",
			    field->name, field->example);
	if (field->parse(text, ret_quantity))
		return fail(error, EINVAL,
			    "'%s' of '%s' isn't in the range or form of this field; write "
			    "it like %s",
			    quote(text, shown), field->name, field->example);
	return 0;
}

static int read_limit(const struct field *field, const json_t *value, struct sign_in *who,
		      struct error *error)
{
	return read_quantity(field, value, (void *)((char *)who + field->offset), error);
}

static int read_timeout(const struct field *field, const json_t *value, struct sign_in *who,
			struct error *error)
{
	uint64_t seconds;
	int err = read_quantity(field, value, &seconds, error);

	if (!err)
		who->expires_ms = seconds ? clock_wall_ms() + seconds * MS_PER_S : 0;
	return err;
}

/* Control characters would end up in logs and on terminals. */
static int read_text(const struct field *field, const json_t *value, struct sign_in *who,
		     struct error *error)
{
	const char *text = json_is_null(value) ? "" : json_string_value(value);

	if (!text)
		return fail(error, EINVAL, "'%s' is no text; write it like %s", field->name,
			    field->example);
	if (strlen(text) >= field->size)
		return fail(error, EINVAL, "'%s' is too long; it takes at most %zu bytes",
			    field->name, field->size - 1);
	if (!is_printable(text))
		return fail(error, EINVAL, "'%s' has control characters; leave them out",
			    field->name);
	if (!text[0] && !json_is_null(value) && strcmp(field->name, "user") != 0)
		return fail(error, EINVAL, "'%s' is empty; write it like %s", field->name,
			    field->example);
	if (text[0] || !strcmp(field->name, "user"))
		strcpy((char *)who + field->offset, text); /* length is checked above */
	return 0;
}

static int read_state(const struct field *field, const json_t *value, struct sign_in *who,
		      struct error *error)
{
	const char *text = json_string_value(value);

	if (!text || parse_state(text, &who->state))
		return fail(error, EINVAL,
			    "'%s' is none of \"active\", \"trusted\" and \"blocked\"; "
			    "give one of them",
			    field->name);
	return 0;
}

/* Read before the others, with the address of the request. */
static int pass_over(const struct field *field, const json_t *value, struct sign_in *who,
		     struct error *error)
{
	(void)field;
	(void)value;
	(void)who;
	(void)error;
	return 0;
}

#define AT(member) .offset = offsetof(struct sign_in, member)

static const struct field fields[] = {
	{"zone", pass_over, .example = "\"default\""},
	{"user", read_text, AT(user), .size = USER_SIZE, .example = "\"ann\""},
	{"method", read_text, AT(method), .size = METHOD_SIZE, .example = "\"voucher\""},
	{"state", read_state, .example = "\"active\""},
	{"timeout", read_timeout, true, parse_duration, .example = "28800 or \"8h\""},
	{"idle", read_limit, true, parse_duration, AT(idle_s), .example = "1800 or \"30m\""},
	{"up", read_limit, true, parse_rate, AT(up_bps), .example = "10000000 or \"10M\""},
	{"down", read_limit, true, parse_rate, AT(down_bps), .example = "10000000 or \"10M\""},
	{"quota", read_limit, true, parse_size, AT(quota_bytes), .example = "5000000000 or \"5G\""},
};

static const struct field *find_field(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

static bool says_something(const json_t *value)
{
	return !json_is_null(value) && !(json_is_integer(value) && !json_integer_value(value)) &&
	       !(json_is_string(value) && !strcmp(json_string_value(value), "0"));
}

int api_read_fields(const json_t *body, struct sign_in *who, struct error *error)
{
	const char *limit = NULL, *key;
	struct sign_in changed = *who;
	char text[QUOTED_SIZE];
	json_t *value;
	int err;

	json_object_foreach((json_t *)body, key, value)
	{
		const struct field *field = find_field(key);

		if (!field)
			return fail(error, EINVAL,
				    "a session has no field '%s'; remove it or correct its "
				    "name",
				    quote(key, text));
		err = field->read(field, value, &changed, error);
		if (err)
			return err;
		if (field->is_limit && says_something(value))
			limit = field->name;
	}
	if (changed.state != SESSION_ACTIVE) {
		if (limit)
			return fail(error, EINVAL, "a %s device has no limits; leave out '%s'",
				    state_name(changed.state), limit);
		changed.expires_ms = changed.idle_s = changed.quota_bytes = 0;
		changed.up_bps = changed.down_bps = 0;
	}
	*who = changed;
	return 0;
}
