/* SPDX-License-Identifier: MIT */
/* test_journal_bulk.c - rows in bulk: all of them on the disk, told in their order, or refused. */
#include "scratch.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/sessions/counters.h"
#include "controller/journal/journal.h"
#include "controller/sessions/packing.h"

#define DEADLINE_S 60

static struct store *open_store(void)
{
	struct error error;
	struct store *store = NULL;

	assert_int_equal(store_open(scratch, &store, &error), 0);
	return store;
}

enum { LOADS = 3, LOAD = 20000, LOADED = LOADS * LOAD };

static size_t n_told;
static uint64_t last_told;

/* What is told is on the disk, in the order of the ids, and each once. */
static void on_rows(void *context, const struct journal_row *rows, size_t n)
{
	struct store **reader = context;
	size_t i;

	assert_true(n <= JOURNAL_ROWS);
	for (i = 0; i < n; i++) {
		struct sign_in row;

		assert_true(packed_id(rows[i].packed) > last_told);
		last_told = packed_id(rows[i].packed);
		assert_non_null(rows[i].job);
		if (n_told++ % 512 == 0)
			assert_int_equal(store_get(*reader, last_told, &row), 0);
	}
}

static struct sign_in loaded_row(uint64_t i)
{
	struct sign_in row = {.id = 1 + i * 7919 % LOADED, .method = "import"};

	row.state = SESSION_ACTIVE;
	row.keeps_usage = i & 1;
	row.used.up_bytes = row.id;
	strcpy(row.user, i % 3 ? "" : "bob");
	if (i < LOADED - 1)
		return row;
	row.id = row.used.up_bytes = loaded_row(0).id;
	row.keeps_usage = false;
	strcpy(row.user, "last");
	return row;
}

/* A part of the rows, or one that passes them. */
struct task {
	struct journal_job job;
	bool is_done;
};

static void on_done(struct journal_job *job)
{
	((struct task *)(void *)job)->is_done = true;
}

static void wait_for(struct journal *journal, const struct task *task)
{
	time_t until = time(NULL) + DEADLINE_S;

	while (!task->is_done && time(NULL) < until) {
		if (!journal_serve(journal))
			usleep(1000);
	}
	assert_true(task->is_done);
}

static void load(struct journal *journal, struct task *tasks, uint8_t *packed)
{
	uint64_t i;

	for (i = 0; i < LOADED; i++) {
		struct sign_in row = loaded_row(i);
		struct task *task = &tasks[i / LOAD];

		if (i % LOAD == 0)
			task->job = (struct journal_job){.packed = packed, .done = on_done};
		packed += sign_in_pack(&row, packed);
		task->job.n_rows++;
	}
	for (i = 0; i < LOADS; i++)
		assert_int_equal(journal_submit(journal, &tasks[i].job), 0);
}

/* Jobs in bulk: any order, one id in two of them, and one that is changed at the same time. */
static void bulk_is_written_whole(void **state)
{
	struct store *store = open_store(), *reader = NULL;
	struct journal_setup setup = {.store = store, .state_dir = scratch};
	struct journal *journal = NULL;
	uint8_t *packed = malloc((size_t)LOADED * PACKED_MAX);
	struct task tasks[LOADS] = {}, single = {};
	struct sign_in passing = {.id = LOADED + 1, .method = "api", .state = SESSION_ACTIVE};
	struct sign_in row;
	uint64_t i;

	(void)state;
	assert_non_null(packed);
	assert_int_equal(store_open_again(store, &reader, NULL), 0);
	setup.on_rows = on_rows;
	setup.context = &reader;
	n_told = last_told = 0;
	assert_int_equal(journal_start(&setup, &journal, NULL), 0);
	load(journal, tasks, packed);
	journal_hurry(journal);
	single.job = (struct journal_job){.rows = &passing, .n_rows = 1, .done = on_done};
	assert_int_equal(journal_submit(journal, &single.job), 0);
	for (i = 0; i < LOADS; i++) {
		wait_for(journal, &tasks[i]);
		assert_int_equal(tasks[i].job.err, 0);
	}
	wait_for(journal, &single);
	assert_int_equal(n_told, LOADED - 1);
	assert_null(journal_stop(journal));
	store_close(reader);
	store = open_store();
	for (i = 0; i < LOADED - 1; i++) {
		assert_int_equal(store_get(store, loaded_row(i).id, &row), 0);
		assert_int_equal(row.used.up_bytes, row.id);
	}
	assert_int_equal(store_get(store, passing.id, &row), 0);
	assert_int_equal(store_get(store, loaded_row(0).id, &row), 0);
	assert_string_equal(row.user, "last");
	assert_int_equal(store_get(store, loaded_row(3).id, &row), 0);
	assert_string_equal(row.user, "bob");
	assert_string_equal(row.method, "import");
	store_close(store);
	free(packed);
}

/* What was told before is there; nothing else is told. */
static void a_full_disk_ends_the_rest(void **state)
{
	struct store *store = open_store(), *reader = NULL;
	struct journal_setup setup = {.store = store, .state_dir = scratch};
	struct journal *journal = NULL;
	uint8_t *packed = malloc((size_t)LOADED * PACKED_MAX);
	struct task tasks[LOADS] = {};
	uint64_t i;

	(void)state;
	assert_non_null(packed);
	assert_int_equal(store_open_again(store, &reader, NULL), 0);
	setup.on_rows = on_rows;
	setup.context = &reader;
	n_told = last_told = 0;
	assert_int_equal(journal_start(&setup, &journal, NULL), 0);
	assert_int_equal(scratch_allow_bytes(1024 * 1024), 0);
	load(journal, tasks, packed);
	journal_hurry(journal);
	for (i = 0; i < LOADS; i++) {
		wait_for(journal, &tasks[i]);
		assert_true(tasks[i].job.err < 0);
	}
	assert_true(n_told > 0 && n_told < LOADED - 1);
	assert_int_equal(scratch_allow_bytes(RLIM_INFINITY), 0);
	journal_stop(journal);
	store_close(reader);
	free(packed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bulk_is_written_whole),
		TEST(a_full_disk_ends_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
