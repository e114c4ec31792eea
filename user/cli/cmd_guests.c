/* SPDX-License-Identifier: MIT */
/* cmd_guests.c - `xdp511 sessions --guests`: the loudest devices that aren't signed in. */
#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/client.h"
#include "cli/elements.h"
#include "cli/output.h"
#include "cli/table.h"

#define NUMBER_TEXT 24

static const struct table_column columns[] = {
	{.title = "MAC"},
	{.title = "ZONE", .flexible = true},
	{.title = "ADDRESS"},
	{.title = "PACKETS", .right = true},
	{.title = "DROPPED", .right = true},
	{.title = "PARKED-UNTIL"},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static int add_row(struct table *table, const json_t *guest)
{
	char packets[NUMBER_TEXT], dropped[NUMBER_TEXT];
	const char *cells[N_COLUMNS] = {
		field_text(guest, "mac", NULL),
		field_text(guest, "zone", NULL),
		field_text(guest, "address", NULL),
		packets,
		dropped,
		field_text(guest, "parked_until", NULL),
	};

	snprintf(packets, sizeof(packets), "%" JSON_INTEGER_FORMAT, field_number(guest, "packets"));
	snprintf(dropped, sizeof(dropped), "%" JSON_INTEGER_FORMAT, field_number(guest, "dropped"));
	return table_add(table, cells);
}

/* @table is NULL for JSON. */
static enum outcome add_guests(struct table *table, const struct answer *answer,
			       struct error *error)
{
	struct json_list list = {.n = 0};
	struct elements elements;
	json_t *guest;
	int more;

	elements_start(&elements, answer->text ? answer->text : "", answer->size);
	while ((more = elements_next(&elements, &guest)) > 0) {
		int err = 0;

		if (!json_is_object(guest))
			more = -EINVAL;
		else if (table)
			err = add_row(table, guest);
		else
			json_list_add(&list, guest);
		json_decref(guest);
		if (err) {
			fail(error, ENOMEM, "there is no memory left for the table; ask for fewer");
			return OUTCOME_REFUSED;
		}
		if (more < 0)
			break;
	}
	if (more < 0)
		return answer_broken(error);
	if (!table)
		json_list_end(&list);
	return OUTCOME_DONE;
}

static enum outcome print_guests(const struct arguments *arguments, const struct answer *answer,
				 struct error *error)
{
	struct table *table;
	enum outcome outcome;

	if (arguments->json)
		return add_guests(NULL, answer, error);
	table = table_new(columns, N_COLUMNS);
	if (!table) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	outcome = add_guests(table, answer, error);
	if (outcome == OUTCOME_DONE && !table_rows(table))
		print_line("no guests");
	else if (outcome == OUTCOME_DONE)
		table_print(table, terminal_width(), stdout);
	table_free(table);
	return outcome;
}

enum outcome cmd_guests(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/guests", &url);
	struct answer answer;
	enum outcome outcome;
	char top[NUMBER_TEXT];

	if (!arguments->guests)
		return wrong_usage(error, "--top belongs to sessions --guests");
	if (arguments->n_operands || arguments->user)
		return wrong_usage(error, "sessions --guests takes no MAC and no --user");
	snprintf(top, sizeof(top), "%" PRIu64, arguments->top.value);
	url_query(&url, "zone", arguments->zone);
	url_query(&url, "top", arguments->top.given ? top : NULL);
	request.silence_ms = CLIENT_LIMIT_MS;
	outcome = client_call(&request, &answer, error);
	if (outcome == OUTCOME_DONE)
		outcome = print_guests(arguments, &answer, error);
	answer_done(&answer);
	return outcome;
}
