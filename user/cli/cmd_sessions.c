/* SPDX-License-Identifier: MIT */
/* cmd_sessions.c - `xdp511 sessions`: a line a session, all or some. */
#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/client.h"
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
	struct error *error;
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

static void print_end(const struct listing *listing)
{
	if (listing->arguments->json)
		json_list_end(&listing->json);
	else if (!table_rows(listing->table))
		print_line("no sessions");
	else
		table_print(listing->table, terminal_width(), stdout);
}

static int take_line(void *context, char *line, size_t size)
{
	struct listing *listing = context;
	json_t *session = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	enum outcome outcome = add_session(listing, session, listing->error);

	json_decref(session);
	return outcome == OUTCOME_DONE ? 0 : -EIO;
}

/*
 * One device is asked for by itself: the list may have a million others. Only when it is in
 * several zones (409), or a zone is named, which may be what isn't there (404), the list tells.
 */
static enum outcome list(struct listing *listing, struct error *error)
{
	const struct arguments *arguments = listing->arguments;
	struct url url;
	struct request request = session_request(arguments, "GET", &url);
	json_t *session = NULL;
	enum outcome outcome;
	long status;

	if (!arguments->n_operands)
		return session_list(arguments, take_line, listing, NULL, error);
	outcome = client_object(&request, &session, &status, error);
	if (outcome == OUTCOME_DONE)
		outcome = add_session(listing, session, error);
	else if (status == 409 || (status == 404 && arguments->zone))
		outcome = session_list(arguments, take_line, listing, NULL, error);
	else if (status == 404)
		outcome = OUTCOME_DONE;
	json_decref(session);
	return outcome;
}

enum outcome cmd_sessions(const struct arguments *arguments, struct error *error)
{
	struct listing *listing;
	enum outcome outcome = OUTCOME_REFUSED;

	if (arguments->guests || arguments->top.given)
		return cmd_guests(arguments, error);
	listing = calloc(1, sizeof(*listing));
	if (listing)
		listing->table = table_new(columns, N_COLUMNS);
	if (listing && listing->table) {
		listing->arguments = arguments;
		listing->error = error;
		outcome = list(listing, error);
	} else {
		fail(error, ENOMEM, "out of memory");
	}
	if (outcome == OUTCOME_DONE)
		print_end(listing);
	if (listing)
		table_free(listing->table);
	free(listing);
	return outcome;
}
