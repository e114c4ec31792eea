/* SPDX-License-Identifier: MIT */
/* test_openmetrics.c - metrics as text in both formats, hostile labels, and who gets which format. */
#include "table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/openmetrics.h"

static void write_counter(struct openmetrics *out)
{
	openmetrics_family(out, METRIC_COUNTER, "x_frames", "Frames, by verdict.");
	openmetrics_add(out, METRIC_LABELS({"verdict", "PASS"}), 5);
	openmetrics_add(out, METRIC_LABELS({"verdict", "DROP"}, {"queue", "1"}), UINT64_MAX);
}

static void write_bytes(struct openmetrics *out)
{
	openmetrics_family(out, METRIC_COUNTER, "x_frame_bytes", "Bytes.");
	openmetrics_add(out, NULL, 0);
}

static void write_gauges(struct openmetrics *out)
{
	openmetrics_family(out, METRIC_GAUGE, "x_lag_seconds", "A \"lag\" \\ of\nlines.");
	openmetrics_add_real(out, NULL, 0.25);
	openmetrics_family(out, METRIC_GAUGE, "x_up", "Up.");
	openmetrics_add_real(out, NULL, 1795333704.125);
	openmetrics_add_real(out, METRIC_LABELS({"a", "nan"}), NAN);
	openmetrics_add_real(out, METRIC_LABELS({"a", "inf"}), INFINITY);
	openmetrics_add_real(out, METRIC_LABELS({"a", "minus"}), -2);
}

static void write_info(struct openmetrics *out)
{
	openmetrics_family(out, METRIC_INFO, "x_build", "Build.");
	openmetrics_add(out, METRIC_LABELS({"version", "0.1"}), 1);
}

static void write_histogram(struct openmetrics *out)
{
	struct metric_histogram histogram = {};

	metric_observe(&histogram, 0);
	metric_observe(&histogram, 1000);
	metric_observe(&histogram, 1001);
	metric_observe(&histogram, 5000000);
	metric_observe(&histogram, 5000001);
	openmetrics_family(out, METRIC_HISTOGRAM, "x_seconds", "Time.");
	openmetrics_add_histogram(out, METRIC_LABELS({"s", "1"}), &histogram);
}

static void write_hostile(struct openmetrics *out)
{
	openmetrics_family(out, METRIC_GAUGE, "x_zones", "Zones.");
	openmetrics_add(out, METRIC_LABELS({"zone", "a\"b\\c\nd\r\x1b[2Je"}), 1);
	openmetrics_add(out, METRIC_LABELS({"zone", "J\xc3\xbcrgen \xff\xc3"}), 1);
	openmetrics_add(out, METRIC_LABELS({"zone", ""}), 1);
}

static const struct row {
	const char *sentence;
	void (*write)(struct openmetrics *out);
	bool is_open;
	const char *expected;
} rows[] = {
	{"a counter", write_counter, true,
	 "# TYPE x_frames counter\n# HELP x_frames Frames, by verdict.\n"
	 "x_frames_total{verdict=\"PASS\"} 5\n"
	 "x_frames_total{verdict=\"DROP\",queue=\"1\"} 18446744073709551615\n# EOF\n"},
	{"a counter, older format", write_counter, false,
	 "# TYPE x_frames_total counter\n# HELP x_frames_total Frames, by verdict.\n"
	 "x_frames_total{verdict=\"PASS\"} 5\n"
	 "x_frames_total{verdict=\"DROP\",queue=\"1\"} 18446744073709551615\n"},
	{"a unit", write_bytes, true,
	 "# TYPE x_frame_bytes counter\n# UNIT x_frame_bytes bytes\n# HELP x_frame_bytes Bytes.\n"
	 "x_frame_bytes_total 0\n# EOF\n"},
	{"gauges, and sentences with quotes and lines", write_gauges, true,
	 "# TYPE x_lag_seconds gauge\n# UNIT x_lag_seconds seconds\n"
	 "# HELP x_lag_seconds A \\\"lag\\\" \\\\ of\\nlines.\nx_lag_seconds 0.25\n"
	 "# TYPE x_up gauge\n# HELP x_up Up.\nx_up 1795333704.125\nx_up{a=\"minus\"} -2\n# EOF\n"},
	{"gauges, older format", write_gauges, false,
	 "# TYPE x_lag_seconds gauge\n"
	 "# HELP x_lag_seconds A \"lag\" \\\\ of\\nlines.\nx_lag_seconds 0.25\n"
	 "# TYPE x_up gauge\n# HELP x_up Up.\nx_up 1795333704.125\nx_up{a=\"minus\"} -2\n"},
	{"an info", write_info, true,
	 "# TYPE x_build info\n# HELP x_build Build.\nx_build_info{version=\"0.1\"} 1\n# EOF\n"},
	{"an info, older format", write_info, false,
	 "# TYPE x_build_info gauge\n# HELP x_build_info Build.\nx_build_info{version=\"0.1\"} "
	 "1\n"},
	{"a histogram, with what lies on a bound", write_histogram, true,
	 "# TYPE x_seconds histogram\n# UNIT x_seconds seconds\n# HELP x_seconds Time.\n"
	 "x_seconds_bucket{s=\"1\",le=\"0.001\"} 2\nx_seconds_bucket{s=\"1\",le=\"0.0025\"} 3\n"
	 "x_seconds_bucket{s=\"1\",le=\"0.005\"} 3\nx_seconds_bucket{s=\"1\",le=\"0.01\"} 3\n"
	 "x_seconds_bucket{s=\"1\",le=\"0.025\"} 3\nx_seconds_bucket{s=\"1\",le=\"0.05\"} 3\n"
	 "x_seconds_bucket{s=\"1\",le=\"0.1\"} 3\nx_seconds_bucket{s=\"1\",le=\"0.25\"} 3\n"
	 "x_seconds_bucket{s=\"1\",le=\"0.5\"} 3\nx_seconds_bucket{s=\"1\",le=\"1.0\"} 3\n"
	 "x_seconds_bucket{s=\"1\",le=\"2.5\"} 3\nx_seconds_bucket{s=\"1\",le=\"5.0\"} 4\n"
	 "x_seconds_bucket{s=\"1\",le=\"+Inf\"} 5\nx_seconds_count{s=\"1\"} 5\n"
	 "x_seconds_sum{s=\"1\"} 10.002002\n# EOF\n"},
	{"hostile labels", write_hostile, true,
	 "# TYPE x_zones gauge\n# HELP x_zones Zones.\n"
	 "x_zones{zone=\"a\\\"b\\\\c\\nd??[2Je\"} 1\nx_zones{zone=\"J\xc3\xbcrgen ??\"} 1\n"
	 "x_zones{zone=\"\"} 1\n# EOF\n"},
};

static const struct accept_row {
	const char *sentence;
	const char *accept;
	bool expected;
} accept_rows[] = {
	{"no header", NULL, true},
	{"an empty header", "", false},
	{"anything", "*/*", true},
	{"Prometheus",
	 "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
	 "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
	 true},
	{"an older Prometheus",
	 "application/openmetrics-text; version=0.0.1,text/plain;"
	 "version=0.0.4;q=0.5,*/*;q=0.1",
	 false},
	{"a quoted version", "application/openmetrics-text; version=\"1.0.0\"", true},
	{"other letters, blanks", " Application/OpenMetrics-Text ; Q=0.3 ,\ttext/plain;q=0.2",
	 true},
	{"plain text alone", "text/plain", false},
	{"plain text first", "text/plain, */*;q=0.5", false},
	{"refused by 0", "application/openmetrics-text;q=0, */*", false},
	{"all of a kind", "application/*;q=0.001", true},
	{"another kind", "image/*, text/*", false},
	{"something else", "application/json", false},
	{"a bad quality is none", "application/openmetrics-text;q=2", false},
	{"a quality that is no number", "*/*;q=high", false},
	{"a quality that is too long", "*/*;q=0.12345", false},
	{"a parameter without a value", "application/openmetrics-text;q", false},
	{"nothing but separators", ",;,=;q=,,*;/;", false},
	{"a name that begins alike", "application/openmetrics-texts", false},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct openmetrics out;
	char *text = NULL;
	size_t size = 0;

	openmetrics_begin(&out, row->is_open);
	row->write(&out);
	assert_int_equal(openmetrics_end(&out, &text, &size), 0);
	if (size != strlen(row->expected) || memcmp(text, row->expected, size) != 0)
		print_error("%.*s", (int)size, text);
	assert_int_equal(size, strlen(row->expected));
	assert_memory_equal(text, row->expected, size);
	free(text);
}

static void test_accept(void **state)
{
	const struct accept_row *row = *state;

	assert_int_equal(openmetrics_is_accepted(row->accept), row->expected);
}

static void test_too_long(void **state)
{
	static char name[60001];
	struct openmetrics out;
	char *text = NULL;
	size_t i, size = 5;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	openmetrics_begin(&out, true);
	openmetrics_family(&out, METRIC_GAUGE, "x_zones", "Zones.");
	for (i = 0; i < 100; i++)
		openmetrics_add(&out, METRIC_LABELS({"zone", name}), 1);
	assert_int_equal(openmetrics_end(&out, &text, &size), -E2BIG);
	assert_null(text);
	assert_int_equal(size, 5);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(accept_rows) + 1];

	TABLE_TESTS(tests, rows, test_row);
	TABLE_TESTS(tests + ARRAY_SIZE(rows), accept_rows, test_accept);
	tests[ARRAY_SIZE(rows) + ARRAY_SIZE(accept_rows)] =
		(struct CMUnitTest)cmocka_unit_test(test_too_long);
	return cmocka_run_group_tests_name("openmetrics", tests, NULL, NULL);
}
