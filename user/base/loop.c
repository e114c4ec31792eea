/* SPDX-License-Identifier: MIT */
/* loop.c - the one thread's event loop: descriptors, timers, and hooks before each wait. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "base/loop.h"

#define MAX_SOURCES 64
#define MAX_HOOKS   16

struct source {
	int fd;	       /* -1: the place is free */
	bool is_timer; /* then the descriptor is the loop's own */
	loop_fn fn;
	void *context;
};

struct hook {
	int (*fn)(void *context);
	void *context;
};

struct loop {
	int epoll_fd;
	bool running;
	struct source sources[MAX_SOURCES];
	size_t n_sources;
	struct hook hooks[MAX_HOOKS];
	size_t n_hooks;
};

int loop_new(struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return -ENOMEM;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		free(loop);
		return -errno;
	}
	*ret_loop = loop;
	return 0;
}

struct loop *loop_free(struct loop *loop)
{
	size_t i;

	if (!loop)
		return NULL;
	for (i = 0; i < loop->n_sources; i++) {
		if (loop->sources[i].is_timer)
			close(loop->sources[i].fd);
	}
	close(loop->epoll_fd);
	free(loop);
	return NULL;
}

static int add(struct loop *loop, struct source source)
{
	struct epoll_event event = {.events = EPOLLIN};
	size_t number = 0;

	while (number < loop->n_sources && loop->sources[number].fd >= 0)
		number++;
	if (number == MAX_SOURCES)
		return -ENOSPC;
	event.data.u64 = number;
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source.fd, &event))
		return -errno;
	loop->sources[number] = source;
	if (number == loop->n_sources)
		loop->n_sources++;
	return (int)number;
}

int loop_watch(struct loop *loop, int fd, loop_fn fn, void *context)
{
	int err = add(loop, (struct source){.fd = fd, .fn = fn, .context = context});

	return err < 0 ? err : 0;
}

void loop_unwatch(struct loop *loop, int fd)
{
	size_t i;

	for (i = 0; i < loop->n_sources; i++) {
		if (loop->sources[i].fd != fd)
			continue;
		(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		loop->sources[i] = (struct source){.fd = -1};
	}
}

int loop_timer(struct loop *loop, loop_fn fn, void *context)
{
	struct source source = {.is_timer = true, .fn = fn, .context = context};
	int number;

	source.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (source.fd < 0)
		return -errno;
	number = add(loop, source);
	if (number < 0)
		close(source.fd);
	return number;
}

static struct timespec from_ms(uint64_t ms)
{
	return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

void loop_set(struct loop *loop, int timer, uint64_t after_ms)
{
	struct itimerspec spec = {.it_value = from_ms(after_ms)};

	if (!after_ms)
		spec.it_value.tv_nsec = 1; /* zero would switch the timer off */
	(void)timerfd_settime(loop->sources[timer].fd, 0, &spec, NULL);
}

void loop_set_every(struct loop *loop, int timer, uint64_t every_ms)
{
	struct itimerspec spec = {.it_value = from_ms(every_ms), .it_interval = from_ms(every_ms)};

	(void)timerfd_settime(loop->sources[timer].fd, 0, &spec, NULL);
}

int loop_before_wait(struct loop *loop, int (*hook)(void *context), void *context)
{
	if (loop->n_hooks == MAX_HOOKS)
		return -ENOSPC;
	loop->hooks[loop->n_hooks++] = (struct hook){.fn = hook, .context = context};
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->running = false;
}

static void handle(const struct source *source)
{
	uint64_t expirations;

	if (!source->fn) /* not watched any more, since an event of the same wait */
		return;
	/* A timer that was set anew since epoll reported it has nothing to read: not due yet. */
	if (source->is_timer && read(source->fd, &expirations, sizeof(expirations)) < 0)
		return;
	source->fn(source->context);
}

/* The shortest of the hooks' waits; -1: none has an end. */
static int run_hooks(struct loop *loop)
{
	int shortest_ms = -1;
	size_t i;

	for (i = 0; i < loop->n_hooks; i++) {
		int wait_ms = loop->hooks[i].fn(loop->hooks[i].context);

		if (wait_ms >= 0 && (shortest_ms < 0 || wait_ms < shortest_ms))
			shortest_ms = wait_ms;
	}
	return shortest_ms;
}

int loop_run(struct loop *loop)
{
	loop->running = true;
	while (loop->running) {
		struct epoll_event events[MAX_SOURCES];
		int i, n = epoll_wait(loop->epoll_fd, events, MAX_SOURCES, run_hooks(loop));

		if (n < 0 && errno != EINTR)
			return -errno;
		for (i = 0; i < n; i++)
			handle(&loop->sources[events[i].data.u64]);
	}
	return 0;
}
