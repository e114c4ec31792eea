/* SPDX-License-Identifier: MIT */
/* session.c - sessions of the API: one's URL, the list of all, the time that is left. */
#include "cli/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "cli/output.h"

struct request session_request(const struct arguments *arguments, const char *method,
			       struct url *ret_url)
{
	struct request request = client_request(arguments, method, "", ret_url);

	url_start(ret_url, "/v1/sessions/", arguments->mac);
	url_query(ret_url, "zone", arguments->zone);
	return request;
}

struct listing {
	line_fn fn;
	void *context;
	struct lines lines;
};

/* An empty line only says that the daemon is still looking. */
static int take_line(void *context, char *line, size_t size)
{
	const struct listing *listing = context;

	return size ? listing->fn(listing->context, line, size) : 0;
}

static int take_bytes(void *context, const char *bytes, size_t n, struct error *error)
{
	struct listing *listing = context;
	int err = lines_take(&listing->lines, bytes, n);

	if (err == -E2BIG)
		(void)answer_broken(error);
	return err;
}

enum outcome session_list(const struct arguments *arguments, line_fn fn, void *context,
			  long *ret_status, struct error *error)
{
	struct listing *listing = malloc(sizeof(*listing));
	struct stream stream = {.take = take_bytes, .context = listing};
	struct answer answer;
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/sessions", &url);
	enum outcome outcome;

	if (!listing) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	listing->fn = fn;
	listing->context = context;
	lines_start(&listing->lines, take_line, listing);
	url_query(&url, "format", "lines");
	url_query(&url, "zone", arguments->zone);
	url_query(&url, "user", arguments->user);
	request.stream = &stream;
	request.silence_ms = CLIENT_LIMIT_MS;
	outcome = client_call(&request, &answer, error);
	if (ret_status)
		*ret_status = answer.status;
	answer_done(&answer);
	if (outcome == OUTCOME_DONE && listing->lines.used)
		outcome = answer_broken(error);
	free(listing);
	return outcome;
}

/* Seconds and minutes of a day, or seconds of an hour, are noise in a table. */
static uint64_t round_down(uint64_t seconds)
{
	if (seconds >= 86400)
		return seconds - seconds % 3600;
	if (seconds >= 3600)
		return seconds - seconds % 60;
	return seconds;
}

char *format_time_left(const json_t *session, char *buffer)
{
	const char *text = field_text(session, "expires_at", NULL);
	struct tm broken = {.tm_sec = 0};
	const char *rest;
	time_t end;
	time_t now = time(NULL);

	if (!text) {
		snprintf(buffer, FIELD_TEXT, "never");
		return buffer;
	}
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &broken);
	if (!rest || strcmp(rest, "Z")) {
		snprintf(buffer, FIELD_TEXT, "-");
		return buffer;
	}
	end = timegm(&broken);
	return format_duration(end > now ? round_down((uint64_t)(end - now)) : 0, buffer,
			       FIELD_TEXT);
}
