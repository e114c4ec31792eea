/* SPDX-License-Identifier: MIT */
/* cmd_log.c - `xdp511 log`: who was signed in when, of the sign-in log and of those still there. */
#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/config.h"
#include "base/units.h"
#include "cli/log/log_files.h"
#include "cli/log/log_live.h"
#include "cli/output.h"
#include "cli/table.h"
#include "cli/text.h"

#define ROWS_A_TABLE 1000 /* then it is printed, and another begins below it */
#define CELL	     64
#define MS_PER_S     1000

static const struct table_column columns[] = {
	{.title = "FROM"},
	{.title = "TO"},
	{.title = "MAC"},
	{.title = "ZONE", .flexible = true},
	{.title = "USER", .flexible = true},
	{.title = "ADDRESSES", .flexible = true},
	{.title = "BYTES", .right = true},
	{.title = "END"},
};
#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))
static const struct table_column more_columns[N_COLUMNS] = {
	{}, {}, {}, {.flexible = true}, {.flexible = true}, {.flexible = true}, {.right = true}, {},
};

struct search {
	const struct arguments *arguments;
	struct error *error;
	struct log_query query;
	struct address address;
	struct log_seen *seen; /* of the files */
	struct log_seen *live; /* whom the daemon has, by whole seconds, … */
	uint64_t asked_ms;     /* … at that time or later */
	struct json_list json;
	struct table *table;
	size_t n;
	size_t n_broken;
	bool has_ended; /* nothing more can be shown */
};

/* --- what is looked for --------------------------------------------------------------------- */

static int read_moment(const char *name, const char *text, struct log_period *ret_period,
		       struct error *error)
{
	uint64_t now_ms = (uint64_t)time(NULL) * MS_PER_S;

	if (!log_moment(text, now_ms, ret_period))
		return 0;
	return fail(error, EINVAL,
		    "--%s '%.100s' is no time; write 2026-11-21, '2026-11-21 20:15' (local time), "
		    "2026-11-21T20:15:00Z, or 2h for two hours ago",
		    name, text);
}

static enum outcome read_period(const struct arguments *arguments, struct log_period *ret_period,
				struct error *error)
{
	struct log_period since = {.since_ms = 0}, until = {.until_ms = LOG_FOREVER};
	int err = 0;

	if (arguments->at && (arguments->since || arguments->until))
		return wrong_usage(error, "log takes either --at, or --since and --until");
	if (arguments->at) {
		err = read_moment("at", arguments->at, &since, error);
		until = since;
	}
	if (!err && arguments->since)
		err = read_moment("since", arguments->since, &since, error);
	if (!err && arguments->until)
		err = read_moment("until", arguments->until, &until, error);
	if (!err && since.since_ms > until.until_ms)
		err = fail(error, EINVAL, "--since '%.100s' is after --until '%.100s'; swap them",
			   arguments->since, arguments->until);
	*ret_period = (struct log_period){since.since_ms, until.until_ms};
	return err ? OUTCOME_REFUSED : OUTCOME_DONE;
}

static enum outcome read_query(struct search *search)
{
	const struct arguments *arguments = search->arguments;
	struct log_query *query = &search->query;
	enum outcome outcome = read_period(arguments, &query->period, search->error);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (arguments->address && parse_address(arguments->address, &search->address)) {
		fail(search->error, EINVAL,
		     "--address '%.100s' is no IP address; write one like 198.18.1.10 or "
		     "2001:db8::10",
		     arguments->address);
		return OUTCOME_REFUSED;
	}
	query->mac = arguments->n_operands ? arguments->mac : NULL;
	query->user = arguments->user;
	query->zone = arguments->zone;
	query->address = arguments->address ? &search->address : NULL;
	log_query_prepare(query);
	return OUTCOME_DONE;
}

/* --- what is shown -------------------------------------------------------------------------- */

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *time_or_null(uint64_t ms)
{
	char text[RECORD_TIME];

	return ms ? json_string(record_time(ms, text)) : json_null();
}

static json_t *to_json(const struct signin_record *record)
{
	json_t *addresses = json_array();
	char text[ADDRESS_TEXT];
	size_t i;

	for (i = 0; i < record->n_addresses; i++)
		json_array_append_new(addresses,
				      json_string(format_address(&record->addresses[i], text)));
	return json_pack("{s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o}",
			 "mac", record->mac, "zone", text_or_null(record->zone), "vlan",
			 (int)record->vlan, "user", text_or_null(record->user), "method",
			 text_or_null(record->method), "state", text_or_null(record->state),
			 "login_at", time_or_null(record->login_ms), "logout_at",
			 time_or_null(record->logout_ms), "reason", text_or_null(record->reason),
			 "up_bytes", (json_int_t)record->up_bytes, "up_packets",
			 (json_int_t)record->up_packets, "down_bytes",
			 (json_int_t)record->down_bytes, "down_packets",
			 (json_int_t)record->down_packets, "addresses", addresses);
}

static const char *local_time(uint64_t ms, char buffer[CELL])
{
	time_t seconds = (time_t)(ms / MS_PER_S);
	struct tm tm;

	if (!ms || !localtime_r(&seconds, &tm) || !strftime(buffer, CELL, "%F %T", &tm))
		return "-";
	return buffer;
}

static int add_row(struct table *table, const struct signin_record *record)
{
	char from[CELL], to[CELL], bytes[CELL], address[ADDRESS_TEXT];
	char addresses[RECORD_ADDRESSES * ADDRESS_TEXT] = "";
	const char *cells[N_COLUMNS] = {
		local_time(record->login_ms, from),
		local_time(record->logout_ms, to),
		record->mac,
		*record->zone ? record->zone : NULL,
		*record->user ? record->user : NULL,
		record->n_addresses ? addresses : NULL,
		format_size(record->up_bytes + record->down_bytes, bytes, sizeof(bytes)),
		record->logout_ms ? record->reason : "signed in",
	};
	size_t i, used = 0;

	for (i = 0; i < record->n_addresses; i++)
		used += (size_t)snprintf(addresses + used, sizeof(addresses) - used, "%s%s",
					 i ? " " : "",
					 format_address(&record->addresses[i], address));
	return table_add(table, cells);
}

static int begin_table(struct search *search)
{
	search->table = table_new(search->n ? more_columns : columns, N_COLUMNS);
	return search->table ? 0 : fail(search->error, ENOMEM, "out of memory");
}

static void end_table(struct search *search)
{
	if (search->table && table_rows(search->table))
		table_print(search->table, terminal_width(), stdout);
	search->table = table_free(search->table);
}

static int show(struct search *search, const struct signin_record *record)
{
	struct error unwritten;
	json_t *json;

	if (search->arguments->json) {
		json = to_json(record);
		json_list_add(&search->json, json);
		json_decref(json);
	} else {
		if (!search->table && begin_table(search))
			return -ENOMEM;
		if (add_row(search->table, record))
			return fail(search->error, ENOMEM, "out of memory");
	}
	search->n++;
	if (search->n % ROWS_A_TABLE)
		return 0;
	end_table(search);
	/* Whoever reads this may have had enough. */
	return flush_output(&unwritten) == OUTCOME_DONE ? 0 : -EPIPE;
}

static int take_live(void *context, const struct signin_record *record)
{
	struct search *search = context;

	if (!strcmp(record->state, "blocked") || !log_matches(&search->query, record))
		return 0;
	log_seen_add(search->live, record_identity(record, true));
	return show(search, record);
}

static int take_ended(void *context, const struct signin_record *record)
{
	struct search *search = context;
	uint64_t identity = record_identity(record, false);

	if (log_seen_has(search->seen, identity))
		return 0;
	/* It was there a moment ago. */
	if (record->logout_ms >= search->asked_ms &&
	    log_seen_has(search->live, record_identity(record, true)))
		return 0;
	log_seen_add(search->seen, identity);
	return show(search, record);
}

/* --- where it is looked for ----------------------------------------------------------------- */

/* Besides the output, and no failure. */
static void note(const char *sentence)
{
	char clean[sizeof(((struct error *)NULL)->text)];

	fflush(stdout);
	fprintf(stderr, "xdp511: %s\n", clean_text(sentence, clean, sizeof(clean)));
}

static void search_live(struct search *search)
{
	struct error error = {.text = ""}, sentence;

	if (log_live(search->arguments, take_live, search, &error) == OUTCOME_DONE)
		return;
	fail(&sentence, EIO, "those signed in now are missing: %.440s", error.text);
	note(sentence.text);
}

static const char *hint_of(int err)
{
	return err == -EACCES ? "be root or a member of the group 'xdp511'"
			      : "see `directory` in [log] of the configuration";
}

static enum outcome search_day(struct search *search, const char *directory, uint64_t day)
{
	struct log_reading reading = {
		.query = &search->query,
		.take = take_ended,
		.context = search,
	};
	char name[RECORD_FILE];
	int err = log_file_read(directory, day, &reading);

	search->n_broken += reading.n_broken;
	/* A file that was removed meanwhile is too old. */
	if (!err || err == -ENOENT)
		return OUTCOME_DONE;
	if (err == -ENOMEM || err == -EPIPE) {
		search->has_ended = true;
		fail(search->error, -err, "the search has ended early: %s", strerror(-err));
		return OUTCOME_REFUSED;
	}
	fail(search->error, -err, "'%s/%s' can't be read (%s); %s", directory,
	     record_file(day, name), strerror(-err), hint_of(err));
	return OUTCOME_REFUSED;
}

/* A session is in the file of the day of its end, or a later one. */
static enum outcome search_files(struct search *search, const struct config_log *log)
{
	const uint64_t first = search->query.period.since_ms / RECORD_DAY_MS;
	enum outcome outcome = OUTCOME_DONE;
	uint64_t *days = NULL;
	size_t i, n = 0;
	int err = log_files_list(log->directory, &days, &n);

	if (err && err != -ENOENT) {
		fail(search->error, -err, "the sign-in log in '%s' can't be read (%s); %s",
		     log->directory, strerror(-err), hint_of(err));
		return OUTCOME_REFUSED;
	}
	if (!n && !log->keep_s)
		fail(search->error, ENOENT,
		     "no sign-in log is kept; set `keep` in [log] of '%s' and reload",
		     search->arguments->config);
	else if (!n && !search->n)
		fail(search->error, ENOENT,
		     "there is no sign-in log in '%s' yet; it begins with the first session that "
		     "ends",
		     log->directory);
	/* A file that can't be read is told, but hides none of the others. */
	for (i = 0; i < n && !search->has_ended; i++) {
		if (days[i] >= first && search_day(search, log->directory, days[i]) != OUTCOME_DONE)
			outcome = OUTCOME_REFUSED;
	}
	free(days);
	return n || (log->keep_s && search->n) ? outcome : OUTCOME_REFUSED;
}

static void print_end(struct search *search, bool is_whole)
{
	struct error sentence;

	if (search->arguments->json)
		json_list_end(&search->json);
	end_table(search);
	if (!search->arguments->json && !search->n && is_whole)
		print_line("no sessions");
	if (!search->n_broken)
		return;
	fail(&sentence, EINVAL, "%zu lines of the sign-in log are no records and were left out",
	     search->n_broken);
	note(sentence.text);
}

static enum outcome run(struct search *search)
{
	struct config *config = NULL;
	enum outcome outcome = read_query(search);

	if (outcome != OUTCOME_DONE)
		return outcome;
	search->seen = log_seen_new();
	search->live = log_seen_new();
	if (!search->seen || !search->live) {
		fail(search->error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	if (config_load(search->arguments->config, &config, search->error))
		return OUTCOME_REFUSED;
	search->asked_ms = (uint64_t)time(NULL) * MS_PER_S;
	search_live(search);
	outcome = search_files(search, &config->log);
	print_end(search, outcome == OUTCOME_DONE);
	config_free(config);
	return outcome;
}

enum outcome cmd_log(const struct arguments *arguments, struct error *error)
{
	struct search search = {.arguments = arguments, .error = error};
	enum outcome outcome = run(&search);

	search.table = table_free(search.table);
	log_seen_free(search.seen);
	log_seen_free(search.live);
	return outcome;
}
