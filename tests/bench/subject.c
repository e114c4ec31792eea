/* SPDX-License-Identifier: MIT */
/* subject.c - loads programs as they are shipped, with nothing pinned, and fills their tables. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include <linux/if_ether.h>

#include "macs.h"
#include "subject.h"

#define FILTER_OBJECT  "/usr/lib/x86_64-linux-gnu/bpf/xdpfilt_dny_eth.o"
#define FILTER_PROGRAM "xdpfilt_dny_eth"
#define FILTER_SOURCE  1ULL /* in a value: the MAC is meant as a source */
#define BATCH	       4096
#define NS	       1000000000ULL
#define LOOPBACK       1 /* what BPF_PROG_TEST_RUN says is the interface */

static int load(const char *path, const char *program, struct subject *subject)
{
	struct bpf_map *map;
	int err;

	subject->object = bpf_object__open_file(path, NULL);
	if (!subject->object)
		return -errno;
	bpf_object__for_each_map(map, subject->object)
	{
		err = bpf_map__set_pin_path(map, NULL);
		if (err)
			return err;
	}
	map = bpf_object__find_map_by_name(subject->object, "filter_ethernet");
	if (map)
		bpf_map__set_max_entries(map, SUBJECT_SESSIONS);
	err = bpf_object__load(subject->object);
	if (err)
		return err;
	subject->program =
		bpf_program__fd(bpf_object__find_program_by_name(subject->object, program));
	return subject->program < 0 ? -ENOENT : 0;
}

static int map_of(const struct subject *subject, const char *name)
{
	return bpf_object__find_map_fd_by_name(subject->object, name);
}

static uint32_t tick_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec * 1000000000ULL + now.tv_nsec) >> X511_TICK_SHIFT;
}

/* All that a session can have but for a rate, which would refuse what is timed. */
static const struct session *new_session(void)
{
	struct session *session = calloc(1, sizeof(*session));
	uint32_t now = tick_now(), hour = 3600000000000ULL >> X511_TICK_SHIFT;

	if (!session)
		return NULL;
	session->state = SESSION_ACTIVE;
	session->quota_bytes = 1ULL << 50;
	session->last_seen_tick = now;
	session->idle_ticks = hour;
	session->expires_tick = now + 8 * hour;
	return session;
}

/* As the controller does with the configuration's defaults, but for the budget: it isn't timed. */
static int configure(const struct subject *subject)
{
	const struct ceilings ceilings = {
		.responder_gap_ns = NS / 200000,
		.resolver_gap_ns = NS / 20000,
		.kernel_gap_ns = NS / 100000,
		.new_guest_gap_ns = NS / 20000,
	};
	const struct zone zone = {.name = "default"};
	const struct port port = {.ifindex = LOOPBACK};
	uint32_t zero = 0;

	if (bpf_map_update_elem(map_of(subject, "x511_ports"), &zero, &port, BPF_ANY) ||
	    bpf_map_update_elem(map_of(subject, "x511_ceilings"), &zero, &ceilings, BPF_ANY) ||
	    bpf_map_update_elem(map_of(subject, "x511_zones"), &zero, &zone, BPF_ANY))
		return -errno;
	return 0;
}

static int check_layout(const char *path, const struct subject *subject)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(subject->object, "x511_sessions");

	if (map && bpf_map__value_size(map) == sizeof(struct session))
		return 0;
	fprintf(stderr,
		"verdict: \"%s\" has sessions of another size than this bench was built for; build "
		"both from the same layout.\n",
		path);
	return -EPROTO;
}

int subject_open_gate(const char *name, const char *path, struct subject *ret_subject)
{
	struct subject subject = {
		.name = name,
		.key_size = sizeof(struct session_key),
		.value_size = sizeof(struct session),
		.known_verdict = XDP_PASS,
		.unknown_verdict = XDP_DROP,
	};
	int err = load(path, "x511_gate", &subject);

	if (!err)
		err = check_layout(path, &subject);
	if (!err)
		err = configure(&subject);
	subject.value = new_session();
	if (err || !subject.value) {
		subject_done(&subject);
		return err ? err : -ENOMEM;
	}
	subject.table = map_of(&subject, "x511_sessions");
	subject.counters = map_of(&subject, "x511_stats");
	*ret_subject = subject;
	return 0;
}

int subject_open_filter(struct subject *ret_subject)
{
	int cpus = libbpf_num_possible_cpus();
	struct subject subject = {
		.name = "xdp-filter",
		.counters = -1,
		.key_size = ETH_ALEN,
		.known_verdict = XDP_PASS,
		.unknown_verdict = XDP_DROP,
	};
	uint64_t *value;
	int err;

	if (cpus <= 0)
		return -EINVAL;
	err = load(FILTER_OBJECT, FILTER_PROGRAM, &subject);
	value = calloc((size_t)cpus, sizeof(*value));
	subject.value = value;
	if (err || !value) {
		subject_done(&subject);
		return err ? err : -ENOMEM;
	}
	for (int cpu = 0; cpu < cpus; cpu++)
		value[cpu] = FILTER_SOURCE;
	subject.value_size = (size_t)cpus * sizeof(*value);
	subject.table = map_of(&subject, "filter_ethernet");
	*ret_subject = subject;
	return 0;
}

void subject_done(struct subject *subject)
{
	bpf_object__close(subject->object);
	free((void *)subject->value);
	*subject = (struct subject){.program = -1, .table = -1, .counters = -1};
}

static int put(struct subject *subject, uint32_t n, uint8_t *keys, uint8_t *values)
{
	uint32_t done = n;

	memset(keys, 0, n * subject->key_size);
	for (uint32_t i = 0; i < n; i++) {
		macs_write(keys + i * subject->key_size, MACS_KNOWN, subject->devices + i);
		memcpy(values + i * subject->value_size, subject->value, subject->value_size);
	}
	if (bpf_map_update_batch(subject->table, keys, values, &done, NULL))
		return -errno;
	subject->devices += n;
	return 0;
}

int subject_fill(struct subject *subject, uint32_t devices)
{
	uint8_t *keys = malloc(BATCH * subject->key_size);
	uint8_t *values = malloc(BATCH * subject->value_size);
	int err = keys && values ? 0 : -ENOMEM;

	while (!err && subject->table >= 0 && subject->devices < devices) {
		uint32_t n = devices - subject->devices;

		err = put(subject, n < BATCH ? n : BATCH, keys, values);
	}
	free(values);
	free(keys);
	return err;
}

int subject_count(const struct subject *subject, struct stats *ret_stats)
{
	const size_t words = sizeof(struct stats) / sizeof(uint64_t);
	int cpus = libbpf_num_possible_cpus(), err = 0;
	struct stats sum = {};
	struct stats *per_cpu;
	uint32_t zero = 0;

	if (cpus <= 0)
		return -EINVAL;
	per_cpu = calloc((size_t)cpus, sizeof(*per_cpu));
	if (!per_cpu)
		return -ENOMEM;
	if (bpf_map_lookup_elem(subject->counters, &zero, per_cpu))
		err = -errno;
	for (int cpu = 0; cpu < cpus; cpu++)
		for (size_t i = 0; i < words; i++)
			((uint64_t *)&sum)[i] += ((const uint64_t *)&per_cpu[cpu])[i];
	free(per_cpu);
	if (!err)
		*ret_stats = sum;
	return err;
}

uint64_t subject_memory(const struct subject *subject)
{
	char path[64], line[128];
	uint64_t bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", subject->table);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "memlock: %lu", &bytes) == 1)
			break;
	fclose(file);
	return bytes;
}
