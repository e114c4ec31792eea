/* SPDX-License-Identifier: MIT */
/* processor.c - reads /proc/stat, and watches who runs (foreign.bpf.c). */
#include "processor.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "foreign.skel.h"

/* A value of x511_usage. */
struct usage {
	uint64_t switched_ns;
	uint64_t foreign_ns;
};

struct processor {
	struct foreign_bpf *skel;
	int cpus;
	struct usage *per_cpu;
};

static int add_ours(const struct processor *processor, pid_t pid)
{
	uint32_t key = (uint32_t)pid, value = 1;

	return bpf_map_update_elem(bpf_map__fd(processor->skel->maps.x511_ours), &key, &value,
				   BPF_ANY)
		       ? -errno
		       : 0;
}

static int set_up(struct processor *processor, const struct processor_ours *ours)
{
	int err;

	processor->cpus = libbpf_num_possible_cpus();
	if (processor->cpus <= 0)
		return -EINVAL;
	processor->per_cpu = calloc((size_t)processor->cpus, sizeof(*processor->per_cpu));
	processor->skel = foreign_bpf__open_and_load();
	if (!processor->per_cpu || !processor->skel)
		return -errno;
	err = add_ours(processor, getpid());
	for (size_t i = 0; i < ours->n && !err; i++)
		err = add_ours(processor, ours->pids[i]);
	return err ? err : foreign_bpf__attach(processor->skel);
}

int processor_open(const struct processor_ours *ours, struct processor **ret_processor)
{
	struct processor *processor = calloc(1, sizeof(*processor));
	int err;

	if (!processor)
		return -ENOMEM;
	err = set_up(processor, ours);
	if (err) {
		processor_close(processor);
		return err;
	}
	*ret_processor = processor;
	return 0;
}

struct processor *processor_close(struct processor *processor)
{
	if (!processor)
		return NULL;
	foreign_bpf__destroy(processor->skel);
	free(processor->per_cpu);
	free(processor);
	return NULL;
}

double processor_foreign(const struct processor *processor, int core)
{
	uint32_t zero = 0;

	if (core >= processor->cpus ||
	    bpf_map_lookup_elem(bpf_map__fd(processor->skel->maps.x511_usage), &zero,
				processor->per_cpu))
		return 0;
	return (double)processor->per_cpu[core].foreign_ns / 1e9;
}

double processor_busy(int core)
{
	uint64_t user, nice, system, idle, iowait, irq, softirq;
	char line[256], wanted[16];
	double busy = -1;
	FILE *file = fopen("/proc/stat", "re");

	if (!file)
		return -1;
	snprintf(wanted, sizeof(wanted), "cpu%d ", core);
	while (busy < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, wanted, strlen(wanted)) != 0)
			continue;
		if (sscanf(line + strlen(wanted), "%lu %lu %lu %lu %lu %lu %lu", &user, &nice,
			   &system, &idle, &iowait, &irq, &softirq) == 7)
			busy = (double)(user + nice + system + irq + softirq) /
			       (double)sysconf(_SC_CLK_TCK);
	}
	fclose(file);
	return busy;
}
