// SPDX-License-Identifier: MIT
/* processor.c - reads /proc/stat and /proc/PID/stat. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "processor.h"

#define KERNEL_THREAD 0x00200000 /* PF_KTHREAD of the flags */

static double to_seconds(uint64_t ticks)
{
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

double processor_busy(int core)
{
	uint64_t user, nice, system, idle, iowait, irq, softirq;
	char line[256], wanted[16];
	double busy = -1;
	FILE *file = fopen("/proc/stat", "re");

	if (!file)
		return -1;
	snprintf(wanted, sizeof(wanted), "cpu%d ", core);
	while (busy < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, wanted, strlen(wanted)) != 0)
			continue;
		if (sscanf(line + strlen(wanted), "%lu %lu %lu %lu %lu %lu %lu", &user, &nice,
			   &system, &idle, &iowait, &irq, &softirq) == 7)
			busy = to_seconds(user + nice + system + irq + softirq);
	}
	fclose(file);
	return busy;
}

static bool is_ours(const struct processor_ours *ours, pid_t pid)
{
	for (size_t i = 0; i < ours->n; i++)
		if (ours->pids[i] == pid)
			return true;
	return pid == getpid();
}

/* Of the process and of its children that have ended, so that no short-lived one is missed. */
static uint64_t ticks_of(const char *pid)
{
	uint64_t user, system, ended_user, ended_system;
	char path[300], line[1024];
	unsigned int flags;
	FILE *file;
	char *rest = NULL;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0; /* it ended meanwhile */
	if (fgets(line, sizeof(line), file))
		rest = strrchr(line, ')');
	fclose(file);
	if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %lu %lu %lu %lu",
			    &flags, &user, &system, &ended_user, &ended_system) != 5)
		return 0;
	return flags & KERNEL_THREAD ? 0 : user + system + ended_user + ended_system;
}

double processor_others(const struct processor_ours *ours)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	uint64_t ticks = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0 && !is_ours(ours, pid))
			ticks += ticks_of(entry->d_name);
	}
	closedir(dir);
	return to_seconds(ticks);
}
