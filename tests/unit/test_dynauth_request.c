/* SPDX-License-Identifier: MIT */
/* test_dynauth_request.c - which session a request of a RADIUS server means, and what it changes. */
#include "table.h"

#include <string.h>

#include "portal/nas/dynauth_request.h"
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
	uint8_t code;
	struct given given[5];
	int cause;
} rows[] = {
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
	{"an account's attribute",
	 CODE_DISCONNECT_REQUEST,
	 {{ATTR_USER_NAME, "bob", 0}, {ATTR_ACCT_DELAY_TIME, NULL, 5}},
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

static void run(void **state)
{
	const struct row *row = *state;
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
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {cmocka_unit_test(whole_requests)};
	int failed;

	TABLE_TESTS(tests, rows, run);
	failed = cmocka_run_group_tests_name("requests", tests, load_config, free_config);
	return failed + cmocka_run_group_tests_name("whole", others, load_config, free_config);
}
