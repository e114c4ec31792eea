/* SPDX-License-Identifier: MIT */
/* test_log.c - lines of the log: how they look, who gets them, and how many. */
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/log_internal.h"

typedef void logger(const char *format, ...);

static const struct row {
	const char *sentence;
	logger *log;
	const char *journal; /* $JOURNAL_STREAM: "8:1" is stderr's own; or NULL */
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
	{"a detail in the journal", log_debug, "8:1", "a", "<7>a\n"},
	{"a detail on a terminal", log_debug, NULL, "a", "gate: debug: a\n"},
	{"stderr that was turned elsewhere", log_warning, "1:1", "a", "gate: warning: a\n"},
	{"letters beyond ASCII", log_error, "8:1", "Caf\xc3\xa9 \xe2\x98\x95 \xf0\x9f\x93\xb6",
	 "<3>Caf\xc3\xa9 \xe2\x98\x95 \xf0\x9f\x93\xb6\n"},
	{"a C1 control in one byte", log_error, "8:1", "a\x9b", "<3>a?\n"},
	{"a C1 control in UTF-8", log_error, "8:1", "a\xc2\x9b", "<3>a??\n"},
	{"UTF-8 that is longer than needed", log_error, "8:1", "\xe0\x80\x8a", "<3>???\n"},
	{"a surrogate", log_error, "8:1", "\xed\xa0\x80", "<3>???\n"},
	{"beyond Unicode", log_error, "8:1", "\xf4\x90\x80\x80", "<3>????\n"},
	{"a sequence cut short", log_error, "8:1", "a\xe2\x98", "<3>a??\n"},
};

struct captured {
	int saved;
	int ends[2];
};

/* From here on stderr is a pipe, which the journal reads or not. */
static void begin(struct captured *captured, const char *journal)
{
	static char name[] = "gate";
	struct stat status;
	char stream[64];

	captured->saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	assert_int_equal(pipe2(captured->ends, O_CLOEXEC), 0);
	dup2(captured->ends[1], STDERR_FILENO);
	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
		 (unsigned long long)status.st_ino);
	if (journal)
		setenv("JOURNAL_STREAM", !strcmp(journal, "8:1") ? stream : journal, 1);
	else
		unsetenv("JOURNAL_STREAM");
	program_invocation_short_name = name;
	log_start();
	log_use_stderr();
	log_set_level(LOG_LEVEL_DEBUG);
}

/* @ret_text gets what came out. */
static void end(struct captured *captured, char *ret_text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	dup2(captured->saved, STDERR_FILENO);
	close(captured->saved);
	close(captured->ends[1]);
	while ((n = read(captured->ends[0], ret_text + used, size - 1 - used)) > 0)
		used += (size_t)n;
	close(captured->ends[0]);
	ret_text[used] = '\0';
}

static void capture(const struct row *row, const char *input, char *ret_text, size_t size)
{
	struct captured captured;

	begin(&captured, row->journal);
	errno = E2BIG;
	row->log("%s", input);
	assert_int_equal(errno, E2BIG);
	end(&captured, ret_text, size);
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

static void test_level(void **state)
{
	struct captured captured;
	char text[256];

	(void)state;
	begin(&captured, NULL);
	log_set_level(LOG_LEVEL_WARNING);
	log_error("one");
	log_warning("two");
	log_info("three");
	log_debug("four");
	log_event(LOG_LEVEL_INFO, NULL, "five");
	assert_true(log_says(LOG_LEVEL_WARNING));
	assert_false(log_says(LOG_LEVEL_INFO));
	end(&captured, text, sizeof(text));
	assert_string_equal(text, "gate: error: one\ngate: warning: two\n");
}

/* What is above holds no longer once an option has been given, so this comes last. */
static void test_forced_level(void **state)
{
	struct captured captured;
	char text[256];

	(void)state;
	assert_int_equal(log_force_level("loud"), -EINVAL);
	assert_int_equal(log_force_level(""), -EINVAL);
	begin(&captured, NULL);
	assert_int_equal(log_force_level("info"), 0);
	log_set_level(LOG_LEVEL_DEBUG);
	log_info("one");
	log_debug("two");
	end(&captured, text, sizeof(text));
	assert_string_equal(text, "gate: one\n");
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void test_flood(void **state)
{
	static char text[16384];
	struct captured captured;
	int i;

	(void)state;
	begin(&captured, NULL);
	log_start();
	for (i = 0; i < LOG_LIMIT_LINES + 7; i++)
		log_warning("flood %d", i);
	log_warning("another place");
	log_tick();
	log_finish();
	end(&captured, text, sizeof(text));
	assert_int_equal(count_lines(text), LOG_LIMIT_LINES + 2);
	assert_non_null(strstr(text, "gate: warning: another place\n"
				     "gate: warning: 7 more of these in the last 10 s were not "
				     "said: flood 50\n"));
	log_use_stderr();
}

static bool take(struct log_limits *limits, const void *address, uint64_t now_ms,
		 struct log_place *ret_held)
{
	const struct log_place asks = {
		.address = address, .level = LOG_LEVEL_INFO, .since_ms = now_ms};

	return log_limit_take(limits, &asks, "a line", ret_held);
}

static void test_limits(void **state)
{
	static struct log_limits limits;
	struct log_place held;
	char places[2 * LOG_LIMIT_PLACES];
	size_t i;

	(void)state;
	for (i = 0; i < LOG_LIMIT_LINES; i++)
		assert_true(take(&limits, &places[0], 5000, &held));
	assert_false(take(&limits, &places[0], 5000, &held));
	assert_false(take(&limits, &places[0], 14999, &held));
	assert_true(take(&limits, &places[1], 14999, &held));
	assert_false(log_limit_next(&limits, 14999, &held));
	assert_true(take(&limits, &places[0], 15000, &held));
	assert_int_equal(held.n_held, 2);
	assert_string_equal(held.sample, "a line");
	assert_false(log_limit_next(&limits, 99999, &held));
	/* More places than are told apart share one share; none writes beyond the table. */
	for (i = 0; i < sizeof(places); i++)
		(void)take(&limits, &places[i], 200000, &held);
	assert_false(take(&limits, &places[sizeof(places) - 1], 200001, &held));
	assert_true(log_limit_next(&limits, 300000, &held));
	assert_int_equal(held.n_held, sizeof(places) - LOG_LIMIT_PLACES + 1 - LOG_LIMIT_LINES + 1);
	assert_false(log_limit_next(&limits, 300000, &held));
}

static const struct sockaddr_un journal = {.sun_family = AF_UNIX, .sun_path = "test_log.sock"};

/* A journald of the test's own. */
static int journal_start(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)unlink(journal.sun_path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&journal, sizeof(journal)), 0);
	log_journal_open(journal.sun_path);
	return fd;
}

static void journal_stop(int fd)
{
	close(fd);
	(void)unlink(journal.sun_path);
	log_journal_open(NULL);
}

static void expect_entry(int fd, const char *expected)
{
	char text[4096];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

static void test_journal(void **state)
{
	struct captured captured;
	char text[256];
	int fd;

	(void)state;
	begin(&captured, "8:1");
	fd = journal_start();
	log_warning("a %s", "b\nPRIORITY=0");
	expect_entry(fd, "MESSAGE=a b?PRIORITY=0\nPRIORITY=4\nSYSLOG_IDENTIFIER=gate\n");
	log_event(LOG_LEVEL_DEBUG,
		  &(struct log_event){.kind = LOG_KIND_SIGN_IN,
				      .mac = "02:00:00:00:00:01",
				      .zone = "press",
				      .user = "x\nMESSAGE=y\033[2J",
				      .interface = ""},
		  "in");
	expect_entry(fd, "MESSAGE=in\nPRIORITY=7\nSYSLOG_IDENTIFIER=gate\n"
			 "MESSAGE_ID=377ebbb9f27143b0913973a524d562e9\nX511_EVENT=sign-in\n"
			 "X511_MAC=02:00:00:00:00:01\nX511_ZONE=press\n"
			 "X511_USER=x?MESSAGE=y?[2J\n");
	journal_stop(fd);
	fd = journal_start();
	close(fd);
	log_error("nobody reads");
	journal_stop(-1);
	end(&captured, text, sizeof(text));
	assert_string_equal(text, "<3>nobody reads\n");
}

/* One that doesn't read isn't waited for, and what is lost is told. */
static void test_journal_that_hangs(void **state)
{
	struct captured captured;
	char text[256], entry[4096];
	int i, fd;

	(void)state;
	begin(&captured, "8:1");
	fd = journal_start();
	for (i = 0; i < 5000; i++)
		log_info("line %d", i);
	while (recv(fd, entry, sizeof(entry), 0) > 0)
		;
	log_info("the last");
	i = (int)recv(fd, entry, sizeof(entry) - 1, 0);
	assert_true(i > 0);
	entry[i] = '\0';
	assert_non_null(strstr(entry, " lines are lost, for journald could not take them\n"));
	expect_entry(fd, "MESSAGE=the last\nPRIORITY=6\nSYSLOG_IDENTIFIER=gate\n");
	journal_stop(fd);
	end(&captured, text, sizeof(text));
	assert_string_equal(text, "");
}

static void test_event_names(void **state)
{
	static const char *const ids[] = {
#define X(name, word, id) id,
		LOG_EVENTS(X)
#undef X
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		assert_int_equal(strlen(ids[i]), 32);
		assert_int_equal(strspn(ids[i], "0123456789abcdef"), 32);
		for (j = 0; j < i; j++)
			assert_string_not_equal(ids[i], ids[j]);
	}
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
		cmocka_unit_test(test_long_line),   cmocka_unit_test(test_fail),
		cmocka_unit_test(test_printable),   cmocka_unit_test(test_level),
		cmocka_unit_test(test_flood),	    cmocka_unit_test(test_limits),
		cmocka_unit_test(test_journal),	    cmocka_unit_test(test_journal_that_hangs),
		cmocka_unit_test(test_event_names), cmocka_unit_test(test_forced_level),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(single)];

	TABLE_TESTS(tests, rows, test_row);
	memcpy(tests + ARRAY_SIZE(rows), single, sizeof(single));
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
