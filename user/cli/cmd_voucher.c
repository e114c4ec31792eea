/* SPDX-License-Identifier: MIT */
/* cmd_voucher.c - `xdp511 voucher`: codes for guests made, listed, shown, printed and revoked. */
#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "cli/accounts.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/table.h"

#define VOUCHERS     "/v1/vouchers"
#define BATCH_MAX    100000
#define BATCH_DIGITS 9 /* a code has ten characters */

static const struct table_column columns[] = {
	{.title = "CODE"},
	{.title = "BATCH", .right = true},
	{.title = "STATE"},
	{.title = "TIMEOUT", .right = true},
	{.title = "QUOTA", .right = true},
	{.title = "USED", .right = true},
	{.title = "DEVICES", .right = true},
	{.title = "NOTE", .flexible = true},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static enum outcome out_of_memory(struct error *error)
{
	fail(error, ENOMEM, "out of memory");
	return OUTCOME_REFUSED;
}

static bool is_batch(const char *text)
{
	return strlen(text) <= BATCH_DIGITS && !text[strspn(text, "0123456789")];
}

/* --- list ---------------------------------------------------------------------------------- */

/* Where the vouchers go: one of them. */
struct voucher_list {
	bool json;
	struct json_list list;
	struct table *table;
	struct sheet *sheet;
	struct progress progress; /* of the sheet: its codes to scan take long */
	uint64_t total;		  /* 0: it isn't known */
	size_t n;
};

static int add_row(struct table *table, const json_t *voucher)
{
	char batch[24], timeout[LIMIT_TEXT], quota[LIMIT_TEXT], used[LIMIT_TEXT], devices[48];
	const char *cells[N_COLUMNS] = {
		field_text(voucher, "code", NULL),
		batch,
		field_text(voucher, "state", NULL),
		limit_text(voucher, "timeout_s", format_duration, timeout),
		limit_text(voucher, "quota_bytes", format_size, quota),
		format_size((uint64_t)field_number(voucher, "used_bytes"), used, sizeof(used)),
		devices,
		field_text(voucher, "note", NULL),
	};
	json_int_t n = field_number(voucher, "devices");

	snprintf(batch, sizeof(batch), "%" JSON_INTEGER_FORMAT, field_number(voucher, "batch"));
	if (n)
		snprintf(devices, sizeof(devices), "%" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT,
			 field_number(voucher, "sessions"), n);
	else
		snprintf(devices, sizeof(devices), "%" JSON_INTEGER_FORMAT "/any",
			 field_number(voucher, "sessions"));
	return table_add(table, cells);
}

static enum outcome add_voucher(void *context, const json_t *voucher, struct error *error)
{
	struct voucher_list *list = context;

	list->n++;
	if (list->sheet) {
		progress_show(&list->progress, list->n, list->n, list->total);
		return sheet_add(list->sheet, voucher, error);
	}
	if (list->json)
		json_list_add(&list->list, voucher);
	else if (add_row(list->table, voucher))
		return out_of_memory(error);
	return OUTCOME_DONE;
}

static enum outcome ask_list(const struct arguments *arguments, const char *batch,
			     struct voucher_list *list, struct error *error)
{
	struct url url;
	struct request request = client_portal_request(arguments, "GET", VOUCHERS, NULL, &url);

	url_query(&url, "format", "lines");
	url_query(&url, "batch", batch);
	url_query(&url, "state", arguments->state);
	return list_objects(&request, add_voucher, list, error);
}

static enum outcome print_sheet(const struct arguments *arguments, const char *batch,
				struct sheet *sheet, struct error *error)
{
	struct voucher_list list = {
		.sheet = sheet,
		.progress = progress_start("vouchers to print", arguments->json),
	};
	enum outcome outcome, closed;
	struct error close_error;

	if (!strcmp(arguments->operands[0], "create"))
		(void)parse_number(arguments->operands[1], 1, BATCH_MAX, &list.total);
	outcome = ask_list(arguments, batch, &list, error);
	progress_end(&list.progress);
	closed = sheet_close(sheet, outcome == OUTCOME_DONE, &close_error);
	if (outcome == OUTCOME_DONE && closed != OUTCOME_DONE) {
		*error = close_error;
		outcome = closed;
	}
	if (outcome == OUTCOME_DONE && !arguments->json)
		print_line("%zu vouchers to print in '%s'", list.n, arguments->sheet);
	return outcome;
}

static enum outcome list_vouchers(const struct arguments *arguments, struct error *error)
{
	const char *batch = arguments->n_operands > 1 ? arguments->operands[1] : NULL;
	struct voucher_list list = {.json = arguments->json};
	struct sheet *sheet = NULL;
	enum outcome outcome;

	if (batch && !is_batch(batch)) {
		fail(error, EINVAL, "'%.200s' is no number of a batch; write one like 12", batch);
		return OUTCOME_REFUSED;
	}
	if (arguments->sheet) {
		outcome = sheet_open(arguments, arguments->sheet, &sheet, error);
		return outcome == OUTCOME_DONE ? print_sheet(arguments, batch, sheet, error)
					       : outcome;
	}
	list.table = table_new(columns, N_COLUMNS);
	if (!list.table)
		return out_of_memory(error);
	outcome = ask_list(arguments, batch, &list, error);
	if (outcome == OUTCOME_DONE && list.json)
		json_list_end(&list.list);
	else if (outcome == OUTCOME_DONE && !list.n)
		print_line("no vouchers");
	else if (outcome == OUTCOME_DONE)
		table_print(list.table, terminal_width(), stdout);
	table_free(list.table);
	return outcome;
}

/* --- create -------------------------------------------------------------------------------- */

static void print_codes(const json_t *batch)
{
	const json_t *code;
	size_t i;

	print_line("batch %" JSON_INTEGER_FORMAT ": %" JSON_INTEGER_FORMAT " vouchers",
		   field_number(batch, "batch"), field_number(batch, "count"));
	json_array_foreach(json_object_get(batch, "codes"), i, code)
	{
		print_line("%s", json_string_value(code) ? json_string_value(code) : "");
	}
}

static enum outcome ask_for_batch(const struct arguments *arguments, uint64_t count,
				  json_t **ret_batch, struct error *error)
{
	struct url url;
	struct request request = client_portal_request(arguments, "POST", VOUCHERS, NULL, &url);
	json_t *body = json_pack("{s:I}", "count", (json_int_t)count);
	enum outcome outcome;

	if (!body || !add_limits(body, arguments)) {
		json_decref(body);
		return out_of_memory(error);
	}
	request.body = body;
	request.silence_ms = CLIENT_BULK_MS;
	outcome = client_object(&request, ret_batch, NULL, error);
	json_decref(body);
	return outcome;
}

static enum outcome create(const struct arguments *arguments, struct error *error)
{
	char number[24];
	struct sheet *sheet = NULL;
	enum outcome outcome = OUTCOME_DONE;
	json_t *batch = NULL;
	uint64_t count;

	if (parse_number(arguments->operands[1], 1, BATCH_MAX, &count)) {
		fail(error, EINVAL, "'%.200s' is no number of vouchers; write one from 1 to %d",
		     arguments->operands[1], BATCH_MAX);
		return OUTCOME_REFUSED;
	}
	/* Before there are vouchers that can't be printed. */
	if (arguments->sheet)
		outcome = sheet_open(arguments, arguments->sheet, &sheet, error);
	if (outcome == OUTCOME_DONE)
		outcome = ask_for_batch(arguments, count, &batch, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(batch);
	else if (outcome == OUTCOME_DONE)
		print_codes(batch);
	if (outcome == OUTCOME_DONE && sheet) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 field_number(batch, "batch"));
		outcome = print_sheet(arguments, number, sheet, error);
	} else if (sheet) {
		(void)sheet_close(sheet, false, NULL);
	}
	json_decref(batch);
	return outcome;
}

/* --- show and revoke ----------------------------------------------------------------------- */

static void print_voucher(const json_t *voucher)
{
	char text[LIMIT_TEXT], used[LIMIT_TEXT];

	print_line("code      %s", field_text(voucher, "code", "-"));
	print_line("batch     %" JSON_INTEGER_FORMAT, field_number(voucher, "batch"));
	print_line("state     %s", field_text(voucher, "state", "-"));
	print_line("zone      %s", field_text(voucher, "zone", "any"));
	print_line("note      %s", field_text(voucher, "note", "-"));
	print_line("timeout   %s", limit_text(voucher, "timeout_s", format_duration, text));
	print_line("idle      %s", limit_text(voucher, "idle_s", format_duration, text));
	print_line("up        %s", limit_text(voucher, "up_bps", format_rate, text));
	print_line("down      %s", limit_text(voucher, "down_bps", format_rate, text));
	print_line("quota     %s, %s used", limit_text(voucher, "quota_bytes", format_size, text),
		   format_size((uint64_t)field_number(voucher, "used_bytes"), used, sizeof(used)));
	print_line("devices   %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT ", then %s",
		   field_number(voucher, "sessions"), field_number(voucher, "devices"),
		   field_text(voucher, "devices_full", "-"));
	print_line("created   %s", field_text(voucher, "created_at", "-"));
	print_line("valid to  %s", field_text(voucher, "valid_until", "-"));
	print_line("first use %s", field_text(voucher, "first_used_at", "-"));
	print_line("ends      %s", field_text(voucher, "ends_at", "-"));
	print_line("revoked   %s", field_text(voucher, "revoked_at", "-"));
}

static enum outcome one(const struct arguments *arguments, const char *method, struct error *error)
{
	const char *code = arguments->operands[1];
	struct url url;
	struct request request = client_portal_request(arguments, method, VOUCHERS "/", code, &url);
	json_t *voucher = NULL;
	enum outcome outcome;

	if (strchr(code, '/')) {
		fail(error, EINVAL, "'%.200s' can't be the code of a voucher; is it mistyped?",
		     code);
		return OUTCOME_REFUSED;
	}
	outcome = client_object(&request, &voucher, NULL, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(voucher);
	else if (outcome == OUTCOME_DONE && !strcmp(method, "GET"))
		print_voucher(voucher);
	else if (outcome == OUTCOME_DONE)
		print_line("voucher %s revoked", field_text(voucher, "code", "-"));
	json_decref(voucher);
	return outcome;
}

static enum outcome revoke_batch(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_portal_request(arguments, "DELETE", VOUCHERS, NULL, &url);
	json_t *answer = NULL;
	enum outcome outcome;

	url_query(&url, "batch", arguments->operands[1]);
	url_query(&url, "forget", arguments->forget ? "true" : NULL);
	request.silence_ms = CLIENT_BULK_MS;
	outcome = client_object(&request, &answer, NULL, error);
	if (outcome == OUTCOME_DONE && arguments->json)
		print_json(answer);
	else if (outcome == OUTCOME_DONE)
		print_line("batch %s: %" JSON_INTEGER_FORMAT
			   " vouchers revoked, %" JSON_INTEGER_FORMAT " forgotten",
			   arguments->operands[1], field_number(answer, "revoked"),
			   field_number(answer, "forgotten"));
	json_decref(answer);
	return outcome;
}

/* --- which of them ------------------------------------------------------------------------- */

/* What was given of what the action has no use for; NULL: nothing. */
static const char *useless_option(const struct arguments *arguments, const char *action)
{
	bool creates = !strcmp(action, "create"), lists = !strcmp(action, "list");

	if (!creates && given_limit(arguments))
		return given_limit(arguments);
	if (!creates && !lists && arguments->sheet)
		return "sheet";
	if (!lists && arguments->state)
		return "state";
	if (arguments->forget &&
	    (strcmp(action, "revoke") != 0 || !is_batch(arguments->operands[1])))
		return "forget";
	return NULL;
}

enum outcome cmd_voucher(const struct arguments *arguments, struct error *error)
{
	static const struct {
		const char *name, *operand;
	} actions[] = {{"create", "N"}, {"list", NULL}, {"show", "CODE"}, {"revoke", "CODE|BATCH"}};
	const char *action = arguments->operands[0], *useless;
	size_t i, n = sizeof(actions) / sizeof(actions[0]);

	for (i = 0; i < n && strcmp(actions[i].name, action) != 0; i++)
		;
	if (i == n)
		return wrong_usage(
			error, "voucher knows create, list, show and revoke, not '%.200s'", action);
	if (actions[i].operand && arguments->n_operands < 2)
		return wrong_usage(error, "voucher %s needs %s", action, actions[i].operand);
	useless = useless_option(arguments, action);
	if (useless)
		return wrong_usage(error, "voucher %s has no use for '--%s' here", action, useless);
	if (!strcmp(action, "create"))
		return create(arguments, error);
	if (!strcmp(action, "list"))
		return list_vouchers(arguments, error);
	if (!strcmp(action, "show"))
		return one(arguments, "GET", error);
	return is_batch(arguments->operands[1]) ? revoke_batch(arguments, error)
						: one(arguments, "DELETE", error);
}
