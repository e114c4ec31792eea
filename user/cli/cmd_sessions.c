/* SPDX-License-Identifier: MIT */
/* cmd_sessions.c - `xdp511 sessions`: a line a session, all or some. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "cli/client.h"
#include "cli/elements.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/table.h"

static const struct table_column columns[] = {
	{.title = "MAC"},
	{.title = "ZONE", .flexible = true},
	{.title = "USER", .flexible = true},
	{.title = "STATE"},
	{.title = "EXPIRES-IN", .right = true},
	{.title = "UP", .right = true},
	{.title = "DOWN", .right = true},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Where the elements go: one of the two. */
struct listing {
	const struct arguments *arguments;
	struct json_list json;
	struct table *table;
};

static bool is_wanted(const struct arguments *arguments, const json_t *session)
{
	if (arguments->n_operands && strcmp(field_text(session, "mac", ""), arguments->mac))
		return false;
	if (arguments->user && strcmp(field_text(session, "user", ""), arguments->user))
		return false;
	return true;
}

static int add_row(struct table *table, const json_t *session)
{
	char left[FIELD_TEXT];
	char up[FIELD_TEXT];
	char down[FIELD_TEXT];
	const char *cells[N_COLUMNS] = {
		field_text(session, "mac", NULL),
		field_text(session, "zone", NULL),
		field_text(session, "user", NULL),
		field_text(session, "state", NULL),
		format_time_left(session, left),
		format_size((uint64_t)field_number(session, "up_bytes"), up, sizeof(up)),
		format_size((uint64_t)field_number(session, "down_bytes"), down, sizeof(down)),
	};

	return table_add(table, cells);
}

static enum outcome add_session(struct listing *listing, const json_t *session, struct error *error)
{
	if (!json_is_object(session))
		return answer_broken(error);
	if (!is_wanted(listing->arguments, session))
		return OUTCOME_DONE;
	if (listing->arguments->json) {
		json_list_add(&listing->json, session);
	} else if (add_row(listing->table, session)) {
		fail(error, ENOMEM, "there is no memory left for the table; name a zone or a user");
		return OUTCOME_REFUSED;
	}
	return OUTCOME_DONE;
}

/* The answer is an array, or the one session that was asked for. */
static enum outcome add_answer(struct listing *listing, const struct answer *answer, bool single,
			       struct error *error)
{
	struct elements elements;
	enum outcome outcome = OUTCOME_DONE;
	json_t *session;
	int more;

	if (single) {
		outcome = answer_object(answer, &session, error);
		if (outcome != OUTCOME_DONE)
			return outcome;
		outcome = add_session(listing, session, error);
		json_decref(session);
		return outcome;
	}
	elements_start(&elements, answer->text ? answer->text : "", answer->size);
	while (outcome == OUTCOME_DONE && (more = elements_next(&elements, &session))) {
		if (more < 0)
			return answer_broken(error);
		outcome = add_session(listing, session, error);
		json_decref(session);
	}
	return outcome;
}

static void print_none(const struct arguments *arguments)
{
	if (arguments->json)
		puts("[]");
	else
		print_line("no sessions");
}

static enum outcome print_answer(const struct arguments *arguments, const struct answer *answer,
				 bool single, struct error *error)
{
	struct listing listing = {.arguments = arguments};
	enum outcome outcome;

	if (arguments->json) {
		outcome = add_answer(&listing, answer, single, error);
		if (outcome == OUTCOME_DONE)
			json_list_end(&listing.json);
		return outcome;
	}
	listing.table = table_new(columns, N_COLUMNS);
	if (!listing.table) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	outcome = add_answer(&listing, answer, single, error);
	if (outcome == OUTCOME_DONE && !table_rows(listing.table))
		print_none(arguments);
	else if (outcome == OUTCOME_DONE)
		table_print(listing.table, terminal_width(), stdout);
	table_free(listing.table);
	return outcome;
}

/*
 * One device is asked for by itself: the list may have a million others. Only when it is in
 * several zones (409), or a zone is named, which may be what isn't there (404), the list tells.
 */
enum outcome cmd_sessions(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = session_request(arguments, "GET", &url);
	struct answer answer = {.status = 0};
	bool single = false;
	enum outcome outcome;

	if (arguments->n_operands) {
		outcome = client_call(&request, &answer, error);
		if (outcome != OUTCOME_DONE && answer.status != 404 && answer.status != 409)
			goto out;
		if (answer.status == 404 && !arguments->zone) {
			print_none(arguments);
			outcome = OUTCOME_DONE;
			goto out;
		}
		single = outcome == OUTCOME_DONE;
		if (!single)
			answer_done(&answer);
	}
	if (!single) {
		url_start(&url, "/v1/sessions", NULL);
		url_query(&url, "zone", arguments->zone);
		url_query(&url, "user", arguments->user);
		outcome = client_call(&request, &answer, error);
		if (outcome != OUTCOME_DONE)
			goto out;
	}
	outcome = print_answer(arguments, &answer, single, error);
out:
	answer_done(&answer);
	return outcome;
}
