/* SPDX-License-Identifier: MIT */
/* signin_scratch.c - a journal with a sign-in log in the scratch directory, for the log's tests. */
#include "signin_scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/log/log_files.h"
#include "scratch.h"
#include "table.h"

char directory[80];

static struct store *open_store(void)
{
	struct store *store = NULL;
	struct error error;

	assert_int_equal(store_open(scratch, &store, &error), 0);
	assert_int_equal(store_put_zone(store, 0, "default"), 0);
	return store;
}

struct journal *start(uint64_t keep_s)
{
	struct config_log config = {.keep_s = keep_s};
	struct journal_setup setup = {.store = open_store(), .state_dir = scratch};
	struct journal *journal = NULL;
	struct error error;

	snprintf(directory, sizeof(directory), "%s/log", scratch);
	strcpy(config.directory, directory);
	assert_int_equal(signin_log_new(&config, NULL, &setup.log), 0);
	signin_log_attach(setup.log, setup.store);
	assert_int_equal(journal_start(&setup, &journal, &error), 0);
	return journal;
}

static void on_done(struct journal_job *job)
{
	((struct task *)(void *)job)->is_done = true;
}

int finish(struct journal *journal, struct task *task)
{
	time_t until = time(NULL) + DEADLINE_S;

	task->job.done = on_done;
	assert_int_equal(journal_submit(journal, &task->job), 0);
	while (!task->is_done && time(NULL) < until) {
		if (!journal_serve(journal))
			usleep(1000);
	}
	assert_true(task->is_done);
	return task->job.err;
}

int put(struct journal *journal, uint64_t id, const char *user, uint64_t login_ms)
{
	struct task task = {
		.row = {.id = id, .method = "api", .state = SESSION_ACTIVE, .login_ms = login_ms},
	};

	strcpy(task.row.user, user);
	task.job = (struct journal_job){.rows = &task.row, .n_rows = 1};
	return finish(journal, &task);
}

int drop(struct journal *journal, uint64_t id)
{
	struct task task = {.id = id};

	task.job = (struct journal_job){.ids = &task.id, .n_ids = 1};
	return finish(journal, &task);
}

struct signin_record found[MAX_FOUND];

static int keep(void *context, const struct signin_record *record)
{
	size_t *n = context;

	assert_true(*n < MAX_FOUND);
	found[(*n)++] = *record;
	return 0;
}

size_t read_log(void)
{
	struct log_query query = {.period = {0, LOG_FOREVER}};
	size_t n = 0, i, n_days = 0;
	struct log_reading reading = {.query = &query, .take = keep, .context = &n};
	uint64_t *days = NULL;

	if (log_files_list(directory, &days, &n_days))
		return 0;
	for (i = 0; i < n_days; i++)
		assert_int_equal(log_file_read(directory, days[i], &reading), 0);
	assert_int_equal(reading.n_broken, 0);
	free(days);
	return n;
}

void wait_for_lines(size_t wanted)
{
	time_t until = time(NULL) + DEADLINE_S;

	while (read_log() < wanted && time(NULL) < until)
		usleep(10000);
	assert_int_equal(read_log(), wanted);
}

int set_up(void **state)
{
	memset(&made_up, 0, sizeof(made_up));
	made_up.wall_ms = LATER;
	return scratch_make(state);
}

void make_up(uint64_t id, uint64_t bytes)
{
	made_up.id = id;
	made_up.session = (struct session){
		.up_bytes = bytes,
		.up_packets = bytes / 100,
		.down_bytes = 2 * bytes,
		.down_packets = bytes / 50,
		.state = SESSION_ACTIVE,
		.vlan = 200,
	};
	made_up.n_addresses = 2;
	assert_int_equal(parse_address("198.18.1.10", &made_up.addresses[0]), 0);
	assert_int_equal(parse_address("2001:db8::1", &made_up.addresses[1]), 0);
}
