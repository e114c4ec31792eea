/* SPDX-License-Identifier: MIT */
/* test_signin_log.c - each session that ends has its line in the sign-in log, and what it says. */
#include "scratch.h"
#include "signin_scratch.h"
#include "table.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/sessions/packing.h"

static void who_is_signed_out_has_a_line(void **state)
{
	struct journal *journal = start(86400);

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	make_up(DEVICE, 1000);
	made_up.session.state = SESSION_ENDED;
	assert_int_equal(drop(journal, DEVICE), 0);
	assert_int_equal(drop(journal, DEVICE + 1), 0); /* nobody */
	wait_for_lines(1);
	assert_string_equal(found[0].mac, "02:05:11:00:00:01");
	assert_string_equal(found[0].zone, "default");
	assert_string_equal(found[0].user, "ann");
	assert_string_equal(found[0].reason, "logout");
	assert_int_equal(found[0].login_ms, LOGIN);
	assert_int_equal(found[0].logout_ms, LATER);
	assert_int_equal(found[0].down_bytes, 2000);
	assert_int_equal(found[0].vlan, 200);
	assert_int_equal(found[0].n_addresses, 2);
	/* Again, by the same numbers of the database's rows. */
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN + 1), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	wait_for_lines(2);
	journal_stop(journal);
}

static void limits_end_when_they_were_hit(void **state)
{
	struct journal *journal = start(86400);
	struct task task = {.row = {.id = DEVICE, .method = "api", .state = SESSION_ACTIVE}};

	(void)state;
	task.row.login_ms = LOGIN;
	task.row.expires_ms = LOGIN + 1000;
	task.row.idle_s = 5;
	task.job = (struct journal_job){.rows = &task.row, .n_rows = 1};
	assert_int_equal(finish(journal, &task), 0);
	make_up(DEVICE, 1000);
	made_up.end_word = "timeout";
	assert_int_equal(drop(journal, DEVICE), 0);
	task.is_done = false;
	task.row.login_ms++;
	assert_int_equal(finish(journal, &task), 0);
	made_up.end_word = "idle";
	made_up.seen_ms = LOGIN + 2000;
	assert_int_equal(drop(journal, DEVICE), 0);
	task.is_done = false;
	task.row.login_ms = LATER + 5000; /* by a clock that has been set back since */
	assert_int_equal(finish(journal, &task), 0);
	made_up.id = 0;
	assert_int_equal(drop(journal, DEVICE), 0);
	wait_for_lines(3);
	assert_int_equal(found[0].logout_ms, LOGIN + 1000);
	assert_int_equal(found[1].logout_ms, LOGIN + 7000);
	assert_string_equal(found[2].reason, "lost");
	assert_int_equal(found[2].logout_ms, LATER + 5000);
	journal_stop(journal);
}

/* Each has what was used in its own time, though the gate counts on. */
static void a_session_taken_over_ends(void **state)
{
	struct journal *journal = start(86400);

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	make_up(DEVICE, 1000);
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0); /* a change of limits */
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN + 1), 0);
	make_up(DEVICE, 5000);
	assert_int_equal(put(journal, DEVICE, "bob", LOGIN + 2), 0);
	make_up(DEVICE, 5300);
	assert_int_equal(drop(journal, DEVICE), 0);
	make_up(DEVICE, 400);
	assert_int_equal(put(journal, DEVICE, "eve", LOGIN + 3), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	wait_for_lines(4);
	assert_string_equal(found[0].reason, "renewed");
	assert_int_equal(found[0].up_bytes, 1000);
	assert_string_equal(found[1].reason, "replaced");
	assert_string_equal(found[1].user, "ann");
	assert_int_equal(found[1].up_bytes, 4000);
	assert_string_equal(found[2].user, "bob");
	assert_int_equal(found[2].up_bytes, 300);
	assert_int_equal(found[2].down_packets, 6);
	assert_int_equal(found[3].up_bytes, 400);
	journal_stop(journal);
}

static void blocked_devices_have_no_line(void **state)
{
	struct journal *journal = start(86400);
	struct task task = {.row = {.id = DEVICE, .method = "cli", .state = SESSION_BLOCKED}};

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	make_up(DEVICE, 1000);
	task.job = (struct journal_job){.rows = &task.row, .n_rows = 1};
	task.row.login_ms = LOGIN;
	assert_int_equal(finish(journal, &task), 0);
	made_up.session.state = SESSION_BLOCKED;
	assert_int_equal(drop(journal, DEVICE), 0);
	journal_stop(journal);
	assert_int_equal(read_log(), 1);
	assert_string_equal(found[0].reason, "blocked");
}

static void what_never_was_has_no_line(void **state)
{
	struct journal *journal = start(86400);
	struct task task = {.id = DEVICE};

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	task.job = (struct journal_job){.ids = &task.id, .n_ids = 1, .is_undoing = true};
	assert_int_equal(finish(journal, &task), 0);
	journal_stop(journal);
	assert_int_equal(read_log(), 0);
}

static void rows_in_bulk_end_what_was_there(void **state)
{
	struct journal *journal = start(86400);
	uint8_t packed[4096];
	struct task task = {};
	size_t size = 0;
	uint64_t i;

	(void)state;
	for (i = 1; i <= 4; i++)
		assert_int_equal(put(journal, 10 * i, "ann", LOGIN), 0);
	/* 10 is left alone, 20 goes on, 30 is another's, 40 is there twice. */
	for (i = 0; i < 6; i++) {
		static const uint64_t ids[] = {40, 20, 15, 30, 40, 99};
		struct sign_in row = {.id = ids[i], .method = "import", .state = SESSION_ACTIVE};

		row.login_ms = ids[i] == 20 ? LOGIN : LOGIN + i;
		strcpy(row.user, ids[i] == 20 ? "ann" : "bob");
		size += sign_in_pack(&row, packed + size);
	}
	task.job = (struct journal_job){.packed = packed, .n_rows = 6};
	assert_int_equal(finish(journal, &task), 0);
	journal_stop(journal);
	assert_int_equal(read_log(), 2);
	assert_string_equal(found[0].mac, "00:00:00:00:00:1e");
	assert_string_equal(found[1].mac, "00:00:00:00:00:28");
	assert_string_equal(found[1].user, "ann");
}

static void nothing_is_kept_where_nothing_is_wanted(void **state)
{
	struct journal *journal = start(0);

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	journal_set_keep(journal, 86400);
	assert_int_equal(put(journal, DEVICE, "bob", LOGIN), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	wait_for_lines(1);
	assert_string_equal(found[0].user, "bob");
	journal_stop(journal);
}

static void make_file(uint64_t day, char path[128])
{
	char name[RECORD_FILE];
	FILE *file;

	snprintf(path, 128, "%s/%s", directory, record_file(day, name));
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
}

/* By a reload: who wants less kept doesn't mean tomorrow. */
static void less_is_kept_at_once(void **state)
{
	struct journal *journal = start(30 * 86400);
	const uint64_t today = LATER / RECORD_DAY_MS;
	time_t until = time(NULL) + DEADLINE_S;
	char old[128], yesterday[128];

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	wait_for_lines(1);
	make_file(today - 5, old);
	make_file(today - 1, yesterday);
	journal_set_keep(journal, 86400);
	while (!access(old, F_OK) && time(NULL) < until)
		usleep(10000);
	assert_int_equal(access(old, F_OK), -1);
	assert_int_equal(access(yesterday, F_OK), 0);
	journal_stop(journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_is_signed_out_has_a_line),
		TEST(limits_end_when_they_were_hit),
		TEST(a_session_taken_over_ends),
		TEST(blocked_devices_have_no_line),
		TEST(what_never_was_has_no_line),
		TEST(rows_in_bulk_end_what_was_there),
		TEST(nothing_is_kept_where_nothing_is_wanted),
		TEST(less_is_kept_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
