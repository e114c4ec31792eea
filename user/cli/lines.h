/* SPDX-License-Identifier: MIT */
/* lines.h - an endless text, line by line, as its bytes come in. Pure functions. */
#ifndef XDP511_CLI_LINES_H
#define XDP511_CLI_LINES_H

#include <stddef.h>

#define LINE_MAX_BYTES 65536

/* Gets a line without its newline, and with a NUL behind it. Not 0: stop. */
typedef int (*line_fn)(void *context, char *line, size_t size);

struct lines {
	line_fn fn;
	void *context;
	size_t used; /* of a line that has no end yet */
	char text[LINE_MAX_BYTES + 1];
};

void lines_start(struct lines *lines, line_fn fn, void *context);

/* -E2BIG: a line has more than LINE_MAX_BYTES; or what the function returned. */
int lines_take(struct lines *lines, const char *bytes, size_t n);

#endif /* XDP511_CLI_LINES_H */
