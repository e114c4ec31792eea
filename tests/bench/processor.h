/* SPDX-License-Identifier: MIT */
/* processor.h - how busy the cores are, and with work of whom (/proc). */
#ifndef BENCH_PROCESSOR_H
#define BENCH_PROCESSOR_H

#include <sys/types.h>

#define PROCESSOR_OURS_MAX 16

/* The processes that belong to the measurement; all others are other load. */
struct processor_ours {
	pid_t pids[PROCESSOR_OURS_MAX];
	size_t n;
};

/* Seconds since boot that a core was busy: user, nice, system, irq, softirq. Negative: unknown. */
double processor_busy(int core);

/* Seconds of processor time that the running processes, but for ours and the kernel's, took. */
double processor_others(const struct processor_ours *ours);

#endif /* BENCH_PROCESSOR_H */
