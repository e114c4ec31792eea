// SPDX-License-Identifier: MIT
/* buffer.c - bounded text and its three ways of quoting. */
#include <string.h>

#include "responder/buffer.h"

void buffer_add_text(struct buffer *buffer, struct text text)
{
	if (buffer->full || buffer->size - buffer->len < text.len) {
		buffer->full = true;
		return;
	}
	if (text.len && buffer->data)
		memcpy(buffer->data + buffer->len, text.data, text.len);
	buffer->len += text.len;
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
	while (n--)
		buffer_add_text(buffer, (struct text){&c, 1});
}

void buffer_add_hex(struct buffer *buffer, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		const char hex[] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		buffer_add_text(buffer, (struct text){hex, sizeof(hex)});
	}
}

void buffer_add_html(struct buffer *buffer, const char *text)
{
	static const char *const references[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
	};
	const char *plain = text;

	for (; *text; text++) {
		const char *reference = references[(unsigned char)*text];

		if (!reference)
			continue;
		buffer_add_text(buffer, (struct text){plain, (size_t)(text - plain)});
		buffer_add(buffer, reference);
		plain = text + 1;
	}
	buffer_add_text(buffer, (struct text){plain, (size_t)(text - plain)});
}

void buffer_add_json(struct buffer *buffer, const char *text)
{
	for (; *text; text++) {
		const uint8_t c = (uint8_t)*text;

		if (c != '"' && c != '\\' && c >= 0x20) {
			buffer_add_text(buffer, (struct text){text, 1});
			continue;
		}
		buffer_add(buffer, "\\u00");
		buffer_add_hex(buffer, &c, 1);
	}
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void buffer_add_percent(struct buffer *buffer, struct text text)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t i, plain = 0;

	for (i = 0; i < text.len; i++) {
		const uint8_t c = (uint8_t)text.data[i];
		const char escape[] = {'%', digits[c >> 4], digits[c & 15]};

		if (is_unreserved(text.data[i]))
			continue;
		buffer_add_text(buffer, (struct text){text.data + plain, i - plain});
		buffer_add_text(buffer, (struct text){escape, sizeof(escape)});
		plain = i + 1;
	}
	buffer_add_text(buffer, (struct text){text.data + plain, i - plain});
}
