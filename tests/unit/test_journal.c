/* SPDX-License-Identifier: MIT */
/* test_journal.c - what the journal has confirmed is on the disk, whatever happens then. */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/wait.h>

#include "controller/sessions/counters.h"
#include "controller/journal/journal.h"

#define DEADLINE_S 30

/* --- helpers ---------------------------------------------------------------------------------- */

static struct store *open_store(void)
{
	struct error error;
	struct store *store = NULL;

	assert_int_equal(store_open(scratch, &store, &error), 0);
	return store;
}

static struct journal *start(struct store *store)
{
	struct journal_setup setup = {.store = store, .state_dir = scratch};
	struct journal *journal = NULL;
	struct error error;

	assert_int_equal(journal_start(&setup, &journal, &error), 0);
	return journal;
}

/* A job with one row or one id, which counts and keeps its result. */
struct task {
	struct journal_job job;
	struct sign_in row;
	uint64_t id;
	int pipe_fd; /* 0: none */
	bool is_done;
	int order;
};

static int n_done;

static void on_done(struct journal_job *job)
{
	struct task *task = (struct task *)(void *)job;

	task->is_done = true;
	task->order = n_done++;
	if (task->pipe_fd && !job->err)
		(void)!write(task->pipe_fd, &task->id, sizeof(task->id));
}

static void put(struct journal *journal, struct task *task, uint64_t id)
{
	*task = (struct task){
		.row = {.id = id, .user = "ann", .method = "api", .state = SESSION_ACTIVE},
		.id = id,
		.pipe_fd = task->pipe_fd,
	};
	task->row.used.up_bytes = id;
	task->job = (struct journal_job){.rows = &task->row, .n_rows = 1, .done = on_done};
	assert_int_equal(journal_submit(journal, &task->job), 0);
}

static void drop(struct journal *journal, struct task *task, uint64_t id)
{
	*task = (struct task){.id = id};
	task->job = (struct journal_job){.ids = &task->id, .n_ids = 1, .done = on_done};
	assert_int_equal(journal_submit(journal, &task->job), 0);
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

static bool is_there(struct store *store, uint64_t id)
{
	struct sign_in row;
	int err = store_get(store, id, &row);

	assert_true(!err || err == -ENOENT);
	if (!err)
		assert_int_equal(row.used.up_bytes, id);
	return !err;
}

static void jobs_end_in_their_order(void **state)
{
	struct journal *journal = start(open_store());
	struct task tasks[100] = {};
	struct store *store;
	int i;

	(void)state;
	n_done = 0;
	for (i = 0; i < 50; i++)
		put(journal, &tasks[i], 1000 + (uint64_t)i);
	for (; i < 100; i++)
		drop(journal, &tasks[i], 1000 + (uint64_t)i - 50);
	wait_for(journal, &tasks[99]);
	for (i = 0; i < 100; i++) {
		assert_int_equal(tasks[i].order, i);
		assert_int_equal(tasks[i].job.err, 0);
	}
	journal_stop(journal);
	store = open_store();
	for (i = 0; i < 50; i++)
		assert_false(is_there(store, 1000 + (uint64_t)i));
	store_close(store);
}

static void what_is_queued_is_written_at_the_end(void **state)
{
	struct journal *journal = start(open_store());
	struct task tasks[200] = {};
	struct store *store;
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		put(journal, &tasks[i], 1 + (uint64_t)i);
	journal_stop(journal);
	store = open_store();
	for (i = 0; i < 200; i++) {
		assert_true(tasks[i].is_done);
		assert_true(is_there(store, 1 + (uint64_t)i));
	}
	store_close(store);
}

/* Signs in without end, and says on the pipe who is confirmed. */
static void child_of_kill(int pipe_fd)
{
	struct journal *journal = start(open_store());
	struct task tasks[16] = {};
	uint64_t id = 1;
	int i;

	for (;;) {
		for (i = 0; i < 16; i++) {
			tasks[i].pipe_fd = pipe_fd;
			put(journal, &tasks[i], id++);
		}
		for (i = 0; i < 16; i++)
			wait_for(journal, &tasks[i]);
	}
}

static void a_kill_loses_nothing_that_was_confirmed(void **state)
{
	uint64_t ids[4096];
	size_t i, n = 0;
	struct store *store;
	int fds[2], round;
	pid_t child;

	(void)state;
	for (round = 0; round < 3; round++) {
		assert_int_equal(pipe(fds), 0);
		child = fork();
		assert_true(child >= 0);
		if (!child) {
			close(fds[0]);
			child_of_kill(fds[1]);
		}
		close(fds[1]);
		for (n = 0; n < 500 && read(fds[0], &ids[n], sizeof(ids[n])) == sizeof(ids[n]); n++)
			;
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		while (n < 4096 && read(fds[0], &ids[n], sizeof(ids[n])) == sizeof(ids[n]))
			n++;
		close(fds[0]);
		assert_true(n >= 500);
		store = open_store();
		for (i = 0; i < n; i++)
			assert_true(is_there(store, ids[i]));
		store_close(store);
	}
}

static void a_disk_that_fails_refuses_and_recovers(void **state)
{
	struct journal *journal = start(open_store());
	time_t until = time(NULL) + DEADLINE_S;
	struct task before = {}, refused = {}, gone = {}, after = {};
	struct error trouble;
	struct store *store;
	uint64_t id;

	(void)state;
	put(journal, &before, 1);
	wait_for(journal, &before);
	assert_int_equal(scratch_allow_bytes(64 * 1024), 0);
	for (id = 2; id < 1000 && !refused.job.err; id++) {
		put(journal, &refused, id);
		wait_for(journal, &refused);
	}
	assert_true(refused.job.err < 0);
	drop(journal, &gone, 1);
	wait_for(journal, &gone);
	assert_true(gone.job.err < 0);
	journal_trouble(journal, &trouble);
	assert_non_null(strstr(trouble.text, "xdp511.db"));
	assert_int_equal(scratch_allow_bytes(RLIM_INFINITY), 0);
	/* By itself, and with the sign-out made up for. */
	while (trouble.text[0] && time(NULL) < until) {
		usleep(10000);
		journal_trouble(journal, &trouble);
	}
	assert_string_equal(trouble.text, "");
	put(journal, &after, id);
	wait_for(journal, &after);
	assert_int_equal(after.job.err, 0);
	journal_stop(journal);
	store = open_store();
	assert_false(is_there(store, 1));
	assert_false(is_there(store, id - 1));
	assert_true(is_there(store, id));
	store_close(store);
}

static void too_much_at_once_is_refused(void **state)
{
	struct journal *journal = start(open_store());
	struct task first = {}, second = {};
	uint64_t *ids = calloc(256 * 1024, sizeof(*ids));

	(void)state;
	first.job = (struct journal_job){.ids = ids, .n_ids = 256 * 1024, .done = on_done};
	second.job = first.job;
	assert_int_equal(journal_submit(journal, &first.job), 0);
	assert_int_equal(journal_submit(journal, &second.job), -EBUSY);
	wait_for(journal, &first);
	journal_stop(journal);
	free(ids);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_end_in_their_order),
		TEST(what_is_queued_is_written_at_the_end),
		TEST(a_kill_loses_nothing_that_was_confirmed),
		TEST(a_disk_that_fails_refuses_and_recovers),
		TEST(too_much_at_once_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
