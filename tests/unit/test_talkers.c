/* SPDX-License-Identifier: MIT */
/* test_talkers.c - the loudest guests of many. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "controller/sessions/talkers.h"

static struct session_key key_of(unsigned int number)
{
	struct session_key key = {
		.mac = {2, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};

	return key;
}

static const struct talkers_row {
	const char *sentence;
	size_t max;
	unsigned int guests;
	unsigned int stride; /* guest n is the (n * stride % guests)th loudest but one */
} talkers_rows[] = {
	{"talkers: of none", 5, 0, 1},
	{"talkers: fewer than wanted", 5, 3, 2},
	{"talkers: as many as wanted", 5, 5, 3},
	{"talkers: louder and louder", 7, 1000, 1},
	{"talkers: quieter and quieter", 7, 1000, 999},
	{"talkers: in disorder", 1000, 20011, 7919},
	{"talkers: only one", 1, 20011, 7919},
};

static void test_talkers(void **state)
{
	const struct talkers_row *row = *state;
	struct talkers *talkers = talkers_new(row->max);
	const struct talker *list;
	unsigned int i, loudness;
	size_t n;

	for (i = 0; i < row->guests; i++) {
		struct session_key key = key_of(i);
		struct guest guest = {};

		loudness = i * row->stride % row->guests;
		guest.packets = loudness / 2;
		guest.dropped = loudness - loudness / 2;
		talkers_offer(talkers, &key, &guest);
	}
	list = talkers_list(talkers, &n);
	assert_int_equal(n, row->guests < row->max ? row->guests : row->max);
	for (i = 0; i < n; i++)
		assert_int_equal(list[i].guest.packets + list[i].guest.dropped,
				 row->guests - 1 - i);
	talkers_free(talkers);
}

static void test_equal_talkers_are_in_order(void **state)
{
	struct talkers *talkers = talkers_new(3);
	struct guest guest = {.packets = 1};
	const struct talker *list;
	unsigned int i;
	size_t n;

	(void)state;
	for (i = 10; i > 0; i--) {
		struct session_key key = key_of(i);

		talkers_offer(talkers, &key, &guest);
	}
	list = talkers_list(talkers, &n);
	for (i = 0; i < n; i++)
		assert_int_equal(list[i].device.mac[5], i + 1);
	talkers_free(talkers);
	assert_null(talkers_free(NULL));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(talkers_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_equal_talkers_are_in_order),
	};

	TABLE_TESTS(tests, talkers_rows, test_talkers);
	return cmocka_run_group_tests_name("talkers: rows", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("talkers: others", others, NULL, NULL);
}
