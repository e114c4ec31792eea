/* SPDX-License-Identifier: MIT */
/* sse.c - finds the data in a stream of events; each of our events has one line of it. */
#include "base/sse.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool starts_with(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

/* Fields without a use for us are known, too, so that another program's answer is noticed. */
int sse_data(const char *line, const char **ret_data)
{
	static const char *const others[] = {":", "id:", "event:", "retry:"};
	bool is_known = !*line;
	size_t i;

	if (starts_with(line, "data:")) {
		line += strlen("data:");
		*ret_data = line + (*line == ' ');
		return 0;
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		is_known = is_known || starts_with(line, others[i]);
	if (!is_known)
		return -EINVAL;
	*ret_data = NULL;
	return 0;
}
