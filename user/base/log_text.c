/* SPDX-License-Identifier: MIT */
/* log_text.c - which characters may reach a terminal, and what becomes of the others. */
#include <stdint.h>

#include "base/log_internal.h"

/* How long a UTF-8 sequence is by its first byte, and the payload of that byte; 0: never first. */
static size_t sequence_length(unsigned char first, uint32_t *ret_payload)
{
	size_t length;

	if (first < 0x80)
		length = 1;
	else if (first >= 0xc2 && first < 0xe0)
		length = 2;
	else if (first >= 0xe0 && first < 0xf0)
		length = 3;
	else if (first >= 0xf0 && first < 0xf5)
		length = 4;
	else
		return 0;
	*ret_payload = length == 1 ? first : first & (0xffU >> (length + 1));
	return length;
}

size_t printable_length(const char *text)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t character;
	size_t length = sequence_length((unsigned char)text[0], &character);
	size_t i;

	if (!length)
		return 0;
	for (i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80) /* true of the closing NUL as well */
			return 0;
		character = character << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (character < 0x20 || (character >= 0x7f && character < 0xa0)) /* C0, DEL, C1 */
		return 0;
	if (character < smallest[length] || character > 0x10ffff ||
	    (character >= 0xd800 && character < 0xe000))
		return 0;
	return length;
}

bool is_printable(const char *text)
{
	size_t length = 1;

	while (*text && length) {
		length = printable_length(text);
		text += length;
	}
	return length;
}

void log_replace_controls(char *text)
{
	while (*text) {
		size_t length = printable_length(text);

		if (!length)
			*text = '?';
		text += length ? length : 1;
	}
}
