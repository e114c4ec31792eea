/* SPDX-License-Identifier: MIT */
/* test_form.c - forms and queries taken apart, and what is no form. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/web/escape.h"
#include "portal/web/form.h"

static const struct row {
	const char *sentence;
	const char *input;
	int expected;
	const char *fields; /* "name=value;…" as read */
} rows[] = {
	{"nothing", "", 0, ""},
	{"one field", "a=1", 0, "a=1;"},
	{"two fields", "a=1&b=2", 0, "a=1;b=2;"},
	{"empty value", "a=&b", 0, "a=;b=;"},
	{"empty fields are passed over", "&&a=1&", 0, "a=1;"},
	{"an empty name", "=1", 0, "=1;"},
	{"plus is a space", "a+b=c+d", 0, "a b=c d;"},
	{"escapes", "%61=%2b%2B%26%3d", 0, "a=++&=;"},
	{"equals within a value", "a=b=c", 0, "a=b=c;"},
	{"UTF-8", "a=%C3%A4", 0, "a=\xc3\xa4;"},
	{"half an escape", "a=%4", -EINVAL, ""},
	{"a bare percent", "a=100%", -EINVAL, ""},
	{"no digits", "a=%zz", -EINVAL, ""},
	{"an escaped NUL", "a=%00", -EINVAL, ""},
	{"a newline", "a=%0a", -EINVAL, ""},
	{"a raw tab", "a=\t", -EINVAL, ""},
	{"an escape sequence", "a=%1b[2J", -EINVAL, ""},
	{"a C1 control", "a=%C2%9B", -EINVAL, ""},
	{"no UTF-8", "a=%ff", -EINVAL, ""},
	{"overlong UTF-8", "a=%C0%AF", -EINVAL, ""},
	{"a control in a name", "%07=1", -EINVAL, ""},
	{"a name twice", "a=1&b=2&a=3", -EINVAL, ""},
	{"a name twice, once escaped", "a=1&%61=3", -EINVAL, ""},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	char text[256] = "";
	struct form form;
	size_t i;

	assert_int_equal(form_parse(row->input, strlen(row->input), &form), row->expected);
	for (i = 0; i < form.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s=%s;",
			 form.fields[i].name, form.fields[i].value);
	assert_string_equal(text, row->fields);
}

static void test_bounds(void **state)
{
	char *text = malloc(FORM_SIZE + 1);
	struct form form;
	size_t i, used = 0;

	(void)state;
	memset(text, 'a', FORM_SIZE);
	assert_int_equal(form_parse(text, FORM_SIZE, &form), -EMSGSIZE);
	assert_int_equal(form_parse(text, FORM_SIZE - 1, &form), 0);
	assert_int_equal(form.n, 1);
	assert_int_equal(form_parse("a=\0b", 4, &form), -EINVAL);
	for (i = 0; i <= FORM_FIELDS; i++)
		used += (size_t)sprintf(text + used, "f%zu=1&", i);
	assert_int_equal(form_parse(text, used, &form), -EMSGSIZE);
	assert_int_equal(form.n, 0);
	free(text);
}

static void test_values(void **state)
{
	struct form form;

	(void)state;
	assert_int_equal(form_parse("a=1&b=", 6, &form), 0);
	assert_string_equal(form_value(&form, "a"), "1");
	assert_string_equal(form_value(&form, "b"), "");
	assert_string_equal(form_value(&form, "c"), "");
}

/* What is escaped is read again the same. */
static void test_escape(void **state)
{
	static const char text[] = "a b&c=d%e+f/\xc3\xa4?#\"<>~-._";
	char buffer[ESCAPED_SIZE(sizeof(text))], query[sizeof(buffer) + 2], tiny[6];
	struct form form;

	(void)state;
	snprintf(query, sizeof(query), "v=%s", escape_query(text, buffer, sizeof(buffer)));
	assert_int_equal(form_parse(query, strlen(query), &form), 0);
	assert_string_equal(form_value(&form, "v"), text);
	assert_string_equal(escape_query("ab&&&", tiny, sizeof(tiny)), "ab%26");
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_escape),
	};

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests_name("form", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("form, the rest", others, NULL, NULL);
}
