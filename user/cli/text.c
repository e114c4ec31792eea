/* SPDX-License-Identifier: MIT */
/* text.c - what may reach the terminal, and how wide it is there. */
#include "cli/text.h"

#include <langinfo.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/log.h"

bool locale_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* Only for what printable_length() has accepted. */
static wchar_t decode(const char *text, size_t length)
{
	wchar_t character = (unsigned char)text[0];
	size_t i;

	if (length > 1)
		character &= 0xff >> (length + 1);
	for (i = 1; i < length; i++)
		character = character << 6 | (text[i] & 0x3f);
	return character;
}

/* Line and paragraph separators, and the marks that reorder what stands behind them. */
static bool is_layout(wchar_t character)
{
	return (character >= 0x200b && character <= 0x200f) ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}

char *clean_text(const char *text, char *buffer, size_t size)
{
	bool utf8 = locale_is_utf8();
	size_t used = 0;

	while (*text) {
		size_t length = printable_length(text);
		bool keep = length == 1 || (length > 1 && utf8 && !is_layout(decode(text, length)));

		if (used + (keep ? length : 1) >= size)
			break;
		if (keep)
			memcpy(buffer + used, text, length);
		else
			buffer[used] = '?';
		used += keep ? length : 1;
		text += length ? length : 1;
	}
	buffer[used] = '\0';
	return buffer;
}

/* What the C library doesn't know it calls -1; terminals show such a character as one column. */
static size_t character_columns(const char *text, size_t length)
{
	int columns = wcwidth(decode(text, length));

	return columns < 0 ? 1 : (size_t)columns;
}

size_t text_fit(const char *text, size_t columns, size_t *ret_columns)
{
	size_t taken = 0;
	size_t used = 0;
	size_t length;

	while ((length = printable_length(text + used))) {
		size_t width = character_columns(text + used, length);

		if (width > columns - taken)
			break;
		taken += width;
		used += length;
	}
	*ret_columns = taken;
	return used;
}

size_t text_columns(const char *text)
{
	size_t columns;

	text_fit(text, SIZE_MAX, &columns);
	return columns;
}
