/* SPDX-License-Identifier: MIT */
/* test_signin_record.c - lines of the sign-in log there and back, moments, and what is looked for. */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/signin_record.h"
#include "base/units.h"
#include "cli/log/log_files.h"
#include "cli/log/log_query.h"

#define MAC "\"mac\":\"02:05:11:00:00:01\""

static struct signin_record sample(void)
{
	struct signin_record record = {
		.mac = "02:05:11:00:00:01",
		.zone = "press",
		.user = "a\"n\\n \xc3\xa9",
		.method = "voucher",
		.state = "active",
		.reason = "quota",
		.login_ms = 1700000000123,
		.logout_ms = 1700000060000,
		.up_bytes = INT64_MAX,
		.up_packets = 2,
		.down_bytes = 3,
		.down_packets = 4,
		.vlan = 4094,
		.n_addresses = 2,
	};

	(void)parse_address("198.18.1.10", &record.addresses[0]);
	(void)parse_address("2001:db8::1", &record.addresses[1]);
	return record;
}

static void a_record_comes_back_as_it_was(void **state)
{
	struct signin_record record = sample(), again;
	char line[RECORD_LINE];
	size_t size = record_format(&record, line);

	(void)state;
	assert_int_equal(strlen(line), size);
	assert_int_equal(line[size - 1], '\n');
	assert_non_null(strstr(line, "\"login_at\":\"2023-11-14T22:13:20.123Z\""));
	assert_int_equal(record_parse(line, size - 1, &again), 0);
	assert_memory_equal(&record, &again, sizeof(record));
	assert_int_equal(record_identity(&record, false), record_identity(&again, false));
	again.login_ms++;
	assert_int_not_equal(record_identity(&record, false), record_identity(&again, false));
	assert_int_equal(record_identity(&record, true), record_identity(&again, true));
	strcpy(again.user, "bob");
	assert_int_not_equal(record_identity(&record, true), record_identity(&again, true));
}

/* Nothing is longer than this, and a control character doesn't break the line. */
static void the_longest_record_fits(void **state)
{
	struct signin_record record = {.mac = "02:05:11:00:00:01"}, again;
	char line[RECORD_LINE];
	size_t i, size;

	(void)state;
	memset(record.user, '"', sizeof(record.user) - 1);
	memset(record.method, '\\', sizeof(record.method) - 1);
	memset(record.zone, 'z', sizeof(record.zone) - 1);
	memset(record.state, 's', sizeof(record.state) - 1);
	memset(record.reason, 'r', sizeof(record.reason) - 1);
	record.up_bytes = record.up_packets = record.down_bytes = record.down_packets = INT64_MAX;
	record.login_ms = record.logout_ms = UINT64_MAX;
	record.n_addresses = RECORD_ADDRESSES;
	for (i = 0; i < RECORD_ADDRESSES; i++)
		(void)parse_address("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", &record.addresses[i]);
	size = record_format(&record, line);
	assert_true(size < RECORD_LINE - 256);
	assert_int_equal(record_parse(line, size - 1, &again), 0);
	assert_int_equal(again.n_addresses, RECORD_ADDRESSES);
	strcpy(record.user, "a\nb\033");
	size = record_format(&record, line);
	assert_int_equal(record_parse(line, size - 1, &again), 0);
	assert_string_equal(again.user, "a?b?");
}

static void times_are_those_of_the_calendar(void **state)
{
	char text[RECORD_TIME], expected[RECORD_TIME], name[RECORD_FILE];
	uint64_t day, again;

	(void)state;
	for (day = 0; day < 300000; day++) {
		format_time(day * 86400 + 86399, expected, sizeof(expected));
		strcpy(expected + 19, ".007Z");
		assert_string_equal(record_time(day * RECORD_DAY_MS + 86399007, text), expected);
		if (day % 100)
			continue;
		assert_int_equal(record_file_day(record_file(day, name), &again), 0);
		assert_int_equal(again, day);
	}
	assert_string_equal(record_time(UINT64_MAX, text), "9999-12-31T23:59:59.999Z");
}

static const struct line_row {
	const char *sentence;
	const char *line;
	bool is_refused;
} line_rows[] = {
	{"line: the least", "{" MAC "}", false},
	{"line: an API's session", "{" MAC ",\"login_at\":\"2026-11-21T20:15:00Z\",\"idle_s\":3}",
	 false},
	{"line: nothing", "", true},
	{"line: torn", "{" MAC ",\"zone\":\"def", true},
	{"line: no object", "[" MAC "]", true},
	{"line: no device", "{\"zone\":\"default\"}", true},
	{"line: a device that is none", "{\"mac\":\"elephant\"}", true},
	{"line: an escape for the terminal", "{" MAC ",\"user\":\"\\u001b[2J\"}", true},
	{"line: a NUL in a text", "{" MAC ",\"user\":\"a\\u0000b\"}", true},
	{"line: a user that is a number", "{" MAC ",\"user\":7}", true},
	{"line: a zone that is too long",
	 "{" MAC ",\"zone\":\"0123456789012345678901234567890123\"}", true},
	{"line: a field twice", "{" MAC "," MAC "}", true},
	{"line: negative bytes", "{" MAC ",\"up_bytes\":-1}", true},
	{"line: bytes that are no whole number", "{" MAC ",\"up_bytes\":1.5}", true},
	{"line: a VLAN that is none", "{" MAC ",\"vlan\":4095}", true},
	{"line: a time that is none", "{" MAC ",\"login_at\":\"yesterday\"}", true},
	{"line: addresses that are no list", "{" MAC ",\"addresses\":\"198.18.1.1\"}", true},
	{"line: an address that is none", "{" MAC ",\"addresses\":[\"198.18.1\"]}", true},
	{"line: too many addresses",
	 "{" MAC ",\"addresses\":[\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\","
	 "\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\",\"::1\","
	 "\"::1\",\"::1\",\"::1\"]}",
	 true},
};

static void test_line(void **state)
{
	const struct line_row *row = *state;
	struct signin_record record;

	assert_int_equal(record_parse(row->line, strlen(row->line), &record),
			 row->is_refused ? -EINVAL : 0);
}

static const struct file_row {
	const char *sentence;
	const char *name;
	uint64_t day; /* 0: it isn't such a file */
} file_rows[] = {
	{"file: of a day", "sign-ins-2026-11-21.jsonl", 20778},
	{"file: of another kind", "sign-ins-2026-11-21.json", 0},
	{"file: with more behind", "sign-ins-2026-11-21.jsonl.1", 0},
	{"file: with something before", "Xign-ins-2026-11-21.jsonl", 0},
	{"file: of a day that isn't", "sign-ins-2026-02-30.jsonl", 0},
	{"file: with letters", "sign-ins-2026-1a-21.jsonl", 0},
	{"file: none at all", "..", 0},
};

static void test_file(void **state)
{
	const struct file_row *row = *state;
	char name[RECORD_FILE];
	uint64_t day = 0;

	assert_int_equal(record_file_day(row->name, &day), row->day ? 0 : -EINVAL);
	assert_int_equal(day, row->day);
	if (row->day)
		assert_string_equal(record_file(day, name), row->name);
}

#define NOW 1790000000000ULL

/* Local time is that of Berlin. */
static const struct moment_row {
	const char *sentence;
	const char *text;
	uint64_t since_ms; /* 0: refused */
	uint64_t until_ms;
} moment_rows[] = {
	{"moment: RFC 3339", "2026-11-21T20:15:00Z", 1795292100000, 1795292100000},
	{"moment: with a fraction", "2026-11-21T20:15:00.1234Z", 1795292100123, 1795292100123},
	{"moment: with an offset", "2026-11-21T20:15:00+05:30", 1795272300000, 1795272300000},
	{"moment: local time in winter", "2026-11-21 20:15", 1795288500000, 1795288500000},
	{"moment: local time in summer", "2026-07-21 20:15:07", 1784657707000, 1784657707000},
	{"moment: with a T", "2026-11-21T20:15", 1795288500000, 1795288500000},
	{"moment: a day", "2026-11-21", 1795215600000, 1795301999999},
	{"moment: a day of 25 hours", "2026-10-25", 1792879200000, 1792969199999},
	{"moment: a while ago", "2h", NOW - 7200000, NOW - 7200000},
	{"moment: the leap second", "2016-12-31T23:59:60Z", 1483228800000, 1483228800000},
	{"moment: nothing", "", 0, 0},
	{"moment: words", "yesterday", 0, 0},
	{"moment: 30 February", "2026-02-30", 0, 0},
	{"moment: the 13th month", "2026-13-01", 0, 0},
	{"moment: 24 o'clock", "2026-11-21 24:00", 0, 0},
	{"moment: an hour alone", "2026-11-21 20", 0, 0},
	{"moment: more behind", "2026-11-21 20:15 h", 0, 0},
	{"moment: an offset that is none", "2026-11-21T20:15:00+5", 0, 0},
	{"moment: before all time", "1969-12-31", 0, 0},
	{"moment: signs", "-2h", 0, 0},
};

static void test_moment(void **state)
{
	const struct moment_row *row = *state;
	struct log_period period = {};

	assert_int_equal(log_moment(row->text, NOW, &period), row->since_ms ? 0 : -EINVAL);
	assert_int_equal(period.since_ms, row->since_ms);
	assert_int_equal(period.until_ms, row->until_ms);
}

static const struct query_row {
	const char *sentence;
	bool is_match;
	const char *mac, *user, *zone, *address;
	uint64_t since_ms, until_ms; /* 0: any */
} query_rows[] = {
	{"query: everything", true, NULL, NULL, NULL, NULL, 0, 0},
	{"query: all that is right", true, "02:05:11:00:00:01", "a\"n\\n \xc3\xa9", "press",
	 "2001:db8::1", 1700000000000, 1700000060000},
	{"query: another device", false, "02:05:11:00:00:02", NULL, NULL, NULL, 0, 0},
	{"query: a user's beginning", false, NULL, "a", NULL, NULL, 0, 0},
	{"query: another zone", false, NULL, NULL, "default", NULL, 0, 0},
	{"query: another address", false, NULL, NULL, NULL, "198.18.1.1", 0, 0},
	{"query: an address in another form", true, NULL, NULL, NULL, "2001:DB8:0:0::1", 0, 0},
	{"query: the last moment", true, NULL, NULL, NULL, NULL, 1700000060000, 0},
	{"query: after it", false, NULL, NULL, NULL, NULL, 1700000060001, 0},
	{"query: a second after it", false, NULL, NULL, NULL, NULL, 1700000061000, 0},
	{"query: the first moment", true, NULL, NULL, NULL, NULL, 0, 1700000000123},
	{"query: before it", false, NULL, NULL, NULL, NULL, 0, 1700000000122},
	{"query: a second before it", false, NULL, NULL, NULL, NULL, 0, 1699999999000},
};

static void test_query(void **state)
{
	const struct query_row *row = *state;
	struct signin_record record = sample();
	char line[RECORD_LINE];
	size_t size = record_format(&record, line);
	struct address address;
	struct log_query query = {
		.mac = row->mac,
		.user = row->user,
		.zone = row->zone,
		.address = row->address ? &address : NULL,
		.period = {row->since_ms, row->until_ms ? row->until_ms : LOG_FOREVER},
	};

	if (row->address)
		assert_int_equal(parse_address(row->address, &address), 0);
	log_query_prepare(&query);
	assert_int_equal(log_matches(&query, &record), row->is_match);
	/* What is quick may be wrong in one direction only. */
	assert_true(log_may_match(&query, line, size - 1) || !row->is_match);
}

static void what_was_shown_is_known(void **state)
{
	struct log_seen *seen = log_seen_new();
	uint64_t i;

	(void)state;
	for (i = 0; i < 600000; i++) {
		assert_false(log_seen_has(seen, i * 0x9e3779b97f4a7c15));
		log_seen_add(seen, i * 0x9e3779b97f4a7c15);
		assert_true(log_seen_has(seen, i * 0x9e3779b97f4a7c15));
	}
	for (i = 600000 - 131072; i < 600000; i++)
		assert_true(log_seen_has(seen, i * 0x9e3779b97f4a7c15));
	log_seen_free(seen);
}

/* --- files ----------------------------------------------------------------------------------- */

static void write_file(uint64_t day, const char *text, size_t size)
{
	char path[128], name[RECORD_FILE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", scratch, record_file(day, name));
	file = fopen(path, "a");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	fclose(file);
}

static int count(void *context, const struct signin_record *record)
{
	(void)record;
	return ++*(int *)context == 7 ? -ECANCELED : 0;
}

static void files_are_read_whatever_they_hold(void **state)
{
	struct signin_record record = sample();
	struct log_query query = {.period = {0, LOG_FOREVER}};
	int n = 0;
	struct log_reading reading = {.query = &query, .take = count, .context = &n};
	char line[RECORD_LINE], *junk = malloc(700000);
	size_t size = record_format(&record, line);

	(void)state;
	memset(junk, 'x', 700000);
	log_query_prepare(&query);
	write_file(5, line, size);
	write_file(5, "{\"mac\":\"02:05\n\n", 15); /* torn, and nothing */
	write_file(5, line, size);
	write_file(5, junk, 700000); /* longer than anything is read at a time */
	write_file(5, "\n", 1);
	write_file(5, line, size);
	write_file(5, line, size - 1); /* being written */
	assert_int_equal(log_file_read(scratch, 5, &reading), 0);
	assert_int_equal(n, 3);
	assert_int_equal(reading.n_broken, 2);
	/* It has its newline now; and who has had enough is heard. */
	write_file(5, "\n", 1);
	assert_int_equal(log_file_read(scratch, 5, &reading), -ECANCELED);
	assert_int_equal(log_file_read(scratch, 6, &reading), -ENOENT);
	free(junk);
}

static void files_are_listed_in_their_order(void **state)
{
	char path[128];
	uint64_t *days;
	size_t n;

	(void)state;
	write_file(20000, "", 0);
	write_file(3, "", 0);
	write_file(700, "", 0);
	snprintf(path, sizeof(path), "%s/sign-ins-2026-11-21.jsonl.gz", scratch);
	fclose(fopen(path, "w"));
	assert_int_equal(log_files_list(scratch, &days, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(days[0], 3);
	assert_int_equal(days[1], 700);
	assert_int_equal(days[2], 20000);
	free(days);
	assert_int_equal(log_files_list("/nowhere/at/all", &days, &n), -ENOENT);
}

#define TEST(name)    cmocka_unit_test(name)
#define SCRATCH(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	struct CMUnitTest lines[ARRAY_SIZE(line_rows)], files[ARRAY_SIZE(file_rows)];
	struct CMUnitTest moments[ARRAY_SIZE(moment_rows)], queries[ARRAY_SIZE(query_rows)];
	const struct CMUnitTest others[] = {
		TEST(a_record_comes_back_as_it_was),
		TEST(the_longest_record_fits),
		TEST(times_are_those_of_the_calendar),
		TEST(what_was_shown_is_known),
		SCRATCH(files_are_read_whatever_they_hold),
		SCRATCH(files_are_listed_in_their_order),
	};
	int failed;

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	TABLE_TESTS(lines, line_rows, test_line);
	TABLE_TESTS(files, file_rows, test_file);
	TABLE_TESTS(moments, moment_rows, test_moment);
	TABLE_TESTS(queries, query_rows, test_query);
	failed = cmocka_run_group_tests(others, NULL, NULL);
	failed += cmocka_run_group_tests(lines, NULL, NULL);
	failed += cmocka_run_group_tests(files, NULL, NULL);
	failed += cmocka_run_group_tests(moments, NULL, NULL);
	return failed + cmocka_run_group_tests(queries, NULL, NULL);
}
