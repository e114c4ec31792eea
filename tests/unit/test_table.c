/* SPDX-License-Identifier: MIT */
/* test_table.c - rows in aligned columns, and text made fit for a terminal. */
#include "table.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/table.h"
#include "cli/text.h"

#define LOCALE_UTF8 "C.UTF-8"

static const struct text_row {
	const char *sentence;
	const char *locale;
	const char *text;
	const char *expected;
	size_t columns;
} text_rows[] = {
	{"ASCII stays", "C", "a name", "a name", 6},
	{"nothing stays nothing", "C", "", "", 0},
	{"controls", LOCALE_UTF8, "a\033[31m\n\t\x7f", "a?[31m???", 9},
	{"C1 controls as UTF-8", LOCALE_UTF8,
	 "\xc2\x9b"
	 "31m",
	 "??31m", 5},
	{"a letter with an accent", LOCALE_UTF8, "Jos\xc3\xa9", "Jos\xc3\xa9", 4},
	{"the same where the terminal doesn't know UTF-8", "C", "Jos\xc3\xa9", "Jos?", 4},
	{"wide letters", LOCALE_UTF8, "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac", 4},
	{"the other writing direction", LOCALE_UTF8,
	 "a\xe2\x80\xae"
	 "b",
	 "a?b", 3},
	{"marks without width", LOCALE_UTF8,
	 "a\xe2\x80\x8b\xef\xbb\xbf"
	 "b",
	 "a??b", 4},
	{"broken UTF-8", LOCALE_UTF8, "a\xff\xc3", "a??", 3},
};

static void test_text(void **state)
{
	const struct text_row *row = *state;
	char buffer[64];

	assert_non_null(setlocale(LC_CTYPE, row->locale));
	assert_ptr_equal(clean_text(row->text, buffer, sizeof(buffer)), buffer);
	assert_string_equal(buffer, row->expected);
	assert_int_equal(text_columns(buffer), row->columns);
}

static void test_text_cut(void **state)
{
	char buffer[5];
	size_t columns;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	assert_string_equal(clean_text("abcdef", buffer, sizeof(buffer)), "abcd");
	assert_string_equal(clean_text("abc\xc3\xa9", buffer, sizeof(buffer)), "abc");
	assert_string_equal(clean_text("abc", buffer, 1), "");
	assert_int_equal(text_fit("a\xe6\x97\xa5\xe6\x9c\xac", 4, &columns), 4);
	assert_int_equal(columns, 3);
}

static const struct table_column columns[] = {
	{.title = "MAC"},
	{.title = "USER", .flexible = true},
	{.title = "UP", .right = true},
};

/* The whole table as text; the caller's to free(). */
static char *print(const struct table *table, size_t width)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	table_print(table, width, file);
	fclose(file);
	return text;
}

static void assert_prints(const struct table *table, size_t width, const char *expected)
{
	char *text = print(table, width);

	assert_string_equal(text, expected);
	free(text);
}

static void test_aligned(void **state)
{
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	const char *first[] = {"aa:bb", "a long name", "1"};
	const char *second[] = {"c", NULL, "1000"};

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	assert_non_null(table);
	assert_int_equal(table_rows(table), 0);
	assert_prints(table, 0, "MAC  USER  UP\n");
	assert_int_equal(table_add(table, first), 0);
	assert_int_equal(table_add(table, second), 0);
	assert_int_equal(table_rows(table), 2);
	assert_prints(table, 0,
		      "MAC    USER           UP\n"
		      "aa:bb  a long name     1\n"
		      "c      -            1000\n");
	assert_prints(table, 24,
		      "MAC    USER           UP\n"
		      "aa:bb  a long name     1\n"
		      "c      -            1000\n");
	assert_prints(table, 20,
		      "MAC    USER       UP\n"
		      "aa:bb  a long~     1\n"
		      "c      -        1000\n");
	assert_prints(table, 1, /* only so narrow as stays readable */
		      "MAC    USER      UP\n"
		      "aa:bb  a lon~     1\n"
		      "c      -       1000\n");
	table_free(table);
}

static void test_wide_letters(void **state)
{
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	const char *row[] = {"a", "\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5\xe6\x9c\xac", "1"};

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	assert_non_null(table);
	assert_int_equal(table_add(table, row), 0);
	assert_prints(table, 0,
		      "MAC  USER      UP\n"
		      "a    \xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5\xe6\x9c\xac   1\n");
	assert_prints(table, 16, /* a wide letter that does not fit whole is left out */
		      "MAC  USER     UP\n"
		      "a    \xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5~   1\n");
	assert_prints(table, 15,
		      "MAC  USER    UP\n"
		      "a    \xe6\x97\xa5\xe6\x9c\xac~    1\n");
	table_free(table);
}

static void test_hostile_cells(void **state)
{
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	const char *row[] = {"a\nb", "\033]0;title\007", "\r"};

	(void)state;
	assert_non_null(table);
	assert_int_equal(table_add(table, row), 0);
	assert_prints(table, 0,
		      "MAC  USER        UP\n"
		      "a?b  ?]0;title?   ?\n");
	table_free(table);
}

static void test_without_head(void **state)
{
	static const struct table_column plain[] = {{.title = NULL}, {.title = NULL}};
	struct table *table = table_new(plain, ARRAY_SIZE(plain));
	const char *first[] = {"field", "value"};
	const char *second[] = {"", "another"};

	(void)state;
	assert_non_null(table);
	assert_int_equal(table_add(table, first), 0);
	assert_int_equal(table_add(table, second), 0);
	assert_prints(table, 0, "field  value\n       another\n");
	table_free(table);
}

/* More than one stretch of memory, and cells as long as they come. */
static void test_many_rows(void **state)
{
	struct table *table = table_new(columns, ARRAY_SIZE(columns));
	char long_text[2048];
	const char *row[] = {"a", long_text, "1"};
	char *text;
	size_t i;

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_non_null(table);
	for (i = 0; i < 1000; i++)
		assert_int_equal(table_add(table, row), 0);
	text = print(table, 80);
	for (i = 0; i < 1001; i++)
		assert_int_equal(text[i * 81 + 80], '\n');
	assert_int_equal(strlen(text), 1001 * 81);
	free(text);
	table_free(table);
}

static void test_bounds(void **state)
{
	(void)state;
	assert_null(table_new(columns, TABLE_COLUMNS_MAX + 1));
	assert_null(table_free(NULL));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(text_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_text_cut),     cmocka_unit_test(test_aligned),
		cmocka_unit_test(test_wide_letters), cmocka_unit_test(test_hostile_cells),
		cmocka_unit_test(test_without_head), cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_bounds),
	};

	TABLE_TESTS(tests, text_rows, test_text);
	return cmocka_run_group_tests_name("table: text", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("table: rows", others, NULL, NULL);
}
