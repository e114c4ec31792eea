/* SPDX-License-Identifier: MIT */
/* test_languages.c - which language a reader gets, by real Accept-Language values and odd ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "base/log.h"
#include "base/languages.h"

#include <cmocka.h>

static const struct {
	const char *sentence;
	const char *value;
	const char *tag;
} cases[] = {
	{"nothing said", "", "en"},
	{"a German phone", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "de"},
	{"an Austrian one", "de-AT", "de"},
	{"the weight decides, not the place", "en;q=0.1,fr;q=0.9", "fr"},
	{"of equals the first", "fr,de", "fr"},
	{"a weight of three digits", "fr;q=0.999,de;q=0.998", "fr"},
	{"weight 0 is a refusal", "de;q=0,fr;q=0.1", "fr"},
	{"none that we have", "xx,yy;q=0.5", "en"},
	{"the star leaves it to us", "*", "en"},
	{"Taiwan writes traditional characters", "zh-TW,zh;q=0.9", "zh-Hant"},
	{"so does a script subtag", "zh-Hant-HK", "zh-Hant"},
	{"China writes simplified ones", "zh-CN,zh;q=0.9", "zh"},
	{"the old name of Hebrew", "iw-IL", "he"},
	{"Brazil says it in its own way", "pt-BR,pt;q=0.9,en-US;q=0.8", "pt-BR"},
	{"Portugal in its", "pt-PT,pt;q=0.9", "pt"},
	{"Pakistan writes from right to left", "ur-PK,ur;q=0.9,en;q=0.8", "ur"},
	{"Norwegian of any kind", "no", "nb"},
	{"letter case and blanks", " DE ; q=0.5 , FR;Q=0.6", "fr"},
	{"a longer word is another language", "deutsch", "en"},
	{"commas and semicolons alone", ",,;;,;q=", "en"},
	{"the thirty-second is looked at", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,de", "de"},
	{"what stands behind it isn't", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,de", "en"},
	{"a weight that is none counts as 1", "de;q=x,fr;q=0.9", "de"},
	{"a weight above 1 counts as 1", "de;q=7,fr;q=0.9", "de"},
};

static void readers_get_their_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text value = {cases[i].value, strlen(cases[i].value)};

		print_message("%s\n", cases[i].sentence);
		assert_string_equal(language_find(value)->tag, cases[i].tag);
	}
}

static void every_language_is_found_by_its_own_tag(void **state)
{
	(void)state;
	assert_true(n_languages >= 20);
	for (size_t i = 0; i < n_languages; i++) {
		struct text value = {languages[i].tag, strlen(languages[i].tag)};

		assert_ptr_equal(language_find(value), &languages[i]);
		assert_null(strpbrk(languages[i].please, "<>&\"\n"));
		assert_null(strpbrk(languages[i].button, "<>&\"\n"));
	}
}

/* Hebrew and Arabic letters are U+0590 to U+06FF, in UTF-8 those with these first bytes. */
static bool starts_from_the_right(const char *text)
{
	unsigned char first = (unsigned char)text[0];

	return first >= 0xd6 && first <= 0xdb;
}

static void direction_is_that_of_the_letters(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_languages; i++) {
		assert_int_equal(languages[i].right_to_left,
				 starts_from_the_right(languages[i].please));
		assert_int_equal(languages[i].right_to_left,
				 starts_from_the_right(languages[i].button));
		n += languages[i].right_to_left;
	}
	assert_int_equal(n, 4); /* ar, fa, he, ur */
}

/* Each is shown on the page that has to fit a packet, and none is cut within a letter. */
static void words_are_short_and_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_languages; i++) {
		assert_true(is_printable(languages[i].please) && is_printable(languages[i].button));
		assert_in_range(strlen(languages[i].please), 10, 130);
		assert_in_range(strlen(languages[i].button), 4, 60);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_get_their_language),
		cmocka_unit_test(direction_is_that_of_the_letters),
		cmocka_unit_test(words_are_short_and_whole),
		cmocka_unit_test(every_language_is_found_by_its_own_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
