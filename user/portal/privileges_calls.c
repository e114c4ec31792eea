/* SPDX-License-Identifier: MIT */
/* privileges_calls.c - the calls that xdp511-portal is left with, by a seccomp filter. */
#include "portal/privileges.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>

#include <sys/mman.h>

#define CALL(name) SCMP_SYS(name)

/* clang-format off */
/* Of the loop, libmicrohttpd, GnuTLS, libcurl, SQLite and threads. What isn't here fails by EPERM. */
static const int calls[] = {
	/* files */
	CALL(read), CALL(readv), CALL(pread64), CALL(preadv), CALL(write), CALL(writev),
	CALL(pwrite64), CALL(pwritev), CALL(lseek), CALL(close), CALL(open), CALL(openat),
	CALL(fstat), CALL(stat), CALL(lstat), CALL(newfstatat), CALL(fstatat64), CALL(statx),
	CALL(access), CALL(faccessat), CALL(faccessat2), CALL(fcntl), CALL(ioctl), CALL(dup),
	CALL(dup2), CALL(dup3), CALL(pipe), CALL(pipe2), CALL(fsync), CALL(fdatasync),
	CALL(ftruncate), CALL(fallocate), CALL(unlink), CALL(unlinkat), CALL(rename),
	CALL(renameat), CALL(renameat2), CALL(chmod), CALL(fchmod), CALL(fchmodat), CALL(chown),
	CALL(lchown), CALL(fchown), CALL(fchownat), CALL(umask), CALL(getcwd), CALL(readlink),
	CALL(readlinkat), CALL(getdents64), CALL(statfs), CALL(fstatfs), CALL(flock),
	/* waiting */
	CALL(epoll_create), CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_wait),
	CALL(epoll_pwait), CALL(epoll_pwait2), CALL(poll), CALL(ppoll), CALL(select),
	CALL(pselect6), CALL(eventfd2), CALL(timerfd_create), CALL(timerfd_settime),
	CALL(timerfd_gettime), CALL(signalfd4), CALL(nanosleep), CALL(clock_nanosleep),
	CALL(restart_syscall),
	/* sockets */
	CALL(socket), CALL(socketpair), CALL(connect), CALL(bind), CALL(listen), CALL(accept),
	CALL(accept4), CALL(getsockname), CALL(getpeername), CALL(setsockopt), CALL(getsockopt),
	CALL(sendto), CALL(sendmsg), CALL(sendmmsg), CALL(recvfrom), CALL(recvmsg), CALL(recvmmsg),
	CALL(sendfile), CALL(shutdown),
	/* memory and threads */
	CALL(munmap), CALL(mremap), CALL(madvise), CALL(brk), CALL(mlock), CALL(munlock),
	CALL(futex), CALL(set_robust_list), CALL(get_robust_list), CALL(rseq),
	CALL(set_tid_address), CALL(sched_yield), CALL(sched_getaffinity), CALL(membarrier),
	/* signals, times and who one is */
	CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sigaltstack),
	CALL(rt_sigtimedwait), CALL(tgkill), CALL(getpid), CALL(gettid), CALL(getppid),
	CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid), CALL(getgroups), CALL(getrandom),
	CALL(clock_gettime), CALL(clock_getres), CALL(gettimeofday), CALL(time), CALL(times),
	CALL(uname), CALL(sysinfo), CALL(getrusage), CALL(getrlimit), CALL(exit), CALL(exit_group),
};

/* Nothing of the portal ever calls these: who does is no longer the portal. */
static const int deadly[] = {
	CALL(execve), CALL(execveat), CALL(fork), CALL(vfork), CALL(ptrace), CALL(bpf),
	CALL(process_vm_readv), CALL(process_vm_writev), CALL(mount), CALL(umount2),
	CALL(pivot_root), CALL(chroot), CALL(setns), CALL(unshare), CALL(init_module),
	CALL(finit_module), CALL(io_uring_setup), CALL(userfaultfd), CALL(perf_event_open),
	CALL(keyctl),
};
/* clang-format on */

/* A thread, but no process; memory, but none that runs. */
static int add_conditions(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp is_thread =
		SCMP_CMP(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
	const struct scmp_arg_cmp is_data = SCMP_CMP(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp only_ask = SCMP_CMP(2, SCMP_CMP_EQ, 0, 0);
	int err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, CALL(clone), 1, &is_thread);

	/* Its arguments can't be seen; glibc takes clone() then. */
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, CALL(mmap), 1, &is_data);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, CALL(mprotect), 1, &is_data);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, CALL(prlimit64), 1, &only_ask);
	return err;
}

static int add_rules(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	return err ? err : add_conditions(filter);
}

int privileges_limit_calls(struct error *error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? 0 : -ENOMEM;

	if (!err)
		err = add_rules(filter);
	if (!err) /* of all threads; those without no_new_privs get it, too */
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err ? fail(error, -err,
			  "the portal could not give up its privileges: %s; start it as root, or "
			  "as a user of its own",
			  strerror(-err))
		   : 0;
}
