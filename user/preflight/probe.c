/* SPDX-License-Identifier: MIT */
/* probe.c - questions to several others at once, with one deadline for all of them. */
#include "preflight/probe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/random.h>
#include <sys/socket.h>

#include "preflight/collect.h"

#define READS_MAX 16 /* datagrams at one time */

static void end(struct probe *probe, int err)
{
	probe->err = err;
	probe->is_over = true;
}

static void start(struct probe *probe)
{
	const struct sockaddr *address = (const void *)&probe->endpoint.address;

	probe->err = -ETIMEDOUT;
	probe->is_over = false;
	probe->n_sent = 0;
	probe->due_ms = monotonic_ms();
	if (getrandom(&probe->id, sizeof(probe->id), GRND_NONBLOCK) < 0)
		probe->id = (uint16_t)probe->due_ms;
	probe->fd = socket(address->sa_family,
			   probe->kind->socket_type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe->fd < 0 || (connect(probe->fd, address, endpoint_length(&probe->endpoint)) &&
			      errno != EINPROGRESS))
		end(probe, -errno);
}

/* A connection has its result; a refused datagram says so here, too. */
static void take(struct probe *probe, short events)
{
	uint8_t bytes[RADIUS_MAX];
	socklen_t size = sizeof(int);
	int err = 0, i;
	ssize_t n;

	if (probe->kind->socket_type == SOCK_STREAM) {
		if (events & (POLLOUT | POLLERR | POLLHUP))
			end(probe, getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &err, &size) ? -errno
											    : -err);
		return;
	}
	for (i = 0; i < READS_MAX && !probe->is_over; i++) {
		n = recv(probe->fd, bytes, sizeof(bytes), 0);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				end(probe, -errno);
			return;
		}
		probe->is_over = probe->kind->take(probe, bytes, (size_t)n);
	}
}

static void send_due(struct probe *probe, int64_t now_ms)
{
	if (probe->is_over || !probe->kind->send || now_ms < probe->due_ms)
		return;
	probe->kind->send(probe);
	probe->n_sent++;
	probe->due_ms = now_ms + PROBE_AGAIN_MS;
}

/* How long poll() may wait; -1: all are over. */
static int64_t prepare(struct probe *probes, struct pollfd *fds, size_t n, int64_t until_ms)
{
	int64_t now_ms = monotonic_ms(), wait_ms = until_ms - now_ms;
	bool is_waiting = false;
	size_t i;

	for (i = 0; i < n; i++) {
		struct probe *probe = &probes[i];

		send_due(probe, now_ms);
		fds[i] = (struct pollfd){.fd = probe->is_over ? -1 : probe->fd};
		if (probe->is_over)
			continue;
		is_waiting = true;
		fds[i].events = probe->kind->socket_type == SOCK_STREAM ? POLLOUT : POLLIN;
		if (probe->kind->send && probe->due_ms - now_ms < wait_ms)
			wait_ms = probe->due_ms - now_ms;
	}
	if (!is_waiting || now_ms >= until_ms)
		return -1;
	return wait_ms;
}

void probes_run(struct probe *probes, size_t n, int64_t until_ms)
{
	struct pollfd *fds = calloc(n ? n : 1, sizeof(*fds));
	int64_t wait_ms;
	size_t i;

	for (i = 0; i < n; i++)
		start(&probes[i]);
	while (fds && (wait_ms = prepare(probes, fds, n, until_ms)) >= 0) {
		if (poll(fds, n, (int)wait_ms) <= 0)
			continue;
		for (i = 0; i < n; i++) {
			if (fds[i].revents)
				take(&probes[i], fds[i].revents);
		}
	}
	for (i = 0; i < n; i++) {
		if (probes[i].fd >= 0)
			close(probes[i].fd);
	}
	free(fds);
}

const struct probe_kind probe_tcp = {.socket_type = SOCK_STREAM};
