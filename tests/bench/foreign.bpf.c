/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreign.bpf.c - how long each core ran processes that don't belong to the measurement.
 *
 * /proc/stat says how busy a core was, not with whose work; on a shared machine that is not the
 * same. Kernel threads count as the measurement's: what it causes they do.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define KERNEL_THREAD 0x00200000 /* PF_KTHREAD */

struct task_struct {
	unsigned int flags;
} __attribute__((preserve_access_index));

/* Process ids of the measurement. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} x511_ours SEC(".maps");

struct usage {
	__u64 switched_ns; /* when the process that runs now began to */
	__u64 foreign_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct usage);
} x511_usage SEC(".maps");

/* Runs while the process that leaves the core is still the current one. */
SEC("raw_tp/sched_switch")
int x511_switch(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 zero = 0, pid = bpf_get_current_pid_tgid() >> 32;
	struct usage *usage = bpf_map_lookup_elem(&x511_usage, &zero);
	__u64 now = bpf_ktime_get_ns(), since;

	(void)ctx;
	if (!usage)
		return 0;
	since = usage->switched_ns;
	usage->switched_ns = now;
	if (!since || !pid || BPF_CORE_READ(task, flags) & KERNEL_THREAD ||
	    bpf_map_lookup_elem(&x511_ours, &pid))
		return 0;
	usage->foreign_ns += now - since;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
