/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - nanoseconds a verdict, by BPF_PROG_TEST_RUN, of the gate and of what it is held
 * against, turn by turn; a line of JSON a measurement.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>

#include <bpf/bpf.h>

#include "macs.h"
#include "subject.h"
#include "udp.h"
#include "verdict.skel.h"

#define SUBJECTS_MAX 11
#define GATES_MAX    8
#define FRAME_LEN    60 /* the shortest there is, without its checksum */

static const char usage[] = "usage: verdict --gate NAME=OBJECT... [option]...\n"
			    "  --gate NAME=OBJECT  a gate.bpf.o; repeat for more\n"
			    "  --rounds N          (11)\n"
			    "  --runs N            of a program in a round (500000)\n"
			    "  --core N            (0)\n"
			    "  --hot               with one MAC alone\n";

/* The numbers of random MACs; powers of two, for the bench's program takes them by a mask. */
static const uint32_t sizes[] = {1024, 16384, 131072, SUBJECT_SESSIONS};

struct trial {
	struct verdict_bpf *skel;
	struct subject subjects[SUBJECTS_MAX];
	size_t n;
	unsigned int rounds;
	unsigned int runs;
	int core;
	bool is_hot_only;
	uint8_t frame[FRAME_LEN];
};

/* One measurement: whose, of which MACs. */
struct shot {
	const struct subject *subject;
	uint32_t devices; /* 0: one and the same, "hot" */
	bool is_known;
	unsigned int round;
};

/*
 * Nanoseconds a run, in whole ones, by the kernel's own clock: it stops while other processes have
 * the core, and the call itself waits milliseconds for RCU. -errno.
 */
static int run(int program, uint8_t *frame, unsigned int runs, uint32_t *ret_verdict)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = FRAME_LEN,
		    .repeat = (int)runs);
	int err = bpf_prog_test_run_opts(program, &opts);

	if (err)
		return err;
	*ret_verdict = opts.retval;
	return (int)opts.duration;
}

/* The name of the verdict that most frames got since @before. */
static const char *main_verdict(const struct stats *before, const struct stats *after)
{
	static const char *const names[] = {
#define X(name, action, sentence) #name,
		X511_VERDICTS(X)
#undef X
	};
	const struct counter *from = (const struct counter *)before;
	const struct counter *to = (const struct counter *)after;
	size_t best = 0;

	for (size_t i = 0; i < V_COUNT - 1; i++)
		if (to[i].packets - from[i].packets > to[best].packets - from[best].packets)
			best = i;
	return names[best];
}

static void print_shot(const struct shot *shot, int ns, const char *verdict)
{
	char macs[16] = "hot";

	if (shot->devices)
		snprintf(macs, sizeof(macs), "%u", shot->devices);
	printf("{\"part\":\"verdict\",\"round\":%u,\"name\":\"%s\",\"macs\":\"%s\",\"known\":%s,"
	       "\"ns\":%d",
	       shot->round, shot->subject->name, macs, shot->is_known ? "true" : "false", ns);
	if (verdict)
		printf(",\"verdict\":\"%s\"", verdict);
	puts("}");
}

/* Which program to start with, after having made everything ready for it. -errno. */
static int aim(struct trial *trial, const struct shot *shot)
{
	uint8_t first = shot->is_known ? MACS_KNOWN : MACS_UNKNOWN;
	uint32_t zero = 0;

	macs_write(trial->frame + ETH_ALEN, first, 0);
	if (!shot->devices)
		return shot->subject->program;
	if (bpf_map_update_elem(bpf_map__fd(trial->skel->maps.x511_bench_next), &zero,
				&shot->subject->program, BPF_ANY))
		return -errno;
	trial->skel->bss->mask = shot->devices - 1;
	trial->skel->bss->first = first;
	return bpf_program__fd(trial->skel->progs.bench_permute);
}

static int shoot(struct trial *trial, const struct shot *shot)
{
	const struct subject *subject = shot->subject;
	int wanted = shot->is_known ? subject->known_verdict : subject->unknown_verdict;
	struct stats before, after;
	int program = aim(trial, shot);
	uint32_t verdict = 0;
	int ns;

	if (program < 0)
		return program;
	ns = run(program, trial->frame, trial->runs / 4, &verdict); /* caches */
	if (ns >= 0 && subject->counters >= 0)
		(void)subject_count(subject, &before);
	if (ns >= 0)
		ns = run(program, trial->frame, trial->runs, &verdict);
	if (ns < 0)
		return ns;
	if ((int)verdict != wanted) {
		fprintf(stderr, "verdict: \"%s\" gave XDP code %u where %d is right.\n",
			subject->name, verdict, wanted);
		return -EBADMSG;
	}
	if (subject->counters >= 0)
		(void)subject_count(subject, &after);
	print_shot(shot, ns, subject->counters >= 0 ? main_verdict(&before, &after) : NULL);
	return 0;
}

/* All rounds with so many MACs; @devices 0: one. */
static int compare(struct trial *trial, uint32_t devices)
{
	struct shot shot = {.devices = devices};
	int err = 0;

	for (shot.round = 1; shot.round <= trial->rounds && !err; shot.round++) {
		for (size_t i = 0; i < trial->n && !err; i++) {
			shot.subject = &trial->subjects[i];
			shot.is_known = true;
			err = shoot(trial, &shot);
			shot.is_known = false;
			if (!err && shot.subject->table >= 0)
				err = shoot(trial, &shot);
		}
	}
	return err;
}

static int fill(struct trial *trial, uint32_t devices)
{
	int err = 0;

	for (size_t i = 0; i < trial->n && !err; i++)
		err = subject_fill(&trial->subjects[i], devices);
	return err;
}

static int measure(struct trial *trial)
{
	int err = fill(trial, sizes[0]);

	if (!err)
		err = compare(trial, 0);
	if (err || trial->is_hot_only)
		return err;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes) && !err; i++) {
		err = fill(trial, sizes[i]);
		if (!err)
			err = compare(trial, sizes[i]);
	}
	for (size_t i = 0; i < trial->n && !err; i++) {
		const struct subject *subject = &trial->subjects[i];

		if (subject->table >= 0)
			printf("{\"part\":\"memory\",\"name\":\"%s\",\"sessions\":%u,\"bytes\":%lu}"
			       "\n",
			       subject->name, SUBJECT_SESSIONS, subject_memory(subject));
	}
	return err;
}

static int open_own(struct trial *trial)
{
	static const uint64_t filled[8] = {1};
	struct subject *subject;
	uint64_t *value = malloc(sizeof(filled));

	trial->skel = verdict_bpf__open_and_load();
	if (!trial->skel || !value) {
		free(value);
		return -errno;
	}
	trial->skel->bss->random_state = 1;
	memcpy(value, filled, sizeof(filled));
	trial->subjects[trial->n++] = (struct subject){
		.name = "drop",
		.program = bpf_program__fd(trial->skel->progs.bench_drop),
		.table = -1,
		.counters = -1,
		.known_verdict = XDP_DROP,
	};
	subject = &trial->subjects[trial->n++];
	*subject = (struct subject){
		.name = "hash",
		.program = bpf_program__fd(trial->skel->progs.bench_flat),
		.table = bpf_map__fd(trial->skel->maps.x511_bench_flat),
		.counters = -1,
		.key_size = sizeof(struct session_key),
		.value_size = sizeof(filled),
		.value = value,
		.known_verdict = XDP_DROP,
		.unknown_verdict = XDP_TX,
	};
	return 0;
}

static int open_all(struct trial *trial, char **gates, size_t n)
{
	/* To nowhere, as phones send them without end. */
	const struct udp_plan datagram = {
		.from_mac = {0x02},
		.to_mac = {0x02},
		.from = 0xc6130001, /* 198.19.0.1 */
		.to = 0xc6120250,   /* 198.18.2.80 */
		.from_port = 40000,
		.to_port = 40001,
		.len = FRAME_LEN,
	};
	cpu_set_t cpus;
	int err;

	CPU_ZERO(&cpus);
	CPU_SET(trial->core, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return -errno;
	udp_write(&datagram, trial->frame);
	err = open_own(trial);
	if (!err && subject_open_filter(&trial->subjects[trial->n]))
		fputs("verdict: without xdp-filter, whose object file isn't there or doesn't "
		      "load.\n",
		      stderr);
	else if (!err)
		trial->n++;
	for (size_t i = 0; i < n && !err; i++) {
		char *path = strchr(gates[i], '=');

		*path++ = 0;
		err = subject_open_gate(gates[i], path, &trial->subjects[trial->n]);
		if (err)
			fprintf(stderr, "verdict: could not load the gate \"%s\": %s.\n", path,
				strerror(-err));
		else
			trial->n++;
	}
	return err;
}

static bool read_options(int argc, char **argv, struct trial *trial, char **gates, size_t *n)
{
	static const struct option names[] = {
		{"gate", required_argument, NULL, 'g'}, {"rounds", required_argument, NULL, 'r'},
		{"runs", required_argument, NULL, 'n'}, {"core", required_argument, NULL, 'c'},
		{"hot", no_argument, NULL, 'h'},	{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == 'g' && *n < GATES_MAX && strchr(optarg, '='))
			gates[(*n)++] = optarg;
		else if (option == 'r')
			trial->rounds = (unsigned int)atoi(optarg);
		else if (option == 'n')
			trial->runs = (unsigned int)atoi(optarg);
		else if (option == 'c')
			trial->core = atoi(optarg);
		else if (option == 'h')
			trial->is_hot_only = true;
		else
			return false;
	}
	return *n && optind == argc && trial->rounds && trial->runs >= 4;
}

/* xdp-filter's object has sections of its own, which libbpf would mention each time. */
static int print_warnings(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

int main(int argc, char **argv)
{
	struct trial trial = {.rounds = 11, .runs = 500000};
	char *gates[GATES_MAX];
	size_t n = 0;
	int err;

	if (!read_options(argc, argv, &trial, gates, &n)) {
		fputs(usage, stderr);
		return 2;
	}
	libbpf_set_print(print_warnings);
	err = open_all(&trial, gates, n);
	if (!err)
		err = measure(&trial);
	if (err)
		fprintf(stderr, "verdict: failed: %s.\n", strerror(-err));
	for (size_t i = 0; i < trial.n; i++)
		subject_done(&trial.subjects[i]);
	verdict_bpf__destroy(trial.skel);
	return err ? 1 : 0;
}
