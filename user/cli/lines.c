/* SPDX-License-Identifier: MIT */
/* lines.c - collects bytes until a line is whole, and never more than one line. */
#include "cli/lines.h"

#include <errno.h>
#include <string.h>

void lines_start(struct lines *lines, line_fn fn, void *context)
{
	lines->fn = fn;
	lines->context = context;
	lines->used = 0;
}

int lines_take(struct lines *lines, const char *bytes, size_t n)
{
	while (n) {
		const char *end = memchr(bytes, '\n', n);
		size_t length = end ? (size_t)(end - bytes) : n;
		int err;

		if (length > LINE_MAX_BYTES - lines->used)
			return -E2BIG;
		memcpy(lines->text + lines->used, bytes, length);
		lines->used += length;
		if (!end)
			return 0;
		lines->text[lines->used] = '\0';
		err = lines->fn(lines->context, lines->text, lines->used);
		if (err)
			return err;
		lines->used = 0;
		bytes = end + 1;
		n -= length + 1;
	}
	return 0;
}
