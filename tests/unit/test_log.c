/* SPDX-License-Identifier: MIT */
/* test_log.c - what a line of the log looks like, and that nothing in it commands a terminal. */
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

typedef void logger(const char *format, ...);

static const struct row {
	const char *sentence;
	logger *log;
	const char *journal; /* $JOURNAL_STREAM, or NULL */
	const char *input;
	const char *expected;
} rows[] = {
	{"an error on a terminal", log_error, NULL, "a", "gate: error: a\n"},
	{"a warning on a terminal", log_warning, NULL, "a", "gate: warning: a\n"},
	{"an event on a terminal", log_info, NULL, "a", "gate: a\n"},
	{"an error in the journal", log_error, "8:1", "a", "<3>a\n"},
	{"a warning in the journal", log_warning, "8:1", "a", "<4>a\n"},
	{"an event in the journal", log_info, "8:1", "a", "<6>a\n"},
	{"a newline can't begin a line", log_error, "8:1", "a\n<0>b", "<3>a?<0>b\n"},
	{"an escape sequence", log_error, "8:1", "\033[2Ja\177\t", "<3>?[2Ja??\n"},
	{"letters beyond ASCII", log_error, "8:1", "Caf\xc3\xa9 \xe2\x98\x95 \xf0\x9f\x93\xb6",
	 "<3>Caf\xc3\xa9 \xe2\x98\x95 \xf0\x9f\x93\xb6\n"},
	{"a C1 control in one byte", log_error, "8:1", "a\x9b", "<3>a?\n"},
	{"a C1 control in UTF-8", log_error, "8:1", "a\xc2\x9b", "<3>a??\n"},
	{"UTF-8 that is longer than needed", log_error, "8:1", "\xe0\x80\x8a", "<3>???\n"},
	{"a surrogate", log_error, "8:1", "\xed\xa0\x80", "<3>???\n"},
	{"beyond Unicode", log_error, "8:1", "\xf4\x90\x80\x80", "<3>????\n"},
	{"a sequence cut short", log_error, "8:1", "a\xe2\x98", "<3>a??\n"},
};

/* Calls @log with stderr in a pipe; @ret_text gets what came out. */
static void capture(const struct row *row, const char *input, char *ret_text, size_t size)
{
	static char name[] = "gate";
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	int ends[2];
	ssize_t n;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	if (row->journal)
		setenv("JOURNAL_STREAM", row->journal, 1);
	else
		unsetenv("JOURNAL_STREAM");
	program_invocation_short_name = name;
	dup2(ends[1], STDERR_FILENO);
	errno = E2BIG;
	row->log("%s", input);
	assert_int_equal(errno, E2BIG);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	n = read(ends[0], ret_text, size - 1);
	close(ends[0]);
	assert_true(n > 0);
	ret_text[n] = '\0';
}

static void test_row(void **state)
{
	const struct row *row = *state;
	char text[128];

	capture(row, row->input, text, sizeof(text));
	assert_string_equal(text, row->expected);
}

static void test_long_line(void **state)
{
	static const struct row row = {.log = log_error, .journal = "8:1"};
	char input[3000], text[3000];

	(void)state;
	memset(input, 'x', sizeof(input) - 1);
	input[sizeof(input) - 1] = '\0';
	capture(&row, input, text, sizeof(text));
	assert_int_equal(strlen(text), 1023);
	assert_int_equal(text[1022], '\n');
}

static void test_fail(void **state)
{
	struct error error;
	char input[3000];

	(void)state;
	assert_int_equal(fail(NULL, EBUSY, "x"), -EBUSY);
	assert_int_equal(fail(&error, ENOENT, "no '%s'; make it", "a\nb"), -ENOENT);
	assert_string_equal(error.text, "no 'a?b'; make it");
	assert_int_equal(fail(&error, EINVAL, "x.conf:1: %s", error.text), -EINVAL);
	assert_string_equal(error.text, "x.conf:1: no 'a?b'; make it");
	memset(input, 'x', sizeof(input) - 1);
	input[sizeof(input) - 1] = '\0';
	fail(&error, EINVAL, "%s", input);
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
}

static void test_printable(void **state)
{
	(void)state;
	assert_true(is_printable(""));
	assert_true(is_printable("a ~\xc2\xa0\xe2\x82\xac"));
	assert_false(is_printable("a\tb"));
	assert_false(is_printable("\x7f"));
	assert_false(is_printable("a\xc2\x9b")); /* C1: a terminal's escape */
	assert_false(is_printable("a\xc2"));
}

int main(void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_printable),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(single)];

	TABLE_TESTS(tests, rows, test_row);
	memcpy(tests + ARRAY_SIZE(rows), single, sizeof(single));
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
