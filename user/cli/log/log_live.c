/* SPDX-License-Identifier: MIT */
/* log_live.c - asks the daemon for its sessions, one at a time in memory. */
#include "cli/log/log_live.h"

#include <errno.h>

#include "cli/client.h"
#include "cli/session.h"

struct live {
	int (*take)(void *context, const struct signin_record *record);
	void *context;
	struct error *error;
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
	return take_text(context, line, size);
}

static enum outcome list_all(const struct arguments *arguments, struct live *live,
			     struct error *error)
{
	long status = 0;
	enum outcome outcome = session_list(arguments, take_line, live, &status, error);

	/* A zone that isn't configured any more is in the files only. */
	return status == 404 ? OUTCOME_DONE : outcome;
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
	struct live live = {.take = take, .context = context, .error = error};

	return arguments->n_operands ? list_one(arguments, &live, error)
				     : list_all(arguments, &live, error);
}
