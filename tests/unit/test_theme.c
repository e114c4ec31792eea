/* SPDX-License-Identifier: MIT */
/* test_theme.c - templates of the portal: what is refused, and what is made of the others. */
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "portal/pages/theme_template.h"
#include "portal/pages/theme_values.h"

#define MESSAGES "hello = Hello {{name}} & \"all\"\nplain = Plain\n"

static struct theme_messages *messages;

static const struct row {
	const char *sentence;
	const char *source;
	const char *expected; /* beginning of the refusal, or the page */
	int err;
} rows[] = {
	{"nothing at all", "", "a.html is empty; write a page", -EINVAL},
	{"an unknown value", "\n<p>{{colour}}",
	 "a.html:2: '{{colour}}' names no value; the values are: name zone lang", -EINVAL},
	{"a value with blanks", "{{ name }}", "a.html:1: '{{ name }}' names no value", -EINVAL},
	{"an empty one", "{{}}", "a.html:1: '{{}}' names no value", -EINVAL},
	{"half a name", "{{nam}}", "a.html:1: '{{nam}}' names no value", -EINVAL},
	{"more than a name", "{{names}}", "a.html:1: '{{names}}' names no value", -EINVAL},
	{"three braces", "{{{name}}}", "a.html:1: '{{{name}}' names no value", -EINVAL},
	{"a long one", "{{0123456789012345678901234567890123456789012345}}",
	 "a.html:1: '{{0123456789012345678901234567890123456789…}}' names no value", -EINVAL},
	{"an escape sequence", "{{\033[31m}}", "a.html:1: '{{?[31m}}' names no value", -EINVAL},
	{"an unknown sentence", "{{t:bye}}",
	 "a.html:1: '{{t:bye}}' names no sentence of messages/en.ini; correct it", -EINVAL},
	{"an empty sentence", "{{t:}}", "a.html:1: '{{t:}}' names no sentence", -EINVAL},
	{"an unknown part", "{{#colour}}x{{/colour}}", "a.html:1: '{{#colour}}' names no value",
	 -EINVAL},
	{"an unended part", "a\n{{#name}}\n\n{{name}}",
	 "a.html:2: what begins here is not ended; write {{/name}}", -EINVAL},
	{"an end without a beginning", "a{{/name}}",
	 "a.html:1: '{{/name}}' ends what has not begun; remove it", -EINVAL},
	{"parts that cross", "{{#name}}\n{{#url}}{{/name}}{{/url}}",
	 "a.html:2: '{{/name}}' stands where 'url', begun in line 2, has to end; write {{/url}}",
	 -EINVAL},
	{"nine parts within each other",
	 "{{#url}}{{#url}}{{#url}}{{#url}}{{#url}}{{#url}}{{#url}}{{#url}}{{#url}}",
	 "a.html:1: '{{#url}}' stands within 8 others; take it out of some", -EINVAL},
	{"no closing braces", "a\n{{name\n}}", "a.html:2: '{{' without '}}' in the same line",
	 -EINVAL},
	{"no closing braces at the end", "{{", "a.html:1: '{{' without '}}'", -EINVAL},
	{"a control character", "a\n\001", "a.html:2: a control character, or", -EINVAL},
	{"Latin-1", "Caf\xe9", "a.html:1: a control character, or a byte that is no UTF-8",
	 -EINVAL},
	{"a value in a tag without quotes", "<p\nlang={{lang}}>",
	 "a.html:2: '{{lang}}' stands in a tag without quotes; put it in quotes", -EINVAL},
	{"a sentence in a tag without quotes", "<p title={{t:plain}}>",
	 "a.html:1: '{{t:plain}}' stands in a tag without quotes", -EINVAL},
	{"HTML in a tag", "<p title='{{terms_text}}'>",
	 "a.html:1: '{{terms_text}}' is HTML; move it out", -EINVAL},
	{"a script", "<p>\n<SCRIPT>", "a.html:2: scripts and styles within a page have no effect",
	 -EINVAL},
	{"a style", "<style>", "a.html:1: scripts and styles within a page", -EINVAL},

	{"text alone", "a } }} { b", "a } }} { b", 0},
	{"a value", "<p>{{name}}", "<p>&lt;b&gt; &amp; &quot;it&#39;s&quot;", 0},
	{"a value in quotes", "<p title=\"{{name}}\" lang='{{lang}}'>",
	 "<p title=\"&lt;b&gt; &amp; &quot;it&#39;s&quot;\" lang='en'>", 0},
	{"a value that isn't there", "[{{zone}}]", "[]", 0},
	{"HTML of the operator", "<p>{{terms_text}}", "<p><b>Be kind</b>", 0},
	{"a sentence", "{{t:plain}}.", "Plain.", 0},
	{"a sentence with a value", "{{t:hello}}",
	 "Hello &lt;b&gt; &amp; &quot;it&#39;s&quot; &amp; &quot;all&quot;", 0},
	{"a problem with values", "<p title='{{problem}}'>",
	 "<p title='No &lt;b&gt; &amp; &quot;it&#39;s&quot; {{terms_text}} {{problem}} {{x}} {{'>",
	 0},
	{"a part that is shown", "a{{#lang}}b{{lang}}{{/lang}}c", "abenc", 0},
	{"a part that isn't", "a{{#zone}}b{{/zone}}c", "ac", 0},
	{"a part without the value", "a{{^zone}}b{{/zone}}{{^lang}}c{{/lang}}", "ab", 0},
	{"a part for a word", "{{#lang=en}}a{{/lang}}{{#lang=e}}b{{/lang}}{{^lang=de}}c{{/lang}}",
	 "ac", 0},
	{"a part for no word", "{{#zone=}}a{{/zone}}{{#lang=}}b{{/lang}}", "a", 0},
	{"parts within parts", "{{#lang}}a{{#zone}}b{{#lang}}c{{/lang}}{{/zone}}d{{/lang}}", "ad",
	 0},
	{"a part at the end", "a{{#zone}}b{{/zone}}", "a", 0},
	{"a part in a tag", "<p{{#lang}} hidden{{/lang}}>{{lang}}", "<p hidden>en", 0},
	{"a quote in text", "it's {{lang}} <p>\"{{lang}}", "it's en <p>\"en", 0},
	{"a smaller sign in text", "1 < 2 {{lang}}", "1 < 2 en", 0},
	{"a comment", "<!-- it's <b --> {{lang}}", "<!-- it's <b --> en", 0},
	{"a tag's sign in quotes", "<p title='>' lang='{{lang}}'>", "<p title='>' lang='en'>", 0},
};

static const char *const values[THEME_VALUE_COUNT] = {
#define X(value, name) [VALUE_##value] = "",
	THEME_VALUES(X)
#undef X
};

static void test_row(void **state)
{
	const struct row *row = *state;
	const char *all[THEME_VALUE_COUNT];
	struct theme_template *template = NULL;
	struct error error = {""};
	char *page;
	size_t size = 0;

	assert_int_equal(theme_template_parse(row->source, strlen(row->source), "a.html", messages,
					      &template, &error),
			 row->err);
	if (row->err) {
		assert_null(template);
		assert_true(is_printable(error.text) && strchr(error.text, ';'));
		error.text[strnlen(row->expected, sizeof(error.text) - 1)] = '\0';
		assert_string_equal(error.text, row->expected);
		return;
	}
	memcpy(all, values, sizeof(all));
	all[VALUE_NAME] = "<b> & \"it's\"";
	all[VALUE_LANG] = "en";
	all[VALUE_PROBLEM] = "No {{name}} {{terms_text}} {{problem}} {{x}} {{";
	all[VALUE_TERMS_TEXT] = "<b>Be kind</b>";
	page = theme_template_write(template, messages, 0, all, &size);
	assert_string_equal(page, row->expected);
	assert_int_equal(size, strlen(page));
	free(page);
	theme_template_free(template);
}

static void test_size(void **state)
{
	static char text[THEME_FILE_MAX + 1];
	const char *all[THEME_VALUE_COUNT];
	struct theme_template *template = NULL;
	struct error error = {""};
	size_t size = 1;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(theme_template_parse(text, sizeof(text), "a", messages, &template, &error),
			 -EINVAL);
	assert_int_equal(theme_template_literal(text, sizeof(text), "a", &template, &error),
			 -EINVAL);
	for (size_t i = 0; i + 10 <= THEME_FILE_MAX; i += 10)
		memcpy(text + i, "{{typed}}.", 10);
	assert_int_equal(theme_template_parse(text, THEME_FILE_MAX - 6, "a", messages, &template,
					      &error),
			 0);
	memcpy(all, values, sizeof(all));
	all[VALUE_TYPED] = "0123456789012345678901234567890123456789";
	assert_null(theme_template_write(template, messages, 0, all, &size));
	assert_int_equal(size, 1);
	theme_template_free(template);
}

static void test_literal(void **state)
{
	static const char style[] = "a{{b}}@media print{a{b:c}}\n";
	struct theme_template *template = NULL;
	char *page;
	size_t size;

	(void)state;
	assert_int_equal(
		theme_template_literal(style, sizeof(style) - 1, "style.css", &template, NULL), 0);
	page = theme_template_write(template, messages, 0, values, &size);
	assert_string_equal(page, style);
	assert_int_equal(size, sizeof(style) - 1);
	free(page);
	theme_template_free(template);
	assert_int_equal(theme_template_literal("a\0b", 3, "style.css", &template, NULL), -EINVAL);
	assert_int_equal(theme_template_parse("a\0b", 3, "a.html", messages, &template, NULL),
			 -EINVAL);
}

static void test_urls(void **state)
{
	(void)state;
	assert_true(theme_url_is_web("http://a.example/?b=c&d"));
	assert_true(theme_url_is_web("HTTPS://a.example"));
	assert_false(theme_url_is_web(""));
	assert_false(theme_url_is_web("//a.example"));
	assert_false(theme_url_is_web("javascript:alert(1)"));
	assert_false(theme_url_is_web(" http://a.example"));
	assert_false(theme_url_is_web("http://a.example/\nb"));
	assert_false(theme_url_is_web("http://a.example/ b"));
	assert_false(theme_url_is_web("data:text/html,http://"));
}

static int set_up(void **state)
{
	(void)state;
	return theme_messages_new(&messages) ||
	       theme_messages_read(messages, 0, MESSAGES, strlen(MESSAGES), "en.ini", NULL);
}

static int tear_down(void **state)
{
	(void)state;
	messages = theme_messages_free(messages);
	return 0;
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_urls),
	};

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests(tests, set_up, tear_down) +
	       cmocka_run_group_tests(others, set_up, tear_down);
}
