/* SPDX-License-Identifier: MIT */
/* theme_units.c - times and amounts of data in a guest's language. */
#include <stdio.h>
#include <string.h>

#include "portal/pages/theme.h"

#define WORD_MAX 24 /* bytes of a unit */

/* The word with this number of a sentence such as "d h min s". */
static void find_word(const char *words, size_t number, char word[WORD_MAX])
{
	size_t len;

	for (; number; number--) {
		words += strcspn(words, " ");
		words += strspn(words, " ");
	}
	len = strcspn(words, " ");
	(void)snprintf(word, WORD_MAX, "%.*s", (int)(len < WORD_MAX ? len : 0), words);
}

/* A no-break space keeps a number and its unit in one line. */
#define NUMBER_AND_UNIT "%llu\u00a0%s"

const char *theme_time(const struct theme *theme, size_t language, uint64_t seconds,
		       char buffer[THEME_UNIT_SIZE])
{
	static const unsigned int sizes[] = {86400, 3600, 60, 1};
	const char *words = theme_sentence(theme, language, "unit.time");
	char unit[WORD_MAX], smaller[WORD_MAX];
	unsigned long long rest;
	size_t i = 0;

	while (i < 3 && seconds < sizes[i])
		i++;
	find_word(words, i, unit);
	rest = i < 2 ? seconds % sizes[i] / sizes[i + 1] : 0;
	if (rest) {
		find_word(words, i + 1, smaller);
		(void)snprintf(buffer, THEME_UNIT_SIZE, NUMBER_AND_UNIT " " NUMBER_AND_UNIT,
			       (unsigned long long)seconds / sizes[i], unit, rest, smaller);
	} else {
		(void)snprintf(buffer, THEME_UNIT_SIZE, NUMBER_AND_UNIT,
			       (unsigned long long)seconds / sizes[i], unit);
	}
	return buffer;
}

/* Tenths of a unit, rounded; whole ones from 100 on. */
static uint64_t count_tenths(uint64_t bytes, uint64_t unit_bytes)
{
	uint64_t tenth = unit_bytes / 10, rest;

	if (!tenth)
		return bytes < 1000 ? bytes * 10 : 10000;
	rest = bytes % tenth;
	return bytes / tenth + (rest >= tenth / 2);
}

const char *theme_data(const struct theme *theme, size_t language, uint64_t bytes,
		       char buffer[THEME_UNIT_SIZE])
{
	uint64_t unit_bytes = 1, tenths;
	char unit[WORD_MAX];
	size_t i = 0;

	while (i < 4 && count_tenths(bytes, unit_bytes) >= 10000) {
		unit_bytes *= 1000;
		i++;
	}
	tenths = count_tenths(bytes, unit_bytes);
	find_word(theme_sentence(theme, language, "unit.data"), i, unit);
	if (!i || tenths >= 1000)
		(void)snprintf(buffer, THEME_UNIT_SIZE, NUMBER_AND_UNIT,
			       (unsigned long long)tenths / 10, unit);
	else
		(void)snprintf(buffer, THEME_UNIT_SIZE, "%llu%s%llu\u00a0%s",
			       (unsigned long long)tenths / 10,
			       theme_sentence(theme, language, "unit.point"),
			       (unsigned long long)tenths % 10, unit);
	return buffer;
}
