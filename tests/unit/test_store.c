/* SPDX-License-Identifier: MIT */
/* test_store.c - rows as they come back, and what becomes of files that are damaged or late. */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "controller/sessions/packing.h"
#include "controller/journal/store.h"

static struct store *open_store(void)
{
	struct error error;
	struct store *store = NULL;

	assert_int_equal(store_open(scratch, &store, &error), 0);
	return store;
}

static void keys_are_numbers_and_back(void **state)
{
	struct session_key key = {.mac = {2, 5, 0x11, 0, 0xfe, 0xff}, .zone = 255}, again;

	(void)state;
	assert_int_equal(store_id(&key), 0xff02051100feffULL);
	store_key(store_id(&key), &again);
	assert_memory_equal(&key, &again, sizeof(key));
}

static void a_row_comes_back_as_it_was(void **state)
{
	struct sign_in row = {
		.id = 0x2020511000001,
		.user = "ann",
		.method = "voucher",
		.state = SESSION_ACTIVE,
		.login_ms = 1,
		.expires_ms = 2,
		.idle_s = 3,
		.up_bps = 4,
		.down_bps = 5,
		.quota_bytes = INT64_MAX,
		.used = {6, 7, 8, 9, 10, 0xfffefdfc, 4094},
	};
	struct store *store = open_store();
	struct sign_in again;

	(void)state;
	assert_int_equal(store_put(store, &row), 0);
	assert_int_equal(store_get(store, row.id, &again), 0);
	assert_string_equal(again.user, "ann");
	assert_string_equal(again.method, "voucher");
	assert_int_equal(again.quota_bytes, INT64_MAX);
	assert_int_equal(again.mac[1], 5);
	assert_memory_equal(&again.used, &row.used, sizeof(row.used));
	/* A renewal may leave what is counted alone. */
	row.keeps_usage = true;
	row.used.up_bytes = 0;
	strcpy(row.user, "bob");
	assert_int_equal(store_put(store, &row), 0);
	assert_int_equal(store_get(store, row.id, &again), 0);
	assert_int_equal(again.used.up_bytes, 6);
	assert_string_equal(again.user, "bob");
	store_close(store);
}

static void a_packed_row_comes_back_as_it_was(void **state)
{
	struct sign_in row = {
		.id = 0x1020511000001,
		.mac = {2, 5, 0x11, 0, 0, 1},
		.state = SESSION_TRUSTED,
		.keeps_usage = true,
		.line = UINT32_MAX,
		.login_ms = UINT64_MAX,
		.expires_ms = 127,
		.idle_s = 128,
		.down_bps = 5,
		.quota_bytes = INT64_MAX,
		.used = {6, 7, 8, UINT64_MAX, 1, 0xfffefdfc, 4094},
	};
	struct sign_in again, none = {.id = 5, .mac = {0, 0, 0, 0, 0, 5}};
	uint8_t packed[PACKED_MAX];
	size_t n;

	(void)state;
	memset(&again, 0xff, sizeof(again));
	memset(row.user, 'u', USER_SIZE - 1);
	memset(row.method, 'm', METHOD_SIZE - 1);
	n = sign_in_pack(&row, packed);
	assert_int_equal(n, packed_size(packed));
	assert_true(packed_size(packed) <= PACKED_MAX);
	assert_int_equal(packed_id(packed), row.id);
	assert_int_equal(packed_line(packed), row.line);
	sign_in_unpack(packed, &again);
	assert_string_equal(again.user, row.user);
	assert_string_equal(again.method, row.method);
	assert_string_equal(again.zone, "");
	assert_memory_equal(again.mac, row.mac, sizeof(row.mac));
	assert_int_equal(again.id, row.id);
	assert_int_equal(again.line, row.line);
	assert_true(again.keeps_usage && again.state == SESSION_TRUSTED);
	assert_memory_equal(&again.login_ms, &row.login_ms, 6 * sizeof(uint64_t));
	assert_int_equal(again.used.down_packets, UINT64_MAX);
	assert_int_equal(again.used.ipv4_be, row.used.ipv4_be);
	assert_int_equal(again.used.vlan, row.used.vlan);
	assert_true(sign_in_pack(&none, packed) < 32);
	sign_in_unpack(packed, &again);
	assert_int_equal(again.login_ms | again.quota_bytes | again.used.seen_ms, 0);
	assert_string_equal(again.user, "");
}

static void a_damaged_file_is_known_and_moved(void **state)
{
	struct store *store = open_store();
	char file[128], moved[256];
	struct error error;
	FILE *stream;

	(void)state;
	store_close(store);
	snprintf(file, sizeof(file), "%s/xdp511.db", scratch);
	stream = fopen(file, "w");
	assert_non_null(stream);
	fputs("This is not a database, whatever its name says; and it is long enough to be read.",
	      stream);
	fclose(stream);
	assert_int_equal(store_open(scratch, &store, &error), -EBADMSG);
	assert_int_equal(store_move_away(scratch, moved, sizeof(moved), &error), 0);
	assert_int_equal(access(moved, F_OK), 0);
	assert_int_not_equal(access(file, F_OK), 0);
	store_close(open_store());
}

static void what_was_in_memory_goes_to_the_disk(void **state)
{
	struct sign_in row = {.id = 5, .user = "disk", .method = "api", .state = SESSION_ACTIVE};
	struct store *memory, *reader, *disk = open_store();
	struct sign_in again;
	struct error error;

	(void)state;
	assert_int_equal(store_put(disk, &row), 0);
	row.id = 6;
	assert_int_equal(store_put(disk, &row), 0);
	assert_int_equal(store_open_volatile(&memory, &error), 0);
	assert_int_equal(store_open_again(memory, &reader, &error), 0);
	/* Adopted ones get their names back, new ones come, those that are gone go. */
	row.id = 5;
	row.user[0] = '\0';
	strcpy(row.method, METHOD_ADOPTED);
	row.used.up_bytes = 77;
	assert_int_equal(store_put(memory, &row), 0);
	row.id = 7;
	assert_int_equal(store_put(memory, &row), 0);
	assert_int_equal(store_get(reader, 7, &again), 0);
	assert_int_equal(store_copy_sessions(memory, disk), 0);
	assert_int_equal(store_get(disk, 5, &again), 0);
	assert_string_equal(again.user, "disk");
	assert_int_equal(again.used.up_bytes, 77);
	assert_int_equal(store_get(disk, 6, &again), -ENOENT);
	assert_int_equal(store_get(disk, 7, &again), 0);
	store_close(reader);
	store_close(memory);
	store_close(disk);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_numbers_and_back),
		TEST(a_row_comes_back_as_it_was),
		cmocka_unit_test(a_packed_row_comes_back_as_it_was),
		TEST(a_damaged_file_is_known_and_moved),
		TEST(what_was_in_memory_goes_to_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
