/* SPDX-License-Identifier: MIT */
/* test_radius_grant.c - what attributes of a RADIUS server grant, and which requests mean what. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/dynauth_request.h"
#include "portal/radius_grant.h"
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

/* Attributes of a test, as "NUMBER 3600" or "TEXT …" each. */
struct given {
	enum attribute attribute;
	const char *text; /* NULL: a number */
	uint32_t number;
};

static struct attributes attributes_of(struct packet *packet, const struct given *given, size_t n)
{
	struct attributes attributes;
	size_t i;

	packet_begin(packet, CODE_ACCESS_ACCEPT, false, NULL);
	for (i = 0; i < n && (given[i].text || given[i].number || given[i].attribute); i++) {
		if (given[i].text)
			packet_add_text(packet, given[i].attribute, given[i].text);
		else
			packet_add_number(packet, given[i].attribute, given[i].number);
	}
	assert_int_equal(attributes_read(packet->data + RADIUS_MIN, packet->size - RADIUS_MIN,
					 &attributes),
			 0);
	return attributes;
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

static const struct request_row {
	const char *sentence;
	uint8_t code;
	struct given given[5];
	int cause;
} requests[] = {
	{"a device",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_CALLING_STATION_ID, "02-05-11-00-00-01", 0}},
	 0},
	{"a device in another notation",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_CALLING_STATION_ID, "0205.1100.0001", 0}},
	 0},
	{"a user", CODE_DISCONNECT_REQUEST, {{ATTR_USER_NAME, "bob", 0}}, 0},
	{"a session", CODE_DISCONNECT_REQUEST, {{ATTR_ACCT_SESSION_ID, "5f1", 0}}, 0},
	{"nobody", CODE_DISCONNECT_REQUEST, {{0}}, ERROR_MISSING_ATTRIBUTE},
	{"a device that is none",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_CALLING_STATION_ID, "bob", 0}},
	 ERROR_INVALID_VALUE},
	{"a device twice",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_USER_NAME, "eve", 0}},
	 ERROR_INVALID_REQUEST},
	{"a user of control characters",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "\33[2J", 0}},
	 ERROR_INVALID_VALUE},
	{"what a Disconnect-Request can't change",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_SESSION_TIMEOUT, NULL, 5}},
	 ERROR_UNSUPPORTED_ATTRIBUTE},
	{"a port that doesn't exist here",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_NAS_PORT, NULL, 5}},
	 ERROR_UNSUPPORTED_ATTRIBUTE},
	{"a zone by both its names",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0},
	  {ATTR_NAS_PORT_ID, "press", 0},
	  {ATTR_CALLED_STATION_ID, "02-05-11-FF-00-00:press", 0}},
	 0},
	{"two zones",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0},
	  {ATTR_NAS_PORT_ID, "press", 0},
	  {ATTR_CALLED_STATION_ID, "02-05-11-FF-00-00:default", 0}},
	 ERROR_SESSION_NOT_FOUND},
	{"a change",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_SESSION_TIMEOUT, NULL, 5}},
	 0},
	{"a change to a zone's limits",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_FILTER_ID, "press", 0}},
	 0},
	{"a change to another gateway's filter",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_FILTER_ID, "acl-7", 0}},
	 ERROR_MISSING_ATTRIBUTE},
	{"no change", CODE_COA_REQUEST, {{ATTR_USER_NAME, "bob", 0}}, ERROR_MISSING_ATTRIBUTE},
	{"a change that is over",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_WISPR_TERMINATE_TIME, "2020-01-01T00:00:00Z", 0}},
	 ERROR_INVALID_VALUE},
	{"to be asked back",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_SERVICE_TYPE, NULL, 17}},
	 ERROR_UNSUPPORTED_SERVICE},
	{"a wrong length",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_SESSION_TIMEOUT, "abc", 0}},
	 ERROR_INVALID_VALUE},
	{"what can't be changed",
	 CODE_COA_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_ACCT_INTERIM_INTERVAL, NULL, 90}},
	 ERROR_UNSUPPORTED_ATTRIBUTE},
};

static void run_request(void **state)
{
	const struct request_row *row = *state;
	struct received received = {.code = row->code};
	struct dynauth_request request;
	struct packet packet;

	received.attributes = attributes_of(&packet, row->given, ARRAY_SIZE(row->given));
	assert_int_equal(dynauth_read(config, &received, NOW, &request), row->cause);
}

static void whole_requests(void **state)
{
	const struct vector disconnect = vector_load("disconnect"), coa = vector_load("coa");
	static const uint8_t mac[6] = {2, 5, 0x11, 0, 0, 1};
	struct dynauth_request request;
	struct received received;

	(void)state;
	assert_int_equal(packet_read(disconnect.data, disconnect.size, &received), PACKET_OK);
	assert_int_equal(dynauth_read(config, &received, NOW, &request), 0);
	assert_true(request.is_disconnect && request.has_mac);
	assert_memory_equal(request.mac, mac, sizeof(mac));
	assert_string_equal(request.user, "bob");
	assert_string_equal(request.session_id, "5f1");
	assert_true(dynauth_is_recent(&received.attributes, NOW + EVENT_WINDOW_S));
	assert_false(dynauth_is_recent(&received.attributes, NOW + EVENT_WINDOW_S + 1));
	assert_true(dynauth_is_recent(&received.attributes, NOW - EVENT_WINDOW_S));
	assert_false(dynauth_is_recent(&received.attributes, NOW - EVENT_WINDOW_S - 1));
	assert_int_equal(packet_read(coa.data, coa.size, &received), PACKET_OK);
	assert_int_equal(dynauth_read(config, &received, NOW, &request), 0);
	assert_int_equal(request.changes.timeout_s.value, 60);
	assert_int_equal(request.changes.up_bps.value, 64000);
	assert_int_equal(request.changes.down_bps.value, 128000);
	assert_false(request.changes.quota_bytes.is_given);
}

int main(void)
{
	struct CMUnitTest grants[ARRAY_SIZE(rows)], means[ARRAY_SIZE(requests)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(whole_answer),
		cmocka_unit_test(replies),
		cmocka_unit_test(accounting),
		cmocka_unit_test(whole_requests),
	};
	int failed;

	TABLE_TESTS(grants, rows, run);
	TABLE_TESTS(means, requests, run_request);
	failed = cmocka_run_group_tests_name("grants", grants, load_config, free_config);
	failed += cmocka_run_group_tests_name("requests", means, load_config, free_config);
	return failed + cmocka_run_group_tests_name("whole", others, load_config, free_config);
}
