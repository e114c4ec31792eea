/* SPDX-License-Identifier: MIT */
/* libbpf_log.c - keeps the first warning of libbpf, which names the cause; later ones only echo it. */
#include "gate/libbpf_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

/* libbpf's print function has no context, so this is one per thread. */
static _Thread_local char reason[200];

/* One line without what could upset a terminal. */
static void make_plain(char *text)
{
	text[strcspn(text, "\n")] = '\0';
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

/* These are said on the way to success too. */
static bool is_harmless(const char *line)
{
	return strstr(line, "Retrying without BTF") || strstr(line, "Exclusivity flag on") ||
	       strstr(line, "RLIMIT_MEMLOCK");
}

static int keep_first(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[180];

	if (level != LIBBPF_WARN || reason[0])
		return 0;
	vsnprintf(line, sizeof(line), format, args);
	make_plain(line);
	if (!is_harmless(line))
		snprintf(reason, sizeof(reason), ": %s", line);
	return 0;
}

void libbpf_log_start(void)
{
	reason[0] = '\0';
	libbpf_set_print(keep_first);
}

const char *libbpf_log_reason(void)
{
	return reason;
}
