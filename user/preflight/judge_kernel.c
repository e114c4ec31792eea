/* SPDX-License-Identifier: MIT */
/* judge_kernel.c - whether kernel and process can carry the gate. */
#include <stdlib.h>
#include <string.h>

#include "preflight/judge.h"

#define KERNEL_REMEDY "apt-get install linux-image-amd64   # or another kernel of 6.1 or later"
#define ROOT_REMEDY   "sudo xdp511 check"

/* What the sockets' memory takes for a few queues where it is limited at all. */
#define MEMLOCK_WANTED (64UL << 20)

void judge_capabilities(struct report *report, const struct capability_facts *facts, size_t n)
{
	bool all = true;
	size_t i;

	for (i = 0; i < n; i++) {
		if (facts[i].is_there)
			continue;
		all = false;
		report_line(report, is_bad(CHECK_CAPABILITIES, "capabilities", ROOT_REMEDY),
			    "this process doesn't have %s", facts[i].name);
	}
	if (all)
		report_line(report, is_ok(CHECK_CAPABILITIES, "capabilities"),
			    "CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW are there");
}

void judge_feature(struct report *report, const struct feature_facts *facts)
{
	if (facts->err >= 0)
		report_line(report, is_ok(CHECK_KERNEL, "kernel"), "the kernel has %s",
			    facts->name);
	else
		report_line(report, is_bad(CHECK_KERNEL, "kernel", KERNEL_REMEDY),
			    "the kernel doesn't have %s: %s", facts->name, strerror(-facts->err));
}

void judge_version(struct report *report, const char *release)
{
	char *rest;
	unsigned long major = strtoul(release, &rest, 10);
	unsigned long minor = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;

	if (major > 6 || (major == 6 && minor >= 1))
		report_line(report, is_ok(CHECK_VERSION, "kernel"), "it is Linux %s", release);
	else
		report_line(report, is_doubtful(CHECK_VERSION, "kernel", KERNEL_REMEDY),
			    "Linux %s is older than 6.1, the oldest that this is tested with",
			    release);
}

/* Not readable in a network namespace of its own, or where it is always on. */
void judge_jit(struct report *report, long enabled)
{
	if (enabled)
		report_line(report, is_ok(CHECK_JIT, "kernel"),
			    enabled == UNKNOWN ? "nothing says that BPF programs aren't compiled"
					       : "BPF programs are compiled");
	else
		report_line(report,
			    is_doubtful(CHECK_JIT, "kernel", "sysctl -w net.core.bpf_jit_enable=1"),
			    "BPF programs are interpreted, which is several times slower");
}

void judge_memory(struct report *report, const struct memory_facts *facts)
{
	if (facts->may_lock_all)
		report_line(report, is_ok(CHECK_MEMORY, "memory"),
			    "CAP_IPC_LOCK lifts the limit of locked memory");
	else if (facts->limit >= MEMLOCK_WANTED)
		report_line(report, is_ok(CHECK_MEMORY, "memory"),
			    "the limit of locked memory is high enough");
	else
		report_line(report, is_doubtful(CHECK_MEMORY, "memory", "ulimit -l unlimited"),
			    "only %lu KiB of memory may be locked, which may be too little for the "
			    "responder's sockets",
			    facts->limit >> 10);
}
