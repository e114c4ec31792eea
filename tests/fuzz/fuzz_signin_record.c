/* SPDX-License-Identifier: MIT */
/* fuzz_signin_record.c - any line of a file of the sign-in log: refused, or fit to be shown. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/signin_record.h"
#include "cli/log/log_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
	if (!holds)
		abort();
}

/* What is read can be written, is read again as the same, and found by all that it says. */
static void check(const struct signin_record *record)
{
	struct signin_record again;
	struct log_query query = {
		.period = {record->login_ms, LOG_FOREVER},
		.mac = record->mac,
		.user = record->user[0] ? record->user : NULL,
		.address = record->n_addresses ? &record->addresses[0] : NULL,
	};
	char line[RECORD_LINE];
	size_t size = record_format(record, line);

	must(is_printable(record->zone) && is_printable(record->user));
	must(is_printable(record->method) && is_printable(record->state));
	must(is_printable(record->reason));
	must(line[size - 1] == '\n' && !memchr(line, '\n', size - 1));
	must(!record_parse(line, size - 1, &again));
	must(!memcmp(record, &again, sizeof(again)));
	must(record_identity(record, false) == record_identity(&again, false));
	if (record->logout_ms && record->logout_ms < record->login_ms)
		query.period.since_ms = record->logout_ms;
	log_query_prepare(&query);
	must(log_matches(&query, record) && log_may_match(&query, line, size - 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signin_record record;
	struct log_period period;
	uint64_t day;
	char *text;

	if (!record_parse((const char *)data, size, &record))
		check(&record);
	text = strndup((const char *)data, size);
	if (!text)
		return 0;
	(void)record_file_day(text, &day);
	if (!log_moment(text, 1790000000000, &period))
		must(period.since_ms <= period.until_ms);
	free(text);
	return 0;
}
