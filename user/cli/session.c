/* SPDX-License-Identifier: MIT */
/* session.c - the session's URL and its remaining time. */
#include "cli/session.h"

#include <stdio.h>
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
