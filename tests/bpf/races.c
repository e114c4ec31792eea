/* SPDX-License-Identifier: MIT */
/* races.c - two CPUs that learn addresses of one device at the same moment. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "floor.h"

#define ROUNDS	  200
#define FIRST	  101
#define EACH	  8 /* addresses; both together fill a session */
#define SOURCE_AT (ETHER_LEN + 8)

struct racer {
	struct bench *bench;
	struct frame frame;
	pthread_barrier_t *start;
	int cpu;
	__u8 first;
	unsigned int failed;
};

static void shoot(struct racer *racer, __u8 last)
{
	struct xdp_md xdp = {
		.data_end = racer->frame.len,
		.ingress_ifindex = racer->bench->ifindex[PORT_DEFAULT],
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = racer->frame.bytes,
		    .data_size_in = racer->frame.len, .ctx_in = &xdp, .ctx_size_in = sizeof(xdp));

	racer->frame.bytes[SOURCE_AT + 15] = last;
	if (bpf_prog_test_run_opts(racer->bench->gate_fd, &opts))
		racer->failed++;
}

/* Each sends addresses of its own. */
static void *race(void *context)
{
	struct racer *racer = context;
	cpu_set_t cpu;
	int round, i;

	CPU_ZERO(&cpu);
	CPU_SET(racer->cpu, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu); /* with one CPU there is no race to be had */
	for (round = 0; round < ROUNDS; round++) {
		pthread_barrier_wait(racer->start);
		for (i = 0; i < EACH; i++)
			shoot(racer, racer->first + i);
		pthread_barrier_wait(racer->start);
		pthread_barrier_wait(racer->start); /* the session has been looked at */
	}
	return NULL;
}

/* How many slots hold an address that ends in that byte. */
static unsigned int count_of(struct bench *bench, const struct session_key *device, __u8 last)
{
	struct addresses_key key = {.device = *device};
	unsigned int count = 0, i;
	struct addresses chunk;

	for (key.chunk = 0; key.chunk < X511_LINK_LOCAL_CHUNK; key.chunk++)
		for (i = 0; i < X511_ADDRESSES_A_CHUNK; i++)
			count += !bpf_map_lookup_elem(bench->addresses, &key, &chunk) &&
				 chunk.list[i].bytes[15] == last;
	return count;
}

static void check_round(struct bench *bench, const struct session_key *device)
{
	struct session session;
	unsigned int i, found;

	if (bpf_map_lookup_elem(bench->sessions, device, &session) ||
	    session.ipv6_count != 2 * EACH || session.state != SESSION_ACTIVE || session.vlan)
		complain("the session has %u addresses, state %u", session.ipv6_count,
			 session.state);
	for (i = 0; i < 2 * EACH; i++) {
		found = count_of(bench, device, FIRST + i);
		if (found != 1)
			complain("address %u is there %u times", FIRST + i, found);
	}
}

static void run_rounds(struct bench *bench, const struct session_key *device,
		       pthread_barrier_t *start)
{
	struct session session = session_of_kind("active");
	int round;

	for (round = 0; round < ROUNDS; round++) {
		map_put(bench->sessions, device, &session);
		pthread_barrier_wait(start);
		pthread_barrier_wait(start);
		check_round(bench, device);
		addresses_clear(bench, device);
		pthread_barrier_wait(start);
	}
	bpf_map_delete_elem(bench->sessions, device);
}

void run_races(struct bench *bench, const struct fixtures *fixtures)
{
	const struct frame *frame = fixtures_template(fixtures, "open6");
	struct session_key device;
	struct racer racers[2];
	pthread_barrier_t start;
	pthread_t threads[2];
	int i;

	if (!frame) {
		report(false, "there is a template of an open device");
		return;
	}
	device = device_key(frame, 0, false);
	pthread_barrier_init(&start, NULL, 3);
	for (i = 0; i < 2; i++) {
		racers[i] = (struct racer){
			.bench = bench,
			.frame = *frame,
			.start = &start,
			.cpu = i,
			.first = FIRST + i * EACH,
		};
		if (pthread_create(&threads[i], NULL, race, &racers[i])) {
			complain("no thread: %s", strerror(errno));
			_exit(1); /* the other one waits for it */
		}
	}
	run_rounds(bench, &device, &start);
	for (i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		if (racers[i].failed)
			complain("%u frames could not be shot", racers[i].failed);
	}
	pthread_barrier_destroy(&start);
	if (bench_settle(bench))
		complain("the counters can't be read");
	report_close("two CPUs learn sixteen addresses at once, and none is lost or doubled");
}
