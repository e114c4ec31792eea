/* SPDX-License-Identifier: MIT */
/* test_capport.c - the captive-portal API's text for each standing, and who is to get it. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "portal/pages/capport.h"

#define START "\"user-portal-url\":\"https://p.example/login\""
#define LEFT                                                                                       \
	{                                                                                          \
		.has_seconds = true, .seconds = 60, .has_bytes = true, .bytes = 5000000000         \
	}

static const struct row {
	const char *sentence;
	struct capport capport;
	const char *expected;
} rows[] = {
	{"a guest",
	 {true, "https://p.example/login", "", false, {}},
	 "{\"captive\":true," START ",\"can-extend-session\":false}"},
	{"a guest is told nothing of what is left",
	 {true, "https://p.example/login", "", false, LEFT},
	 "{\"captive\":true," START ",\"can-extend-session\":false}"},
	{"signed in, unlimited",
	 {false, "https://p.example/login", "", false, {}},
	 "{\"captive\":false," START ",\"can-extend-session\":false}"},
	{"signed in, with limits",
	 {false, "https://p.example/login", "https://v.example/", true, LEFT},
	 "{\"captive\":false," START ",\"venue-info-url\":\"https://v.example/\","
	 "\"can-extend-session\":true,\"seconds-remaining\":60,\"bytes-remaining\":5000000000}"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	char *text = capport_text(&row->capport);

	assert_non_null(text);
	assert_string_equal(text, row->expected);
	free(text);
}

/* The longest that a configuration can have. */
static void test_fits_the_strictest(void **state)
{
	char url[PORTAL_URL_SIZE] = "https://";
	const struct capport capport = {
		.portal_url = url,
		.venue_url = url,
		.left = {true, INT64_MAX, true, INT64_MAX, 0},
	};
	char *text;

	(void)state;
	memset(url + 8, '"', sizeof(url) - 9);
	text = capport_text(&capport);
	assert_non_null(text);
	assert_true(strlen(text) < CAPPORT_MAX);
	free(text);
}

static void test_wanted(void **state)
{
	(void)state;
	assert_true(capport_is_wanted(NULL));
	assert_true(capport_is_wanted("*/*"));
	assert_true(capport_is_wanted("application/json"));
	assert_true(capport_is_wanted("application/captive+json"));
	assert_true(capport_is_wanted("text/html, Application/Captive+JSON;q=0.1"));
	assert_true(capport_is_wanted("application/capport+json, text/html"));
	assert_false(capport_is_wanted("text/html,application/xhtml+xml,*/*;q=0.8"));
}

static void test_left(void **state)
{
	json_t *session = json_pack("{s:s, s:I, s:I, s:I}", "expires_at", "2026-11-21T20:15:00Z",
				    "quota_left_bytes", (json_int_t)7, "up_bytes", (json_int_t)2,
				    "down_bytes", (json_int_t)3);
	struct session_left left;

	(void)state;
	session_left_read(session, 1795291990, &left); /* 20:13:10 */
	assert_true(left.has_seconds && left.has_bytes);
	assert_int_equal(left.seconds, 110);
	assert_int_equal(left.bytes, 7);
	assert_int_equal(left.used_bytes, 5);
	session_left_read(session, 1895291990, &left);
	assert_int_equal(left.seconds, 0);
	json_decref(session);
	session = json_pack("{s:n, s:n, s:i}", "expires_at", "quota_left_bytes", "up_bytes", -1);
	session_left_read(session, 0, &left);
	assert_false(left.has_seconds || left.has_bytes || left.used_bytes);
	json_decref(session);
	session_left_read(NULL, 0, &left);
	assert_false(left.has_seconds || left.has_bytes || left.used_bytes);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_fits_the_strictest),
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_left),
	};

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests_name("capport", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("capport, the rest", others, NULL, NULL);
}
