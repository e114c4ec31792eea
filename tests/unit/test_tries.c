/* SPDX-License-Identifier: MIT */
/* test_tries.c - how often a device may try: at once, in the long run, and in a full table. */
#include "table.h"

#include "portal/limits.h"

#define BURST 5
#define EVERY 5000

static struct limits *make(void)
{
	struct limits *limits = NULL;

	assert_int_equal(limits_new(BURST, EVERY, &limits), 0);
	return limits;
}

static void test_burst_then_rate(void **state)
{
	struct limits *limits = make();
	uint64_t now = 1000000;
	int i;

	(void)state;
	for (i = 0; i < BURST; i++)
		assert_int_equal(limits_take(limits, "a", 1, now), 0);
	assert_int_equal(limits_take(limits, "a", 1, now), EVERY);
	assert_int_equal(limits_take(limits, "a", 1, now + EVERY - 1), 1);
	assert_int_equal(limits_take(limits, "a", 1, now + EVERY), 0);
	assert_int_equal(limits_take(limits, "a", 1, now + EVERY), EVERY);
	assert_int_equal(limits_refused(limits), 3);
	now += 100 * EVERY; /* never more than the burst */
	for (i = 0; i < BURST; i++)
		assert_int_equal(limits_take(limits, "a", 1, now), 0);
	assert_true(limits_take(limits, "a", 1, now) > 0);
	limits_free(limits);
}

static void test_waiting_takes_none(void **state)
{
	struct limits *limits = make();
	int i;

	(void)state;
	for (i = 0; i < BURST; i++) {
		assert_int_equal(limits_wait(limits, "a", 1, 1000), 0);
		assert_int_equal(limits_take(limits, "a", 1, 1000), 0);
	}
	assert_int_equal(limits_wait(limits, "a", 1, 1000), EVERY);
	assert_int_equal(limits_wait(limits, "a", 1, 1000), EVERY);
	assert_int_equal(limits_wait(limits, "b", 1, 1000), 0);
	assert_int_equal(limits_wait(limits, "a", 1, 1000 + EVERY), 0);
	assert_int_equal(limits_take(limits, "a", 1, 1000 + EVERY), 0);
	limits_free(limits);
}

static void test_keys_are_apart(void **state)
{
	struct limits *limits = make();
	int i;

	(void)state;
	for (i = 0; i <= BURST; i++)
		(void)limits_take(limits, "a", 1, 1000);
	assert_int_equal(limits_take(limits, "b", 1, 1000), 0);
	assert_int_equal(limits_take(limits, "a\0", 2, 1000), 0);
	limits_free(limits);
}

/* Many others push out what is full again first, not the one that has just tried too often. */
static void test_full_table(void **state)
{
	struct limits *limits = make();
	uint32_t key;
	int i;

	(void)state;
	for (key = 1; key < 20000; key++)
		assert_int_equal(limits_take(limits, &key, sizeof(key), 1000), 0);
	for (i = 0; i <= BURST; i++)
		(void)limits_take(limits, "a", 1, 1000);
	for (; key < 40000; key++)
		assert_int_equal(limits_take(limits, &key, sizeof(key), 1000), 0);
	assert_true(limits_take(limits, "a", 1, 1000) > 0);
	limits_free(limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_then_rate),
		cmocka_unit_test(test_waiting_takes_none),
		cmocka_unit_test(test_keys_are_apart),
		cmocka_unit_test(test_full_table),
	};

	return cmocka_run_group_tests_name("tries", tests, NULL, NULL);
}
