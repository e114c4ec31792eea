/* SPDX-License-Identifier: MIT */
/* fuzz_openmetrics.c - any bytes as a label's value and as an Accept header: lines stay lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/openmetrics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One sample in one line that can be printed, and whose quotes are the writer's own. */
static void check(const char *line, const char *end)
{
	char *copy = strndup(line, (size_t)(end - line));
	size_t n_quotes = 0;

	if (!copy || strlen(copy) != (size_t)(end - line) || !is_printable(copy))
		abort();
	for (const char *at = copy; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else
			n_quotes += *at == '"';
	}
	if (n_quotes != 2 || strncmp(copy, "x{zone=\"", 8) != 0 ||
	    strcmp(copy + strlen(copy) - 4, "\"} 7") != 0)
		abort();
	free(copy);
}

static void write_label(const char *value, bool is_open)
{
	struct openmetrics out;
	const char *line, *end;
	char *text;
	size_t size;

	openmetrics_begin(&out, is_open);
	openmetrics_family(&out, METRIC_GAUGE, "x", "");
	openmetrics_add(&out, METRIC_LABELS({"zone", value}), 7);
	if (openmetrics_end(&out, &text, &size))
		return;
	line = memmem(text, size, "\nx{", 3) + 1;
	end = memchr(line, '\n', size - (size_t)(line - text));
	check(line, end);
	if (end + 1 + (is_open ? 6 : 0) != text + size)
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	(void)openmetrics_is_accepted(text);
	write_label(text, true);
	write_label(text, false);
	free(text);
	return 0;
}
