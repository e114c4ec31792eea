/* SPDX-License-Identifier: MIT */
/* test_theme_messages.c - every sentence in every language: there, whole, and with the same values. */
#include "table.h"

#include <stdio.h>
#include <string.h>

#include "base/languages.h"
#include "portal/pages/theme_files.h"
#include "portal/pages/theme_messages.h"
#include "portal/pages/theme_values.h"

static struct theme_messages *messages;

static const char *find(size_t language, const char *key)
{
	return theme_messages_text(messages, language,
				   theme_messages_find(messages, key, strlen(key)));
}

static int read_all(void **state)
{
	(void)state;
	if (theme_messages_new(&messages))
		return -1;
	for (size_t i = 0; i < n_languages; i++) {
		const struct theme_file *file;
		struct error error;
		char name[32];

		(void)snprintf(name, sizeof(name), "messages/%s.ini", languages[i].tag);
		file = theme_files_find(name);
		if (!file ||
		    theme_messages_read(messages, i, file->text, file->size, name, &error)) {
			print_error("%s: %s\n", name, file ? error.text : "there is no such file");
			return -1;
		}
	}
	return 0;
}

static int forget_all(void **state)
{
	(void)state;
	messages = theme_messages_free(messages);
	return 0;
}

static void every_language_has_every_sentence(void **state)
{
	size_t n = theme_messages_count(messages), missing = 0;

	(void)state;
	assert_in_range(n, 40, MESSAGES_MAX);
	for (size_t i = 0; i < n_languages; i++) {
		for (size_t k = 0; k < n; k++) {
			if (theme_messages_has(messages, i, k))
				continue;
			print_error("messages/%s.ini lacks '%s'\n", languages[i].tag,
				    theme_messages_key(messages, k));
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void sentences_have_the_same_values(void **state)
{
	(void)state;
	for (size_t k = 0; k < theme_messages_count(messages); k++) {
		const char *english = theme_messages_text(messages, 0, k);

		for (size_t i = 0; i < n_languages; i++) {
			const char *text = theme_messages_text(messages, i, k);

			assert_int_equal(count(text, "{{"), count(english, "{{"));
			for (size_t v = 0; v < THEME_VALUE_COUNT; v++) {
				char place[64];

				(void)snprintf(place, sizeof(place), "{{%s}}",
					       theme_value_names[v]);
				assert_int_equal(count(text, place), count(english, place));
			}
		}
	}
}

static void sentences_are_text(void **state)
{
	(void)state;
	for (size_t k = 0; k < theme_messages_count(messages); k++) {
		for (size_t i = 0; i < n_languages; i++) {
			const char *text = theme_messages_text(messages, i, k);

			assert_true(is_printable(text));
			assert_null(strpbrk(text, "<>&\\"));
			assert_in_range(strlen(text), 1, 350);
			assert_null(strstr(text, "  "));
		}
	}
}

/* The page before, of the responder, and this one say the same. */
static void words_are_those_of_the_first_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_languages; i++) {
		assert_string_equal(find(i, "please"), languages[i].please);
		assert_string_equal(find(i, "sign_in"), languages[i].button);
	}
}

static size_t count_words(const char *text)
{
	return count(text, " ") + 1;
}

static void units_are_as_many_as_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_languages; i++) {
		assert_int_equal(count_words(find(i, "unit.time")), 4);
		assert_int_equal(count_words(find(i, "unit.data")), 5);
		assert_int_equal(count_words(find(i, "unit.point")), 1);
	}
}

/* English sentences that were left standing; names and codes may be the same everywhere. */
static void nothing_is_left_in_english(void **state)
{
	(void)state;
	for (size_t k = 0; k < theme_messages_count(messages); k++) {
		const char *english = theme_messages_text(messages, 0, k);

		if (count_words(english) < 3 ||
		    !strncmp(theme_messages_key(messages, k), "unit", 4))
			continue;
		for (size_t i = 1; i < n_languages; i++)
			assert_string_not_equal(theme_messages_text(messages, i, k), english);
	}
}

static void no_file_is_of_another_language(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct theme_file *file = theme_built_in; file->name; file++)
		n += !strncmp(file->name, "messages/", 9);
	assert_int_equal(n, n_languages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_language_has_every_sentence),
		cmocka_unit_test(sentences_have_the_same_values),
		cmocka_unit_test(sentences_are_text),
		cmocka_unit_test(words_are_those_of_the_first_page),
		cmocka_unit_test(units_are_as_many_as_needed),
		cmocka_unit_test(nothing_is_left_in_english),
		cmocka_unit_test(no_file_is_of_another_language),
	};

	return cmocka_run_group_tests(tests, read_all, forget_all);
}
