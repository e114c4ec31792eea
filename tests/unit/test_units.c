/* SPDX-License-Identifier: MIT */
/* test_units.c - durations, rates, sizes, numbers and times, read and written. */
#include "table.h"

#include <errno.h>

#include "base/units.h"

#define UNTOUCHED 0xdeadbeefULL

typedef int parser(const char *text, uint64_t *ret_number);
typedef char *formatter(uint64_t number, char *buffer, size_t size);

static int parse_percent(const char *text, uint64_t *ret_number)
{
	return parse_number(text, 1, 100, ret_number);
}

static int parse_any(const char *text, uint64_t *ret_number)
{
	return parse_number(text, 0, UINT64_MAX, ret_number);
}

static const struct parse_row {
	const char *sentence;
	parser *parse;
	const char *input;
	int expected_err;
	uint64_t expected;
} parse_rows[] = {
	{"duration: seconds", parse_duration, "30s", 0, 30},
	{"duration: minutes", parse_duration, "15m", 0, 900},
	{"duration: hours", parse_duration, "8h", 0, 28800},
	{"duration: days", parse_duration, "7d", 0, 604800},
	{"duration: plain seconds", parse_duration, "45", 0, 45},
	{"duration: zero", parse_duration, "0", 0, 0},
	{"duration: the longest", parse_duration, "3650d", 0, 315360000},
	{"duration: a second too long", parse_duration, "315360001", -ERANGE, 0},
	{"duration: overflow in the digits", parse_duration, "99999999999999999999", -ERANGE, 0},
	{"duration: overflow by the unit", parse_duration, "18446744073709551615d", -ERANGE, 0},
	{"duration: negative", parse_duration, "-5s", -EINVAL, 0},
	{"duration: plus sign", parse_duration, "+5s", -EINVAL, 0},
	{"duration: empty", parse_duration, "", -EINVAL, 0},
	{"duration: a unit alone", parse_duration, "h", -EINVAL, 0},
	{"duration: unknown unit", parse_duration, "5w", -EINVAL, 0},
	{"duration: two units", parse_duration, "5ms", -EINVAL, 0},
	{"duration: fraction", parse_duration, "1.5h", -EINVAL, 0},
	{"duration: space before", parse_duration, " 5s", -EINVAL, 0},
	{"duration: space behind", parse_duration, "5s ", -EINVAL, 0},
	{"duration: hexadecimal", parse_duration, "0x10", -EINVAL, 0},
	{"duration: overflow with a rest is not of this form", parse_duration,
	 "99999999999999999999 s", -EINVAL, 0},

	{"rate: unlimited", parse_rate, "0", 0, 0},
	{"rate: kilobits", parse_rate, "64k", 0, 64000},
	{"rate: capital K", parse_rate, "64K", 0, 64000},
	{"rate: megabits", parse_rate, "10M", 0, 10000000},
	{"rate: fraction", parse_rate, "1.5G", 0, 1500000000},
	{"rate: long fraction", parse_rate, "0.123456789G", 0, 123456789},
	{"rate: plain bits", parse_rate, "2500", 0, 2500},
	{"rate: the smallest", parse_rate, "1k", 0, 1000},
	{"rate: below the smallest", parse_rate, "999", -ERANGE, 0},
	{"rate: the largest", parse_rate, "4T", 0, 4000000000000ULL},
	{"rate: over the largest", parse_rate, "4000000000001", -ERANGE, 0},
	{"rate: parts of a bit", parse_rate, "1.0005k", -EINVAL, 0},
	{"rate: fraction without unit", parse_rate, "1000.5", -EINVAL, 0},
	{"rate: ten digits behind the point", parse_rate, "1.1234567890T", -EINVAL, 0},
	{"rate: nothing behind the point", parse_rate, "1.M", -EINVAL, 0},
	{"rate: nothing before the point", parse_rate, ".5M", -EINVAL, 0},
	{"rate: milli is no unit", parse_rate, "10m", -EINVAL, 0},
	{"rate: with bit/s", parse_rate, "10Mbit/s", -EINVAL, 0},
	{"rate: negative", parse_rate, "-1M", -EINVAL, 0},
	{"rate: two points", parse_rate, "1.5.5M", -EINVAL, 0},
	{"rate: empty", parse_rate, "", -EINVAL, 0},

	{"size: unlimited", parse_size, "0", 0, 0},
	{"size: bytes", parse_size, "1", 0, 1},
	{"size: megabytes", parse_size, "500M", 0, 500000000},
	{"size: gigabytes", parse_size, "5G", 0, 5000000000ULL},
	{"size: fraction of a terabyte", parse_size, "0.999999999T", 0, 999999999000ULL},
	{"size: the largest", parse_size, "9223372036854775807", 0, INT64_MAX},
	{"size: a byte over the largest", parse_size, "9223372036854775808", -ERANGE, 0},
	{"size: overflow by the suffix", parse_size, "99999999T", -ERANGE, 0},
	{"size: negative", parse_size, "-5G", -EINVAL, 0},
	{"size: with B", parse_size, "5GB", -EINVAL, 0},

	{"packets: a second", parse_packet_rate, "50/s", 0, 50},
	{"packets: unlimited", parse_packet_rate, "0", 0, 0},
	{"packets: unlimited with unit", parse_packet_rate, "0/s", 0, 0},
	{"packets: the most", parse_packet_rate, "1000000/s", 0, 1000000},
	{"packets: one over the most", parse_packet_rate, "1000001/s", -ERANGE, 0},
	{"packets: overflow", parse_packet_rate, "99999999999999999999/s", -ERANGE, 0},
	{"packets: no unit", parse_packet_rate, "50", -EINVAL, 0},
	{"packets: overflow without unit", parse_packet_rate, "99999999999999999999", -EINVAL, 0},
	{"packets: a minute", parse_packet_rate, "50/m", -EINVAL, 0},
	{"packets: a rest", parse_packet_rate, "50/s ", -EINVAL, 0},
	{"packets: negative", parse_packet_rate, "-1/s", -EINVAL, 0},

	{"number: smallest", parse_percent, "1", 0, 1},
	{"number: largest", parse_percent, "100", 0, 100},
	{"number: too small", parse_percent, "0", -ERANGE, 0},
	{"number: too large", parse_percent, "101", -ERANGE, 0},
	{"number: leading zeroes", parse_percent, "0042", 0, 42},
	{"number: sign", parse_percent, "+5", -EINVAL, 0},
	{"number: suffix", parse_percent, "5k", -EINVAL, 0},
	{"number: empty", parse_percent, "", -EINVAL, 0},
	{"number: 64 bits", parse_any, "18446744073709551615", 0, UINT64_MAX},
	{"number: 64 bits and one", parse_any, "18446744073709551616", -ERANGE, 0},
};

static const struct format_row {
	const char *sentence;
	formatter *format;
	uint64_t input;
	const char *expected;
} format_rows[] = {
	{"duration as text: none", format_duration, 0, "0s"},
	{"duration as text: whole hours", format_duration, 28800, "8h"},
	{"duration as text: all units", format_duration, 93784, "1d2h3m4s"},
	{"duration as text: no hours", format_duration, 5405, "1h30m5s"},
	{"duration as text: gap", format_duration, 3605, "1h5s"},
	{"duration as text: ten years", format_duration, 315360000, "3650d"},
	{"size as text: none", format_size, 0, "0 B"},
	{"size as text: bytes", format_size, 999, "999 B"},
	{"size as text: a kilobyte", format_size, 1000, "1 kB"},
	{"size as text: rounded", format_size, 1536, "1.54 kB"},
	{"size as text: one decimal", format_size, 12340, "12.3 kB"},
	{"size as text: zeroes cut", format_size, 1500000000, "1.5 GB"},
	{"size as text: rounded into the next unit", format_size, 999950, "1 MB"},
	{"size as text: just below the next unit", format_size, 999499, "999 kB"},
	{"size as text: hundred stays hundred", format_size, 100000, "100 kB"},
	{"size as text: all bits", format_size, UINT64_MAX, "18.4 EB"},
	{"rate as text: none", format_rate, 0, "0 bit/s"},
	{"rate as text: megabits", format_rate, 10000000, "10 Mbit/s"},
	{"rate as text: kilobits", format_rate, 64000, "64 kbit/s"},
	{"time as text: the epoch", format_time, 0, "1970-01-01T00:00:00Z"},
	{"time as text: leap day", format_time, 1709164799, "2024-02-28T23:59:59Z"},
	{"time as text: an evening", format_time, 1795292100, "2026-11-21T20:15:00Z"},
	{"time as text: after the year 9999", format_time, UINT64_MAX, "9999-12-31T23:59:59Z"},
};

static void test_parse(void **state)
{
	const struct parse_row *row = *state;
	uint64_t number = UNTOUCHED;

	assert_int_equal(row->parse(row->input, &number), row->expected_err);
	assert_true(number == (row->expected_err ? UNTOUCHED : row->expected));
}

static void test_format(void **state)
{
	const struct format_row *row = *state;
	char buffer[32];

	assert_ptr_equal(row->format(row->input, buffer, sizeof(buffer)), buffer);
	assert_string_equal(buffer, row->expected);
}

/* What doesn't fit is cut, not written beyond the buffer (ASan watches). */
static void test_small_buffers(void **state)
{
	formatter *const formatters[] = {format_duration, format_size, format_rate, format_time};
	size_t i, size;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(formatters); i++) {
		for (size = 1; size < 24; size++) {
			char *buffer = test_malloc(size);

			formatters[i](UINT64_MAX - 1, buffer, size);
			test_free(buffer);
		}
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(parse_rows) + ARRAY_SIZE(format_rows) + 1];

	TABLE_TESTS(tests, parse_rows, test_parse);
	TABLE_TESTS(tests + ARRAY_SIZE(parse_rows), format_rows, test_format);
	tests[ARRAY_SIZE(tests) - 1] = (struct CMUnitTest)cmocka_unit_test(test_small_buffers);
	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
