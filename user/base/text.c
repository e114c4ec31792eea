/* SPDX-License-Identifier: MIT */
/* text.c - comparing and cutting bytes that are not terminated. */
#include "base/text.h"

#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool text_same(const char *text, const char *other, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != other[i] && lower(text[i]) != lower(other[i]))
			return false;
	return true;
}

bool text_match(struct text text, const char *pattern)
{
	size_t len;

	if (!pattern[0])
		return true;
	if (pattern[0] != '*' && (!text.len || lower(text.data[0]) != lower(pattern[0])))
		return false; /* as nearly always */
	len = strlen(pattern);
	if (pattern[0] == '*')
		return text.len >= len - 1 &&
		       text_same(text.data + text.len - (len - 1), pattern + 1, len - 1);
	if (pattern[len - 1] == '*')
		return text.len >= len - 1 && text_same(text.data, pattern, len - 1);
	return text_equal(text, pattern);
}

struct text text_until(struct text *rest, char stop)
{
	const char *end = rest->len ? memchr(rest->data, stop, rest->len) : NULL;
	struct text taken = {rest->data, end ? (size_t)(end - rest->data) : rest->len};
	size_t step = taken.len + !!end;

	rest->data += step;
	rest->len -= step;
	return taken;
}

struct text text_trim(struct text text)
{
	while (text.len && (text.data[0] == ' ' || text.data[0] == '\t')) {
		text.data++;
		text.len--;
	}
	while (text.len && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
		text.len--;
	return text;
}
