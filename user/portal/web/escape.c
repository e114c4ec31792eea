/* SPDX-License-Identifier: MIT */
/* escape.c - text as a value of a query, percent-encoded. */
#include "portal/web/escape.h"

#include <stdbool.h>
#include <string.h>

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~:", c));
}

const char *escape_query(const char *text, char *buffer, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	char *to = buffer, *end = buffer + size - 1;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (end - to < (is_plain(*text) ? 1 : 3))
			break;
		if (is_plain(*text)) {
			*to++ = *text;
			continue;
		}
		*to++ = '%';
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	*to = '\0';
	return buffer;
}
