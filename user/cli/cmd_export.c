/* SPDX-License-Identifier: MIT */
/* cmd_export.c - `xdp511 export`: the sessions as JSON lines on standard output, one at a time. */
#include "cli/commands.h"

#include <errno.h>

#include "cli/client.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"

struct writer {
	struct error *error;
	struct progress progress;
	uint64_t n;
	uint64_t total; /* 0: it isn't known */
};

static bool is_plain(const char *line, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (line[i] < ' ' || line[i] > '~')
			return false;
	}
	return true;
}

/* A million lines: only what isn't fit for a terminal is taken apart and written anew. */
static int take_line(void *context, char *line, size_t size)
{
	struct writer *writer = context;
	json_t *session = NULL;
	bool is_object = size > 1 && line[0] == '{' && line[size - 1] == '}';

	if (is_object && is_plain(line, size)) {
		line[size] = '\n';
		fwrite(line, 1, size + 1, stdout);
	} else if (is_object) {
		session = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
		is_object = session;
	}
	if (session)
		print_json_line(session);
	json_decref(session);
	if (!is_object)
		(void)answer_broken(writer->error);
	else if (ferror(stdout))
		(void)flush_output(writer->error);
	writer->n++;
	progress_show(&writer->progress, writer->n, writer->n, writer->total);
	return is_object && !ferror(stdout) ? 0 : -EIO;
}

/* Only for the bar: without an answer it has no end. */
static uint64_t count_sessions(const struct arguments *arguments)
{
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/status", &url);
	json_t *status = NULL;
	const json_t *sessions;
	struct error error;
	json_int_t n = 0;

	if (client_object(&request, &status, NULL, &error) == OUTCOME_DONE) {
		sessions = json_object_get(status, "sessions");
		n = field_number(sessions, "active") + field_number(sessions, "trusted") +
		    field_number(sessions, "blocked");
	}
	json_decref(status);
	return n > 0 ? (uint64_t)n : 0;
}

enum outcome cmd_export(const struct arguments *arguments, struct error *error)
{
	struct writer writer = {.error = error, .progress = progress_start("sessions", true)};
	enum outcome outcome;

	if (writer.progress.is_on && !arguments->zone && !arguments->user)
		writer.total = count_sessions(arguments);
	outcome = session_list(arguments, take_line, &writer, NULL, error);
	progress_end(&writer.progress);
	return outcome;
}
