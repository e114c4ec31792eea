/* SPDX-License-Identifier: MIT */
/* time.c - the clocks of this machine, and whether somebody keeps them right. */
#include <time.h>

#include <sys/stat.h>
#include <sys/timex.h>

#include "preflight/collect.h"

#define RTC "/sys/class/rtc/rtc0/since_epoch"

/* The program's own file is as old as the program, at most. */
static time_t built_at(void)
{
	struct stat status;

	return stat("/proc/self/exe", &status) ? 0 : status.st_mtime;
}

void collect_time(struct report *report)
{
	struct timex state = {.modes = 0};
	struct time_facts facts = {
		.now = time(NULL),
		.built = built_at(),
		.rtc = read_number(RTC),
	};

	facts.is_synchronised = adjtimex(&state) != -1 && !(state.status & STA_UNSYNC);
	judge_time(report, &facts);
}
