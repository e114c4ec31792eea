/* SPDX-License-Identifier: MIT */
/* log_live.c - asks the daemon for its sessions, one at a time in memory. */
#include "cli/log_live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/lines.h"
#include "cli/session.h"

struct live {
	int (*take)(void *context, const struct signin_record *record);
	void *context;
	struct error *error; /* of the present piece */
	struct lines lines;
};

static int take_text(struct live *live, const char *text, size_t size)
{
	struct signin_record record;

	if (record_parse(text, size, &record)) {
		(void)answer_broken(live->error);
		return -EIO;
	}
	return live->take(live->context, &record);
}

static int take_line(void *context, char *line, size_t size)
{
	return size ? take_text(context, line, size) : 0; /* an empty one: to be asked again */
}

static int take_bytes(void *context, const char *bytes, size_t n, struct error *error)
{
	struct live *live = context;
	int err;

	live->error = error;
	err = lines_take(&live->lines, bytes, n);
	if (err == -E2BIG)
		(void)answer_broken(error);
	return err;
}

static enum outcome list_all(const struct arguments *arguments, struct live *live,
			     struct error *error)
{
	struct stream stream = {.take = take_bytes, .context = live};
	struct answer answer;
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/sessions", &url);
	enum outcome outcome;

	url_query(&url, "format", "lines");
	url_query(&url, "zone", arguments->zone);
	url_query(&url, "user", arguments->user);
	request.stream = &stream;
	request.silence_ms = CLIENT_LIMIT_MS;
	lines_start(&live->lines, take_line, live);
	outcome = client_call(&request, &answer, error);
	/* A zone that isn't configured any more is in the files only. */
	if (answer.status == 404)
		outcome = OUTCOME_DONE;
	answer_done(&answer);
	return outcome;
}

/* One device is asked for by itself; only when it is in several zones (409) the list tells. */
static enum outcome list_one(const struct arguments *arguments, struct live *live,
			     struct error *error)
{
	struct url url;
	struct request request = session_request(arguments, "GET", &url);
	struct answer answer;
	enum outcome outcome = client_call(&request, &answer, error);
	long status = answer.status;

	live->error = error;
	if (outcome == OUTCOME_DONE && take_text(live, answer.text, answer.size))
		outcome = OUTCOME_REFUSED;
	answer_done(&answer);
	if (status == 404)
		return OUTCOME_DONE;
	return status == 409 ? list_all(arguments, live, error) : outcome;
}

enum outcome log_live(const struct arguments *arguments,
		      int (*take)(void *context, const struct signin_record *record), void *context,
		      struct error *error)
{
	struct live *live = calloc(1, sizeof(*live));
	enum outcome outcome;

	if (!live) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	live->take = take;
	live->context = context;
	outcome = arguments->n_operands ? list_one(arguments, live, error)
					: list_all(arguments, live, error);
	free(live);
	return outcome;
}
