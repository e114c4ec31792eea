/* SPDX-License-Identifier: MIT */
/* test_template.c - pages with placeholders: what is refused, and what is made of the others. */
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/template.h"
#include "responder/page.h"

/* The built-in page as one would write it into a file. */
static const char built_in_source[] =
	"<!DOCTYPE html><html lang={{lang}} dir={{dir}}>"
	"<meta name=viewport content=\"width=device-width\">"
	"<meta http-equiv=refresh content=\"0;url={{link}}\"><title>{{name}}</title>"
	"<style>html{color-scheme:light dark;font:20px/1.4 system-ui;text-align:center;"
	"max-width:16em;margin:20vh auto 0;overflow-wrap:anywhere}"
	"a{display:block;padding:.7em;border-radius:.7em;background:#06c;color:#fff;"
	"text-decoration:none}</style>"
	"<h1>{{name}}</h1><p>{{text}}<p><a href=\"{{link}}\">{{button}}</a>";

static const struct row {
	const char *sentence;
	const char *source;
	const char *expected; /* beginning of the refusal, or the page in English */
	int err;
} rows[] = {
	{"nothing at all", "", "is empty; write a page, or remove the key", -EINVAL},
	{"a page without a link", "<p>{{text}}\n",
	 "has no {{link}}, so nobody could sign in; write <a href=\"{{link}}\">{{button}}</a>",
	 -EINVAL},
	{"an unknown placeholder", "{{link}}\n{{name}}\n {{colour}}",
	 "line 3: '{{colour}}' is no placeholder; there are {{link}}, {{name}}, {{zone}}", -EINVAL},
	{"a placeholder in capitals", "{{LINK}}", "line 1: '{{LINK}}' is no placeholder", -EINVAL},
	{"a placeholder with spaces", "{{ link }}", "line 1: '{{ link }}' is no placeholder",
	 -EINVAL},
	{"an empty placeholder", "{{link}}{{}}", "line 1: '{{}}' is no placeholder", -EINVAL},
	{"a start of a placeholder", "{{lin}}", "line 1: '{{lin}}' is no placeholder", -EINVAL},
	{"more than a placeholder", "{{links}}", "line 1: '{{links}}' is no placeholder", -EINVAL},
	{"three braces", "{{{link}}}", "line 1: '{{{link}}' is no placeholder", -EINVAL},
	{"a placeholder with an escape sequence", "{{\033[31m}}",
	 "line 1: '{{?[31m}}' is no placeholder", -EINVAL},
	{"a very long placeholder", "{{01234567890123456789012345678901234567890123456789}}",
	 "line 1: '{{01234567890123456789012345678901…}}' is no placeholder", -EINVAL},
	{"an unclosed placeholder", "{{link}}\r\n{{link\r\n}}",
	 "line 2: '{{' without '}}' in the same line; close the placeholder, or", -EINVAL},
	{"an unclosed placeholder at the end", "{{link}} {{",
	 "line 1: '{{' without '}}' in the same line", -EINVAL},
	{"a placeholder closed with one brace", "{{link}",
	 "line 1: '{{' without '}}' in the same line", -EINVAL},
	{"a control character", "{{link}}\n\n\001", "line 3: a control character; remove it",
	 -EINVAL},
	{"the code of a value", "{{link}}\2", "line 1: a control character; remove it", -EINVAL},
	{"an escape sequence", "{{link}}\033[31m", "line 1: a control character; remove it",
	 -EINVAL},
	{"Latin-1", "{{link}}\nCaf\xe9", "line 2: a byte that is no UTF-8, or a control", -EINVAL},
	{"half a character at the end", "{{link}}\xc3", "line 1: a byte that is no UTF-8", -EINVAL},
	{"UTF-16", "\xff\xfe<", "line 1: a byte that is no UTF-8", -EINVAL},

	{"a link alone", "{{link}}", "http://p/?a=1&amp;b=2", 0},
	{"every value", "{{link}},{{name}},{{zone}},{{text}},{{button}},{{lang}},{{dir}}",
	 "http://p/?a=1&amp;b=2,A&lt;b&gt; &amp; &quot;c&quot;,press,"
	 "Please sign in to use this network.,Sign in,en,ltr",
	 0},
	{"values side by side", "{{dir}}{{dir}}{{link}}{{lang}}", "ltrltrhttp://p/?a=1&amp;b=2en",
	 0},
	{"braces of styles and scripts", "@media print{a{b:c}}{ {x}{\t}{{link}}}}",
	 "@media print{a{b:c}}{ {x}{\t}http://p/?a=1&amp;b=2}}", 0},
	{"lines and letters", "\t{{link}}\r\nCaf\xc3\xa9\n",
	 "\thttp://p/?a=1&amp;b=2\r\nCaf\xc3\xa9\n", 0},
};

static const char *fill_in(char *template, char *text, size_t size)
{
	static struct config_zone zone = {.name = "press", .portal.name = "A<b> & \"c\""};
	struct page page = {PAGE_HTML, &zone, &languages[0], "http://p/?a=1&b=2"};
	struct buffer out = {.data = text, .size = size - 1}, measured = {.size = SIZE_MAX};

	zone.portal.template = template;
	page_write(&page, &out);
	page_write(&page, &measured);
	assert_false(out.full);
	assert_int_equal(out.len, measured.len);
	text[out.len] = '\0';
	return text;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct error error = {""};
	char *template = NULL;
	char text[4096];

	assert_int_equal(template_parse(row->source, strlen(row->source), &template, &error),
			 row->err);
	if (row->err) {
		assert_null(template);
		if (strncmp(error.text, row->expected, strlen(row->expected)) != 0)
			print_error("%s\n", error.text);
		assert_int_equal(strncmp(error.text, row->expected, strlen(row->expected)), 0);
		assert_non_null(strchr(error.text, ';'));
		return;
	}
	assert_int_equal(template_source_size(template), strlen(row->source));
	assert_string_equal(fill_in(template, text, sizeof(text)), row->expected);
	free(template);
}

static void test_nul(void **state)
{
	static const char source[] = "{{link}}\n\0 and more", open[] = "{{link}}{{li\0nk}}";
	struct error error = {""};
	char *template = NULL;

	(void)state;
	assert_int_equal(template_parse(source, sizeof(source) - 1, &template, &error), -EINVAL);
	assert_string_equal(error.text, "line 2: a NUL byte; save the page as UTF-8 text");
	assert_int_equal(template_parse(open, sizeof(open) - 1, &template, &error), -EINVAL);
	assert_non_null(strstr(error.text, "line 1: '{{' without '}}'"));
	assert_int_equal(template_parse(source, sizeof(source) - 1, &template, NULL), -EINVAL);
	assert_null(template);
}

/* One way to make a page: the built-in one is a template like any other. */
static void test_built_in(void **state)
{
	char *template = NULL;

	(void)state;
	assert_int_equal(template_parse(built_in_source, strlen(built_in_source), &template, NULL),
			 0);
	assert_string_equal(template, page_built_in());
	free(template);
}

int main(void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_built_in),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(single)];

	TABLE_TESTS(tests, rows, test_row);
	memcpy(tests + ARRAY_SIZE(rows), single, sizeof(single));
	return cmocka_run_group_tests_name("templates", tests, NULL, NULL);
}
