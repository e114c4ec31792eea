/* SPDX-License-Identifier: MIT */
/* cmd_events.c - `xdp511 events`: a line for each thing that happens, until Ctrl-C. */
#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/client.h"
#include "cli/lines.h"
#include "cli/output.h"
#include "cli/session.h"
#include "base/sse.h"

#define EVENT_LINE 1024
#define SILENCE_MS 45000 /* the daemon says every 15 s that it is there */

struct follower {
	const struct arguments *arguments;
	struct error *error; /* of the present piece */
	bool has_begun;
	bool is_dropped;
	struct lines lines;
};

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length > strlen(end) && !strcmp(name + length - strlen(end), end);
}

/* Bytes as people say them, everything else as it is. */
static const char *format_value(const char *name, const json_t *field, char buffer[FIELD_TEXT])
{
	json_int_t number = json_integer_value(field);

	if (json_is_string(field))
		return json_string_value(field);
	if (ends_in(name, "_bytes") && number >= 0)
		return format_size((uint64_t)number, buffer, FIELD_TEXT);
	snprintf(buffer, FIELD_TEXT, "%" JSON_INTEGER_FORMAT, number);
	return buffer;
}

/* Packets are too much for a line, and most devices have no VLAN. */
static bool is_shown(const char *name, const json_t *field)
{
	if (ends_in(name, "_packets") || (!strcmp(name, "vlan") && !json_integer_value(field)))
		return false;
	return json_is_string(field) || json_is_integer(field);
}

static void append(char line[EVENT_LINE], const char *text)
{
	size_t used = strlen(line);

	snprintf(line + used, EVENT_LINE - used, "%s", text);
}

/* "up_bytes" is "up", "expires_at" is "expires at". */
static void append_name(char line[EVENT_LINE], const char *name)
{
	size_t i, start = strlen(line);

	append(line, name);
	if (ends_in(name, "_bytes"))
		line[strlen(line) - strlen("_bytes")] = '\0';
	for (i = start; line[i]; i++) {
		if (line[i] == '_')
			line[i] = ' ';
	}
}

/* "2026-11-21T20:15:00.123Z sign-in 02:05:11:00:00:01 zone default, user alice" */
static void print_event(json_t *event)
{
	static const char *const in_front[] = {"at", "type", "mac"};
	const char *name, *separator = " ";
	char line[EVENT_LINE] = "";
	json_t *field;
	size_t i;

	for (i = 0; i < sizeof(in_front) / sizeof(in_front[0]); i++) {
		const char *text = field_text(event, in_front[i], NULL);

		append(line, i && text ? " " : "");
		append(line, text ? text : "");
		json_object_del(event, in_front[i]);
	}
	json_object_foreach(event, name, field)
	{
		char buffer[FIELD_TEXT];

		if (!is_shown(name, field))
			continue;
		append(line, separator);
		append_name(line, name);
		append(line, " ");
		append(line, format_value(name, field, buffer));
		separator = ", ";
	}
	print_line("%s", line);
}

static int take_event(struct follower *follower, const char *text)
{
	json_t *event = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(event)) {
		json_decref(event);
		(void)answer_broken(follower->error);
		return -EINVAL;
	}
	follower->is_dropped = !strcmp(field_text(event, "type", ""), "dropped");
	if (follower->arguments->json)
		print_json_line(event);
	else
		print_event(event);
	json_decref(event);
	return flush_output(follower->error) == OUTCOME_DONE ? 0 : -EIO;
}

static int take_line(void *context, char *line, size_t size)
{
	struct follower *follower = context;
	const char *data;

	(void)size;
	if (sse_data(line, &data)) {
		(void)answer_broken(follower->error);
		return -EINVAL;
	}
	return data ? take_event(follower, data) : 0;
}

static int take_bytes(void *context, const char *bytes, size_t n, struct error *error)
{
	struct follower *follower = context;
	int err;

	follower->error = error;
	follower->has_begun = true;
	err = lines_take(&follower->lines, bytes, n);
	if (err == -E2BIG)
		(void)answer_broken(error);
	return err;
}

/* The stream never ends by itself. */
static enum outcome tell_end(const struct follower *follower, struct error *error)
{
	if (follower->is_dropped) {
		fail(error, EPIPE,
		     "events came faster than they were taken, so xdp511d ended the stream; "
		     "start again, with --type or --zone for fewer");
		return OUTCOME_REFUSED;
	}
	fail(error, EPIPE, "the events on '%s' have ended; is xdp511d going down?",
	     follower->arguments->socket);
	return OUTCOME_UNREACHABLE;
}

enum outcome cmd_events(const struct arguments *arguments, struct error *error)
{
	struct follower *follower = calloc(1, sizeof(*follower));
	struct stream stream = {.take = take_bytes, .context = follower};
	struct answer answer;
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/events", &url);
	enum outcome outcome;

	if (!follower) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	follower->arguments = arguments;
	lines_start(&follower->lines, take_line, follower);
	url_query(&url, "type", arguments->type);
	url_query(&url, "zone", arguments->zone);
	url_query(&url, "mac", arguments->n_operands ? arguments->mac : NULL);
	request.silence_ms = SILENCE_MS;
	end_at_interrupt();
	request.stream = &stream;
	outcome = client_call(&request, &answer, error);
	answer_done(&answer);
	if (outcome == OUTCOME_DONE || (outcome == OUTCOME_UNREACHABLE && follower->has_begun))
		outcome = tell_end(follower, error);
	free(follower);
	return outcome;
}
