/* SPDX-License-Identifier: MIT */
/* test_signin_file.c - files of the sign-in log: what is appended to, refused and removed. */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/signin_record.h"
#include "controller/journal/signin_file.h"

#define TODAY 20778 /* 2026-11-21 */

static const char *path_of(uint64_t day)
{
	static char path[128];
	char name[RECORD_FILE];

	snprintf(path, sizeof(path), "%s/%s", scratch, record_file(day, name));
	return path;
}

static void append(uint64_t day, const char *text)
{
	struct signin_file file;

	assert_int_equal(signin_file_open(scratch, day, &file), 0);
	assert_int_equal(signin_file_append(&file, text, strlen(text)), 0);
	assert_int_equal(signin_file_sync(&file), 0);
	signin_file_close(&file, 0);
}

static void holds(uint64_t day, const char *expected)
{
	char text[128] = "";
	FILE *file = fopen(path_of(day), "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
}

static void lines_are_appended(void **state)
{
	struct stat status;

	(void)state;
	umask(077);
	append(TODAY, "a\n");
	append(TODAY, "b\n");
	holds(TODAY, "a\nb\n");
	assert_int_equal(stat(path_of(TODAY), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
}

static void a_torn_line_gets_its_end(void **state)
{
	(void)state;
	append(TODAY, "a\ntor");
	append(TODAY, "b\n");
	holds(TODAY, "a\ntor\nb\n");
}

static void what_failed_is_taken_back(void **state)
{
	struct signin_file file;

	(void)state;
	append(TODAY, "a\n");
	assert_int_equal(signin_file_open(scratch, TODAY, &file), 0);
	assert_int_equal(signin_file_append(&file, "half", 4), 0);
	signin_file_close(&file, -ENOSPC);
	holds(TODAY, "a\n");
}

static void nothing_but_a_file_is_written_to(void **state)
{
	struct signin_file file;
	char target[80];

	(void)state;
	snprintf(target, sizeof(target), "%s/target", scratch);
	assert_int_equal(symlink(target, path_of(TODAY)), 0);
	assert_int_equal(signin_file_open(scratch, TODAY, &file), -ELOOP);
	assert_int_not_equal(access(target, F_OK), 0);
	assert_int_equal(mkfifo(path_of(TODAY + 1), 0600), 0);
	assert_int_equal(signin_file_open(scratch, TODAY + 1, &file), -EINVAL);
	assert_int_equal(mkdir(path_of(TODAY + 2), 0700), 0);
	assert_int_equal(signin_file_open(scratch, TODAY + 2, &file), -EISDIR);
	assert_int_equal(signin_file_open("/nowhere/at/all", TODAY, &file), -ENOENT);
}

static void the_directory_is_made_once(void **state)
{
	char directory[80];
	struct stat status;

	(void)state;
	snprintf(directory, sizeof(directory), "%s/log", scratch);
	assert_int_equal(signin_directory_make(directory), 0);
	assert_int_equal(stat(directory, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0750);
	assert_int_equal(chmod(directory, 0700), 0);
	assert_int_equal(signin_directory_make(directory), 0);
	assert_int_equal(stat(directory, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	snprintf(directory, sizeof(directory), "%s/no/log", scratch);
	assert_int_equal(signin_directory_make(directory), -ENOENT);
}

static const struct clean_row {
	const char *sentence;
	bool has_yesterday; /* a file of it */
	bool is_steady;
	uint64_t keep_days;
	size_t removed;
	uint64_t oldest; /* days before today, of those left */
} clean_rows[] = {
	{"clean: what is older than a week and a day", true, false, 7, 2, 8},
	{"clean: a clock that has jumped removes nothing", false, false, 7, 0, 400},
	{"clean: a day that was seen to come removes", false, true, 7, 2, 8},
	{"clean: all are young enough", true, true, 400, 0, 400},
	{"clean: kept for a day", true, true, 1, 3, 1},
	{"clean: kept for longer than there is time", true, true, UINT32_MAX, 0, 400},
};

static void test_clean(void **state)
{
	const struct clean_row *row = *state;
	const struct signin_retention retention = {
		.today = TODAY,
		.keep_days = row->keep_days,
		.is_steady = row->is_steady,
	};
	static const uint64_t ages[] = {400, 9, 8, 0};
	char other[128];
	size_t i, removed = 99;

	assert_int_equal(scratch_make(NULL), 0);
	for (i = 0; i < ARRAY_SIZE(ages); i++)
		append(TODAY - ages[i], "x\n");
	append(TODAY + 9, "x\n"); /* of a clock that was ahead */
	if (row->has_yesterday)
		append(TODAY - 1, "x\n");
	snprintf(other, sizeof(other), "%s/sign-ins-2001-01-01.jsonl.gz", scratch);
	fclose(fopen(other, "w"));
	assert_int_equal(signin_files_clean(scratch, &retention, &removed), 0);
	assert_int_equal(removed, row->removed);
	for (i = 0; i < ARRAY_SIZE(ages); i++)
		assert_int_equal(access(path_of(TODAY - ages[i]), F_OK) == 0,
				 ages[i] <= row->oldest);
	assert_int_equal(access(path_of(TODAY + 9), F_OK), 0);
	assert_int_equal(access(other, F_OK), 0);
	assert_int_equal(scratch_remove(NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	struct CMUnitTest cleaning[ARRAY_SIZE(clean_rows)];
	const struct CMUnitTest tests[] = {
		TEST(lines_are_appended),	  TEST(a_torn_line_gets_its_end),
		TEST(what_failed_is_taken_back),  TEST(nothing_but_a_file_is_written_to),
		TEST(the_directory_is_made_once),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	TABLE_TESTS(cleaning, clean_rows, test_clean);
	return failed + cmocka_run_group_tests(cleaning, NULL, NULL);
}
