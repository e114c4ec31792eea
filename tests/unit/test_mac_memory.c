/* SPDX-License-Identifier: MIT */
/* test_mac_memory.c - answers for devices are remembered as they were, and for their time. */
#include "scratch_accounts.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/nas/mac_memory.h"

static const uint8_t mac[6] = {2, 5, 0x11, 0, 0, 1};

static struct mac_answer accepted(void)
{
	return (struct mac_answer){
		.is_accepted = true,
		.asked_at = 1000,
		.until = 2000,
		.grant = {.user = "a \"name\"",
			  .timeout_s = {true, 600},
			  .idle_s = {true, 0},
			  .down_bps = {true, 5000000},
			  .has_accounting = true,
			  .class_value = {0, 0xff, 7},
			  .class_size = 3,
			  .interim_s = 60},
	};
}

static void an_answer_comes_back_as_it_was(void **state)
{
	struct mac_answer answer = accepted(), again;

	(void)state;
	assert_int_equal(mac_memory_put(accounts, mac, "press", &answer), 0);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), 0);
	assert_memory_equal(&answer, &again, sizeof(answer));
	assert_int_equal(mac_memory_get(accounts, mac, "press", 2000, &again), -ENOENT);
	assert_int_equal(mac_memory_get(accounts, mac, "default", 1999, &again), -ENOENT);
}

static void a_refusal_is_remembered_too(void **state)
{
	struct mac_answer answer = {.asked_at = 1000, .until = 2000}, again = {.is_accepted = true};

	(void)state;
	assert_int_equal(mac_memory_put(accounts, mac, "press", &answer), 0);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), 0);
	assert_false(again.is_accepted);
	assert_int_equal(mac_memory_forget(accounts, mac, "press", true), 0);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), 0);
	assert_int_equal(mac_memory_forget(accounts, mac, "press", false), 0);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), -ENOENT);
}

static void a_quota_is_not_granted_twice(void **state)
{
	struct mac_answer answer = accepted(), again;

	(void)state;
	answer.grant.quota_bytes = (struct limit){true, 1000};
	assert_int_equal(mac_memory_put(accounts, mac, "press", &answer), 0);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), -ENOENT);
}

static void time_runs_for_what_is_remembered(void **state)
{
	struct mac_answer answer = accepted();

	(void)state;
	assert_true(mac_memory_age(&answer.grant, 1000, 1599));
	assert_int_equal(answer.grant.timeout_s.value, 1);
	answer = accepted();
	assert_false(mac_memory_age(&answer.grant, 1000, 1600));
	answer = accepted();
	assert_true(mac_memory_age(&answer.grant, 1000, 900)); /* the clock was set back */
	assert_int_equal(answer.grant.timeout_s.value, 600);
	answer.grant.timeout_s = (struct limit){true, 0};
	assert_true(mac_memory_age(&answer.grant, 1000, 99999));
}

static void what_is_over_or_broken_goes(void **state)
{
	struct mac_answer answer = accepted(), again;

	(void)state;
	assert_int_equal(mac_memory_put(accounts, mac, "press", &answer), 0);
	assert_int_equal(mac_memory_clean(accounts, 1999), 0);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), 0);
	assert_int_equal(sqlite3_exec(accounts->db, "UPDATE mac_answers SET grant_fields = '{'",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(mac_memory_get(accounts, mac, "press", 1999, &again), -ENOENT);
	assert_int_equal(mac_memory_clean(accounts, 2000), 0);
	assert_int_equal(mac_memory_put(accounts, mac, "press", &answer), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, accounts_set_up, accounts_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_comes_back_as_it_was), TEST(a_refusal_is_remembered_too),
		TEST(a_quota_is_not_granted_twice),   TEST(time_runs_for_what_is_remembered),
		TEST(what_is_over_or_broken_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
