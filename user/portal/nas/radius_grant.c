/* SPDX-License-Identifier: MIT */
/* radius_grant.c - what the attributes of a RADIUS server grant. */
#include "portal/nas/radius_grant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TIMEOUT_MAX_S (3650ULL * 86400) /* the daemon's bounds: more is as good as unlimited */
#define RATE_MIN_BPS  1000
#define INTERIM_MIN_S 60 /* RFC 2869 5.16 */
#define KILO	      1000

enum service_type {
	SERVICE_LOGIN = 1,
	SERVICE_FRAMED = 2,
	SERVICE_AUTHENTICATE_ONLY = 8,
	SERVICE_CALL_CHECK = 10,
};

static void lower(struct limit *limit, uint64_t value)
{
	if (!value || (limit->is_given && limit->value && limit->value <= value))
		return;
	*limit = (struct limit){.is_given = true, .value = value};
}

static uint64_t number_of(const struct attributes *attributes, enum attribute attribute)
{
	uint32_t number = 0;

	(void)attribute_number(attributes, attribute, &number);
	return number;
}

/* Bytes in two attributes of 32 bits each. */
static uint64_t octets(const struct attributes *attributes, enum attribute low, enum attribute high)
{
	return number_of(attributes, high) << 32 | number_of(attributes, low);
}

static void lower_rate(struct limit *limit, uint64_t bps)
{
	lower(limit, bps && bps < RATE_MIN_BPS ? RATE_MIN_BPS : bps);
}

/* "2026-11-21T20:15:00", then Z, +01:00, +0100 or nothing: the gateway's own time. */
static int read_moment(const char *text, uint64_t *ret_unix)
{
	struct tm tm = {.tm_isdst = -1};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	struct tm zone = {0};
	time_t at;

	if (!rest)
		return -EINVAL;
	if (!*rest) {
		at = mktime(&tm);
	} else {
		const char *end = strptime(rest, "%z", &zone);

		if (!end || *end)
			return -EINVAL;
		at = timegm(&tm) - zone.tm_gmtoff;
	}
	if (at < 0)
		return -ERANGE;
	*ret_unix = (uint64_t)at;
	return 0;
}

static int read_terminate_time(const struct attributes *attributes, uint64_t unix_now,
			       struct limit *timeout_s, struct error *error)
{
	char text[64];
	uint64_t at = 0;

	if (!attributes->values[ATTR_WISPR_TERMINATE_TIME].data)
		return 0;
	if (!attribute_text(attributes, ATTR_WISPR_TERMINATE_TIME, text, sizeof(text)) ||
	    read_moment(text, &at))
		return fail(error, EINVAL,
			    "its WISPr-Session-Terminate-Time is no time; write it like "
			    "2026-11-21T20:15:00+01:00");
	if (at <= unix_now)
		return fail(error, ETIME, "its WISPr-Session-Terminate-Time is over");
	lower(timeout_s, at - unix_now);
	return 0;
}

static int check_service(const struct attributes *attributes, struct error *error)
{
	uint32_t service;

	if (!attribute_number(attributes, ATTR_SERVICE_TYPE, &service))
		return 0;
	switch (service) {
	case SERVICE_LOGIN:
	case SERVICE_FRAMED:
	case SERVICE_AUTHENTICATE_ONLY:
	case SERVICE_CALL_CHECK:
		return 0;
	default:
		return fail(error, EINVAL,
			    "its Service-Type is %u, which is no guest's; send Framed-User or "
			    "none",
			    service);
	}
}

/* One session has one quota, so a limit of one direction holds for both together. */
static void read_quota(const struct attributes *attributes, struct limit *quota)
{
	lower(quota, octets(attributes, ATTR_CHILLI_MAX_TOTAL, ATTR_CHILLI_TOTAL_GIGAS));
	lower(quota, octets(attributes, ATTR_CHILLI_MAX_INPUT, ATTR_CHILLI_INPUT_GIGAS));
	lower(quota, octets(attributes, ATTR_CHILLI_MAX_OUTPUT, ATTR_CHILLI_OUTPUT_GIGAS));
}

static void fill_up(struct limit *limit, uint64_t value)
{
	if (!limit->is_given)
		*limit = (struct limit){.is_given = true, .value = value};
}

/* Names of other gateways' filters may come too, and mean nothing here. */
static void read_filter(const struct config *config, const struct attributes *attributes,
			struct grant *grant)
{
	char name[ZONE_NAME_SIZE + 1];
	const struct config_zone *zone;

	if (!attribute_text(attributes, ATTR_FILTER_ID, name, sizeof(name)))
		return;
	zone = config_find_zone(config, name);
	if (!zone)
		return;
	fill_up(&grant->timeout_s, zone->session.timeout_s);
	fill_up(&grant->idle_s, zone->session.idle_s);
	fill_up(&grant->up_bps, zone->session.up_bps);
	fill_up(&grant->down_bps, zone->session.down_bps);
	fill_up(&grant->quota_bytes, zone->session.quota_bytes);
}

static void read_accounting(const struct attributes *attributes, struct grant *grant)
{
	const struct attribute_value *value = &attributes->values[ATTR_CLASS];
	uint32_t interim;

	if (value->data && value->size <= sizeof(grant->class_value)) {
		memcpy(grant->class_value, value->data, value->size);
		grant->class_size = value->size;
	}
	if (attribute_number(attributes, ATTR_ACCT_INTERIM_INTERVAL, &interim) && interim)
		grant->interim_s = interim < INTERIM_MIN_S ? INTERIM_MIN_S : interim;
}

int grant_read(const struct config *config, const struct attributes *attributes, uint64_t unix_now,
	       struct grant *grant, struct error *error)
{
	struct grant read = *grant;
	int err = 0;

	read.timeout_s = read.idle_s = read.up_bps = read.down_bps = read.quota_bytes =
		(struct limit){0};
	if (attributes->misshapen != ATTRIBUTE_COUNT)
		return fail(error, EINVAL, "its %s has a wrong length",
			    attribute_facts(attributes->misshapen)->name);
	lower(&read.timeout_s, number_of(attributes, ATTR_SESSION_TIMEOUT));
	err = read_terminate_time(attributes, unix_now, &read.timeout_s, error);
	if (!err)
		err = check_service(attributes, error);
	if (err)
		return err;
	lower(&read.idle_s, number_of(attributes, ATTR_IDLE_TIMEOUT));
	lower_rate(&read.up_bps, number_of(attributes, ATTR_WISPR_MAX_UP));
	lower_rate(&read.down_bps, number_of(attributes, ATTR_WISPR_MAX_DOWN));
	lower_rate(&read.up_bps, number_of(attributes, ATTR_CHILLI_MAX_UP) * KILO);
	lower_rate(&read.down_bps, number_of(attributes, ATTR_CHILLI_MAX_DOWN) * KILO);
	read_quota(attributes, &read.quota_bytes);
	read_filter(config, attributes, &read);
	if (read.timeout_s.value > TIMEOUT_MAX_S)
		read.timeout_s.value = TIMEOUT_MAX_S;
	if (read.idle_s.value > TIMEOUT_MAX_S)
		read.idle_s.value = TIMEOUT_MAX_S;
	read_accounting(attributes, &read);
	*grant = read;
	return 0;
}

/* What isn't printable UTF-8 becomes a question mark; line ends become spaces. */
static size_t add_printable(char *reply, size_t used, const struct attribute_value *value)
{
	char text[UINT8_MAX + 1];
	size_t i, n;

	memcpy(text, value->data, value->size);
	text[value->size] = '\0';
	for (i = 0; i < value->size; i += n) {
		const char *piece = text + i;

		n = printable_length(piece);
		if (!n) {
			n = 1;
			piece = memchr("\r\n\t", text[i], 3) ? " " : "?";
		}
		if (used + n >= REPLY_SIZE)
			break;
		memcpy(reply + used, piece, n);
		used += n;
	}
	return used;
}

void reply_read(const struct attributes *attributes, char ret_reply[REPLY_SIZE])
{
	struct attribute_value value;
	size_t cursor = 0, used = 0;

	while (used < REPLY_SIZE - 1 &&
	       attributes_next(attributes, ATTR_REPLY_MESSAGE, &cursor, &value)) {
		if (used)
			ret_reply[used++] = ' ';
		used = add_printable(ret_reply, used, &value);
	}
	while (used && ret_reply[used - 1] == ' ')
		used--;
	ret_reply[used] = '\0';
}
