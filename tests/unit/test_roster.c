/* SPDX-License-Identifier: MIT */
/* test_roster.c - who is there, whose they are, and readers that go on while others come and go. */
#include "table.h"

#include <stdio.h>
#include <string.h>

#include "controller/sessions/roster.h"

static size_t count_of(const struct roster *roster, const char *user)
{
	uint32_t at = 0;
	uint64_t ids[7];
	size_t n = 0;

	while (!roster_is_over(roster, at))
		n += roster_find(roster, user, &at, ids, 7);
	return n;
}

static void test_who_is_there(void **state)
{
	struct roster roster;
	uint64_t id;
	char user[16];

	(void)state;
	roster_init(&roster, 1000);
	for (id = 1; id <= 1000; id++) {
		snprintf(user, sizeof(user), "u%d", (int)(id % 10));
		roster_put(&roster, id << 20, user, "click");
	}
	assert_false(roster.is_partial);
	for (id = 1; id <= 1000; id++)
		assert_true(roster_may_have(&roster, id << 20));
	assert_false(roster_may_have(&roster, 5));
	assert_int_equal(count_of(&roster, "u3"), 100);
	assert_int_equal(count_of(&roster, "nobody"), 0);
	for (id = 1; id <= 1000; id += 2)
		roster_remove(&roster, id << 20);
	roster_remove(&roster, 77);
	for (id = 1; id <= 1000; id++)
		assert_int_equal(roster_may_have(&roster, id << 20), id % 2 == 0);
	assert_int_equal(count_of(&roster, "u3"), 0);
	assert_int_equal(count_of(&roster, "u4"), 100);
	/* Their places are taken again, and another name takes none. */
	for (id = 1; id <= 500; id++)
		roster_put(&roster, id, "new", "click");
	for (id = 1; id <= 500; id += 5)
		roster_put(&roster, id, "", "click");
	assert_false(roster.is_partial);
	assert_int_equal(count_of(&roster, "new"), 400);
	roster_done(&roster);
}

static void test_too_many_make_nothing_sure(void **state)
{
	struct roster roster;
	uint64_t id;

	(void)state;
	roster_init(&roster, 4);
	for (id = 1; id <= 4; id++)
		roster_put(&roster, id, "ann", "click");
	assert_false(roster_may_have(&roster, 9));
	roster_put(&roster, 5, "ann", "click");
	assert_true(roster.is_partial);
	assert_true(roster_may_have(&roster, 5));
	assert_true(roster_may_have(&roster, 9));
	roster_remove(&roster, 5);
	roster_done(&roster);
	roster_put(&roster, 1, "ann", "click");
	roster_remove(&roster, 1);
	assert_true(roster_may_have(&roster, 1));
	roster_done(&roster);
}

static void test_readers_miss_nobody_who_stays(void **state)
{
	struct roster roster;
	uint64_t id, ids[10];
	uint32_t at = 0;
	size_t i, n, n_found = 0;

	(void)state;
	roster_init(&roster, 300);
	for (id = 1; id <= 300; id++)
		roster_put(&roster, id, "ann", "click");
	while (!roster_is_over(&roster, at)) {
		n = roster_find(&roster, "ann", &at, ids, 10);
		for (i = 0; i < n; i++, n_found++)
			roster_remove(&roster, ids[i]);
	}
	assert_int_equal(n_found, 300);
	assert_int_equal(count_of(&roster, "ann"), 0);
	roster_done(&roster);
}

static uint32_t total(const struct roster *roster)
{
	uint32_t sum = 0;

	for (size_t zone = 0; zone < X511_MAX_ZONES; zone++) {
		for (size_t method = 0; method < SESSION_METHOD_COUNT; method++)
			sum += roster->n[zone][method];
	}
	return sum;
}

static void test_they_are_counted_by_zone_and_method(void **state)
{
	const uint64_t in_zone = 255ULL << 48;
	struct roster roster;

	(void)state;
	roster_init(&roster, 4);
	roster_put(&roster, 1, "ann", "click");
	roster_put(&roster, 2, "ann", "user");
	roster_put(&roster, in_zone + 1, "", "spell");
	assert_int_equal(roster.n[0][SESSION_METHOD_CLICK], 1);
	assert_int_equal(roster.n[0][SESSION_METHOD_USER], 1);
	assert_int_equal(roster.n[255][SESSION_METHOD_OTHER], 1);
	roster_put(&roster, 1, "bob", "voucher");
	assert_int_equal(roster.n[0][SESSION_METHOD_CLICK], 0);
	assert_int_equal(roster.n[0][SESSION_METHOD_VOUCHER], 1);
	roster_put(&roster, 300ULL << 48, "", "fas"); /* no zone has that number */
	roster_put(&roster, 9, "", "fas");	      /* no place */
	assert_int_equal(total(&roster), 4);
	roster_remove(&roster, 9);
	roster_remove(&roster, 300ULL << 48);
	roster_remove(&roster, in_zone + 1);
	roster_remove(&roster, in_zone + 1);
	roster_remove(&roster, 2);
	assert_int_equal(total(&roster), 1);
	assert_int_equal(roster.n[0][SESSION_METHOD_VOUCHER], 1);
	roster_done(&roster);
	roster_put(&roster, 1, "ann", "click");
	roster_remove(&roster, 1);
	assert_int_equal(total(&roster), 0);
}

static void test_methods_and_their_words(void **state)
{
	(void)state;
	for (int i = 0; i < SESSION_METHOD_COUNT; i++)
		assert_int_equal(session_method_of(session_method_word(i)), i);
	assert_int_equal(session_method_of(""), SESSION_METHOD_OTHER);
	assert_int_equal(session_method_of("clicks"), SESSION_METHOD_OTHER);
	assert_int_equal(session_method_of("cl"), SESSION_METHOD_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_there),
		cmocka_unit_test(test_too_many_make_nothing_sure),
		cmocka_unit_test(test_readers_miss_nobody_who_stays),
		cmocka_unit_test(test_they_are_counted_by_zone_and_method),
		cmocka_unit_test(test_methods_and_their_words),
	};

	return cmocka_run_group_tests_name("roster", tests, NULL, NULL);
}
