/* SPDX-License-Identifier: MIT */
/* test_progress.c - the line about long work, and when there is none. */
#include "table.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/progress.h"

#define LOCALE_UTF8 "C.UTF-8"
#define LONG_MS	    10000 /* ago the work has begun */
#define END	    "~"
#define PATIENCE_MS 20000

static const struct text_row {
	const char *sentence;
	const char *locale;
	uint64_t count;
	double share;
	uint64_t passed_ms;
	size_t columns;
	const char *expected;
} text_rows[] = {
	{"progress: half of it", "C", 5000, 0.5, 10000, 80,
	 " 50% [##########          ] 5.00k lines, 500/s, 11s left"},
	{"progress: in parts of a block", LOCALE_UTF8, 12345, 0.26, 1000, 80,
	 " 26% [\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x8e"
	 "              ] 12.3k lines, 12.3k/s"},
	{"progress: of nobody knows how much", "C", 7, -1, 2000, 80, "7 lines, 4/s"},
	{"progress: at the very start", "C", 0, 0, 0, 80,
	 "  0% [                    ] 0 lines, -/s"},
	{"progress: all of it", "C", 100, 1, 4000, 80,
	 "100% [####################] 100 lines, 25/s"},
	{"progress: more than there was", "C", 100, 1.7, 4000, 80,
	 "100% [####################] 100 lines, 25/s"},
	{"progress: a narrow terminal", "C", 5000, 0.5, 10000, 30,
	 " 50% [##########          ] 5."},
	{"progress: a single column", "C", 5000, -1, 10000, 1, "5"},
};

static void test_text(void **state)
{
	const struct text_row *row = *state;
	const struct progress progress = {.unit = "lines"};
	char *text;

	assert_non_null(setlocale(LC_CTYPE, row->locale));
	text = progress_text(&progress, row->count, row->share, row->passed_ms, row->columns);
	assert_string_equal(text, row->expected);
	free(text);
}

/* What goes to standard error while @work runs, and what is a terminal meanwhile. */
struct stage {
	int terminal; /* the far end of it */
	int near;
	int saved_stdout;
	int saved_stderr;
};

static void set_stage(struct stage *stage, bool is_terminal, bool writes_to_it)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct termios raw;

	stage->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_int_equal(grantpt(stage->terminal) | unlockpt(stage->terminal), 0);
	stage->near = open(ptsname(stage->terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(tcgetattr(stage->near, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(stage->near, TCSANOW, &raw), 0);
	stage->saved_stdout = dup(STDOUT_FILENO);
	stage->saved_stderr = dup(STDERR_FILENO);
	dup2(writes_to_it ? stage->near : null, STDOUT_FILENO);
	dup2(is_terminal ? stage->near : null, STDERR_FILENO);
	close(null);
}

/* All that the terminal got: what is written arrives some time later, in order. */
static void read_terminal(struct stage *stage, char *seen, size_t size)
{
	struct pollfd poll_fd = {.fd = stage->terminal, .events = POLLIN};
	size_t used = 0;
	char *end = NULL;

	assert_int_equal(write(stage->near, END, strlen(END)), strlen(END));
	while (!end) {
		ssize_t n;

		assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
		n = read(stage->terminal, seen + used, size - 1 - used);
		assert_true(n > 0);
		used += (size_t)n;
		seen[used] = '\0';
		end = strstr(seen, END);
	}
	*end = '\0';
}

/* A thousand steps of work that began a while ago; then what the terminal got. */
static void run(struct stage *stage, bool writes, char *seen, size_t size)
{
	struct progress progress = progress_start("lines", writes);
	int i;

	progress.started_ms -= LONG_MS;
	for (i = 0; i < 1000; i++)
		progress_show(&progress, (uint64_t)i, (uint64_t)i, 1000);
	progress_end(&progress);
	progress_end(&progress);
	read_terminal(stage, seen, size);
	dup2(stage->saved_stdout, STDOUT_FILENO);
	dup2(stage->saved_stderr, STDERR_FILENO);
	close(stage->saved_stdout);
	close(stage->saved_stderr);
	close(stage->near);
	close(stage->terminal);
}

static const struct stage_row {
	const char *sentence;
	const char *term;
	bool is_terminal;
	bool writes;
	bool writes_to_it;
	bool is_shown;
} stage_rows[] = {
	{"progress: on a terminal", "vt100", true, false, false, true},
	{"progress: beside an answer at the end", "vt100", true, false, true, true},
	{"progress: beside output to a file", "vt100", true, true, false, true},
	{"progress: not within the output", "vt100", true, true, true, false},
	{"progress: not into a pipe", "vt100", false, false, false, false},
	{"progress: not on a dumb terminal", "dumb", true, false, false, false},
	{"progress: not where there is no terminal's name", NULL, true, false, false, false},
};

static void test_stage(void **state)
{
	const struct stage_row *row = *state;
	struct stage stage;
	char seen[4096];

	assert_non_null(setlocale(LC_CTYPE, "C"));
	if (row->term)
		setenv("TERM", row->term, 1);
	else
		unsetenv("TERM");
	set_stage(&stage, row->is_terminal, row->writes_to_it);
	run(&stage, row->writes, seen, sizeof(seen));
	assert_int_equal(strlen(seen) > 0, row->is_shown);
	if (!row->is_shown)
		return;
	assert_memory_equal(seen, "\r  0% [", 7);
	assert_string_equal(seen + strlen(seen) - 3, "  \r"); /* nothing is left of it */
	assert_null(strchr(seen, '\n'));
	assert_null(strchr(seen, '\033'));
}

int main(void)
{
	struct CMUnitTest texts[ARRAY_SIZE(text_rows)], stages[ARRAY_SIZE(stage_rows)];

	TABLE_TESTS(texts, text_rows, test_text);
	TABLE_TESTS(stages, stage_rows, test_stage);
	return cmocka_run_group_tests_name("progress: texts", texts, NULL, NULL) +
	       cmocka_run_group_tests_name("progress: stages", stages, NULL, NULL);
}
