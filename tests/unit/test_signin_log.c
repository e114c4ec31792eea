/* SPDX-License-Identifier: MIT */
/* test_signin_log.c - each session that ends has its line, whatever happens to disks and processes. */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/wait.h>

#include "cli/log_files.h"
#include "controller/journal.h"
#include "controller/packing.h"
#include "controller/signin_log.h"
#include "made_up_gate.h"

#define DEADLINE_S 30
#define LOGIN	   1795292100123ULL
#define LATER	   (LOGIN + 60000)
#define DEVICE	   0x020511000001ULL
#define MAX_FOUND  128

/* --- helpers ---------------------------------------------------------------------------------- */

static char directory[80];

static struct store *open_store(void)
{
	struct store *store = NULL;
	struct error error;

	assert_int_equal(store_open(scratch, &store, &error), 0);
	assert_int_equal(store_put_zone(store, 0, "default"), 0);
	return store;
}

static struct journal *start(uint64_t keep_s)
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

struct task {
	struct journal_job job;
	struct sign_in row;
	uint64_t id;
	bool is_done;
};

static void on_done(struct journal_job *job)
{
	((struct task *)(void *)job)->is_done = true;
}

static int finish(struct journal *journal, struct task *task)
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

static int put(struct journal *journal, uint64_t id, const char *user, uint64_t login_ms)
{
	struct task task = {
		.row = {.id = id, .method = "api", .state = SESSION_ACTIVE, .login_ms = login_ms},
	};

	strcpy(task.row.user, user);
	task.job = (struct journal_job){.rows = &task.row, .n_rows = 1};
	return finish(journal, &task);
}

static int drop(struct journal *journal, uint64_t id)
{
	struct task task = {.id = id};

	task.job = (struct journal_job){.ids = &task.id, .n_ids = 1};
	return finish(journal, &task);
}

static struct signin_record found[MAX_FOUND];

static int keep(void *context, const struct signin_record *record)
{
	size_t *n = context;

	assert_true(*n < MAX_FOUND);
	found[(*n)++] = *record;
	return 0;
}

/* How many lines there are; they are in @found. */
static size_t read_log(void)
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

static void wait_for_lines(size_t wanted)
{
	time_t until = time(NULL) + DEADLINE_S;

	while (read_log() < wanted && time(NULL) < until)
		usleep(10000);
	assert_int_equal(read_log(), wanted);
}

static int set_up(void **state)
{
	memset(&made_up, 0, sizeof(made_up));
	made_up.wall_ms = LATER;
	return scratch_make(state);
}

static void make_up(uint64_t id, uint64_t bytes)
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

/* --- what is written -------------------------------------------------------------------------- */

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

/* --- trouble ---------------------------------------------------------------------------------- */

static bool is_told(struct journal *journal, bool is_wanted)
{
	time_t until = time(NULL) + DEADLINE_S;
	struct error trouble;

	do {
		usleep(10000);
		journal_log_trouble(journal, &trouble);
	} while (!trouble.text[0] == is_wanted && time(NULL) < until);
	return !trouble.text[0] != is_wanted;
}

static void lines_wait_for_their_file(void **state)
{
	struct journal *journal = start(86400);
	char aside[100];

	(void)state;
	snprintf(aside, sizeof(aside), "%s.aside", directory);
	assert_int_equal(rename(directory, aside), 0);
	fclose(fopen(directory, "w"));
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	assert_true(is_told(journal, true));
	/* Sign-outs go on, and the daemon may end meanwhile. */
	assert_int_equal(put(journal, DEVICE, "bob", LOGIN), 0);
	assert_int_equal(drop(journal, DEVICE), 0);
	journal_stop(journal);
	assert_int_equal(unlink(directory), 0);
	assert_int_equal(rename(aside, directory), 0);
	journal = start(86400);
	wait_for_lines(2);
	assert_true(is_told(journal, false));
	assert_string_equal(found[1].user, "bob");
	journal_stop(journal);
}

static void allow_bytes(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Neither the database nor the file takes anything: what was known then is written later. */
static void a_full_disk_costs_no_line(void **state)
{
	struct journal *journal = start(86400);
	size_t i, n_of_first = 0, n;

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	allow_bytes(8 * 1024);
	make_up(DEVICE, 1000);
	for (i = 0; i < 1000 && !put(journal, 100 + i, "eve", LOGIN); i++)
		;
	assert_true(drop(journal, DEVICE) < 0);
	made_up.id = 0; /* the loop has taken it out of the gate */
	allow_bytes(RLIM_INFINITY);
	wait_for_lines(1);
	assert_int_equal(found[0].up_bytes, 1000);
	assert_string_equal(found[0].user, "ann");
	journal_stop(journal);
	n = read_log();
	for (i = 0; i < n; i++)
		n_of_first += !strcmp(found[i].user, "ann");
	assert_int_equal(n_of_first, 1);
}

/* Signs in and out without end, and says on the pipe who is out. */
static void child_of_kill(int pipe_fd, uint64_t id)
{
	struct journal *journal = start(86400);

	for (;; id++) {
		(void)put(journal, id, "ann", LOGIN);
		if (!drop(journal, id))
			(void)!write(pipe_fd, &id, sizeof(id));
	}
}

static bool has_line_of(uint64_t id, size_t n)
{
	char mac[MAC_TEXT];
	struct session_key key;
	size_t i;

	store_key(id, &key);
	format_mac(key.mac, mac);
	for (i = 0; i < n; i++) {
		if (!strcmp(found[i].mac, mac))
			return true;
	}
	return false;
}

static void a_kill_costs_no_line(void **state)
{
	uint64_t ids[MAX_FOUND], id;
	int fds[2], status;
	size_t i, n = 0;
	pid_t child;

	(void)state;
	snprintf(directory, sizeof(directory), "%s/log", scratch);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(fds[0]);
		child_of_kill(fds[1], DEVICE);
	}
	close(fds[1]);
	while (n < 40 && read(fds[0], &ids[n], sizeof(ids[n])) == sizeof(ids[n]))
		n++;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	while (read(fds[0], &id, sizeof(id)) == sizeof(id) && n < MAX_FOUND)
		ids[n++] = id;
	close(fds[0]);
	assert_true(n >= 40);
	journal_stop(start(86400));
	i = read_log();
	assert_true(i >= n);
	while (n--)
		assert_true(has_line_of(ids[n], i));
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
		TEST(lines_wait_for_their_file),
		TEST(a_full_disk_costs_no_line),
		TEST(a_kill_costs_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
