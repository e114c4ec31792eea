/* SPDX-License-Identifier: MIT */
/* units.c - durations, rates and sizes between the words of people and 64-bit numbers. */
#include "base/units.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DURATION_MAX	(3650ULL * 86400) /* 10 years */
#define RATE_MIN	1000ULL
#define RATE_MAX	4000000000000ULL      /* the gate counts kbit/s in 32 bits */
#define SIZE_MAX_BYTES	((uint64_t)INT64_MAX) /* what JSON and SQLite can hold */
#define PACKET_RATE_MAX 1000000ULL
#define FRACTION_DIGITS 9
#define LAST_SECOND	253402300799ULL /* of the year 9999, the last that RFC 3339 can write */

struct suffix {
	char letter;
	uint64_t factor;
};

static const struct suffix time_suffixes[] = {
	{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {0, 1},
};

static const struct suffix decimal_suffixes[] = {
	{'k', 1000ULL},	      {'K', 1000ULL},	       {'M', 1000000ULL},
	{'G', 1000000000ULL}, {'T', 1000000000000ULL}, {0, 1},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits at *@text, which moves behind them. */
static int read_digits(const char **text, uint64_t *ret_number)
{
	const char *c = *text;
	bool too_large = false;
	uint64_t number = 0;

	if (!is_digit(*c))
		return -EINVAL;
	for (; is_digit(*c); c++) {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*c - '0'), &number))
			too_large = true;
	}
	*text = c;
	*ret_number = number;
	return too_large ? -ERANGE : 0;
}

/* The factor of the one letter that @text is, or of none. */
static int find_factor(const struct suffix *suffixes, const char *text, uint64_t *ret_factor)
{
	while (suffixes->letter && suffixes->letter != text[0])
		suffixes++;
	if (text[0] && (!suffixes->letter || text[1]))
		return -EINVAL;
	*ret_factor = suffixes->factor;
	return 0;
}

/* The digits behind a point as parts of 10^FRACTION_DIGITS. */
static int read_fraction(const char **text, uint64_t *ret_parts)
{
	const char *c = *text;
	uint64_t parts = 0;
	int digits = 0;

	if (!is_digit(*c))
		return -EINVAL;
	for (; is_digit(*c); c++, digits++) {
		if (digits == FRACTION_DIGITS)
			return -EINVAL;
		parts = parts * 10 + (uint64_t)(*c - '0');
	}
	for (; digits < FRACTION_DIGITS; digits++)
		parts *= 10;
	*text = c;
	*ret_parts = parts;
	return 0;
}

/* "64k", "1.5G": exact, so a fraction that leaves parts of a unit is an error. */
static int parse_decimal(const char *text, uint64_t max, uint64_t *ret_number)
{
	const uint64_t whole = 1000000000ULL; /* 10^FRACTION_DIGITS */
	uint64_t number, factor, parts = 0;
	unsigned __int128 rest; /* of "0.999999999T" needs 70 bits */
	int err, range;

	range = read_digits(&text, &number);
	if (range == -EINVAL)
		return range;
	if (*text == '.') {
		text++;
		err = read_fraction(&text, &parts);
		if (err)
			return err;
	}
	err = find_factor(decimal_suffixes, text, &factor);
	if (err)
		return err;
	rest = (unsigned __int128)parts * factor;
	if (rest % whole)
		return -EINVAL;
	if (range || __builtin_mul_overflow(number, factor, &number) ||
	    __builtin_add_overflow(number, (uint64_t)(rest / whole), &number) || number > max)
		return -ERANGE;
	*ret_number = number;
	return 0;
}

int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number)
{
	uint64_t number;
	int err = read_digits(&text, &number);

	if (err == -EINVAL || *text)
		return -EINVAL;
	if (err || number < min || number > max)
		return -ERANGE;
	*ret_number = number;
	return 0;
}

int parse_duration(const char *text, uint64_t *ret_seconds)
{
	uint64_t number, factor;
	int err, range;

	range = read_digits(&text, &number);
	if (range == -EINVAL)
		return range;
	err = find_factor(time_suffixes, text, &factor);
	if (err)
		return err;
	if (range || __builtin_mul_overflow(number, factor, &number) || number > DURATION_MAX)
		return -ERANGE;
	*ret_seconds = number;
	return 0;
}

int parse_rate(const char *text, uint64_t *ret_bps)
{
	uint64_t number;
	int err = parse_decimal(text, RATE_MAX, &number);

	if (err)
		return err;
	if (number && number < RATE_MIN)
		return -ERANGE;
	*ret_bps = number;
	return 0;
}

int parse_size(const char *text, uint64_t *ret_bytes)
{
	return parse_decimal(text, SIZE_MAX_BYTES, ret_bytes);
}

int parse_packet_rate(const char *text, uint64_t *ret_packets_per_second)
{
	uint64_t number;
	int err = read_digits(&text, &number);

	if (err == -EINVAL)
		return err;
	if (strcmp(text, "/s") != 0 && (*text || err || number))
		return -EINVAL; /* only a 0 needs no unit */
	if (err || number > PACKET_RATE_MAX)
		return -ERANGE;
	*ret_packets_per_second = number;
	return 0;
}

char *format_duration(uint64_t seconds, char *buffer, size_t size)
{
	static const struct suffix units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
	size_t used = 0;
	size_t i;

	if (!seconds) {
		snprintf(buffer, size, "0s");
		return buffer;
	}
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		uint64_t count = seconds / units[i].factor;
		int n;

		seconds %= units[i].factor;
		if (!count || used >= size)
			continue;
		n = snprintf(buffer + used, size - used, "%llu%c", (unsigned long long)count,
			     units[i].letter);
		used += (size_t)n;
	}
	return buffer;
}

/* Three significant digits and the prefix of a thousand: "1.5 G", "10 M", "999 ". */
static void format_decimal(uint64_t value, const char *unit, char *buffer, size_t size)
{
	static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E", "Z"};
	char digits[8];
	unsigned int exponent = 0;
	unsigned int decimals;
	uint64_t step = 1;
	uint64_t rounded;

	for (; value / step >= 1000; exponent++)
		step *= 10;
	rounded = value / step + ((value % step) * 2 >= step);
	if (rounded == 1000) {
		rounded = 100;
		exponent++;
	}
	/* rounded * 10^exponent; the point goes where the exponent becomes a multiple of 3. */
	decimals = (3 - exponent % 3) % 3;
	if (decimals == 2)
		snprintf(digits, sizeof(digits), "%u.%02u", (unsigned int)rounded / 100 % 10,
			 (unsigned int)rounded % 100);
	else if (decimals == 1)
		snprintf(digits, sizeof(digits), "%u.%u", (unsigned int)rounded / 10 % 100,
			 (unsigned int)rounded % 10);
	else
		snprintf(digits, sizeof(digits), "%u", (unsigned int)rounded % 1000);
	while (decimals && digits[strlen(digits) - 1] == '0')
		digits[strlen(digits) - 1] = '\0';
	if (digits[strlen(digits) - 1] == '.')
		digits[strlen(digits) - 1] = '\0';
	snprintf(buffer, size, "%s %s%s", digits, prefixes[(exponent + 2) / 3], unit);
}

char *format_size(uint64_t bytes, char *buffer, size_t size)
{
	format_decimal(bytes, "B", buffer, size);
	return buffer;
}

char *format_rate(uint64_t bps, char *buffer, size_t size)
{
	format_decimal(bps, "bit/s", buffer, size);
	return buffer;
}

char *format_time(uint64_t unix_seconds, char *buffer, size_t size)
{
	time_t seconds = (time_t)(unix_seconds < LAST_SECOND ? unix_seconds : LAST_SECOND);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(buffer, size, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(buffer, size, "-");
	return buffer;
}

/* @n digits at @text, and then @mark; -1: something else. */
static int digits(const char *text, int n, char mark)
{
	int i, number = 0;

	for (i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return !mark || text[n] == mark ? number : -1;
}

/* Days since 1970-01-01; years begin in March, so that the odd day comes last. */
static int64_t days(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

int parse_time(const char *text, uint64_t *ret_unix_seconds)
{
	static const char form[] = "0000-00-00T00:00:00";
	struct tm tm;
	const char *rest;

	if (strlen(text) < sizeof(form))
		return -EINVAL;
	tm.tm_year = digits(text, 4, '-');
	tm.tm_mon = digits(text + 5, 2, '-');
	tm.tm_mday = digits(text + 8, 2, 'T');
	tm.tm_hour = digits(text + 11, 2, ':');
	tm.tm_min = digits(text + 14, 2, ':');
	tm.tm_sec = digits(text + 17, 2, '\0');
	rest = text + sizeof(form) - 1;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
	    tm.tm_mday > 31 || tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 ||
	    tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60 || strcmp(rest, "Z") != 0)
		return -EINVAL;
	*ret_unix_seconds = (uint64_t)(days(tm.tm_year, tm.tm_mon, tm.tm_mday) * 86400 +
				       tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
	return 0;
}
