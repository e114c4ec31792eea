/* SPDX-License-Identifier: MIT */
/* test_cookie.c - the sequence number that remembers: what it tells, how long, and to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <xdp511/cookie.h>

#include <cmocka.h>

#define ISS   0xfffffff0U
#define START (1795248000ULL / COOKIE_SLOT_SECONDS * COOKIE_SLOT_SECONDS)

static struct cookie_keys keys;
static const struct flow flow = {
	.link = {{2, 0, 0, 0, 0, 9}, 200},
	.src = {{0x20, 0x01, 0x0d, 0xb8, [15] = 9}},
	.dst = {{0x20, 0x01, 0x0d, 0xb8, [15] = 80}},
	.sport_be = 0x1234,
	.dport_be = 0x5000,
};

static void new_key(uint64_t slot)
{
	__u64 *words = keys.words[slot % COOKIE_KEYS];

	words[0] = (uint64_t)random() << 32 | (uint64_t)random();
	words[1] = (uint64_t)random() << 32 | (uint64_t)random();
}

static int make_keys(void **state)
{
	(void)state;
	srandom(511);
	for (uint64_t slot = 0; slot < COOKIE_KEYS; slot++)
		new_key(slot);
	return 0;
}

static uint32_t make(uint16_t mss, uint64_t seconds)
{
	const struct cookie_syn syn = {.seq = ISS, .mss = mss};

	return cookie_make(&keys, &flow, &syn, seconds);
}

static bool check(uint32_t ack, uint64_t seconds, struct cookie *ret_cookie)
{
	const struct tcp_segment segment = {.flow = flow, .seq = ISS + 1, .ack = ack};

	return cookie_check(&keys, &segment, seconds, ret_cookie);
}

static bool is_valid(uint32_t ack, uint64_t seconds)
{
	struct cookie cookie;

	return check(ack, seconds, &cookie) && cookie.first;
}

static void it_tells_the_segment_size(void **state)
{
	static const uint16_t sizes[][2] = {
		{0, 536},   {1, 128},	 {128, 128},   {255, 128},   {256, 256},   {535, 256},
		{536, 536}, {1219, 536}, {1220, 1220}, {1460, 1220}, {9000, 1220}, {65535, 1220},
	};
	struct cookie cookie;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t isn = make(sizes[i][0], START);

		assert_true(check(isn + 1, START, &cookie));
		assert_int_equal(cookie.mss, sizes[i][1]);
	}
}

static void it_tells_how_much_of_the_answer_is_there(void **state)
{
	uint32_t isn = make(1460, START + 127);
	struct cookie cookie;

	(void)state;
	for (uint32_t received = 0; received <= ANSWER_MAX + 1; received++) {
		assert_true(check(isn + 1 + received, START + 128, &cookie));
		assert_int_equal(cookie.received, received);
		assert_int_equal(cookie.mss, 1220);
		assert_int_equal(cookie.slot_seconds, START);
	}
	assert_false(is_valid(isn + 1 + ANSWER_MAX + 2, START + 128));
	assert_false(is_valid(isn, START + 128));
}

/* A first segment of another connection is taken for one of this with a chance of 2 in a million. */
static void it_is_of_one_connection_alone(void **state)
{
	uint32_t ack = make(1460, START) + 1;

	(void)state;
	for (size_t i = 0; i < sizeof(flow); i++) {
		struct tcp_segment other = {.flow = flow, .seq = ISS + 1, .ack = ack};
		struct cookie cookie;

		((uint8_t *)&other.flow)[i] ^= 1;
		assert_false(cookie_check(&keys, &other, START, &cookie) && cookie.first);
	}
}

static void it_tells_the_first_segment_from_later_ones(void **state)
{
	uint32_t ack = make(1460, START) + 1, taken_for_first = 0;
	struct cookie cookie;

	(void)state;
	for (uint32_t later = 1; later < 65536; later++) {
		const struct tcp_segment segment = {
			.flow = flow, .seq = ISS + 1 + later, .ack = ack};

		assert_true(cookie_check(&keys, &segment, START, &cookie));
		taken_for_first += cookie.first;
	}
	assert_in_range(taken_for_first, 0, 12); /* one in 32768 */
}

/* The numbers of all connections use all bits, and no byte of an answer carries into others. */
static void every_number_survives_the_longest_answer(void **state)
{
	struct cookie cookie;

	(void)state;
	for (uint32_t i = 0; i < 300000; i++) {
		struct tcp_segment segment = {.flow = flow, .seq = i * 77777};
		const struct cookie_syn syn = {.seq = segment.seq - 1, .mss = 536};

		memcpy(segment.flow.src.bytes + 8, &i, sizeof(i));
		segment.ack = cookie_make(&keys, &segment.flow, &syn, START) + 1 + ANSWER_MAX + 1;
		assert_true(cookie_check(&keys, &segment, START + 255, &cookie));
		assert_int_equal(cookie.received, ANSWER_MAX + 1);
		assert_int_equal(cookie.mss, 536);
		assert_true(cookie.first);
	}
}

/* A page is given for a forged number with one chance in 441,000: 1217 of 2^29 numbers are right. */
static void few_forged_numbers_are_valid(void **state)
{
	unsigned int hits = 0;

	(void)state;
	for (int i = 0; i < 400000; i++)
		hits += is_valid((uint32_t)random() << 1 ^ (uint32_t)random(), START);
	assert_in_range(hits, 0, 12);
}

/* As the controller does it: when a slot begins, the key of the slot after next is made anew. */
static void keys_rotate_without_breaking_a_handshake(void **state)
{
	(void)state;
	for (uint64_t slot = START / COOKIE_SLOT_SECONDS, end = slot + 200; slot < end; slot++) {
		uint64_t begin = slot * COOKIE_SLOT_SECONDS;
		struct cookie_keys before = keys;
		uint32_t ack;

		new_key(slot + 2);
		ack = make(1460, begin + 5) + 1;
		assert_true(is_valid(ack, begin + 5));
		new_key(slot + 3);
		for (uint64_t age = 128; age < 256; age++)
			assert_true(is_valid(ack, begin + age));
		assert_false(is_valid(ack, begin + 256));
		/* Whoever learns today's keys can't make tomorrow's numbers. */
		new_key(slot + 4);
		assert_memory_not_equal(before.words[slot % COOKIE_KEYS],
					keys.words[slot % COOKIE_KEYS], sizeof(keys.words[0]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_tells_the_segment_size),
		cmocka_unit_test(it_tells_how_much_of_the_answer_is_there),
		cmocka_unit_test(it_is_of_one_connection_alone),
		cmocka_unit_test(it_tells_the_first_segment_from_later_ones),
		cmocka_unit_test(every_number_survives_the_longest_answer),
		cmocka_unit_test(few_forged_numbers_are_valid),
		cmocka_unit_test(keys_rotate_without_breaking_a_handshake),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
