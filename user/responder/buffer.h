/* SPDX-License-Identifier: MIT */
/* buffer.h - text of a bounded length; what doesn't fit makes it `full`, never longer. */
#ifndef XDP511_BUFFER_H
#define XDP511_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "responder/http.h"

struct buffer {
	char *data; /* NULL: the text is only measured */
	size_t len;
	size_t size;
	bool full; /* something didn't fit: the content is of no use */
};

void buffer_add_text(struct buffer *buffer, struct text text);

/* Here, so that the compiler counts the characters of a constant. */
static inline void buffer_add(struct buffer *buffer, const char *text)
{
	buffer_add_text(buffer, (struct text){text, strlen(text)});
}

size_t buffer_number_size(size_t number); /* its digits */
void buffer_add_number(struct buffer *buffer, size_t number);
void buffer_fill(struct buffer *buffer, char c, size_t n);

/* Two digits. */
static inline void hex_write(uint8_t byte, char *to)
{
	static const char digits[] = "0123456789abcdef";

	to[0] = digits[byte >> 4];
	to[1] = digits[byte & 15];
}

/* With &, <, >, " and ' as character references. */
void buffer_add_html(struct buffer *buffer, const char *text);

/* As the inside of a JSON string. */
void buffer_add_json(struct buffer *buffer, const char *text);

/* All but the unreserved characters of RFC 3986 2.3 as %XX. */
void buffer_add_percent(struct buffer *buffer, struct text text);

#endif /* XDP511_BUFFER_H */
