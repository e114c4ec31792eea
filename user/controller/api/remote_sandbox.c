/* SPDX-License-Identifier: MIT */
/* remote_sandbox.c - what the API's process may still ask of the kernel: sockets, threads, memory. */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>

#include "controller/api/remote_server.h"
#include "responder/sandbox.h"

static const int calls[] = {
	/* connections */
	SCMP_SYS(accept4),
	SCMP_SYS(socketpair),
	SCMP_SYS(close),
	SCMP_SYS(shutdown),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockopt),
	SCMP_SYS(fcntl),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	/* threads */
	SCMP_SYS(futex),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	/* memory, time and chance */
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
};

static int add_rules(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp is_thread = {
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = CLONE_THREAD,
		.datum_b = CLONE_THREAD,
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
					     &is_thread);
	/* Its flags are in memory, where no filter sees them: the C library does without. */
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return err;
}

int remote_sandbox_enter(void)
{
	scmp_filter_ctx filter;
	int err = sandbox_close_files();

	if (err && err != -ENOSYS) /* a kernel without Landlock: no call below takes a path */
		return err;
	filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	err = filter ? add_rules(filter) : -ENOMEM;
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
