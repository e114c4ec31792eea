/* SPDX-License-Identifier: MIT */
/* text.h - bytes of a message that are read as text: pointed to, never copied, never terminated. */
#ifndef XDP511_BASE_TEXT_H
#define XDP511_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
	const char *data;
	size_t len;
};

/* All ignore the case of letters. */
bool text_same(const char *text, const char *other, size_t len);
bool text_match(struct text text, const char *pattern); /* "*" at one end stands for any rest */

/* Here, so that the compiler counts the characters of a constant. */
static inline bool text_equal(struct text text, const char *other)
{
	return text.len == strlen(other) && text_same(text.data, other, text.len);
}

/* 0 to 15; -1: it is no hexadecimal digit. */
static inline int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/* Without blanks at both ends. */
struct text text_trim(struct text text);

/* Takes the bytes up to @stop, or all, off the front of @rest; the stop itself goes with them. */
struct text text_until(struct text *rest, char stop);

#endif /* XDP511_BASE_TEXT_H */
