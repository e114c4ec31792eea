/* SPDX-License-Identifier: MIT */
/* test_busiest.c - the busiest of many sessions, round by round. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "controller/sessions/busiest.h"

#define MANY 20011

static struct session_key key_of(unsigned int number)
{
	struct session_key key = {
		.mac = {2, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};

	return key;
}

static void look(struct busiest *busiest, unsigned int number, uint64_t up, uint64_t down,
		 uint64_t now_ms)
{
	struct session session = {.up_bytes = up, .down_bytes = down};
	struct session_key key = key_of(number);

	busiest_look(busiest, &key, &session, now_ms);
}

static size_t count(const struct busiest *busiest)
{
	size_t n;

	(void)busiest_list(busiest, BUSY_TOTAL, &n);
	return n;
}

static const struct order_row {
	const char *sentence;
	enum busy_order order;
	unsigned int sessions;
	unsigned int stride;
} order_rows[] = {
	{"busiest: nobody", BUSY_TOTAL, 0, 1},
	{"busiest: one", BUSY_DOWN, 1, 1},
	{"busiest: fewer than fit", BUSY_UP, 7, 3},
	{"busiest: as many as fit", BUSY_TOTAL, BUSIEST_MAX, 7},
	{"busiest: busier and busier", BUSY_DOWN, MANY, 1},
	{"busiest: ever less busy", BUSY_UP, MANY, MANY - 1},
	{"busiest: in disorder", BUSY_TOTAL, MANY, 7919},
};

/* Session i moves as many kilobytes down as its place says, and as many up as it is from last. */
static void test_order(void **state)
{
	const struct order_row *row = *state;
	struct busiest *busiest = busiest_new();
	const struct busy *list;
	unsigned int i, round;
	size_t n;

	busiest_ask(busiest, 1);
	for (round = 0; round < 2; round++) {
		busiest_begin(busiest, row->sessions, 1000 * round + 10);
		for (i = 0; i < row->sessions; i++) {
			uint64_t place = (uint64_t)i * row->stride % row->sessions;
			uint64_t down = 1000000 + round * place * 64000;
			uint64_t up = 5000000 + round * (row->sessions - 1 - place) * 6400;

			look(busiest, i, up, down, 1000 * round + 10);
		}
		busiest_end(busiest);
	}
	list = busiest_list(busiest, row->order, &n);
	assert_int_equal(n, row->sessions < BUSIEST_MAX ? row->sessions : BUSIEST_MAX);
	for (i = 0; i < n; i++) {
		uint64_t first = row->sessions - 1 - i;

		assert_true(list[i].is_measured);
		if (row->order == BUSY_UP)
			assert_int_equal(list[i].up_bps, first * 6400 * 8);
		else
			assert_int_equal(list[i].down_bps, first * 64000 * 8);
	}
	busiest_free(busiest);
}

/* Without rates the totals count; a session that is new to a round has none. */
static void test_first_round_goes_by_totals(void **state)
{
	struct busiest *busiest = busiest_new();
	const struct busy *list;
	size_t n;

	(void)state;
	busiest_ask(busiest, 1);
	busiest_begin(busiest, 3, 10);
	look(busiest, 1, 100, 2000, 10);
	look(busiest, 2, 100, 9000, 10);
	look(busiest, 2, 100, 9000, 11);
	busiest_end(busiest);
	list = busiest_list(busiest, BUSY_TOTAL, &n);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].device.mac[5], 2);
	assert_false(list[0].is_measured);
	busiest_begin(busiest, 3, 1010);
	look(busiest, 1, 100, 2000 + 6400, 1010);
	look(busiest, 2, 0, 0, 1010); /* signed in anew */
	look(busiest, 3, 0, 90000, 1010);
	busiest_end(busiest);
	list = busiest_list(busiest, BUSY_TOTAL, &n);
	assert_int_equal(n, 3);
	assert_int_equal(list[0].device.mac[5], 1);
	assert_int_equal(list[0].down_bps, 6400 * 8);
	assert_int_equal(list[1].device.mac[5], 3);
	assert_false(list[1].is_measured);
	assert_false(list[2].is_measured);
	busiest_free(busiest);
}

static void test_nothing_is_done_unasked(void **state)
{
	struct busiest *busiest = busiest_new();

	(void)state;
	busiest_begin(busiest, 1, 10);
	look(busiest, 1, 1, 1, 10);
	busiest_end(busiest);
	assert_int_equal(count(busiest), 0);
	busiest_ask(busiest, 20);
	busiest_begin(busiest, 1, 30);
	look(busiest, 1, 1, 1, 30);
	assert_int_equal(count(busiest), 0);
	busiest_end(busiest);
	assert_int_equal(count(busiest), 1);
	busiest_begin(busiest, 1, 20 + BUSIEST_KEPT_MS + 1);
	assert_int_equal(count(busiest), 0);
	busiest_end(busiest);
	busiest_free(busiest);
}

static void test_broken_round_does_not_count(void **state)
{
	struct busiest *busiest = busiest_new();
	const struct busy *list;
	size_t n;

	(void)state;
	busiest_ask(busiest, 1);
	busiest_begin(busiest, 2, 10);
	look(busiest, 1, 0, 0, 10);
	busiest_end(busiest);
	busiest_begin(busiest, 2, 500);
	look(busiest, 1, 0, 64000, 500);
	busiest_begin(busiest, 2, 1010);
	look(busiest, 1, 0, 64000, 1010);
	busiest_end(busiest);
	list = busiest_list(busiest, BUSY_DOWN, &n);
	assert_int_equal(n, 1);
	assert_int_equal(list[0].down_bps, 64000 * 8);
	busiest_begin(busiest, 2, 1020);
	busiest_free(busiest);
	assert_null(busiest_free(NULL));
}

/* More sessions than were expected: they are listed all the same, and the memory stays as it is. */
static void test_more_than_expected(void **state)
{
	struct busiest *busiest = busiest_new();
	unsigned int i, round;
	size_t n;

	(void)state;
	busiest_ask(busiest, 1);
	for (round = 0; round < 2; round++) {
		busiest_begin(busiest, 0, 1000 * round + 10);
		for (i = 0; i < MANY; i++)
			look(busiest, i, i, round * i * 64, 1000 * round + 10);
		busiest_end(busiest);
	}
	(void)busiest_list(busiest, BUSY_UP, &n);
	assert_int_equal(n, BUSIEST_MAX);
	busiest_free(busiest);
}

/* MACs made for one another, by the hash without a seed: none hides behind the first. */
static void test_made_up_devices(void **state)
{
	static const struct session_key keys[] = {{.mac = {0x9a, 0x93, 0x59, 0x24, 0x37, 0xfc}},
						  {.mac = {0x82, 0x33, 0x55, 0xf8, 0xb2, 0x7f}},
						  {.mac = {0x96, 0x51, 0x45, 0xaf, 0xd0, 0x50}},
						  {.mac = {0xaa, 0x72, 0xac, 0xbf, 0x2b, 0x78}}};
	const struct session session = {.up_bytes = 1000};
	struct busiest *busiest = busiest_new();
	size_t i;

	(void)state;
	assert_non_null(busiest);
	busiest_ask(busiest, 1000);
	busiest_begin(busiest, ARRAY_SIZE(keys), 1000);
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		busiest_look(busiest, &keys[i], &session, 1000);
	busiest_end(busiest);
	assert_int_equal(count(busiest), ARRAY_SIZE(keys));
	busiest_free(busiest);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(order_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_first_round_goes_by_totals),
		cmocka_unit_test(test_nothing_is_done_unasked),
		cmocka_unit_test(test_broken_round_does_not_count),
		cmocka_unit_test(test_more_than_expected),
		cmocka_unit_test(test_made_up_devices),
	};

	TABLE_TESTS(tests, order_rows, test_order);
	return cmocka_run_group_tests_name("busiest: orders", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("busiest: others", others, NULL, NULL);
}
