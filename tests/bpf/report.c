/* SPDX-License-Identifier: MIT */
/* report.c - one line a case, the first few complaints of a failed one, and the sum. */
#include <stdarg.h>
#include <stdio.h>

#include "floor.h"

#define COMPLAINTS_SHOWN 5

static unsigned int passed_count, failed_count, complaints;

void report(bool passed, const char *format, ...)
{
	va_list args;

	if (passed)
		passed_count++;
	else
		failed_count++;
	printf("%s ", passed ? "ok  " : "FAIL");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* Something is wrong with the case that is running. */
void complain(const char *format, ...)
{
	va_list args;

	if (complaints++ >= COMPLAINTS_SHOWN)
		return;
	printf("     ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* Ends the running case: it passed if nothing was wrong. */
bool report_close(const char *format, ...)
{
	bool passed = !complaints;
	char sentence[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	if (complaints > COMPLAINTS_SHOWN)
		printf("     ... and %u more\n", complaints - COMPLAINTS_SHOWN);
	complaints = 0;
	report(passed, "%s", sentence);
	return passed;
}

int report_end(void)
{
	printf("%u passed, %u failed\n", passed_count, failed_count);
	return failed_count || !passed_count;
}
