// SPDX-License-Identifier: MIT
/* buffer.c - bounded text and its three ways of quoting. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "responder/buffer.h"

void buffer_add_text(struct buffer *buffer, struct text text)
{
	if (buffer->full || buffer->size - buffer->len < text.len) {
		buffer->full = true;
		return;
	}
	if (text.len)
		memcpy(buffer->data + buffer->len, text.data, text.len);
	buffer->len += text.len;
}

void buffer_add(struct buffer *buffer, const char *text)
{
	buffer_add_text(buffer, (struct text){text, strlen(text)});
}

void buffer_add_number(struct buffer *buffer, size_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%zu", number);
	buffer_add(buffer, digits);
}

void buffer_fill(struct buffer *buffer, char c, size_t n)
{
	while (n--)
		buffer_add_text(buffer, (struct text){&c, 1});
}

void buffer_add_html(struct buffer *buffer, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			buffer_add(buffer, "&amp;");
			break;
		case '<':
			buffer_add(buffer, "&lt;");
			break;
		case '>':
			buffer_add(buffer, "&gt;");
			break;
		case '"':
			buffer_add(buffer, "&quot;");
			break;
		case '\'':
			buffer_add(buffer, "&#39;");
			break;
		default:
			buffer_add_text(buffer, (struct text){text, 1});
		}
	}
}

void buffer_add_json(struct buffer *buffer, const char *text)
{
	char escape[8];

	for (; *text; text++) {
		if (*text != '"' && *text != '\\' && (unsigned char)*text >= 0x20) {
			buffer_add_text(buffer, (struct text){text, 1});
			continue;
		}
		snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*text);
		buffer_add(buffer, escape);
	}
}

void buffer_add_percent(struct buffer *buffer, struct text text)
{
	char escape[4];

	for (; text.len; text.data++, text.len--) {
		unsigned char c = (unsigned char)*text.data;

		if (isalnum(c) || memchr("-._~", c, 4)) {
			buffer_add_text(buffer, (struct text){text.data, 1});
			continue;
		}
		snprintf(escape, sizeof(escape), "%%%02X", c);
		buffer_add(buffer, escape);
	}
}
