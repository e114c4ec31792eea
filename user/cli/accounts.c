/* SPDX-License-Identifier: MIT */
/* accounts.c - what the verbs for vouchers and users share: limits and lists. */
#include "cli/accounts.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/lines.h"
#include "cli/output.h"

static bool add_amount(json_t *body, const char *name, const struct amount *amount)
{
	uint64_t value = amount->value > INT64_MAX ? INT64_MAX : amount->value;

	return !amount->given || !json_object_set_new(body, name, json_integer((json_int_t)value));
}

static bool add_text(json_t *body, const char *name, const char *text)
{
	return !text || !json_object_set_new(body, name, json_string(text));
}

bool add_limits(json_t *body, const struct arguments *arguments)
{
	return add_amount(body, "timeout", &arguments->timeout) &&
	       add_amount(body, "idle", &arguments->idle) &&
	       add_amount(body, "up", &arguments->up) &&
	       add_amount(body, "down", &arguments->down) &&
	       add_amount(body, "quota", &arguments->quota) &&
	       add_amount(body, "devices", &arguments->devices) &&
	       add_amount(body, "expires", &arguments->expires) &&
	       add_text(body, "devices_full", arguments->full) &&
	       add_text(body, "zone", arguments->zone) && add_text(body, "note", arguments->note);
}

const char *given_limit(const struct arguments *arguments)
{
	const struct {
		bool given;
		const char *name;
	} limits[] = {
		{arguments->timeout.given, "timeout"},
		{arguments->idle.given, "idle"},
		{arguments->up.given, "up"},
		{arguments->down.given, "down"},
		{arguments->quota.given, "quota"},
		{arguments->devices.given, "devices"},
		{arguments->expires.given, "expires"},
		{arguments->full, "devices-full"},
		{arguments->zone, "zone"},
		{arguments->note, "note"},
	};
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].given)
			return limits[i].name;
	}
	return NULL;
}

const char *limit_text(const json_t *object, const char *name, format_fn *format,
		       char buffer[LIMIT_TEXT])
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value))
		return "zone";
	if (json_integer_value(value) <= 0)
		return "none";
	return format((uint64_t)json_integer_value(value), buffer, LIMIT_TEXT);
}

/* --- lists --------------------------------------------------------------------------------- */

struct reading {
	object_fn take;
	void *context;
	struct error *error; /* of the present piece */
	struct lines lines;
};

static int take_line(void *context, char *line, size_t size)
{
	struct reading *reading = context;
	json_t *object;
	enum outcome outcome;

	if (!size) /* says that there is more to come */
		return 0;
	object = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	outcome = json_is_object(object) ? reading->take(reading->context, object, reading->error)
					 : answer_broken(reading->error);
	json_decref(object);
	return outcome == OUTCOME_DONE ? 0 : -EIO;
}

static int take_bytes(void *context, const char *bytes, size_t n, struct error *error)
{
	struct reading *reading = context;
	int err;

	reading->error = error;
	err = lines_take(&reading->lines, bytes, n);
	if (err == -E2BIG)
		(void)answer_broken(error);
	return err;
}

enum outcome list_objects(struct request *request, object_fn take, void *context,
			  struct error *error)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	struct stream stream = {.take = take_bytes, .context = reading};
	struct answer answer;
	enum outcome outcome;

	if (!reading) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	reading->take = take;
	reading->context = context;
	request->stream = &stream;
	request->silence_ms = CLIENT_LIMIT_MS;
	lines_start(&reading->lines, take_line, reading);
	outcome = client_call(request, &answer, error);
	request->stream = NULL;
	answer_done(&answer);
	if (outcome == OUTCOME_DONE && reading->lines.used)
		outcome = answer_broken(error);
	free(reading);
	return outcome;
}
