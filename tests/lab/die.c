/* SPDX-License-Identifier: MIT */
/*
 * die.c - preloaded: the process is killed at call number $DIE_AT of those that change the kernel's state.
 *
 * While the file $FAIL_AT has a number, that write to a map from then on fails for want of memory.
 * $DIE_COUNT: a file for the number of such calls so far; $DIE_COMMIT: for that of the first rename().
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <dlfcn.h>
#include <linux/bpf.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static long calls;
static long writes;	/* since $FAIL_AT has */
static long failing_at; /* this number */

static void tell(const char *variable)
{
	const char *file = getenv(variable);
	int fd = file ? open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	dprintf(fd, "%ld\n", calls);
	close(fd);
}

static void step(void)
{
	const char *at = getenv("DIE_AT");

	calls++;
	tell("DIE_COUNT");
	if (at && calls == atol(at))
		(void)raise(SIGKILL);
}

static int fails_now(void)
{
	const char *name = getenv("FAIL_AT");
	FILE *file = name ? fopen(name, "re") : NULL;
	long at = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &at) != 1)
		at = 0;
	fclose(file);
	if (at != failing_at)
		writes = 0;
	failing_at = at;
	return ++writes == at;
}

/* libbpf reaches bpf(2) by this. */
long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long a[6];
	va_list arguments;
	int i;

	va_start(arguments, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_bpf)
		step();
	if (number == SYS_bpf && a[0] == BPF_MAP_UPDATE_ELEM && fails_now()) {
		errno = ENOMEM;
		return -1;
	}
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int rename(const char *from, const char *to)
{
	step();
	tell("DIE_COMMIT");
	return (int)syscall(SYS_rename, from, to);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	step();
	return (int)syscall(SYS_renameat, from_fd, from, to_fd, to);
}

int unlink(const char *path)
{
	step();
	return (int)syscall(SYS_unlink, path);
}

int rmdir(const char *path)
{
	step();
	return (int)syscall(SYS_rmdir, path);
}

int mkdir(const char *path, mode_t mode)
{
	step();
	return (int)syscall(SYS_mkdir, path, mode);
}
