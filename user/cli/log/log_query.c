/* SPDX-License-Identifier: MIT */
/* log_query.c - moments, and whether a record of the sign-in log is what is looked for. */
#include "cli/log/log_query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"

#define MS_PER_S     1000
#define SECONDS_TEXT 19 /* "2026-11-21T20:15:00", which is in the order of time as a text, too */

/* --- moments -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where the text goes on behind the form, in which 0 is any digit; NULL: it hasn't that form. */
static const char *behind(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		if (*form == '0' ? !is_digit(*text) : *text != *form)
			return NULL;
	}
	return text;
}

static int number_at(const char *text, int n)
{
	int number = 0;

	while (n--)
		number = number * 10 + (*text++ - '0');
	return number;
}

/* "2026-11-21" */
static const char *read_day(const char *text, struct tm *tm)
{
	const char *rest = behind(text, "0000-00-00");

	if (!rest)
		return NULL;
	*tm = (struct tm){
		.tm_year = number_at(text, 4) - 1900,
		.tm_mon = number_at(text + 5, 2) - 1,
		.tm_mday = number_at(text + 8, 2),
		.tm_isdst = -1,
	};
	return rest;
}

/* "20:15" or "20:15:07", and the milliseconds of a fraction. */
static const char *read_clock(const char *text, struct tm *tm, uint64_t *ret_ms)
{
	const char *rest = behind(text, "00:00"), *more;
	unsigned int unit = 100;

	*ret_ms = 0;
	if (!rest)
		return NULL;
	tm->tm_hour = number_at(text, 2);
	tm->tm_min = number_at(text + 3, 2);
	more = behind(rest, ":00");
	if (!more)
		return rest;
	tm->tm_sec = number_at(rest + 1, 2);
	if (*more != '.' || !is_digit(more[1]))
		return more;
	for (more++; is_digit(*more); more++, unit /= 10)
		*ret_ms += (uint64_t)(*more - '0') * unit;
	return more;
}

/* "Z" or "+01:00", in seconds east; -EINVAL for anything else. */
static int read_offset(const char *text, long *ret_offset)
{
	const char *rest;
	long hours, minutes;

	if (!strcmp(text, "Z") || !strcmp(text, "z")) {
		*ret_offset = 0;
		return 0;
	}
	if (*text != '+' && *text != '-')
		return -EINVAL;
	rest = behind(text + 1, "00:00");
	if (!rest || *rest)
		return -EINVAL;
	hours = number_at(text + 1, 2);
	minutes = number_at(text + 4, 2);
	if (hours > 23 || minutes > 59)
		return -EINVAL;
	*ret_offset = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return 0;
}

/* The C library would make 1 March of 30 February. */
static int to_seconds(const struct tm *wanted, bool is_local, int64_t *ret_seconds)
{
	struct tm tm = *wanted;
	time_t seconds;

	if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return -EINVAL;
	tm.tm_sec = wanted->tm_sec < 60 ? wanted->tm_sec : 59; /* of a leap second */
	seconds = is_local ? mktime(&tm) : timegm(&tm);
	if (tm.tm_mon != wanted->tm_mon || tm.tm_year != wanted->tm_year ||
	    tm.tm_mday != wanted->tm_mday || seconds < 0)
		return -EINVAL;
	*ret_seconds = seconds + (wanted->tm_sec == 60);
	return 0;
}

static int whole_day(const struct tm *first, struct log_period *ret_period)
{
	struct tm next = *first;
	int64_t start, end;

	if (to_seconds(first, true, &start))
		return -EINVAL;
	next.tm_mday++;
	end = mktime(&next);
	if (end <= start)
		return -EINVAL;
	*ret_period = (struct log_period){
		.since_ms = (uint64_t)start * MS_PER_S,
		.until_ms = (uint64_t)end * MS_PER_S - 1,
	};
	return 0;
}

int log_moment(const char *text, uint64_t now_ms, struct log_period *ret_period)
{
	uint64_t ago_s, ms;
	int64_t seconds;
	long offset = 0;
	const char *rest;
	bool is_local;
	struct tm tm;

	if (!parse_duration(text, &ago_s)) {
		ms = ago_s * MS_PER_S < now_ms ? now_ms - ago_s * MS_PER_S : 0;
		*ret_period = (struct log_period){.since_ms = ms, .until_ms = ms};
		return 0;
	}
	rest = read_day(text, &tm);
	if (!rest)
		return -EINVAL;
	if (!*rest)
		return whole_day(&tm, ret_period);
	if (*rest != ' ' && *rest != 'T' && *rest != 't')
		return -EINVAL;
	rest = read_clock(rest + 1, &tm, &ms);
	if (!rest)
		return -EINVAL;
	is_local = !*rest;
	if ((!is_local && read_offset(rest, &offset)) || to_seconds(&tm, is_local, &seconds) ||
	    seconds - offset < 0)
		return -EINVAL;
	ms += (uint64_t)(seconds - offset) * MS_PER_S;
	*ret_period = (struct log_period){.since_ms = ms, .until_ms = ms};
	return 0;
}

/* --- what matches ---------------------------------------------------------------------------- */

static void time_text(uint64_t ms, char buffer[RECORD_TIME])
{
	buffer[0] = '\0';
	if (ms && ms != LOG_FOREVER)
		record_time(ms, buffer);
}

void log_query_prepare(struct log_query *query)
{
	char text[ADDRESS_TEXT];

	time_text(query->period.since_ms, query->since_text);
	time_text(query->period.until_ms, query->until_text);
	query->address_text[0] = '\0';
	if (query->address)
		snprintf(query->address_text, sizeof(query->address_text), "\"%s\"",
			 format_address(query->address, text));
}

static bool has_address(const struct signin_record *record, const struct address *address)
{
	size_t i;

	for (i = 0; i < record->n_addresses; i++) {
		if (!address_compare(&record->addresses[i], address))
			return true;
	}
	return false;
}

bool log_matches(const struct log_query *query, const struct signin_record *record)
{
	const struct log_period *period = &query->period;

	if (record->login_ms > period->until_ms ||
	    (record->logout_ms && record->logout_ms < period->since_ms))
		return false;
	return (!query->mac || !strcmp(record->mac, query->mac)) &&
	       (!query->user || !strcmp(record->user, query->user)) &&
	       (!query->zone || !strcmp(record->zone, query->zone)) &&
	       (!query->address || has_address(record, query->address));
}

static bool has_text(const char *line, size_t size, const char *text)
{
	return memmem(line, size, text, strlen(text));
}

/* The time of a field, if it is there in its usual form; a text never has the quotes of a name. */
static const char *time_in(const char *line, size_t size, const char *name)
{
	const char *found = memmem(line, size, name, strlen(name));

	if (!found)
		return NULL;
	found += strlen(name);
	return line + size - found > SECONDS_TEXT ? found : NULL;
}

bool log_may_match(const struct log_query *query, const char *line, size_t size)
{
	const char *time;

	if ((query->mac && !has_text(line, size, query->mac)) ||
	    (query->address && !has_text(line, size, query->address_text)) ||
	    (query->user && !strpbrk(query->user, "\"\\") && !has_text(line, size, query->user)))
		return false;
	time = query->since_text[0] ? time_in(line, size, "\"logout_at\":\"") : NULL;
	if (time && memcmp(time, query->since_text, SECONDS_TEXT) < 0)
		return false;
	time = query->until_text[0] ? time_in(line, size, "\"login_at\":\"") : NULL;
	return !time || memcmp(time, query->until_text, SECONDS_TEXT) <= 0;
}

/* --- what has been shown --------------------------------------------------------------------- */

#define SEEN_SLOTS (1U << 18)
#define SEEN_MAX   (SEEN_SLOTS / 2)

/* Two generations: when the young one is full the old one goes. */
struct log_seen {
	uint64_t slots[2][SEEN_SLOTS]; /* 0: free */
	size_t n;		       /* in the young one */
	int young;
};

struct log_seen *log_seen_new(void)
{
	return calloc(1, sizeof(struct log_seen));
}

struct log_seen *log_seen_free(struct log_seen *seen)
{
	free(seen);
	return NULL;
}

static uint64_t *slot_of(const struct log_seen *seen, int generation, uint64_t identity)
{
	size_t i = (identity ^ identity >> 32) % SEEN_SLOTS;

	while (seen->slots[generation][i] && seen->slots[generation][i] != identity)
		i = (i + 1) % SEEN_SLOTS;
	return (uint64_t *)&seen->slots[generation][i];
}

bool log_seen_has(const struct log_seen *seen, uint64_t identity)
{
	identity |= !identity;
	return *slot_of(seen, 0, identity) || *slot_of(seen, 1, identity);
}

void log_seen_add(struct log_seen *seen, uint64_t identity)
{
	identity |= !identity;
	if (seen->n == SEEN_MAX) {
		seen->young = !seen->young;
		seen->n = 0;
		memset(seen->slots[seen->young], 0, sizeof(seen->slots[0]));
	}
	*slot_of(seen, seen->young, identity) = identity;
	seen->n++;
}
