/* SPDX-License-Identifier: MIT */
/* test_signin_trouble.c - no line of the sign-in log is lost, whatever happens to disks and processes. */
#include "scratch.h"
#include "signin_scratch.h"
#include "table.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/wait.h>

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

/* Neither the database nor the file takes anything: what was known then is written later. */
static void a_full_disk_costs_no_line(void **state)
{
	struct journal *journal = start(86400);
	size_t i, n_of_first = 0, n;

	(void)state;
	assert_int_equal(put(journal, DEVICE, "ann", LOGIN), 0);
	assert_int_equal(scratch_allow_bytes(8 * 1024), 0);
	make_up(DEVICE, 1000);
	for (i = 0; i < 1000 && !put(journal, 100 + i, "eve", LOGIN); i++)
		;
	assert_true(drop(journal, DEVICE) < 0);
	made_up.id = 0; /* the loop has taken it out of the gate */
	assert_int_equal(scratch_allow_bytes(RLIM_INFINITY), 0);
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
		TEST(lines_wait_for_their_file),
		TEST(a_full_disk_costs_no_line),
		TEST(a_kill_costs_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
