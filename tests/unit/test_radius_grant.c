/* SPDX-License-Identifier: MIT */
/* test_radius_grant.c - what attributes of a RADIUS server grant. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/nas/radius_grant.h"
#include "vectors.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

static const char config_text[] = "[gateway]\ninterface = lan0\n"
				  "[portal]\nurl = https://portal.example/login\n"
				  "[session]\ntimeout = 8h\nup = 1M\n"
				  "[zone press]\nvlan = 200\ntimeout = 2d\ndown = 50M\n";

static struct config *config;

static int load_config(void **state)
{
	struct error error;

	(void)state;
	return config_parse(config_text, strlen(config_text), "test", &config, &error);
}

static int free_config(void **state)
{
	(void)state;
	config = config_free(config);
	return 0;
}

static const struct row {
	const char *sentence;
	struct given given[4];
	uint64_t timeout, idle, up, down, quota; /* 0 in a row that grants: not given */
	const char *refusal;			 /* part of the sentence; NULL: granted */
} rows[] = {
	{"nothing", {{0}}, 0, 0, 0, 0, 0, NULL},
	{"times",
	 {{ATTR_SESSION_TIMEOUT, NULL, 3600}, {ATTR_IDLE_TIMEOUT, NULL, 600}},
	 3600,
	 600,
	 0,
	 0,
	 0,
	 NULL},
	{"no time is no limit of the server's",
	 {{ATTR_SESSION_TIMEOUT, NULL, 0}},
	 0,
	 0,
	 0,
	 0,
	 0,
	 NULL},
	{"more than ten years",
	 {{ATTR_SESSION_TIMEOUT, NULL, UINT32_MAX}},
	 315360000,
	 0,
	 0,
	 0,
	 0,
	 NULL},
	{"WISPr rates are bits",
	 {{ATTR_WISPR_MAX_UP, NULL, 2000000}, {ATTR_WISPR_MAX_DOWN, NULL, 8000000}},
	 0,
	 0,
	 2000000,
	 8000000,
	 0,
	 NULL},
	{"ChilliSpot rates are kilobits",
	 {{ATTR_CHILLI_MAX_UP, NULL, 256}, {ATTR_CHILLI_MAX_DOWN, NULL, UINT32_MAX}},
	 0,
	 0,
	 256000,
	 4294967295000,
	 0,
	 NULL},
	{"the smaller of two rates",
	 {{ATTR_WISPR_MAX_UP, NULL, 2000000}, {ATTR_CHILLI_MAX_UP, NULL, 256}},
	 0,
	 0,
	 256000,
	 0,
	 0,
	 NULL},
	{"a rate smaller than any", {{ATTR_WISPR_MAX_UP, NULL, 1}}, 0, 0, 1000, 0, 0, NULL},
	{"octets", {{ATTR_CHILLI_MAX_TOTAL, NULL, 1000}}, 0, 0, 0, 0, 1000, NULL},
	{"octets and gigawords",
	 {{ATTR_CHILLI_MAX_TOTAL, NULL, 705032704}, {ATTR_CHILLI_TOTAL_GIGAS, NULL, 1}},
	 0,
	 0,
	 0,
	 0,
	 5000000000,
	 NULL},
	{"gigawords alone", {{ATTR_CHILLI_TOTAL_GIGAS, NULL, 2}}, 0, 0, 0, 0, 8589934592, NULL},
	{"the smaller of two directions",
	 {{ATTR_CHILLI_MAX_INPUT, NULL, 500}, {ATTR_CHILLI_MAX_OUTPUT, NULL, 400}},
	 0,
	 0,
	 0,
	 0,
	 400,
	 NULL},
	{"a time to end",
	 {{ATTR_WISPR_TERMINATE_TIME, "2027-01-15T09:00:00Z", 0}},
	 3600,
	 0,
	 0,
	 0,
	 0,
	 NULL},
	{"a time to end elsewhere",
	 {{ATTR_WISPR_TERMINATE_TIME, "2027-01-15T10:00:01+02:00", 0}},
	 1,
	 0,
	 0,
	 0,
	 0,
	 NULL},
	{"a time to end without a colon",
	 {{ATTR_WISPR_TERMINATE_TIME, "2027-01-15T04:30:00-0400", 0}},
	 1800,
	 0,
	 0,
	 0,
	 0,
	 NULL},
	{"the earlier of two ends",
	 {{ATTR_SESSION_TIMEOUT, NULL, 60}, {ATTR_WISPR_TERMINATE_TIME, "2027-01-15T09:00:00Z", 0}},
	 60,
	 0,
	 0,
	 0,
	 0,
	 NULL},
	{"an end that is over",
	 {{ATTR_WISPR_TERMINATE_TIME, "2027-01-15T08:00:00Z", 0}},
	 0,
	 0,
	 0,
	 0,
	 0,
	 "is over"},
	{"an end that is no time",
	 {{ATTR_WISPR_TERMINATE_TIME, "tomorrow", 0}},
	 0,
	 0,
	 0,
	 0,
	 0,
	 "is no time"},
	{"an end with a rest",
	 {{ATTR_WISPR_TERMINATE_TIME, "2027-01-15T09:00:00Z!", 0}},
	 0,
	 0,
	 0,
	 0,
	 0,
	 "is no time"},
	{"a framed user", {{ATTR_SERVICE_TYPE, NULL, 2}}, 0, 0, 0, 0, 0, NULL},
	{"an administrator", {{ATTR_SERVICE_TYPE, NULL, 6}}, 0, 0, 0, 0, 0, "Service-Type is 6"},
	{"a number of three bytes",
	 {{ATTR_IDLE_TIMEOUT, "abc", 0}},
	 0,
	 0,
	 0,
	 0,
	 0,
	 "Idle-Timeout has a wrong length"},
	{"a zone's limits",
	 {{ATTR_FILTER_ID, "press", 0}},
	 172800,
	 1800,
	 1000000,
	 50000000,
	 0,
	 NULL},
	{"a zone's limits but for those of the server",
	 {{ATTR_FILTER_ID, "press", 0}, {ATTR_SESSION_TIMEOUT, NULL, 5}},
	 5,
	 1800,
	 1000000,
	 50000000,
	 0,
	 NULL},
	{"a filter of another gateway", {{ATTR_FILTER_ID, "acl-7", 0}}, 0, 0, 0, 0, 0, NULL},
};

static void run(void **state)
{
	const struct row *row = *state;
	struct grant grant = {.timeout_s = {true, 99}, .interim_s = 7};
	struct error error = {.text = ""};
	struct packet packet;
	const struct attributes attributes =
		attributes_of(&packet, row->given, ARRAY_SIZE(row->given));
	int err = grant_read(config, &attributes, NOW, &grant, &error);

	if (row->refusal) {
		assert_int_not_equal(err, 0);
		assert_non_null(strstr(error.text, row->refusal));
		assert_int_equal(grant.timeout_s.value, 99);
		return;
	}
	assert_int_equal(err, 0);
	assert_int_equal(grant.timeout_s.value, row->timeout);
	assert_int_equal(grant.idle_s.value, row->idle);
	assert_int_equal(grant.up_bps.value, row->up);
	assert_int_equal(grant.down_bps.value, row->down);
	assert_int_equal(grant.quota_bytes.value, row->quota);
	if (!strstr(row->sentence, "zone's"))
		assert_int_equal(grant.timeout_s.is_given, row->timeout != 0);
	assert_int_equal(grant.interim_s, 7);
}

/* As another program writes it, among attributes that nobody knows. */
static void whole_answer(void **state)
{
	const struct vector vector = vector_load("accept");
	struct grant grant = {.interim_s = 0};
	char reply[REPLY_SIZE], user[GRANT_USER_SIZE];
	struct received received;

	(void)state;
	assert_int_equal(packet_read(vector.data, vector.size, &received), PACKET_OK);
	assert_true(received.attributes.has_unknown);
	assert_int_equal(grant_read(config, &received.attributes, NOW, &grant, NULL), 0);
	assert_int_equal(grant.timeout_s.value, 3600);
	assert_int_equal(grant.idle_s.value, 600);
	assert_int_equal(grant.up_bps.value, 2000000);
	assert_int_equal(grant.down_bps.value, 8000000);
	assert_int_equal(grant.quota_bytes.value, 5000000000);
	assert_int_equal(grant.interim_s, 300);
	assert_int_equal(grant.class_size, 7);
	assert_memory_equal(grant.class_value, "\0class\xff", 7);
	reply_read(&received.attributes, reply);
	assert_string_equal(reply, "Welcome,  Zo\xc3\xab");
	assert_true(attribute_text(&received.attributes, ATTR_USER_NAME, user, sizeof(user)));
	assert_string_equal(user, "bob@example");
}

static void replies(void **state)
{
	const struct vector vector = vector_load("reject");
	char reply[REPLY_SIZE], text[254] = "";
	struct given given[4] = {{0}};
	struct attributes attributes;
	struct received received;
	struct packet packet;
	size_t i;

	(void)state;
	assert_int_equal(packet_read(vector.data, vector.size, &received), PACKET_OK);
	reply_read(&received.attributes, reply);
	assert_string_equal(reply, "No credit left??[31m");
	for (i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xab", 2);
	text[252] = '\0';
	for (i = 0; i < ARRAY_SIZE(given); i++)
		given[i] = (struct given){ATTR_REPLY_MESSAGE, text, 0};
	attributes = attributes_of(&packet, given, ARRAY_SIZE(given));
	reply_read(&attributes, reply);
	assert_true(strlen(reply) < REPLY_SIZE && is_printable(reply));
	attributes = attributes_of(&packet, given, 0);
	reply_read(&attributes, reply);
	assert_string_equal(reply, "");
}

/* An interim that would be too often, and a Class of which the first counts. */
static void accounting(void **state)
{
	static const struct given given[] = {
		{ATTR_ACCT_INTERIM_INTERVAL, NULL, 5},
		{ATTR_CLASS, "one", 0},
		{ATTR_CLASS, "two", 0},
	};
	struct grant grant = {.interim_s = 0};
	struct packet packet;
	const struct attributes attributes = attributes_of(&packet, given, ARRAY_SIZE(given));

	(void)state;
	assert_int_equal(grant_read(config, &attributes, NOW, &grant, NULL), 0);
	assert_int_equal(grant.interim_s, 60);
	assert_int_equal(grant.class_size, 3);
	assert_memory_equal(grant.class_value, "one", 3);
}

int main(void)
{
	struct CMUnitTest grants[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(whole_answer),
		cmocka_unit_test(replies),
		cmocka_unit_test(accounting),
	};
	int failed;

	TABLE_TESTS(grants, rows, run);
	failed = cmocka_run_group_tests_name("grants", grants, load_config, free_config);
	return failed + cmocka_run_group_tests_name("whole", others, load_config, free_config);
}
