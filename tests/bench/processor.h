/* SPDX-License-Identifier: MIT */
/* processor.h - how busy the cores are, and how much of that is the measurement's own work. */
#ifndef BENCH_PROCESSOR_H
#define BENCH_PROCESSOR_H

#include <stddef.h>
#include <sys/types.h>

#define PROCESSOR_OURS_MAX 16

/* The processes that belong to the measurement; all others are foreign. */
struct processor_ours {
	pid_t pids[PROCESSOR_OURS_MAX];
	size_t n;
};

struct processor;

/* The calling process is taken as one of @ours. -errno. */
int processor_open(const struct processor_ours *ours, struct processor **ret_processor);
struct processor *processor_close(struct processor *processor); /* takes NULL, returns NULL */

/* Seconds since boot that a core was busy: user, nice, system, irq, softirq. Negative: unknown. */
double processor_busy(int core);

/* Seconds since processor_open() that a core ran foreign processes. */
double processor_foreign(const struct processor *processor, int core);

#endif /* BENCH_PROCESSOR_H */
