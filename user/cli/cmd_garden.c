/* SPDX-License-Identifier: MIT */
/* cmd_garden.c - `xdp511 garden`: what guests may reach before they sign in. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include "cli/client.h"
#include "cli/elements.h"
#include "cli/output.h"
#include "cli/table.h"

#define GARDEN	       "/v1/garden"
#define STATUS_CREATED 201

static const struct table_column columns[] = {
	{.title = "ENTRY"}, {.title = "ZONE"},	{.title = "SOURCE"},
	{.title = "NAME"},  {.title = "UNTIL"},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static enum outcome out_of_memory(struct error *error)
{
	fail(error, ENOMEM, "out of memory");
	return OUTCOME_REFUSED;
}

static int add_row(struct table *table, const json_t *entry)
{
	const char *cells[N_COLUMNS] = {
		field_text(entry, "entry", NULL),      field_text(entry, "zone", NULL),
		field_text(entry, "source", NULL),     field_text(entry, "name", NULL),
		field_text(entry, "expires_at", NULL),
	};

	return table_add(table, cells);
}

static enum outcome print_entries(const struct answer *answer, bool json, struct table *table,
				  struct error *error)
{
	struct json_list list = {.n = 0};
	struct elements elements;
	json_t *entry;
	int more;
	int err = 0;

	elements_start(&elements, answer->text ? answer->text : "", answer->size);
	while (!err && (more = elements_next(&elements, &entry)) > 0) {
		if (!json_is_object(entry))
			err = -EINVAL;
		else if (json)
			json_list_add(&list, entry);
		else
			err = add_row(table, entry);
		json_decref(entry);
	}
	if (err == -ENOMEM)
		return out_of_memory(error);
	if (err || more < 0)
		return answer_broken(error);
	if (json)
		json_list_end(&list);
	else if (table_rows(table))
		table_print(table, 0, stdout);
	else
		print_line("the garden is empty");
	return OUTCOME_DONE;
}

static enum outcome list_entries(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "GET", GARDEN, &url);
	struct answer answer;
	struct table *table = table_new(columns, N_COLUMNS);
	enum outcome outcome;

	if (!table)
		return out_of_memory(error);
	url_query(&url, "zone", arguments->zone);
	outcome = client_call(&request, &answer, error);
	if (outcome == OUTCOME_DONE)
		outcome = print_entries(&answer, arguments->json, table, error);
	answer_done(&answer);
	table_free(table);
	return outcome;
}

static enum outcome add_entry(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "POST", GARDEN, &url);
	json_t *body =
		json_pack("{s:s, s:s*}", "entry", arguments->operands[1], "zone", arguments->zone);
	json_t *entry = NULL;
	enum outcome outcome;
	long status;

	if (!body)
		return out_of_memory(error);
	request.body = body;
	outcome = client_object(&request, &entry, &status, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(entry);
	else if (outcome == OUTCOME_DONE)
		print_line("%s %s the garden of zone %s",
			   field_text(entry, "entry", arguments->operands[1]),
			   status == STATUS_CREATED ? "added to" : "was already in",
			   field_text(entry, "zone", "default"));
	json_decref(entry);
	json_decref(body);
	return outcome;
}

static enum outcome delete_entry(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "DELETE", GARDEN, &url);
	json_t *entry = NULL;
	enum outcome outcome;

	url_query(&url, "entry", arguments->operands[1]);
	url_query(&url, "zone", arguments->zone);
	outcome = client_object(&request, &entry, NULL, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(entry);
	else if (outcome == OUTCOME_DONE)
		print_line("%s removed from the garden of zone %s",
			   field_text(entry, "entry", arguments->operands[1]),
			   field_text(entry, "zone",
				      arguments->zone ? arguments->zone : "default"));
	json_decref(entry);
	return outcome;
}

enum outcome cmd_garden(const struct arguments *arguments, struct error *error)
{
	const char *action = arguments->operands[0];
	bool has_entry = arguments->n_operands > 1;

	if (!strcmp(action, "list")) {
		if (has_entry)
			return wrong_usage(error, "garden list has no use for '%.200s'",
					   arguments->operands[1]);
		return list_entries(arguments, error);
	}
	if (strcmp(action, "add") && strcmp(action, "del"))
		return wrong_usage(error, "garden knows list, add and del, not '%.200s'", action);
	if (!has_entry)
		return wrong_usage(error, "garden %s needs a PREFIX[:PORT/PROTO] or a DOMAIN",
				   action);
	return strcmp(action, "add") ? delete_entry(arguments, error) : add_entry(arguments, error);
}
