/* SPDX-License-Identifier: MIT */
/* test_moves.c - devices that roam, and devices that jump to and fro. */
#include "table.h"

#include "controller/sessions/moves.h"

#define S 1000000000ULL

static struct session_key key_of(unsigned int number)
{
	struct session_key key = {
		.mac = {2, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};

	return key;
}

/* The device is at @from and goes to @to, which are VLANs. */
static bool move(struct moves *moves, unsigned int device, uint16_t from, uint16_t to,
		 uint64_t at_ns)
{
	struct notice notice = {
		.at_ns = at_ns,
		.device = key_of(device),
		.kind = NOTICE_MOVED,
		.vlan = to,
		.old_vlan = from,
	};

	return moves_note(moves, &notice);
}

static void test_roaming_is_no_jumping(void **state)
{
	struct moves *moves = moves_new();

	(void)state;
	assert_false(move(moves, 1, 10, 20, 100 * S));
	assert_false(move(moves, 1, 20, 30, 101 * S));
	assert_false(move(moves, 1, 30, 10, 102 * S));
	assert_false(move(moves, 2, 10, 20, 103 * S));
	assert_false(move(moves, 2, 20, 10, 113 * S)); /* back home, after a while */
	moves_free(moves);
	assert_null(moves_free(NULL));
}

static void test_jumping_is_told_now_and_then(void **state)
{
	struct moves *moves = moves_new();
	unsigned int i, told = 0;

	(void)state;
	assert_false(move(moves, 1, 10, 20, 100 * S));
	assert_true(move(moves, 1, 20, 10, 101 * S));
	for (i = 0; i < 200; i++)
		told += move(moves, 1, i % 2 ? 20 : 10, i % 2 ? 10 : 20, 102 * S + i * S / 10);
	assert_in_range(told, 1, 2);
	moves_free(moves);
}

static void test_ports_are_places_too(void **state)
{
	struct moves *moves = moves_new();
	struct notice notice = {.at_ns = S, .device = key_of(1), .port = 1, .old_port = 0};

	(void)state;
	assert_false(moves_note(moves, &notice));
	notice.port = 2;
	notice.old_port = 1;
	assert_false(moves_note(moves, &notice));
	notice.port = 1;
	notice.old_port = 2;
	assert_true(moves_note(moves, &notice));
	moves_free(moves);
}

/* The table is full of others long before, and what is oldest is forgotten first. */
static void test_old_moves_are_forgotten(void **state)
{
	struct moves *moves = moves_new();
	unsigned int i, known = 0;

	(void)state;
	for (i = 0; i < 100000; i++)
		assert_false(move(moves, i, 10, 20, 100 * S + i));
	assert_false(move(moves, 0, 20, 10, 101 * S));
	for (i = 100000 - 64; i < 100000; i++)
		known += move(moves, i, 20, 10, 101 * S);
	assert_int_equal(known, 64);
	moves_free(moves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roaming_is_no_jumping),
		cmocka_unit_test(test_jumping_is_told_now_and_then),
		cmocka_unit_test(test_ports_are_places_too),
		cmocka_unit_test(test_old_moves_are_forgotten),
	};

	return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}
