/* SPDX-License-Identifier: MIT */
/* signin_record.c - a session of the sign-in log as a line of JSON, and the names of its files. */
#include "base/signin_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/address.h"
#include "base/log.h"
#include "base/units.h"

#define MS_PER_S     1000
#define SECONDS_TEXT 19 /* "2026-11-21T20:15:00" */
#define DAY_TEXT     10
#define FILE_HEAD    "sign-ins-"
#define FILE_TAIL    ".jsonl"
#define VLAN_MAX     4094

#define DAYS_BEFORE_1970 719468		    /* since 1 March of the year 0 */
#define DAYS_400	 146097		    /* of four hundred years */
#define LAST_MS		 253402300799999ULL /* of the year 9999 */

struct line {
	char *at;
	char *end; /* of the room, which is enough */
};

static void put_raw(struct line *line, const char *text)
{
	size_t size = strlen(text), room = (size_t)(line->end - line->at) - 1;

	if (size > room)
		size = room;
	memcpy(line->at, text, size);
	line->at += size;
}

/*
 * Texts hold printable UTF-8 alone, of which JSON wants two characters escaped. What a foreign
 * hand has put into the database must not break the line.
 */
static void put_text(struct line *line, const char *name, const char *text)
{
	put_raw(line, name);
	if (!*text) {
		put_raw(line, "null");
		return;
	}
	put_raw(line, "\"");
	for (; *text && line->end - line->at > 2; text++) {
		if (*text == '"' || *text == '\\')
			*line->at++ = '\\';
		*line->at++ = (char)((unsigned char)*text < ' ' ? '?' : *text);
	}
	put_raw(line, "\"");
}

/* By hand, as all here: a hundred thousand may end at a time. */
static void put_number(struct line *line, const char *name, uint64_t number)
{
	char digits[24];
	size_t i = sizeof(digits);

	digits[--i] = '\0';
	do
		digits[--i] = (char)('0' + number % 10);
	while (number /= 10);
	put_raw(line, name);
	put_raw(line, digits + i);
}

static void put_time(struct line *line, const char *name, uint64_t wall_ms)
{
	char time[RECORD_TIME];

	put_text(line, name, wall_ms ? record_time(wall_ms, time) : "");
}

/* @number in @n digits, and what follows them. */
static char *digits(char *at, uint64_t number, int n, char behind)
{
	int i;

	for (i = n - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
	at[n] = behind;
	return at + n + 1;
}

/* Years begin in March here, so that the day that isn't always there is the last one. */
char *record_time(uint64_t wall_ms, char *buffer)
{
	uint64_t ms = wall_ms < LAST_MS ? wall_ms : LAST_MS;
	uint64_t days = ms / RECORD_DAY_MS + DAYS_BEFORE_1970, of_day = ms % RECORD_DAY_MS;
	uint64_t era = days / DAYS_400, of_era = days % DAYS_400;
	uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * of_year + 2) / 153;
	char *at = buffer;

	at = digits(at, 400 * era + year + (month >= 10), 4, '-');
	at = digits(at, month < 10 ? month + 3 : month - 9, 2, '-');
	at = digits(at, of_year - (153 * month + 2) / 5 + 1, 2, 'T');
	at = digits(at, of_day / 3600000, 2, ':');
	at = digits(at, of_day / 60000 % 60, 2, ':');
	at = digits(at, of_day / MS_PER_S % 60, 2, '.');
	at = digits(at, of_day % MS_PER_S, 3, 'Z');
	*at = '\0';
	return buffer;
}

size_t record_format(const struct signin_record *record, char text[RECORD_LINE])
{
	struct line line = {.at = text, .end = text + RECORD_LINE};
	char address[ADDRESS_TEXT];
	size_t i;

	put_text(&line, "{\"mac\":", record->mac);
	put_text(&line, ",\"zone\":", record->zone);
	put_number(&line, ",\"vlan\":", record->vlan);
	put_text(&line, ",\"user\":", record->user);
	put_text(&line, ",\"method\":", record->method);
	put_text(&line, ",\"state\":", record->state);
	put_time(&line, ",\"login_at\":", record->login_ms);
	put_time(&line, ",\"logout_at\":", record->logout_ms);
	put_text(&line, ",\"reason\":", record->reason);
	put_number(&line, ",\"up_bytes\":", record->up_bytes);
	put_number(&line, ",\"up_packets\":", record->up_packets);
	put_number(&line, ",\"down_bytes\":", record->down_bytes);
	put_number(&line, ",\"down_packets\":", record->down_packets);
	put_raw(&line, ",\"addresses\":[");
	for (i = 0; i < record->n_addresses; i++)
		put_text(&line, i ? "," : "", format_address(&record->addresses[i], address));
	put_raw(&line, "]}\n");
	*line.at = '\0';
	return (size_t)(line.at - text);
}

/* --- and back ------------------------------------------------------------------------------- */

/* null and nothing at all are "". */
static int take_text(const json_t *json, const char *name, char *text, size_t size)
{
	const json_t *value = json_object_get(json, name);
	const char *found = json_string_value(value);

	text[0] = '\0';
	if (!value || json_is_null(value))
		return 0;
	if (!found || strlen(found) >= size || strlen(found) != json_string_length(value) ||
	    !is_printable(found))
		return -EINVAL;
	strcpy(text, found);
	return 0;
}

static int take_number(const json_t *json, const char *name, uint64_t max, uint64_t *ret_number)
{
	const json_t *value = json_object_get(json, name);
	json_int_t number = json_integer_value(value);

	if ((value && !json_is_integer(value)) || number < 0 || (uint64_t)number > max)
		return -EINVAL;
	*ret_number = (uint64_t)number;
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* As they are written, and those of the API, which have no fraction. */
static int take_time(const json_t *json, const char *name, uint64_t *ret_ms)
{
	const json_t *value = json_object_get(json, name);
	const char *text = json_string_value(value);
	uint64_t seconds, ms = 0;

	if (!value || json_is_null(value)) {
		*ret_ms = 0;
		return 0;
	}
	if (!text || strlen(text) != json_string_length(value) || parse_time(text, &seconds))
		return -EINVAL;
	if (text[SECONDS_TEXT] == '.' && is_digit(text[20]) && is_digit(text[21]) &&
	    is_digit(text[22]))
		ms = (uint64_t)(text[20] - '0') * 100 + (uint64_t)(text[21] - '0') * 10 +
		     (uint64_t)(text[22] - '0');
	*ret_ms = seconds * MS_PER_S + ms;
	return 0;
}

static int take_addresses(const json_t *json, struct signin_record *record)
{
	const json_t *list = json_object_get(json, "addresses"), *item;
	size_t i;

	if (list && !json_is_array(list))
		return -EINVAL;
	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);

		if (record->n_addresses == RECORD_ADDRESSES || !text ||
		    parse_address(text, &record->addresses[record->n_addresses]))
			return -EINVAL;
		record->n_addresses++;
	}
	return 0;
}

static int take_device(const json_t *json, struct signin_record *record)
{
	const char *mac = json_string_value(json_object_get(json, "mac"));
	uint8_t bytes[6];

	if (!mac || parse_mac(mac, bytes, NULL))
		return -EINVAL;
	format_mac(bytes, record->mac);
	return 0;
}

static int take_texts(const json_t *json, struct signin_record *record)
{
	int err = take_text(json, "zone", record->zone, sizeof(record->zone));

	if (!err)
		err = take_text(json, "user", record->user, sizeof(record->user));
	if (!err)
		err = take_text(json, "method", record->method, sizeof(record->method));
	if (!err)
		err = take_text(json, "state", record->state, sizeof(record->state));
	return err ? err : take_text(json, "reason", record->reason, sizeof(record->reason));
}

static int take_numbers(const json_t *json, struct signin_record *record)
{
	uint64_t vlan = 0;
	int err = take_number(json, "vlan", VLAN_MAX, &vlan);

	record->vlan = (uint16_t)vlan;
	if (!err)
		err = take_number(json, "up_bytes", INT64_MAX, &record->up_bytes);
	if (!err)
		err = take_number(json, "up_packets", INT64_MAX, &record->up_packets);
	if (!err)
		err = take_number(json, "down_bytes", INT64_MAX, &record->down_bytes);
	return err ? err : take_number(json, "down_packets", INT64_MAX, &record->down_packets);
}

static int take_all(const json_t *json, struct signin_record *record)
{
	int err = json_is_object(json) ? take_device(json, record) : -EINVAL;

	if (!err)
		err = take_texts(json, record);
	if (!err)
		err = take_numbers(json, record);
	if (!err)
		err = take_time(json, "login_at", &record->login_ms);
	if (!err)
		err = take_time(json, "logout_at", &record->logout_ms);
	return err ? err : take_addresses(json, record);
}

int record_parse(const char *line, size_t size, struct signin_record *ret_record)
{
	struct signin_record record = {.mac = ""};
	json_t *json = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	int err = take_all(json, &record);

	json_decref(json);
	if (!err)
		*ret_record = record;
	return err;
}

/* FNV-1a */
static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	while (size--)
		hash = (hash ^ *byte++) * 0x100000001b3;
	return hash;
}

uint64_t record_identity(const struct signin_record *record, bool whole_seconds)
{
	uint64_t hash = 0xcbf29ce484222325;
	uint64_t login = record->login_ms;

	if (whole_seconds)
		login -= login % MS_PER_S;
	hash = mix(hash, record->mac, sizeof(record->mac));
	hash = mix(hash, record->zone, strlen(record->zone) + 1);
	hash = mix(hash, record->user, strlen(record->user) + 1);
	return mix(hash, &login, sizeof(login));
}

/* --- files ---------------------------------------------------------------------------------- */

char *record_file(uint64_t day, char *buffer)
{
	char time[RECORD_TIME];

	format_time(day * (RECORD_DAY_MS / MS_PER_S), time, sizeof(time));
	snprintf(buffer, RECORD_FILE, FILE_HEAD "%.*s" FILE_TAIL, DAY_TEXT, time);
	return buffer;
}

int record_file_day(const char *name, uint64_t *ret_day)
{
	char time[RECORD_TIME], again[RECORD_FILE];
	uint64_t seconds;

	if (strlen(name) != strlen(FILE_HEAD) + DAY_TEXT + strlen(FILE_TAIL))
		return -EINVAL;
	snprintf(time, sizeof(time), "%.*sT00:00:00Z", DAY_TEXT, name + strlen(FILE_HEAD));
	if (parse_time(time, &seconds))
		return -EINVAL;
	/* There and back: what stands around the day, and days that no month has. */
	record_file(seconds / (RECORD_DAY_MS / MS_PER_S), again);
	if (strcmp(name, again) != 0)
		return -EINVAL;
	*ret_day = seconds / (RECORD_DAY_MS / MS_PER_S);
	return 0;
}
