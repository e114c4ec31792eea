/* SPDX-License-Identifier: MIT */
/* api.c - the daemon's API under load: sign-ins as fast as they are confirmed, and how long it stalls. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "channel.h"
#include "histogram.h"
#include "macs.h"

#define CHANNELS_MAX 256
#define PATIENCE_MS  30000
#define NS	     1000000000ULL

static const char usage[] =
	"usage: api put|ask|wait|lines --socket PATH [option]...\n"
	"  put    signs in --count devices from --first on, for at most --seconds\n"
	"  ask    asks for a device nobody knows, again and again until SIGTERM or --seconds\n"
	"  wait   until the API answers, for at most --seconds\n"
	"  lines  prints --count devices for an import\n"
	"  --connections N  of put (64)\n"
	"  --count N        (1048576)\n"
	"  --first N        number of the first device (0)\n"
	"  --seconds S      (10)\n"
	"  --timeout S      of the sessions in lines (28800)\n";

struct plan {
	const char *socket;
	unsigned int connections;
	uint32_t count;
	uint32_t first;
	double seconds;
	unsigned int timeout;
};

/* A call that is under way. */
struct line {
	struct channel channel;
	uint64_t sent_ns;
};

struct put {
	const struct plan *plan;
	struct line *lines;
	struct pollfd fds[CHANNELS_MAX];
	uint32_t next;
	uint32_t confirmed;
	uint32_t refused;
	unsigned int under_way;
	struct histogram latency;
};

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	(void)signal;
	is_over = 1;
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

static void write_path(char *path, size_t size, uint8_t first, uint32_t number)
{
	uint8_t mac[6];

	macs_write(mac, first, number);
	snprintf(path, size, "/v1/sessions/%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
}

static int sign_in(struct put *put, struct line *line)
{
	char path[64];
	const struct call call = {.method = "PUT", .path = path, .body = "{}"};
	int err;

	write_path(path, sizeof(path), MACS_KNOWN, put->plan->first + put->next);
	line->sent_ns = clock_ns();
	err = channel_send(&line->channel, &call);
	if (!err) {
		put->next++;
		put->under_way++;
	}
	return err;
}

/* Takes an answer if there is one, and asks the next. @may_go_on: there is time for one. */
static int serve(struct put *put, struct line *line, bool may_go_on)
{
	int status = channel_receive(&line->channel);

	if (status == -EAGAIN)
		return 0;
	if (status < 0)
		return status;
	put->under_way--;
	histogram_add(&put->latency, clock_ns() - line->sent_ns);
	if (status / 100 == 2)
		put->confirmed++;
	else if (!put->refused++)
		fprintf(stderr, "api: %s\n", line->channel.answer);
	return may_go_on && put->next < put->plan->count ? sign_in(put, line) : 0;
}

static int open_lines(struct put *put)
{
	int err = 0;

	for (unsigned int i = 0; i < put->plan->connections && !err; i++) {
		put->lines[i].channel.fd = -1;
		err = channel_open(put->plan->socket, &put->lines[i].channel);
		put->fds[i] = (struct pollfd){.fd = put->lines[i].channel.fd, .events = POLLIN};
	}
	return err;
}

static int run_put(struct put *put)
{
	uint64_t from = clock_ns(), until = from + (uint64_t)(put->plan->seconds * 1e9);
	double seconds;
	int err = 0;

	for (unsigned int i = 0; i < put->plan->connections && !err; i++)
		err = sign_in(put, &put->lines[i]);
	while (put->under_way && !err) {
		if (poll(put->fds, put->plan->connections, PATIENCE_MS) <= 0)
			return -ETIMEDOUT;
		for (unsigned int i = 0; i < put->plan->connections && !err; i++)
			if (put->fds[i].revents)
				err = serve(put, &put->lines[i], clock_ns() < until);
	}
	seconds = (double)(clock_ns() - from) / 1e9;
	printf("{\"part\":\"api\",\"what\":\"sign-in\",\"connections\":%u,\"seconds\":%.3f,"
	       "\"confirmed\":%u,"
	       "\"refused\":%u,\"per_s\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
	       put->plan->connections, seconds, put->confirmed, put->refused,
	       put->confirmed / seconds, (double)histogram_quantile(&put->latency, 0.5) / 1e6,
	       (double)histogram_quantile(&put->latency, 0.99) / 1e6,
	       (double)put->latency.max_ns / 1e6);
	return err;
}

static int put_all(const struct plan *plan)
{
	struct put *put = calloc(1, sizeof(*put));
	int err = -ENOMEM;

	if (!put)
		return err;
	put->plan = plan;
	put->lines = calloc(plan->connections, sizeof(*put->lines));
	if (put->lines)
		err = open_lines(put);
	if (!err)
		err = run_put(put);
	for (unsigned int i = 0; put->lines && i < plan->connections; i++)
		channel_close(&put->lines[i].channel);
	free(put->lines);
	free(put);
	return err;
}

/* The longest answer is how long the daemon did something else. */
static int ask(const struct plan *plan)
{
	static const struct timespec nap = {.tv_nsec = 200 * 1000};
	static struct histogram latency;
	static struct channel channel;
	uint64_t until = clock_ns() + (uint64_t)(plan->seconds * 1e9), from;
	char path[64];
	const struct call call = {.method = "GET", .path = path, .body = ""};
	int status = channel_open(plan->socket, &channel);

	write_path(path, sizeof(path), MACS_UNKNOWN, 0);
	while (status >= 0 && !is_over && (from = clock_ns()) < until) {
		status = channel_ask(&channel, &call, PATIENCE_MS);
		if (status >= 0)
			histogram_add(&latency, clock_ns() - from);
		nanosleep(&nap, NULL);
	}
	printf("{\"calls\":%lu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n", latency.n,
	       (double)histogram_quantile(&latency, 0.5) / 1e6,
	       (double)histogram_quantile(&latency, 0.99) / 1e6, (double)latency.max_ns / 1e6);
	channel_close(&channel);
	return status < 0 ? status : 0;
}

static int wait_for(const struct plan *plan)
{
	static const struct timespec nap = {.tv_nsec = 1000 * 1000};
	static const struct call call = {.method = "GET", .path = "/v1/status", .body = ""};
	static struct channel channel;
	uint64_t from = clock_ns(), until = from + (uint64_t)(plan->seconds * 1e9);
	int status = -ETIMEDOUT;

	while (clock_ns() < until && status != 200) {
		if (!channel_open(plan->socket, &channel)) {
			status = channel_ask(&channel, &call, PATIENCE_MS);
			channel_close(&channel);
		}
		nanosleep(&nap, NULL);
	}
	printf("%.3f\n", (double)(clock_ns() - from) / 1e9);
	return status == 200 ? 0 : -ETIMEDOUT;
}

static int print_lines(const struct plan *plan)
{
	uint8_t mac[6];

	for (uint32_t i = 0; i < plan->count; i++) {
		macs_write(mac, MACS_KNOWN, plan->first + i);
		printf("{\"mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\",\"timeout\":%u}\n", mac[0],
		       mac[1], mac[2], mac[3], mac[4], mac[5], plan->timeout);
	}
	return 0;
}

static bool read_options(int argc, char **argv, struct plan *plan)
{
	static const struct option names[] = {
		{"socket", required_argument, NULL, 's'},
		{"connections", required_argument, NULL, 'k'},
		{"count", required_argument, NULL, 'n'},
		{"first", required_argument, NULL, 'f'},
		{"seconds", required_argument, NULL, 't'},
		{"timeout", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == 's')
			plan->socket = optarg;
		else if (option == 'k')
			plan->connections = (unsigned int)atoi(optarg);
		else if (option == 'n')
			plan->count = (uint32_t)atoi(optarg);
		else if (option == 'f')
			plan->first = (uint32_t)atoi(optarg);
		else if (option == 't')
			plan->seconds = atof(optarg);
		else if (option == 'o')
			plan->timeout = (unsigned int)atoi(optarg);
		else
			return false;
	}
	return optind == argc - 1 && plan->connections && plan->connections <= CHANNELS_MAX;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct plan *plan);
	} works[] = {{"put", put_all}, {"ask", ask}, {"wait", wait_for}, {"lines", print_lines}};
	const struct sigaction on_end = {.sa_handler = end};
	struct plan plan = {
		.socket = "",
		.connections = 64,
		.count = 1048576,
		.seconds = 10,
		.timeout = 28800,
	};
	int err = 1;

	sigaction(SIGTERM, &on_end, NULL);
	if (!read_options(argc, argv, &plan)) {
		fputs(usage, stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof(works) / sizeof(*works) && err > 0; i++)
		if (strcmp(argv[optind], works[i].name) == 0)
			err = works[i].run(&plan);
	if (err > 0)
		fputs(usage, stderr);
	else if (err)
		fprintf(stderr, "api: \"%s\" failed: %s.\n", argv[optind], strerror(-err));
	return err ? 1 : 0;
}
