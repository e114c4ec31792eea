/* SPDX-License-Identifier: MIT */
/* output.c - everything that goes to standard output, safe for a terminal and checked at the end. */
#include "cli/output.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/text.h"

#define LINE_SIZE  1024
#define JSON_FLAGS (JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII | JSON_ENCODE_ANY)

/* jansson leaves DEL as it is. Newlines stand between values only, so they may be indented. */
static int write_json(const char *text, size_t size, void *data)
{
	const char *indent = data;
	size_t i;

	for (i = 0; i < size; i++) {
		if (text[i] == 0x7f)
			fputs("\\u007f", stdout);
		else
			putchar(text[i]);
		if (text[i] == '\n')
			fputs(indent, stdout);
	}
	return ferror(stdout) ? -1 : 0;
}

void print_json(const json_t *json)
{
	if (json_dump_callback(json, write_json, "", JSON_INDENT(2) | JSON_FLAGS) == 0)
		putchar('\n');
}

void print_json_line(const json_t *json)
{
	if (json_dump_callback(json, write_json, "", JSON_COMPACT | JSON_FLAGS) == 0)
		putchar('\n');
}

void json_list_add(struct json_list *list, const json_t *element)
{
	if (!element)
		return;
	fputs(list->n++ ? ",\n  " : "[\n  ", stdout);
	json_dump_callback(element, write_json, "  ", JSON_INDENT(2) | JSON_FLAGS);
}

void json_list_end(const struct json_list *list)
{
	puts(list->n ? "\n]" : "[]");
}

void print_line(const char *format, ...)
{
	char line[LINE_SIZE];
	char clean[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	puts(clean_text(line, clean, sizeof(clean)));
}

size_t terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

static void leave(int signal_number)
{
	(void)signal_number;
	_exit(OUTCOME_DONE);
}

void end_at_interrupt(void)
{
	struct sigaction action = {.sa_handler = leave};

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGPIPE, &action, NULL);
}

enum outcome flush_output(struct error *error)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return OUTCOME_DONE;
	fail(error, EIO, "the output couldn't be written whole%s%s", errno ? ": " : "",
	     errno ? strerror(errno) : "");
	return OUTCOME_REFUSED;
}

const char *field_text(const json_t *object, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : otherwise;
}

json_int_t field_number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}
