/* SPDX-License-Identifier: MIT */
/* worker_child.c - what a worker's process gives up before it looks at the first packet. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/capabilities.h"
#include "base/log.h"
#include "controller/workers/workers.h"

#define THREAD_NAME_SIZE 16

static void reset_signals(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		(void)sigaction(number, &standard, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The database, the maps, the API: nothing of it may be within reach of a packet. stderr stays. */
static void close_all_but(int fd)
{
	if (fd != STDIN_FILENO)
		(void)close(STDIN_FILENO);
	if (fd != STDOUT_FILENO)
		(void)close(STDOUT_FILENO);
	if (fd > STDERR_FILENO + 1)
		(void)close_range(STDERR_FILENO + 1, (unsigned int)fd - 1, 0);
	(void)close_range((unsigned int)fd + 1, ~0U, 0);
}

/*
 * Rings that stay mapped here would keep another worker's socket alive after its end, and the
 * kernel gives a queue to one socket only: that worker could never start again.
 */
static void drop_others(const struct workers *workers, const struct worker *worker)
{
	size_t i;

	for (i = 0; i < workers->n; i++) {
		if (&workers->list[i] != worker)
			(void)xsk_close(workers->list[i].xsk);
	}
}

/* Rings are named after their socket; memory of ours that parent and child share has no file. */
static bool is_own_memory(const char *name)
{
	return !strncmp(name, "socket:", 7) || !strcmp(name, "/dev/zero (deleted)");
}

/*
 * Memory that is shared with the parent by accident and outlives the closing of its file: the index
 * of the database's journal. What can only be read stays so, as mprotect() is a forbidden call.
 */
static int drop_shared_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], kind[5], name[256], *rest;
	int err = maps ? 0 : -errno;

	while (!err && fgets(line, sizeof(line), maps)) {
		uintptr_t start = strtoul(line, &rest, 16);
		uintptr_t end = *rest == '-' ? strtoul(rest + 1, &rest, 16) : 0;

		name[0] = '\0';
		if (end <= start || sscanf(rest, " %4s %*s %*s %*s %255[^\n]", kind, name) < 1)
			err = -EIO;
		else if (kind[1] == 'w' && kind[3] == 's' && !is_own_memory(name) &&
			 munmap((void *)start, end - start))
			err = -errno;
	}
	if (maps)
		(void)fclose(maps);
	return err;
}

void worker_child(const struct workers *workers, const struct worker *worker, pid_t parent)
{
	struct worker_job job = {
		.xsk = worker->xsk,
		.interface = worker->port->name,
		.settings = workers->settings,
		.counters = &workers->counters[worker - workers->list],
	};
	char name[64];
	int err;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1); /* it died before the line above */
	reset_signals();
	log_use_stderr();
	drop_others(workers, worker);
	close_all_but(xsk_fd(worker->xsk));
	snprintf(name, sizeof(name), "x511 %s/%u", worker->port->name, worker->queue);
	name[THREAD_NAME_SIZE - 1] = '\0';
	(void)prctl(PR_SET_NAME, name);
	err = gate_guard_cookies(workers->gate);
	if (!err)
		err = drop_shared_memory();
	if (!err)
		err = capabilities_limit(0);
	if (!err)
		err = worker_run(&job);
	log_error("the worker of '%s' queue %u ends: %s", worker->port->name, worker->queue,
		  strerror(-err));
	_exit(1);
}
