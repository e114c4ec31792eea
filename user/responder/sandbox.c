/* SPDX-License-Identifier: MIT */
/* sandbox.c - no files, limits, and the list of calls as a seccomp filter. */
#include "responder/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <sys/resource.h>

#include "base/landlock.h"

/* What making the filter takes itself, and free() may give back. */
#define HEAP_SLACK (1024 * 1024)

static const int calls[] = {
	SCMP_SYS(poll), /* xsk_wait(); ppoll is its name on other machines */
	SCMP_SYS(ppoll),	 SCMP_SYS(restart_syscall), /* what the kernel makes of a stopped poll */
	SCMP_SYS(sendto),				    /* xsk_flush() */
	SCMP_SYS(clock_gettime),			    /* where the vDSO hasn't got it */
	SCMP_SYS(munmap),	 SCMP_SYS(rt_sigreturn),    SCMP_SYS(exit), SCMP_SYS(exit_group),
};

static const struct {
	int resource;
	rlim_t most;
} limits[] = {
	{RLIMIT_NPROC, 0},
	{RLIMIT_FSIZE, 0},
	{RLIMIT_CORE, 0},
	{RLIMIT_NOFILE, 1}, /* no file more; it is also the most that poll() may be asked for */
};

static int set_limits(void)
{
	/* stderr may be a file: what is said to it is lost then, but doesn't kill. */
	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return -errno;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct rlimit limit = {limits[i].most, limits[i].most};

		if (setrlimit(limits[i].resource, &limit))
			return -errno;
	}
	return 0;
}

int sandbox_close_files(void)
{
	int rules;
	int err = landlock_new(&rules);

	return err ? err : landlock_enter(rules);
}

static int add_rules(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp to_stderr = {.op = SCMP_CMP_EQ, .datum_a = STDERR_FILENO};
	const struct scmp_arg_cmp no_growth = {
		.op = SCMP_CMP_LE,
		.datum_a = (uintptr_t)sbrk(0) + HEAP_SLACK,
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
					     &to_stderr);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(brk), 1, &no_growth);
	return err;
}

static int load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err = filter ? 0 : -ENOMEM;

	if (!err)
		err = add_rules(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

int sandbox_enter(void)
{
	int err = sandbox_close_files();

	/* Kernels without Landlock: none of the calls allowed takes a path anyway. */
	if (err == -ENOSYS)
		err = 0;
	if (!err)
		err = set_limits();
	return err ? err : load_filter();
}
