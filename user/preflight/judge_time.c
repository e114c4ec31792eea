/* SPDX-License-Identifier: MIT */
/* judge_time.c - whether the clock can be trusted with the ends of sessions and vouchers. */
#include <stdlib.h>

#include "base/units.h"
#include "preflight/judge.h"

#define NTP_REMEDY  "timedatectl set-ntp true   # or: systemctl enable --now chrony"
#define RTC_DRIFT_S 3600

void judge_time(struct report *report, const struct time_facts *facts)
{
	char text[32];

	format_time(facts->now > 0 ? (uint64_t)facts->now : 0, text, sizeof(text));
	if (facts->now < facts->built)
		report_line(report, is_bad(CHECK_CLOCK, "clock", NTP_REMEDY),
			    "it says %s, which is before this program was made", text);
	else
		report_line(report, is_ok(CHECK_CLOCK, "clock"), "it says %s", text);
	if (facts->is_synchronised)
		report_line(report, is_ok(CHECK_TIME, "time"), "the clock is synchronised");
	else
		report_line(report, is_doubtful(CHECK_TIME, "time", NTP_REMEDY),
			    "nothing synchronises the clock: sessions and vouchers end by it");
	if (facts->rtc == UNKNOWN)
		report_line(report, is_ok(CHECK_RTC, "clock"), "there is no hardware clock");
	else if (labs(facts->rtc - (long)facts->now) > RTC_DRIFT_S)
		report_line(report, is_doubtful(CHECK_RTC, "clock", "hwclock --systohc --utc"),
			    "the hardware's clock is %ld seconds off: so is the next start",
			    labs(facts->rtc - (long)facts->now));
	else
		report_line(report, is_ok(CHECK_RTC, "clock"), "the hardware's clock agrees");
}
