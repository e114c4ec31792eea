/* SPDX-License-Identifier: MIT */
/* log.c - sentences for people: one write a line, and nothing in it that a terminal would obey. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 1024

struct level {
	const char *journal; /* sd-daemon(3) */
	const char *terminal;
};

static const struct level level_error = {"<3>", "error: "};
static const struct level level_warning = {"<4>", "warning: "};
static const struct level level_info = {"<6>", ""};

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

static void replace_controls(char *text)
{
	while (*text) {
		size_t length = printable_length(text);

		if (!length)
			*text = '?';
		text += length ? length : 1;
	}
}

static void write_line(const struct level *level, const char *format, va_list args)
{
	char line[LINE_SIZE];
	int saved_errno = errno;
	size_t used;
	int n;

	if (getenv("JOURNAL_STREAM"))
		n = snprintf(line, sizeof(line), "%s", level->journal);
	else
		n = snprintf(line, sizeof(line), "%.64s: %s", program_invocation_short_name,
			     level->terminal);
	used = (size_t)n;
	n = vsnprintf(line + used, sizeof(line) - used, format, args);
	if (n < 0)
		line[used] = '\0';
	replace_controls(line);

	used = strlen(line);
	if (used == sizeof(line) - 1)
		used--;
	line[used] = '\n';
	if (write(STDERR_FILENO, line, used + 1) < 0) {
		/* Where the log goes nobody reads, so there is nobody to tell. */
	}
	errno = saved_errno;
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(&level_error, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(&level_warning, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(&level_info, format, args);
	va_end(args);
}

int fail(struct error *error, int err, const char *format, ...)
{
	struct error filled; /* not @error itself: its text may be one of the arguments */
	va_list args;
	int n;

	if (!error)
		return -err;
	va_start(args, format);
	n = vsnprintf(filled.text, sizeof(filled.text), format, args);
	va_end(args);
	if (n < 0)
		filled.text[0] = '\0';
	replace_controls(filled.text);
	strcpy(error->text, filled.text);
	return -err;
}
