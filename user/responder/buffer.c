/* SPDX-License-Identifier: MIT */
/* buffer.c - bounded text and its three ways of quoting. */
#include <string.h>

#include "responder/buffer.h"

/* Room for so many bytes, which then count; NULL: nothing to be written, or no room. */
static char *take(struct buffer *buffer, size_t len)
{
	char *room = buffer->data ? buffer->data + buffer->len : NULL;

	if (buffer->full || buffer->size - buffer->len < len) {
		buffer->full = true;
		return NULL;
	}
	buffer->len += len;
	return room;
}

void buffer_add_text(struct buffer *buffer, struct text text)
{
	char *to = take(buffer, text.len);

	if (to && text.len)
		memcpy(to, text.data, text.len);
}

size_t buffer_number_size(size_t number)
{
	size_t size = 1;

	for (; number >= 10; number /= 10)
		size++;
	return size;
}

void buffer_add_number(struct buffer *buffer, size_t number)
{
	char digits[24];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buffer_add_text(buffer, (struct text){digits + i, sizeof(digits) - i});
}

void buffer_fill(struct buffer *buffer, char c, size_t n)
{
	char *to = take(buffer, n);

	if (to)
		memset(to, c, n);
}

void buffer_add_html(struct buffer *buffer, const char *text)
{
	static const char *const references[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
	};

	for (;; text++) {
		size_t plain = strcspn(text, "&<>\"'");

		buffer_add_text(buffer, (struct text){text, plain});
		text += plain;
		if (!*text)
			return;
		buffer_add(buffer, references[(unsigned char)*text]);
	}
}

void buffer_add_json(struct buffer *buffer, const char *text)
{
	for (; *text; text++) {
		const uint8_t c = (uint8_t)*text;
		char escape[] = "\\u0000";

		if (c != '"' && c != '\\' && c >= 0x20) {
			buffer_add_text(buffer, (struct text){text, 1});
			continue;
		}
		hex_write(c, escape + strlen("\\u00"));
		buffer_add(buffer, escape);
	}
}

void buffer_add_percent(struct buffer *buffer, struct text text)
{
	static const bool is_unreserved[256] = {
		['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
		['.'] = true,	      ['_'] = true,	    ['~'] = true,
	};
	static const char digits[] = "0123456789ABCDEF";
	size_t i, plain = 0;

	if (buffer->size - buffer->len < text.len)
		buffer->full = true; /* it never gets shorter */
	for (i = 0; i < text.len && !buffer->full; i++) {
		const uint8_t c = (uint8_t)text.data[i];

		if (is_unreserved[c])
			continue;
		buffer_add_text(buffer, (struct text){text.data + plain, i - plain});
		buffer_add_text(buffer,
				(struct text){(char[]){'%', digits[c >> 4], digits[c & 15]}, 3});
		plain = i + 1;
	}
	buffer_add_text(buffer, (struct text){text.data + plain, i - plain});
}
