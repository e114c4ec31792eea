/* SPDX-License-Identifier: MIT */
/* load.c - the generator: turns of receiving, answering and sending; at the end one JSON object. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/prctl.h>

#include "flood.h"
#include "noise.h"
#include "options.h"
#include "tap.h"
#include "volley.h"

#define TURN_MAX    160 /* frames of one turn; the ring of a veth has 256 places */
#define SWEEP_NS    (20 * 1000 * 1000ULL)
#define WAIT_MAX_NS (1000 * 1000ULL)
#define STREAM_LEN  600
#define NS	    1000000000ULL

struct generator {
	struct options options;
	struct tap *tap;
	struct processor *processor;
	struct xsk *receiver;
	struct xsk *sender;
	struct connections *connections;
	struct volley volley;
	struct flood flood;
	struct noise noise;
	uint64_t started_ns; /* the first page was due then */
	uint64_t opened;     /* connections */
	uint64_t swept_ns;
	uint64_t send_failed;
};

/* A core's seconds. */
struct core_time {
	double busy; /* of which */
	double foreign;
};

/* Read at both ends of the measured time. */
struct snapshot {
	uint64_t now_ns;
	struct core_time generator;
	struct core_time gateway;
	uint64_t flood_sent;
	uint64_t flood_answers;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* When the next page is due. */
static uint64_t next_due(const struct generator *gen, uint64_t now)
{
	if (gen->options.rate <= 0)
		return now;
	return gen->started_ns + (uint64_t)((double)gen->opened * 1e9 / gen->options.rate);
}

static size_t open_connections(struct generator *gen, uint64_t now, size_t room)
{
	uint64_t due = next_due(gen, now);
	size_t n = 0;

	while (n < room && due <= now && connections_start(gen->connections, due, now)) {
		gen->opened++;
		n++;
		due = next_due(gen, now);
	}
	return n;
}

/* Without frames to answer: until one comes or something is due, and never for long. */
static void wait_for_frames(struct generator *gen, uint64_t now)
{
	uint64_t due = next_due(gen, now), wait = WAIT_MAX_NS;
	struct timespec limit = {0};
	struct pollfd fd = {.fd = xsk_fd(gen->receiver), .events = POLLIN};

	if (due > now && due - now < wait)
		wait = due - now;
	if (gen->flood.rate || gen->noise.noise.rate > 0 || gen->noise.stream.rate > 0)
		wait = 20 * 1000;
	limit.tv_nsec = (long)wait;
	ppoll(&fd, 1, &limit, NULL);
}

static void turn(struct generator *gen)
{
	struct xsk_frame frames[XSK_BATCH];
	size_t n = xsk_receive(gen->receiver, frames), queued = 0;
	uint64_t now = clock_ns();

	for (size_t i = 0; i < n; i++) {
		if (gen->options.frame_len)
			volley_take(&gen->volley, frames[i].data, frames[i].len, now);
		else
			queued += connections_take(gen->connections, frames[i].data, frames[i].len,
						   now);
	}
	xsk_recycle(gen->receiver, frames, n);
	if (gen->options.frame_len) {
		queued += volley_send(&gen->volley, now, TURN_MAX);
	} else {
		if (now - gen->swept_ns > SWEEP_NS) {
			queued += connections_sweep(gen->connections, now, XSK_BATCH / 2);
			gen->swept_ns = now;
		}
		if (queued < TURN_MAX)
			queued += open_connections(gen, now, TURN_MAX - queued);
	}
	if (gen->flood.rate && queued < TURN_MAX)
		queued += flood_send(&gen->flood, now, TURN_MAX - queued) / gen->flood.copies;
	if (queued < TURN_MAX)
		queued += noise_send(&gen->noise, now, TURN_MAX - queued);
	xsk_flush(gen->sender, &gen->send_failed);
	if (!n && !queued)
		wait_for_frames(gen, now);
}

static void run_for(struct generator *gen, double seconds)
{
	uint64_t end = clock_ns() + (uint64_t)(seconds * 1e9);

	while (clock_ns() < end)
		turn(gen);
}

static struct core_time read_core(const struct generator *gen, int core)
{
	return (struct core_time){processor_busy(core), processor_foreign(gen->processor, core)};
}

static struct snapshot take_snapshot(const struct generator *gen)
{
	return (struct snapshot){
		.now_ns = clock_ns(),
		.generator = read_core(gen, gen->options.core),
		.gateway = read_core(gen, gen->options.gateway_core),
		.flood_sent = gen->flood.sent,
		.flood_answers = tap_flood_answers(gen->tap),
	};
}

/* What the measurement itself took of a core, and what others did. */
static void print_core(const char *name, const struct core_time *from, const struct core_time *to)
{
	double foreign = to->foreign - from->foreign;

	printf(",\"%s_busy_s\":%.3f,\"%s_foreign_s\":%.3f", name, to->busy - from->busy - foreign,
	       name, foreign);
}

static void print_results(const struct results *results, const struct snapshot *from,
			  const struct snapshot *to)
{
	double seconds = (double)(to->now_ns - from->now_ns) / 1e9;
	const struct histogram *latency = &results->latency;

	printf("{\"seconds\":%.3f,\"pages_per_s\":%.1f,\"answers_per_s\":%.1f", seconds,
	       (double)results->pages / seconds, (double)results->received / seconds);
	print_core("gateway", &from->gateway, &to->gateway);
	print_core("generator", &from->generator, &to->generator);
	printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f",
	       (double)histogram_quantile(latency, 0.5) / 1e3,
	       (double)histogram_quantile(latency, 0.99) / 1e3,
	       (double)histogram_quantile(latency, 0.999) / 1e3, (double)latency->max_ns / 1e3);
	printf(",\"page_bytes\":%zu,\"body_bytes\":%zu", results->page_len, results->body_len);
	printf(",\"flood_sent\":%lu,\"flood_answers\":%lu", to->flood_sent - from->flood_sent,
	       to->flood_answers - from->flood_answers);
#define X(name, sentence) printf(",\"%s\":%lu", #name, results->name);
	RESULTS(X)
#undef X
}

static void measure(struct generator *gen)
{
	struct results *results = connections_results(gen->connections);
	struct snapshot from, to;

	gen->started_ns = clock_ns();
	run_for(gen, gen->options.warm_up);
	from = take_snapshot(gen);
	memset(results, 0, sizeof(*results));
	run_for(gen, gen->options.seconds);
	to = take_snapshot(gen);
	print_results(results, &from, &to);
	printf(",\"run_s\":%.3f,\"noise_sent\":%lu,\"stream_sent\":%lu}\n",
	       (double)(clock_ns() - gen->started_ns) / 1e9, gen->noise.noise.sent,
	       gen->noise.stream.sent);
}

static int set_up(struct generator *gen)
{
	const struct options *options = &gen->options;
	const struct tap_plan tap_plan = {
		.interface = options->interface,
		.side = TAP_CLIENT,
		.core = options->core,
		.sender = options->sender,
		.relay = options->relay,
		.spoof_macs = options->flood && !options->macs,
	};
	int err = tap_open(&tap_plan, &gen->tap);

	if (!err)
		err = processor_open(&options->ours, &gen->processor);
	if (err)
		return err;
	gen->receiver = tap_receiver(gen->tap);
	gen->sender = tap_sender(gen->tap);
	gen->connections = connections_new(&options->plan, gen->sender);
	if (!gen->connections)
		return -ENOMEM;
	gen->volley = (struct volley){
		.wire = &gen->options.plan.wire,
		.xsk = gen->sender,
		.results = connections_results(gen->connections),
		.window = options->plan.slots,
		.frame_len = options->frame_len,
	};
	gen->flood = (struct flood){
		.wire = &gen->options.plan.wire,
		.xsk = gen->sender,
		.rate = options->flood,
		.copies = tap_flood_copies(gen->tap),
		.macs = options->macs,
	};
	gen->noise = (struct noise){
		.xsk = gen->sender,
		.copies = tap_flood_copies(gen->tap),
		.chatter = options->chatter,
		.strangers = options->strangers,
		.stream.rate = options->stream,
	};
	noise_prepare(&gen->noise, &options->plan.wire, STREAM_LEN);
	for (size_t i = 0; i < options->ours.n; i++)
		tap_hasten(options->ours.pids[i]);
	/* The next page may be due in microseconds. */
	prctl(PR_SET_TIMERSLACK, 1000);
	return 0;
}

int main(int argc, char **argv)
{
	struct generator gen = {0};
	int err;

	if (!options_read(argc, argv, &gen.options))
		return 2;
	err = set_up(&gen);
	if (!err)
		measure(&gen);
	else
		fprintf(stderr, "load: could not take over interface \"%s\": %s.\n",
			gen.options.interface, strerror(-err));
	connections_free(gen.connections);
	processor_close(gen.processor);
	tap_close(gen.tap);
	return err ? 1 : 0;
}
