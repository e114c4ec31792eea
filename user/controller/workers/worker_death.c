/* SPDX-License-Identifier: MIT */
/* worker_death.c - how a worker has ended, in words. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <sys/wait.h>

#include "controller/workers/workers.h"

char *worker_death(int status, char *text, size_t size)
{
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	const char *name;

	if (status & WORKER_HUNG) {
		snprintf(text, size, "stood still for %d s, and was ended", WORKER_STILL_S);
		return text;
	}
	if (!WIFSIGNALED(status)) {
		snprintf(text, size, "exit code %d", number);
		return text;
	}
	name = sigabbrev_np(number);
	snprintf(text, size, "killed by %s%s%s", name ? "SIG" : "a signal", name ? name : "",
		 number == SIGSYS ? ", for a forbidden system call" : "");
	return text;
}
