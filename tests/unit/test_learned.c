/* SPDX-License-Identifier: MIT */
/* test_learned.c - the table of the names' addresses against a plain list of the same. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/sessions/learned.h"

#define ROUNDS	  20000
#define ADDRESSES 200 /* per zone, in the random test */
#define NAMES	  5

static struct name_key key_of(unsigned int number, uint32_t zone)
{
	struct name_key key = {.zone = zone, .address.bytes = {0x20, 0x01}};

	key.address.bytes[14] = (uint8_t)(number >> 8);
	key.address.bytes[15] = (uint8_t)number;
	return key;
}

static struct learned_table *table_of(size_t max)
{
	struct learned_table *table = NULL;

	assert_int_equal(learned_new(max, &table), 0);
	return table;
}

static void test_put_and_remove(void **state)
{
	struct learned_table *table = table_of(10);
	struct name_key key = key_of(1, 0), other = key_of(1, 1), gone;

	(void)state;
	assert_null(learned_find(table, &key));
	assert_int_equal(learned_put(table, &key, "pay.example", 100, &gone), 0);
	assert_string_equal(learned_text(learned_find(table, &key)), "pay.example");
	assert_null(learned_find(table, &other));
	learned_remove(table, &other);
	assert_int_equal(learned_count(table), 1);
	learned_remove(table, &key);
	assert_int_equal(learned_count(table), 0);
	learned_remove(table, &key);
	assert_null(learned_find(table, &key));
	assert_null(learned_free(table));
	assert_null(learned_free(NULL));
}

static void test_the_later_end_and_the_newer_name_count(void **state)
{
	struct learned_table *table = table_of(10);
	struct name_key key = key_of(1, 0), gone;

	(void)state;
	assert_int_equal(learned_put(table, &key, "a.example", 100, &gone), 0);
	assert_int_equal(learned_put(table, &key, "a.example", 50, &gone), 0);
	assert_int_equal(learned_find(table, &key)->expires_tick, 100);
	assert_int_equal(learned_put(table, &key, "b.example", 200, &gone), 0);
	assert_int_equal(learned_find(table, &key)->expires_tick, 200);
	assert_string_equal(learned_text(learned_find(table, &key)), "b.example");
	assert_int_equal(learned_count(table), 1);
	learned_free(table);
}

static void test_full_table_refuses_the_new(void **state)
{
	struct learned_table *table = table_of(3);
	struct name_key key, gone;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		key = key_of(i, 0);
		assert_int_equal(learned_put(table, &key, "pay.example", 100, &gone),
				 i < 3 ? 0 : -ENOSPC);
	}
	assert_null(learned_find(table, &key));
	key = key_of(0, 0);
	assert_int_equal(learned_put(table, &key, "new.example", 300, &gone), 0);
	key = key_of(9, 0);
	assert_int_equal(learned_put(table, &key, "fourth.example", 300, &gone), -ENOSPC);
	assert_int_equal(learned_count(table), 3);
	learned_free(table);
}

static void test_name_with_too_many(void **state)
{
	struct learned_table *table = table_of(1000);
	struct name_key key, gone, first = key_of(7, 0);
	unsigned int i;

	(void)state;
	for (i = 0; i < LEARNED_A_NAME; i++) {
		key = key_of(i, 0);
		assert_int_equal(
			learned_put(table, &key, "pay.example", i == 7 ? 10 : 100 + i, &gone), 0);
	}
	key = key_of(3, 0); /* known: no other has to go */
	assert_int_equal(learned_put(table, &key, "pay.example", 500, &gone), 0);
	key = key_of(900, 0);
	assert_int_equal(learned_put(table, &key, "pay.example", 500, &gone), 1);
	assert_memory_equal(&gone, &first, sizeof(gone));
	assert_null(learned_find(table, &first));
	assert_non_null(learned_find(table, &key));
	assert_int_equal(learned_count(table), LEARNED_A_NAME);
	key = key_of(901, 1); /* the name of another zone is another name */
	assert_int_equal(learned_put(table, &key, "pay.example", 500, &gone), 0);
	learned_free(table);
}

static bool ends_before(void *context, const struct learned *entry)
{
	return entry->expires_tick <= *(const uint32_t *)context;
}

static void test_sweep_and_list(void **state)
{
	struct learned_table *table = table_of(1000);
	struct learned *list;
	uint32_t tick = 149;
	struct name_key gone;
	size_t slice, i;

	(void)state;
	for (i = 0; i < 300; i++) {
		struct name_key key = key_of((unsigned int)(299 - i), i % 2);
		char name[32];

		snprintf(name, sizeof(name), "n%03zu.example", i / 10);
		assert_int_equal(learned_put(table, &key, name, (uint32_t)i, &gone), 0);
	}
	for (slice = 0; slice < LEARNED_SLICES; slice++)
		learned_sweep(table, slice + 3 * LEARNED_SLICES, ends_before, &tick);
	assert_int_equal(learned_count(table), 150);
	list = learned_list(table);
	assert_non_null(list);
	for (i = 0; i < 150; i++) {
		assert_true(list[i].expires_tick > tick);
		if (!i || list[i - 1].key.zone < list[i].key.zone)
			continue;
		assert_int_equal(list[i - 1].key.zone, list[i].key.zone);
		assert_true(strcmp(learned_text(&list[i - 1]), learned_text(&list[i])) <= 0);
	}
	free(list);
	learned_free(table);
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*seed >> 33);
}

/* What a plain list knows of an address. */
struct plain {
	uint32_t expires_tick;
	unsigned int name;
	bool known;
};

static unsigned int count_name(const struct plain *plain, unsigned int name)
{
	unsigned int i, n = 0;

	for (i = 0; i < ADDRESSES; i++)
		n += plain[i].known && plain[i].name == name;
	return n;
}

/* Many names and addresses in any order; ASan watches. */
static void test_like_a_list(void **state)
{
	static struct plain plain[2][ADDRESSES];
	struct learned_table *table = table_of(300);
	uint64_t seed = 511;
	unsigned int i, total = 0;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		unsigned int zone = next_random(&seed) % 2, name = next_random(&seed) % NAMES;
		unsigned int number = next_random(&seed) % ADDRESSES;
		struct name_key key = key_of(number, zone), gone;
		struct plain *one = &plain[zone][number];
		uint32_t tick = 1 + next_random(&seed) % 1000;
		char text[16];
		int result;

		if (next_random(&seed) % 4 == 0) {
			learned_remove(table, &key);
			total -= one->known;
			*one = (struct plain){.known = false};
			continue;
		}
		snprintf(text, sizeof(text), "n%u.example", name);
		result = learned_put(table, &key, text, tick, &gone);
		if (result == 1) {
			unsigned int lost = gone.address.bytes[14] << 8 | gone.address.bytes[15];

			assert_int_equal(plain[zone][lost].name, name);
			assert_int_equal(count_name(plain[zone], name), LEARNED_A_NAME);
			plain[zone][lost] = (struct plain){.known = false};
			total--;
		}
		if (result == -ENOSPC) {
			assert_int_equal(total, 300);
			continue;
		}
		total += !one->known;
		if (!one->known || one->expires_tick < tick)
			one->expires_tick = tick;
		one->known = true;
		one->name = name;
		assert_int_equal(learned_count(table), total);
		assert_string_equal(learned_text(learned_find(table, &key)), text);
		assert_int_equal(learned_find(table, &key)->expires_tick, one->expires_tick);
	}
	learned_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_remove),
		cmocka_unit_test(test_the_later_end_and_the_newer_name_count),
		cmocka_unit_test(test_full_table_refuses_the_new),
		cmocka_unit_test(test_name_with_too_many),
		cmocka_unit_test(test_sweep_and_list),
		cmocka_unit_test(test_like_a_list),
	};

	return cmocka_run_group_tests_name("learned addresses", tests, NULL, NULL);
}
