/* SPDX-License-Identifier: MIT */
/*
 * first.c - from a sign-in's confirmation to the device's first frame behind the gate.
 *
 * The device sends a frame every 50 us from before its sign-in on. Both ends are sockets of this
 * one process, so that both moments are of one clock.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "channel.h"
#include "histogram.h"
#include "macs.h"
#include "udp.h"

#define NS	     1000000000ULL
#define GAP_NS	     (50 * 1000)
#define LEAD_NS	     (2 * 1000 * 1000) /* it sends for so long before it signs in */
#define PATIENCE_NS  (5 * NS)
#define FRAME_LEN    60
#define FIRST_DEVICE 0x40000000 /* not one of those that api.c signs in */
#define FIRST_PORT   10000
#define PORTS	     50000
#define OFFSET_UDP   (ETH_HLEN + 20)

static const char usage[] =
	"usage: first --socket PATH --gateway-mac MAC --client FILE,IF --server FILE,IF [--count "
	"N]\n"
	"  --client, --server  file of the network namespace, and the interface in it\n";

struct race {
	const char *socket;
	const char *client;
	const char *server;
	unsigned int count;
	struct udp_plan frame;
	struct channel channel;
	int sender;
	int receiver;
	struct histogram from_answer; /* 0 when the frame was there first */
	struct histogram from_call;
	unsigned int lost;
};

/* One device's moments; 0: not yet. */
struct moments {
	uint64_t called;
	uint64_t answered;
	uint64_t passed;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* A packet socket on the interface of "FILE,IF", of which only this thread enters the namespace. */
static int open_end(const char *where, uint16_t protocol, int *ret_fd)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol)};
	const char *comma = strchr(where, ',');
	char path[256];
	int net, fd = -1, err;

	if (!comma)
		return -EINVAL;
	snprintf(path, sizeof(path), "%.*s", (int)(comma - where), where);
	net = open(path, O_RDONLY | O_CLOEXEC);
	if (net < 0)
		return -errno;
	err = setns(net, CLONE_NEWNET) ? -errno : 0;
	close(net);
	if (err)
		return err;
	address.sll_ifindex = (int)if_nametoindex(comma + 1);
	if (address.sll_ifindex)
		fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(protocol));
	if (fd < 0)
		return address.sll_ifindex ? -errno : -ENODEV;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		err = -errno;
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

static void send_frame(struct race *race)
{
	uint8_t frame[FRAME_LEN];

	udp_write(&race->frame, frame);
	(void)send(race->sender, frame, sizeof(frame), MSG_DONTWAIT);
}

/* Whether a frame of this device is among those that have arrived. */
static bool has_arrived(struct race *race)
{
	uint8_t frame[2048];
	uint16_t port;
	bool has = false;
	ssize_t n;

	while ((n = recv(race->receiver, frame, sizeof(frame), MSG_DONTWAIT)) > 0) {
		if (n < OFFSET_UDP + 2)
			continue;
		memcpy(&port, frame + OFFSET_UDP, sizeof(port));
		has |= ntohs(port) == race->frame.from_port;
	}
	return has;
}

static int call_in(struct race *race, struct moments *moments)
{
	const uint8_t *mac = race->frame.from_mac;
	char path[64];
	const struct call call = {.method = "PUT", .path = path, .body = "{}"};

	snprintf(path, sizeof(path), "/v1/sessions/%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	moments->called = clock_ns();
	return channel_send(&race->channel, &call);
}

static int look(struct race *race, struct moments *moments)
{
	int status;

	if (!moments->passed && has_arrived(race))
		moments->passed = clock_ns();
	if (moments->called && !moments->answered) {
		status = channel_receive(&race->channel);
		if (status == -EAGAIN)
			return 0;
		if (status / 100 != 2)
			return status < 0 ? status : -EBADMSG;
		moments->answered = clock_ns();
	}
	return 0;
}

static int run_one(struct race *race, struct moments *moments)
{
	uint64_t from = clock_ns(), due = from;
	struct pollfd fds[] = {{race->receiver, POLLIN, 0}, {race->channel.fd, POLLIN, 0}};
	int err = 0;

	while (!err && (!moments->passed || !moments->answered)) {
		uint64_t now = clock_ns();
		struct timespec wait = {0};

		if (now - from > PATIENCE_NS)
			return 0;
		if (now >= due) {
			send_frame(race);
			due = now + GAP_NS;
		}
		if (!moments->called && now - from > LEAD_NS)
			err = call_in(race, moments);
		wait.tv_nsec = (long)(due - now);
		if (!err)
			(void)ppoll(fds, 2, &wait, NULL);
		if (!err)
			err = look(race, moments);
	}
	return err;
}

static int run(struct race *race)
{
	int err = 0;

	for (unsigned int i = 0; i < race->count && !err; i++) {
		struct moments moments = {0};

		macs_write(race->frame.from_mac, MACS_KNOWN, FIRST_DEVICE + i);
		race->frame.from_port = (uint16_t)(FIRST_PORT + i % PORTS);
		err = run_one(race, &moments);
		if (err)
			break;
		if (moments.called && moments.passed && moments.passed < moments.called)
			return -EPERM; /* it was let in before it signed in */
		if (!moments.passed || !moments.answered) {
			race->lost++;
			continue;
		}
		histogram_add(&race->from_call, moments.passed - moments.called);
		histogram_add(&race->from_answer, moments.passed > moments.answered
							  ? moments.passed - moments.answered
							  : 0);
	}
	return err;
}

static double ms(const struct histogram *histogram, double share)
{
	return (double)histogram_quantile(histogram, share) / 1e6;
}

static void print_race(const struct race *race)
{
	printf("{\"part\":\"api\",\"what\":\"first frame\",\"devices\":%u,\"lost\":%u,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,"
	       "\"from_call_p50_ms\":%.3f,\"from_call_p99_ms\":%.3f}\n",
	       race->count, race->lost, ms(&race->from_answer, 0.5), ms(&race->from_answer, 0.99),
	       (double)race->from_answer.max_ns / 1e6, ms(&race->from_call, 0.5),
	       ms(&race->from_call, 0.99));
}

static bool read_options(int argc, char **argv, struct race *race)
{
	static const struct option names[] = {
		{"socket", required_argument, NULL, 's'},
		{"gateway-mac", required_argument, NULL, 'm'},
		{"client", required_argument, NULL, 'c'},
		{"server", required_argument, NULL, 'r'},
		{"count", required_argument, NULL, 'n'},
		{NULL, 0, NULL, 0},
	};
	uint8_t *mac = race->frame.to_mac;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == 's')
			race->socket = optarg;
		else if (option == 'c')
			race->client = optarg;
		else if (option == 'r')
			race->server = optarg;
		else if (option == 'n')
			race->count = (unsigned int)atoi(optarg);
		else if (option != 'm' ||
			 sscanf(optarg, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &mac[0], &mac[1],
				&mac[2], &mac[3], &mac[4], &mac[5]) != 6)
			return false;
	}
	return race->socket && race->client && race->server && optind == argc;
}

int main(int argc, char **argv)
{
	static struct race race = {
		.count = 500,
		.sender = -1,
		.receiver = -1,
		.channel.fd = -1,
		.frame =
			{
				.from = 0xc613fe01, /* 198.19.254.1 */
				.to = 0xc6120250,   /* 198.18.2.80 */
				.to_port = 9,
				.len = FRAME_LEN,
			},
	};
	int err;

	if (!read_options(argc, argv, &race)) {
		fputs(usage, stderr);
		return 2;
	}
	prctl(PR_SET_TIMERSLACK, 1000);
	err = channel_open(race.socket, &race.channel);
	if (!err)
		err = open_end(race.client, 0, &race.sender);
	if (!err)
		err = open_end(race.server, ETH_P_IP, &race.receiver);
	if (!err)
		err = run(&race);
	if (err)
		fprintf(stderr, "first: failed: %s.\n", strerror(-err));
	else
		print_race(&race);
	channel_close(&race.channel);
	return err ? 1 : 0;
}
