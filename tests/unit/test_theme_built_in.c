/* SPDX-License-Identifier: MIT */
/* test_theme_built_in.c - the built-in theme: every page in every language, and a directory's. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/languages.h"
#include "portal/pages/theme_files.h"
#include "portal/pages/theme_messages.h"
#include "portal/pages/theme_values.h"

static struct theme *theme;
static char directory[] = "/tmp/test_theme.XXXXXX";

static char *render(const struct theme *from, enum theme_page page, size_t language,
		    const char *const values[THEME_VALUE_COUNT])
{
	size_t size = 0;
	char *text = theme_render(from, page, language, values, &size);

	assert_non_null(text);
	assert_int_equal(strlen(text), size);
	return text;
}

static void expect(const struct theme *from, enum theme_page page, const char *part)
{
	const char *values[THEME_VALUE_COUNT] = {
		[VALUE_NAME] = "Café <1>", [VALUE_PATH] = "/login", [VALUE_VOUCHER] = "1"};
	char *text = render(from, page, 0, values);

	if (!strstr(text, part))
		print_error("%s", text);
	assert_non_null(strstr(text, part));
	free(text);
}

/* No value of a guest's becomes markup, on any page in any language. */
static void test_hostile_values(void **state)
{
	const char *values[THEME_VALUE_COUNT];

	(void)state;
	for (size_t i = 0; i < THEME_VALUE_COUNT; i++)
		values[i] = "\"'><script>&amp;";
	values[VALUE_TERMS_TEXT] = "";
	for (int page = 0; page < PAGE_STYLE; page++) {
		for (size_t language = 0; language < n_languages; language++) {
			char *text = render(theme, (enum theme_page)page, language, values);

			assert_null(strstr(text, "<script"));
			assert_null(strstr(text, "{{"));
			assert_null(strstr(text, "'><"));
			free(text);
		}
	}
}

static void test_values_of_every_page(void **state)
{
	const char *values[THEME_VALUE_COUNT] = {[VALUE_PATH] = "/", [VALUE_URL] = "javascript:x"};
	char *text;

	(void)state;
	text = render(theme, PAGE_STATUS, 1, values);
	assert_non_null(strstr(text, "<html lang=\"ar\" dir=\"rtl\">"));
	assert_non_null(strstr(text, "href=\"/style.css\""));
	assert_non_null(strstr(text, "http-equiv=\"refresh\" content=\"300\""));
	assert_null(strstr(text, "javascript:"));
	free(text);
	values[VALUE_PATH] = "/login/";
	values[VALUE_SECONDS_LEFT] = "10";
	values[VALUE_URL] = "http://a.example/?a&b";
	text = render(theme, PAGE_STATUS, 0, values);
	assert_non_null(strstr(text, "href=\"/login/style.css\""));
	assert_non_null(strstr(text, "http-equiv=\"refresh\" content=\"11\""));
	assert_non_null(strstr(text, "href=\"http://a.example/?a&amp;b\""));
	free(text);
}

static void test_language(void **state)
{
	(void)state;
	assert_int_equal(theme_language(theme, NULL), 0);
	assert_string_equal(languages[theme_language(theme, "de-AT,en;q=0.5")].tag, "de");
	assert_string_equal(theme_sentence(theme, 0, "sign_in"), "Sign in");
	assert_string_equal(theme_sentence(theme, 0, "no.such"), "no.such");
}

static void expect_units(uint64_t number, const char *time, const char *data)
{
	char text[THEME_UNIT_SIZE];

	assert_string_equal(theme_time(theme, 0, number, text), time);
	assert_string_equal(theme_data(theme, 0, number, text), data);
}

static void test_units(void **state)
{
	char text[THEME_UNIT_SIZE];

	(void)state;
	expect_units(0, "0\u00a0s", "0\u00a0B");
	expect_units(59, "59\u00a0s", "59\u00a0B");
	expect_units(119, "1\u00a0min", "119\u00a0B");
	expect_units(7500, "2\u00a0h 5\u00a0min", "7.5\u00a0kB");
	expect_units(7200, "2\u00a0h", "7.2\u00a0kB");
	expect_units(86400, "1\u00a0d", "86.4\u00a0kB");
	expect_units(100000, "1\u00a0d 3\u00a0h", "100\u00a0kB");
	assert_string_equal(theme_data(theme, 0, 999949999999, text), "999\u00a0GB");
	assert_string_equal(theme_data(theme, 0, 999999999999, text), "1.0\u00a0TB");
	assert_string_equal(theme_data(theme, 0, 1844674407370955162, text), "1844674\u00a0TB");
	assert_string_equal(theme_data(theme, 0, 4999998765, text), "5.0\u00a0GB");
	assert_string_equal(theme_data(theme, 0, 999999, text), "1.0\u00a0MB");
	assert_string_equal(theme_data(theme, 0, 1500000000000, text), "1.5\u00a0TB");
	assert_string_equal(theme_data(theme, 0, UINT64_MAX, text), "18446744\u00a0TB");
	for (size_t i = 0; i < n_languages; i++) {
		assert_true(is_printable(theme_time(theme, i, UINT64_MAX, text)));
		assert_true(is_printable(theme_data(theme, i, UINT64_MAX, text)));
	}
}

static const char *put(const char *name, const char *text)
{
	static char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

static void expect_refusal(const char *part)
{
	struct theme *own = NULL;
	struct error error = {""};

	assert_true(theme_load(directory, &own, &error) < 0);
	assert_null(own);
	if (!strstr(error.text, part))
		print_error("%s\n", error.text);
	assert_non_null(strstr(error.text, part));
}

static struct theme *load_own(void)
{
	struct theme *own = NULL;
	struct error error = {""};

	if (theme_load(directory, &own, &error))
		print_error("%s\n", error.text);
	assert_non_null(own);
	return own;
}

static void test_directory(void **state)
{
	char messages[64];
	struct theme *own;

	(void)state;
	theme_free(load_own());
	(void)snprintf(messages, sizeof(messages), "%s/messages", directory);
	assert_int_equal(mkdir(messages, 0700), 0);
	put("messages/en.ini", "# ours\nsign_in = Come in\nhouse = House of {{name}}\n");
	put("messages/de.ini", "house = Haus {{name}}\r\n");
	put("signed-out.html", "<h1 title=\"{{t:house}}\">");
	put("README", "is not looked at");
	own = load_own();
	expect(own, PAGE_SIGNED_OUT, "<h1 title=\"House of Café &lt;1&gt;\">");
	expect(own, PAGE_SIGN_IN, ">Come in</button>");
	expect(own, PAGE_STYLE, "prefers-color-scheme");
	assert_string_equal(theme_sentence(own, theme_language(own, "de"), "house"),
			    "Haus {{name}}");
	assert_string_equal(theme_sentence(own, theme_language(own, "fr"), "house"),
			    "House of {{name}}");
	theme_free(own);
}

static void test_broken_directory(void **state)
{
	const char *path;

	(void)state;
	path = put("status.html", "\n{{#name}}");
	expect_refusal("/status.html:2: what begins here is not ended; write {{/name}}");
	unlink(path);
	path = put("sign_in.html", "x");
	expect_refusal("has a file 'sign_in.html', which the portal doesn't know; the pages are");
	unlink(path);
	path = put("messages/tlh.ini", "sign_in = x");
	expect_refusal("has a file 'messages/tlh.ini', which the portal doesn't know");
	unlink(path);
	path = put("messages/fr.ini", "sign_in = a\nsing_in = b\n");
	expect_refusal("/messages/fr.ini:2: 'sing_in' is no sentence of the English file");
	put("messages/fr.ini", "sign_in = a\nsign_in = b\n");
	expect_refusal("/messages/fr.ini:2: 'sign_in' comes twice; remove one of them");
	put("messages/fr.ini", "\nsign_in\n");
	expect_refusal("/messages/fr.ini:2: no '='; write a line as key = text");
	put("messages/fr.ini", "sign_in = \n");
	expect_refusal("/messages/fr.ini:1: no text behind '='");
	put("messages/fr.ini", "sign_in = {{colour}}\n");
	expect_refusal("/messages/fr.ini:1: '{{colour}}' does not begin with a value");
	put("messages/fr.ini", "sign_in = {{terms_text}}\n");
	expect_refusal("'{{terms_text}}' does not begin with a value");
	put("messages/fr.ini", "sign_in = {{problem}}\n");
	expect_refusal("'{{problem}}' does not begin with a value");
	put("messages/fr.ini", "sign_in = {{name\n");
	expect_refusal("'{{name' does not begin with a value");
	put("messages/fr.ini", "sign_in = \033[31m\n");
	expect_refusal("the text has a control character or is no UTF-8");
	unlink(path);
	path = put("messages/en.ini", "Sign-In = x\n");
	expect_refusal("/messages/en.ini:1: the key is not made of 1 to 48 small letters");
	unlink(path);
}

static void test_no_directory(void **state)
{
	struct theme *own = NULL;
	struct error error = {""};

	(void)state;
	assert_int_equal(theme_load("/nonexistent/theme", &own, &error), -ENOENT);
	assert_non_null(strstr(error.text, "theme '/nonexistent/theme/' cannot be read: No such"));
}

static int set_up(void **state)
{
	(void)state;
	return theme_load("", &theme, NULL) || !mkdtemp(directory);
}

static int tear_down(void **state)
{
	static const char *const names[] = {"messages/en.ini", "messages/de.ini", "messages",
					    "README",	       "signed-out.html", ""};
	char path[128];

	(void)state;
	theme = theme_free(theme);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		(void)remove(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_values), cmocka_unit_test(test_values_of_every_page),
		cmocka_unit_test(test_language),       cmocka_unit_test(test_units),
		cmocka_unit_test(test_directory),      cmocka_unit_test(test_broken_directory),
		cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
