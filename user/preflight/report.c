/* SPDX-License-Identifier: MIT */
/* report.c - one finding becomes one line. */
#include "preflight/report.h"

#include <stdarg.h>
#include <stdio.h>

const char *preflight_check_name(enum preflight_check check)
{
	static const char *const names[] = {
#define X(name, text, level, well, remedy) [CHECK_##name] = (text),
		PREFLIGHT_CHECKS(X)
#undef X
	};

	return names[check];
}

void report_line(struct report *report, struct judgement judgement, const char *format, ...)
{
	char finding[FINDING_SIZE];
	struct preflight_line line = {
		.check = judgement.check,
		.level = judgement.level,
		.what = judgement.what,
		.finding = finding,
		.remedy = judgement.remedy,
	};
	va_list args;

	va_start(args, format);
	vsnprintf(finding, sizeof(finding), format, args);
	va_end(args);
	report->failed += judgement.level == PREFLIGHT_FAIL;
	report->say(report->ctx, &line);
}
