/* SPDX-License-Identifier: MIT */
/* channel.h - a kept-open connection to the daemon's API: one call at a time, never waiting. */
#ifndef BENCH_CHANNEL_H
#define BENCH_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

struct channel {
	int fd;
	size_t n; /* bytes of the answer so far */
	char answer[16384];
};

struct call {
	const char *method;
	const char *path;
	const char *body; /* JSON */
};

int channel_open(const char *socket, struct channel *ret_channel); /* -errno */
void channel_close(struct channel *channel);

int channel_send(struct channel *channel, const struct call *call); /* -errno */

/* The status of the answer once all of it is there; -EAGAIN before that, else -errno. */
int channel_receive(struct channel *channel);

/* Sends and waits, for at most @timeout_ms. */
int channel_ask(struct channel *channel, const struct call *call, int timeout_ms);

#endif /* BENCH_CHANNEL_H */
