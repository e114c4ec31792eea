/* SPDX-License-Identifier: MIT */
/* tap.c - attaches the program, opens the socket, makes NAPI threaded and pins its thread. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <net/if.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <linux/bpf.h>

#include "bench.skel.h"
#include "ports.h"
#include "tap.h"

#define PIN_TRIES 100	       /* 20 ms apart */
#define SLICE_NS  (100 * 1000) /* the shortest that the kernel takes */

struct tap {
	struct bench_bpf *skel;
	struct bpf_link *link;
	struct bpf_link *relay_link;
	struct xsk *receiver;
	struct xsk *sender; /* NULL without a relay */
	int cpus;
	uint64_t *per_cpu;
};

static int pin(pid_t pid, int core)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(core, &cpus);
	return sched_setaffinity(pid, sizeof(cpus), &cpus) ? -errno : 0;
}

/* Of <linux/sched/types.h>, which glibc's <sched.h> forbids to include. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

int tap_hasten(pid_t pid)
{
	struct attributes attributes = {
		.size = sizeof(attributes),
		.policy = SCHED_OTHER,
		.nice = getpriority(PRIO_PROCESS, (id_t)pid),
		.runtime_ns = SLICE_NS,
	};

	return syscall(SYS_sched_setattr, pid, &attributes, 0) ? -errno : 0;
}

/* With the priority of the calling process, for the two work hand in hand. */
static int adopt(pid_t pid, int core)
{
	if (setpriority(PRIO_PROCESS, (id_t)pid, getpriority(PRIO_PROCESS, 0)))
		return -errno;
	tap_hasten(pid);
	return pin(pid, core);
}

/*
 * The kernel weighs whole sessions against each other (sched_autogroup_enabled); a priority
 * within one means nothing to other work. Without that setting there is no such file.
 */
static void weigh_session(void)
{
	int nice = getpriority(PRIO_PROCESS, 0);
	FILE *file;

	if (!nice || setsid() < 0)
		return;
	file = fopen("/proc/self/autogroup", "we");
	if (!file)
		return;
	fprintf(file, "%d", nice);
	fclose(file);
}

static int make_threaded(const char *interface)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/net/%s/threaded", interface);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, "1", 1);
	close(fd);
	return n == 1 ? 0 : -EIO;
}

static bool is_napi_of(const char *pid, const char *interface)
{
	char path[300], name[64] = "", wanted[32];
	FILE *file;
	bool is;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	snprintf(wanted, sizeof(wanted), "napi/%s-", interface);
	file = fopen(path, "re");
	if (!file)
		return false;
	is = fgets(name, sizeof(name), file) && !strncmp(name, wanted, strlen(wanted));
	fclose(file);
	return is;
}

/* -ESRCH while there is no such thread (yet). */
static int pin_napi_once(const char *interface, int core)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int err = -ESRCH;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (is_napi_of(entry->d_name, interface))
			err = adopt(atoi(entry->d_name), core);
	}
	closedir(dir);
	return err;
}

static int pin_napi(const char *interface, int core)
{
	static const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	int err = -ESRCH;

	for (int i = 0; i < PIN_TRIES; i++) {
		err = pin_napi_once(interface, core);
		if (err != -ESRCH)
			break;
		nanosleep(&pause, NULL);
	}
	return err;
}

/* Attaches and has the NAPI that comes with it run on the chosen core. */
static int attach(const struct bpf_program *program, const char *interface, int core,
		  struct bpf_link **ret_link)
{
	int err;

	*ret_link = bpf_program__attach_xdp(program, (int)if_nametoindex(interface));
	if (!*ret_link)
		return -errno;
	err = make_threaded(interface);
	return err ? err : pin_napi(interface, core);
}

static int open_receiver(struct tap *tap, const struct tap_plan *plan)
{
	const struct bpf_program *program = plan->side == TAP_ECHO ? tap->skel->progs.bench_echo
								   : tap->skel->progs.bench_client;
	uint32_t queue = 0;
	int err, fd;

	err = xsk_open(plan->interface, queue, true, &tap->receiver);
	if (err)
		return err;
	fd = xsk_fd(tap->receiver);
	if (bpf_map_update_elem(bpf_map__fd(tap->skel->maps.x511_bench_xsk), &queue, &fd, BPF_ANY))
		return -errno;
	return attach(program, plan->interface, plan->core, &tap->link);
}

static int fill_out(const struct tap *tap, const struct tap_plan *plan)
{
	struct bpf_devmap_val out = {
		.ifindex = if_nametoindex(plan->interface),
		.bpf_prog.fd = bpf_program__fd(tap->skel->progs.bench_spoof),
	};

	for (uint32_t i = 0; i < FLOOD_COPIES; i++)
		if (bpf_map_update_elem(bpf_map__fd(tap->skel->maps.x511_bench_out), &i, &out,
					BPF_ANY))
			return -errno;
	return 0;
}

static int open_sender(struct tap *tap, const struct tap_plan *plan)
{
	int err = fill_out(tap, plan);

	if (!err)
		err = xsk_open(plan->sender, 0, true, &tap->sender);

	return err ? err
		   : attach(tap->skel->progs.bench_relay, plan->relay, plan->core,
			    &tap->relay_link);
}

static int set_up(struct tap *tap, const struct tap_plan *plan)
{
	int err;

	tap->cpus = libbpf_num_possible_cpus();
	if (tap->cpus <= 0)
		return -EINVAL;
	tap->per_cpu = calloc((size_t)tap->cpus, sizeof(*tap->per_cpu));
	tap->skel = bench_bpf__open();
	if (!tap->per_cpu || !tap->skel)
		return -errno;
	tap->skel->rodata->flood_macs_random = plan->spoof_macs;
	err = bench_bpf__load(tap->skel);
	if (!err)
		err = open_receiver(tap, plan);
	if (!err && plan->relay)
		err = open_sender(tap, plan);
	weigh_session();
	tap_hasten(0);
	return err ? err : pin(0, plan->core);
}

int tap_open(const struct tap_plan *plan, struct tap **ret_tap)
{
	struct tap *tap = calloc(1, sizeof(*tap));
	int err;

	if (!tap)
		return -ENOMEM;
	err = set_up(tap, plan);
	if (err) {
		tap_close(tap);
		return err;
	}
	*ret_tap = tap;
	return 0;
}

struct tap *tap_close(struct tap *tap)
{
	if (!tap)
		return NULL;
	bpf_link__destroy(tap->relay_link);
	bpf_link__destroy(tap->link);
	xsk_close(tap->sender);
	xsk_close(tap->receiver);
	bench_bpf__destroy(tap->skel);
	free(tap->per_cpu);
	free(tap);
	return NULL;
}

struct xsk *tap_receiver(const struct tap *tap)
{
	return tap->receiver;
}

struct xsk *tap_sender(const struct tap *tap)
{
	return tap->sender ? tap->sender : tap->receiver;
}

unsigned int tap_flood_copies(const struct tap *tap)
{
	return tap->sender ? FLOOD_COPIES : 1;
}

uint64_t tap_flood_answers(const struct tap *tap)
{
	uint32_t zero = 0;
	uint64_t sum = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(tap->skel->maps.x511_bench_back), &zero, tap->per_cpu))
		return 0;
	for (int cpu = 0; cpu < tap->cpus; cpu++)
		sum += tap->per_cpu[cpu];
	return sum;
}
