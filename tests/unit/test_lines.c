/* SPDX-License-Identifier: MIT */
/* test_lines.c - a text that comes in pieces, line by line; and the lines of a stream of events. */
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/lines.h"
#include "base/sse.h"

static const struct lines_row {
	const char *sentence;
	const char *text;
	const char *expected; /* the lines, each in brackets */
	size_t rest;
} lines_rows[] = {
	{"lines: none", "", "", 0},
	{"lines: one", "abc\n", "[abc]", 0},
	{"lines: two", "abc\nde\n", "[abc][de]", 0},
	{"lines: empty ones", "\n\nx\n\n", "[][][x][]", 0},
	{"lines: one without an end", "abc\nde", "[abc]", 2},
	{"lines: carriage returns are bytes as others", "a\r\n", "[a\r]", 0},
};

static int keep(void *context, char *line, size_t size)
{
	char *text = context;

	assert_int_equal(strlen(line), size);
	strcat(strcat(strcat(text, "["), line), "]");
	return strcmp(line, "stop") ? 0 : -ECANCELED;
}

static void test_lines(void **state)
{
	const struct lines_row *row = *state;
	struct lines *lines = malloc(sizeof(*lines));
	size_t piece, at;

	for (piece = 1; piece < 12; piece++) {
		char text[64] = "";
		size_t size = strlen(row->text);

		lines_start(lines, keep, text);
		for (at = 0; at < size; at += piece)
			assert_int_equal(lines_take(lines, row->text + at,
						    size - at < piece ? size - at : piece),
					 0);
		assert_string_equal(text, row->expected);
		assert_int_equal(lines->used, row->rest);
	}
	free(lines);
}

static void test_stop(void **state)
{
	struct lines *lines = malloc(sizeof(*lines));
	char text[64] = "";

	(void)state;
	lines_start(lines, keep, text);
	assert_int_equal(lines_take(lines, "a\nstop\nb\n", 9), -ECANCELED);
	assert_string_equal(text, "[a][stop]");
	free(lines);
}

static int count(void *context, char *line, size_t size)
{
	(void)line;
	*(size_t *)context = size;
	return 0;
}

static void test_endless_line(void **state)
{
	struct lines *lines = malloc(sizeof(*lines));
	char *text = malloc(LINE_MAX_BYTES + 2);
	size_t length = 0;

	(void)state;
	memset(text, 'a', LINE_MAX_BYTES + 1);
	text[LINE_MAX_BYTES + 1] = '\n';
	lines_start(lines, count, &length);
	assert_int_equal(lines_take(lines, text + 1, LINE_MAX_BYTES + 1), 0);
	assert_int_equal(length, LINE_MAX_BYTES);
	assert_int_equal(lines_take(lines, text, LINE_MAX_BYTES), 0);
	assert_int_equal(lines_take(lines, text, 1), -E2BIG);
	free(text);
	free(lines);
}

static const struct sse_row {
	const char *sentence;
	const char *line;
	const char *data; /* NULL: none; "!": refused */
} sse_rows[] = {
	{"event: data", "data: {}", "{}"},
	{"event: data without a space", "data:{}", "{}"},
	{"event: only one space goes", "data:  a", " a"},
	{"event: data may be empty", "data:", ""},
	{"event: the end of one", "", NULL},
	{"event: a comment", ": keep-alive", NULL},
	{"event: an id", "id: 17", NULL},
	{"event: its name", "event: sign-in", NULL},
	{"event: when to come back", "retry: 1000", NULL},
	{"event: JSON alone", "{\"type\":\"sign-in\"}", "!"},
	{"event: a page", "<html>", "!"},
};

static void test_sse(void **state)
{
	const struct sse_row *row = *state;
	const char *data = "untouched";
	int err = sse_data(row->line, &data);

	if (row->data && !strcmp(row->data, "!")) {
		assert_int_equal(err, -EINVAL);
		assert_string_equal(data, "untouched");
	} else {
		assert_int_equal(err, 0);
		assert_int_equal(!data, !row->data);
		if (data)
			assert_string_equal(data, row->data);
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(lines_rows) + ARRAY_SIZE(sse_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_endless_line),
	};

	TABLE_TESTS(tests, lines_rows, test_lines);
	TABLE_TESTS(tests + ARRAY_SIZE(lines_rows), sse_rows, test_sse);
	return cmocka_run_group_tests_name("lines: rows", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("lines: others", others, NULL, NULL);
}
