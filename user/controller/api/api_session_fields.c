/* SPDX-License-Identifier: MIT */
/* api_session_fields.c - what a sign-in's fields say: checked, then written into the row. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include <xdp511/net.h>

#include "base/mac.h"
#include "base/units.h"
#include "controller/api/api.h"
#include "controller/clock.h"
#include "controller/api/session_fields.h"

struct field {
	const char *name;
	int (*read)(const struct field *field, const struct value *value, struct sign_in *who,
		    struct error *error);
	int (*parse)(const char *text, uint64_t *ret); /* of a limit */
	size_t offset;				       /* of what is written, in struct sign_in */
	size_t size;				       /* of a text */
	const char *example;
	bool is_limit;	  /* for active sessions only */
	bool is_from_now; /* milliseconds of a time to come */
	bool is_state;	  /* what a session has come to: only an import may say it */
};

/* A number is read as the text it would be, so that one set of bounds holds for both. */
static int read_quantity(const struct field *field, const struct value *value,
			 uint64_t *ret_quantity, struct error *error)
{
	char number[32], shown[QUOTED_SIZE];
	const char *text = number;

	if (value->kind == VALUE_NULL) {
		*ret_quantity = 0;
		return 0;
	}
	if (value->kind == VALUE_TEXT)
		text = value->text;
	else if (value->kind == VALUE_NUMBER)
		snprintf(number, sizeof(number), "%" PRId64, value->number);
	else
		return fail(error, EINVAL,
			    "'%s' is neither a whole number, a text nor null; write it "
			    "like %s",
			    field->name, field->example);
	if (field->parse(text, ret_quantity))
		return fail(error, EINVAL,
			    "'%s' of '%s' isn't in the range or form of this field; write "
			    "it like %s",
			    quote(text, shown), field->name, field->example);
	return 0;
}

static int read_limit(const struct field *field, const struct value *value, struct sign_in *who,
		      struct error *error)
{
	return read_quantity(field, value, (void *)((char *)who + field->offset), error);
}

/* What was counted: a whole number that isn't negative. */
static int read_count(const struct field *field, const struct value *value, struct sign_in *who,
		      struct error *error)
{
	if (value->kind != VALUE_NUMBER || value->number < 0)
		return fail(error, EINVAL, "'%s' is no whole number from 0 on; write it like %s",
			    field->name, field->example);
	*(uint64_t *)(void *)((char *)who + field->offset) = (uint64_t)value->number;
	who->keeps_usage = false;
	return 0;
}

static int read_moment(const struct field *field, const struct value *value, struct sign_in *who,
		       struct error *error)
{
	uint64_t *moment = (void *)((char *)who + field->offset), seconds = 0;

	if (value->kind != VALUE_NULL &&
	    (value->kind != VALUE_TEXT || parse_time(value->text, &seconds)))
		return fail(error, EINVAL, "'%s' is no time; write it like %s", field->name,
			    field->example);
	*moment = seconds * MS_PER_S;
	return 0;
}

static int read_vlan(const struct field *field, const struct value *value, struct sign_in *who,
		     struct error *error)
{
	if (value->kind != VALUE_NUMBER || value->number < 0 || value->number > VLAN_ID_MAX)
		return fail(error, EINVAL, "'%s' is no number from 0 to %d", field->name,
			    VLAN_ID_MAX);
	who->used.vlan = (uint16_t)value->number;
	return 0;
}

static int read_device(const struct field *field, const struct value *value, struct sign_in *who,
		       struct error *error)
{
	char shown[QUOTED_SIZE];

	if (value->kind != VALUE_TEXT)
		return fail(error, EINVAL, "'%s' is no text; write it like %s", field->name,
			    field->example);
	if (!parse_mac(value->text, who->mac, NULL))
		return 0;
	return parse_mac(quote(value->text, shown), who->mac, error);
}

static int read_timeout(const struct field *field, const struct value *value, struct sign_in *who,
			struct error *error)
{
	uint64_t seconds;
	int err = read_quantity(field, value, &seconds, error);

	if (!err)
		who->expires_ms = seconds * MS_PER_S;
	return err;
}

/* Control characters would end up in logs and on terminals. */
static int read_text(const struct field *field, const struct value *value, struct sign_in *who,
		     struct error *error)
{
	const char *text = value->kind == VALUE_NULL ? "" : value->text;

	if (value->kind != VALUE_NULL && value->kind != VALUE_TEXT)
		return fail(error, EINVAL, "'%s' is no text; write it like %s", field->name,
			    field->example);
	if (strlen(text) >= field->size)
		return fail(error, EINVAL, "'%s' is too long; it takes at most %zu bytes",
			    field->name, field->size - 1);
	if (!is_printable(text))
		return fail(error, EINVAL, "'%s' has control characters; leave them out",
			    field->name);
	if (!text[0] && value->kind != VALUE_NULL && strcmp(field->name, "user") != 0)
		return fail(error, EINVAL, "'%s' is empty; write it like %s", field->name,
			    field->example);
	if (text[0] || !strcmp(field->name, "user"))
		strcpy((char *)who + field->offset, text); /* length is checked above */
	return 0;
}

static int read_state(const struct field *field, const struct value *value, struct sign_in *who,
		      struct error *error)
{
	if (value->kind != VALUE_TEXT || parse_state(value->text, &who->state))
		return fail(error, EINVAL,
			    "'%s' is none of \"active\", \"trusted\" and \"blocked\"; "
			    "give one of them",
			    field->name);
	return 0;
}

/* The zone has been looked for before all else; here it is only of the right kind. */
static int check_text(const struct field *field, const struct value *value, struct sign_in *who,
		      struct error *error)
{
	(void)who;
	if (value->kind != VALUE_TEXT)
		return fail(error, EINVAL, "'%s' is no text; write it like %s", field->name,
			    field->example);
	return 0;
}

/* Made from others. */
static int pass_over(const struct field *field, const struct value *value, struct sign_in *who,
		     struct error *error)
{
	(void)field;
	(void)value;
	(void)who;
	(void)error;
	return 0;
}

static void read_address(const char *text, struct sign_in *who)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) == 1)
		who->used.ipv4_be = address.s_addr;
}

/* The IPv4 one; the gate learns the others again. */
static int read_addresses(const struct field *field, const struct value *value, struct sign_in *who,
			  struct error *error)
{
	const char *at = value->text ? value->text : "";
	const json_t *item;
	size_t i;

	if (value->kind != VALUE_OTHER || (!value->text && !json_is_array(value->json)))
		return fail(error, EINVAL, "'%s' is no list; write it like [\"198.18.1.10\"]",
			    field->name);
	json_array_foreach(value->json, i, item)
	{
		if (json_is_string(item))
			read_address(json_string_value(item), who);
	}
	while ((at = strchr(at, '"'))) {
		const char *end = strchr(++at, '"');
		char text[ADDRESS_TEXT];

		if (!end)
			break;
		snprintf(text, sizeof(text), "%.*s", (int)(end - at), at);
		read_address(text, who);
		at = end + 1;
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct sign_in, member)

#define COUNT(name, member)                                                                        \
	{                                                                                          \
		name, read_count, AT(member), .example = "1500", .is_state = true                  \
	}
#define MOMENT(name, member)                                                                       \
	{                                                                                          \
		name, read_moment, AT(member), .example = "\"2026-11-21T20:15:00Z\"",              \
					       .is_state = true                                    \
	}

/* clang-format off */
static const struct field fields[] = {
	{"mac", read_device, .example = "\"02:05:11:00:00:01\"", .is_state = true},
	{"user", read_text, AT(user), .size = USER_SIZE, .example = "\"ann\""},
	{"timeout", read_timeout, parse_duration, .is_limit = true, .is_from_now = true, .example = "28800 or \"8h\""},
	{"zone", check_text, .example = "\"default\""},
	{"method", read_text, AT(method), .size = METHOD_SIZE, .example = "\"voucher\""},
	{"state", read_state, .example = "\"active\""},
	{"idle", read_limit, parse_duration, .is_limit = true, AT(idle_s), .example = "1800 or \"30m\""},
	{"up", read_limit, parse_rate, .is_limit = true, AT(up_bps), .example = "10000000 or \"10M\""},
	{"down", read_limit, parse_rate, .is_limit = true, AT(down_bps), .example = "10000000 or \"10M\""},
	{"quota", read_limit, parse_size, .is_limit = true, AT(quota_bytes), .example = "5000000000 or \"5G\""},
	/* What an export has besides. */
	{"vlan", read_vlan, .example = "0", .is_state = true},
	MOMENT("login_at", login_ms),
	MOMENT("expires_at", expires_ms),
	{"idle_s", read_limit, parse_duration, .is_limit = true, AT(idle_s), .example = "1800", .is_state = true},
	MOMENT("last_seen_at", used.seen_ms),
	COUNT("up_bytes", used.up_bytes),
	COUNT("up_packets", used.up_packets),
	COUNT("down_bytes", used.down_bytes),
	COUNT("down_packets", used.down_packets),
	{"up_bps", read_limit, parse_rate, .is_limit = true, AT(up_bps), .example = "10000000", .is_state = true},
	{"down_bps", read_limit, parse_rate, .is_limit = true, AT(down_bps), .example = "10000000",
	 .is_state = true},
	{"quota_bytes", read_limit, parse_size, .is_limit = true, AT(quota_bytes), .example = "5000000000",
	 .is_state = true},
	{"quota_left_bytes", pass_over, .is_state = true},
	{"addresses", read_addresses, .is_state = true},
};
/* clang-format on */

static const struct field *find_field(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].name[0] == name[0] && !strcmp(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

static bool says_something(const struct value *value)
{
	return value->kind != VALUE_NULL && !(value->kind == VALUE_NUMBER && !value->number) &&
	       !(value->kind == VALUE_TEXT && !strcmp(value->text, "0"));
}

int fields_read(struct fields *reading, const char *name, const struct value *value,
		struct error *error)
{
	const struct field *field = find_field(name);
	char text[QUOTED_SIZE];
	int err;

	if (!field || (field->is_state && !reading->is_import))
		return fail(error, EINVAL,
			    "a session has no field '%s'; remove it or correct its name",
			    quote(name, text));
	if (reading->seen & 1U << (field - fields))
		return fail(error, EINVAL, "'%s' is there twice; remove one", field->name);
	reading->seen |= 1U << (field - fields);
	err = field->read(field, value, &reading->who, error);
	if (err)
		return err;
	if (field->is_limit && says_something(value))
		reading->limit = field->name;
	if (field->is_from_now && reading->who.expires_ms)
		reading->who.expires_ms += reading->now_ms ? reading->now_ms : clock_wall_ms();
	return 0;
}

static uint32_t bit_of(const char *name)
{
	return 1U << (find_field(name) - fields);
}

/* Two names of the same thing must not contradict each other. */
static int check_pairs(const struct fields *reading, struct error *error)
{
	static const char *const pairs[][2] = {
		{"timeout", "expires_at"}, {"idle", "idle_s"},	     {"up", "up_bps"},
		{"down", "down_bps"},	   {"quota", "quota_bytes"},
	};
	static uint32_t bits[sizeof(pairs) / sizeof(pairs[0])]; /* found once */
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!bits[i])
			bits[i] = bit_of(pairs[i][0]) | bit_of(pairs[i][1]);
		if ((reading->seen & bits[i]) == bits[i])
			return fail(error, EINVAL, "'%s' and '%s' say the same; remove one",
				    pairs[i][0], pairs[i][1]);
	}
	return 0;
}

int fields_finish(struct fields *reading, struct sign_in *ret_who, struct error *error)
{
	struct sign_in *who = &reading->who;
	int err = reading->is_import ? check_pairs(reading, error) : 0;

	if (err)
		return err;
	if (reading->is_import && !(reading->seen & bit_of("mac")))
		return fail(error, EINVAL, "'mac' is missing; add it");
	if (who->state != SESSION_ACTIVE) {
		if (reading->limit)
			return fail(error, EINVAL, "a %s device has no limits; leave out '%s'",
				    state_name(who->state), reading->limit);
		who->expires_ms = who->idle_s = who->quota_bytes = 0;
		who->up_bps = who->down_bps = 0;
	}
	*ret_who = *who;
	return 0;
}

int fields_read_json(struct fields *reading, const json_t *body, struct error *error)
{
	const char *key;
	json_t *json;
	int err = 0;

	json_object_foreach((json_t *)body, key, json)
	{
		struct value value = value_of_json(json);

		err = fields_read(reading, key, &value, error);
		if (err)
			break;
	}
	return err;
}

int api_read_fields(const json_t *body, struct sign_in *who, struct error *error)
{
	struct fields reading = {.who = *who};
	int err = fields_read_json(&reading, body, error);

	return err ? err : fields_finish(&reading, who, error);
}
