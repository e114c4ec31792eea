/* SPDX-License-Identifier: MIT */
/* theme_values.c - finds a value by its name. */
#include "portal/pages/theme_values.h"

#include <string.h>
#include <strings.h>

const char *const theme_value_names[THEME_VALUE_COUNT] = {
#define X(value, name) [VALUE_##value] = name,
	THEME_VALUES(X)
#undef X
};

const char theme_value_list[] =
#define X(value, name) " " name
	THEME_VALUES(X)
#undef X
	;

int theme_value_find(const char *name, size_t len)
{
	for (int i = 0; i < THEME_VALUE_COUNT; i++)
		if (!strncmp(theme_value_names[i], name, len) && !theme_value_names[i][len])
			return i;
	return -1;
}

bool theme_value_is_for_sentences(enum theme_value value)
{
	return value != VALUE_TERMS_TEXT && value != VALUE_PROBLEM;
}

bool theme_url_is_web(const char *url)
{
	return (!strncasecmp(url, "http://", 7) || !strncasecmp(url, "https://", 8)) &&
	       is_printable(url) && !strpbrk(url, " \"'<>\\");
}
