// SPDX-License-Identifier: MIT
/* sandbox.c - the list of calls, as a seccomp filter, and the limits. */
#include "responder/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <unistd.h>

#include <sys/resource.h>

static const int calls[] = {
	SCMP_SYS(poll), /* xsk_wait(); ppoll is its name on other machines */
	SCMP_SYS(ppoll),	 SCMP_SYS(restart_syscall), /* what the kernel makes of a stopped poll */
	SCMP_SYS(sendto),				    /* xsk_flush() */
	SCMP_SYS(clock_gettime),			    /* where the vDSO hasn't got it */
	SCMP_SYS(brk),					    /* free() */
	SCMP_SYS(munmap),	 SCMP_SYS(rt_sigreturn),    SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Not RLIMIT_NOFILE, which would stop poll(), too. */
static const int limits[] = {RLIMIT_NPROC, RLIMIT_FSIZE, RLIMIT_CORE};

static int set_limits(void)
{
	static const struct rlimit none = {0, 0};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (setrlimit(limits[i], &none))
			return -errno;
	return 0;
}

static int load_filter(void)
{
	static const struct scmp_arg_cmp to_stderr = {
		.op = SCMP_CMP_EQ,
		.datum_a = STDERR_FILENO,
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
					     &to_stderr);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

int sandbox_enter(void)
{
	int err = set_limits();

	return err ? err : load_filter();
}
