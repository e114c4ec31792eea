/* SPDX-License-Identifier: MIT */
/* kernel.c - tries what the gate needs of the kernel and the process. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "gate/libbpf_log.h"
#include "preflight/collect.h"
#include "preflight/hooks_try.h"

#define TRY_LIMIT_MS 1500

bool has_capability(unsigned int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

void collect_capabilities(struct report *report)
{
	const struct capability_facts facts[] = {
		{"CAP_BPF", has_capability(CAP_BPF) || has_capability(CAP_SYS_ADMIN)},
		{"CAP_NET_ADMIN", has_capability(CAP_NET_ADMIN)},
		{"CAP_NET_RAW", has_capability(CAP_NET_RAW)},
	};

	judge_capabilities(report, facts, sizeof(facts) / sizeof(facts[0]));
}

/* The names of the maps' fields, for bpftool. */
static int try_btf(void)
{
	struct btf *btf = btf__new_empty();
	int r = -ENOMEM;

	if (btf) {
		r = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
		if (r > 0)
			r = btf__load_into_kernel(btf);
	}
	btf__free(btf);
	return r;
}

static int try_xsk(void)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* libbpf's probes say 1, 0 or -errno. */
static int probed(int r)
{
	return r ? r : -EOPNOTSUPP;
}

static void say(struct report *report, const char *name, int err)
{
	judge_feature(report, &(struct feature_facts){.name = name, .err = err});
}

static void try_programs(struct report *report)
{
	static const struct {
		enum bpf_prog_type type;
		const char *name;
	} programs[] = {
		{BPF_PROG_TYPE_XDP, "XDP programs"},
		{BPF_PROG_TYPE_SCHED_CLS, "tc programs"},
		{BPF_PROG_TYPE_SYSCALL, "syscall programs"},
	};
	static const struct {
		enum bpf_map_type type;
		const char *name;
	} maps[] = {
		{BPF_MAP_TYPE_RINGBUF, "ring buffers"},
		{BPF_MAP_TYPE_XSKMAP, "XSK maps"},
		{BPF_MAP_TYPE_LPM_TRIE, "longest-prefix tries"},
		{BPF_MAP_TYPE_LRU_HASH, "tables that forget"},
	};
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		say(report, programs[i].name,
		    probed(libbpf_probe_bpf_prog_type(programs[i].type, NULL)));
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		say(report, maps[i].name, probed(libbpf_probe_bpf_map_type(maps[i].type, NULL)));
}

/* Those that came last to the kernel; a program that calls them is loaded. */
static void try_helpers(struct report *report)
{
	static const enum bpf_func_id helpers[] = {
		BPF_FUNC_loop,
		BPF_FUNC_xdp_load_bytes,
		BPF_FUNC_fib_lookup,
		BPF_FUNC_redirect_map,
		BPF_FUNC_csum_diff,
		BPF_FUNC_ringbuf_reserve,
		BPF_FUNC_xdp_adjust_tail,
	};
	int err = 0;
	size_t i;

	for (i = 0; i < sizeof(helpers) / sizeof(helpers[0]) && err >= 0; i++)
		err = probed(libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, helpers[i], NULL));
	say(report, "the functions that the gate calls", err);
}

/* In a child with a network of its own, where nobody is in the way. */
static void try_in_child(int fd)
{
	int results[HOOK_TRIES];
	ssize_t written;
	size_t i;

	if (unshare(CLONE_NEWNET))
		_exit(1);
	for (i = 0; i < HOOK_TRIES; i++)
		results[i] = hook_tries[i].run();
	written = write(fd, results, sizeof(results));
	_exit(written != sizeof(results));
}

static void try_hooks(struct report *report)
{
	int fds[2], results[HOOK_TRIES];
	struct pollfd poll_fd;
	pid_t pid;
	size_t i;

	if (pipe2(fds, O_CLOEXEC))
		return;
	pid = fork();
	if (!pid)
		try_in_child(fds[1]);
	close(fds[1]);
	poll_fd = (struct pollfd){.fd = fds[0], .events = POLLIN};
	/* Without a network namespace of its own, a container's say, there is nothing to try it on. */
	if (pid > 0 && poll(&poll_fd, 1, TRY_LIMIT_MS) == 1 &&
	    read(fds[0], results, sizeof(results)) == sizeof(results)) {
		for (i = 0; i < HOOK_TRIES; i++)
			say(report, hook_tries[i].name, results[i]);
	}
	close(fds[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

static void collect_memory(struct report *report)
{
	struct memory_facts facts = {.may_lock_all = has_capability(CAP_IPC_LOCK)};
	struct rlimit limit = {};

	(void)getrlimit(RLIMIT_MEMLOCK, &limit);
	facts.limit = (unsigned long)limit.rlim_cur;
	judge_memory(report, &facts);
}

void collect_kernel(struct report *report)
{
	bool has_rights = (has_capability(CAP_BPF) || has_capability(CAP_SYS_ADMIN)) &&
			  has_capability(CAP_NET_ADMIN) && has_capability(CAP_NET_RAW);
	struct utsname name;

	libbpf_log_start();
	if (!uname(&name))
		judge_version(report, name.release);
	/* Without rights every attempt fails, which would say nothing about the kernel. */
	if (has_rights) {
		try_programs(report);
		try_helpers(report);
		say(report, "BTF", try_btf());
		say(report, "AF_XDP sockets", try_xsk());
		try_hooks(report);
	}
	judge_jit(report, read_number("/proc/sys/net/core/bpf_jit_enable"));
	collect_memory(report);
}
