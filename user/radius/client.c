/* SPDX-License-Identifier: MIT */
/* client.c - questions to RADIUS servers: who waits, whose time is over, who is told. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/random.h>

#include "base/endpoint.h"
#include "radius/client_internal.h"

#define TICK_MS 100 /* how exactly `timeout` and `deadline` are kept */

uint64_t radius_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void append(struct question_list *list, struct question *question)
{
	question->next = NULL;
	question->previous = list->last;
	*(list->last ? &list->last->next : &list->first) = question;
	list->last = question;
	list->n++;
}

static void take_out(struct question_list *list, struct question *question)
{
	*(question->previous ? &question->previous->next : &list->first) = question->next;
	*(question->next ? &question->next->previous : &list->last) = question->previous;
	list->n--;
}

static bool is_asked(const struct question *question)
{
	return question->next_ms != 0;
}

/* A password is in it, if hidden. */
static void question_free(struct question *question)
{
	explicit_bzero(question->data, question->size);
	free(question);
}

void question_finish(struct question *question, int err, const struct received *answer)
{
	struct channel *channel = question->channel;
	radius_fn fn = question->fn;
	void *context = question->context;

	channel->n_unanswered += err == -ETIMEDOUT;
	take_out(is_asked(question) ? &channel->asked : &channel->waiting, question);
	servers_forget(question);
	question_free(question);
	fn(context, err, answer);
}

/* Whoever waits is asked as long as there are ids. */
static void ask_waiting(struct channel *channel, uint64_t now_us)
{
	while (channel->waiting.first && channel->asked.n < OUTSTANDING_MAX) {
		struct question *question = channel->waiting.first;

		take_out(&channel->waiting, question);
		append(&channel->asked, question);
		servers_send(question, now_us);
	}
}

static void tick_channel(struct channel *channel, uint64_t now_us)
{
	struct question *question, *next;
	uint64_t now_ms = now_us / 1000;

	/* fn() may append to the lists, and takes nothing out. */
	for (question = channel->asked.first; question; question = next) {
		next = question->next;
		if (question->next_ms > now_ms)
			continue;
		servers_note_timeout(question, now_us);
		if (question->deadline_ms <= now_ms)
			question_finish(question, -ETIMEDOUT, NULL);
		else
			servers_send(question, now_us);
	}
	while (channel->waiting.first && channel->waiting.first->deadline_ms <= now_ms)
		question_finish(channel->waiting.first, -ETIMEDOUT, NULL);
	ask_waiting(channel, now_us);
}

static void keep_ticking(struct radius *radius)
{
	bool has_questions = false;

	for (int kind = 0; kind < RADIUS_KINDS; kind++)
		has_questions |= radius->channels[kind].asked.n || radius->channels[kind].waiting.n;
	if (has_questions && !radius->is_ticking)
		loop_set(radius->loop, radius->timer, TICK_MS);
	radius->is_ticking = has_questions;
}

static void tick(void *context)
{
	struct radius *radius = context;

	radius->is_ticking = false;
	for (int kind = 0; kind < RADIUS_KINDS; kind++)
		tick_channel(&radius->channels[kind], radius_now_us());
	keep_ticking(radius);
}

static void receive(void *context)
{
	struct radius *radius = context;
	bool is_hurried = servers_receive(radius);

	for (int kind = 0; kind < RADIUS_KINDS; kind++) {
		if (is_hurried)
			tick_channel(&radius->channels[kind], radius_now_us());
		else
			ask_waiting(&radius->channels[kind], radius_now_us());
	}
	keep_ticking(radius);
}

static void set_up_channel(struct radius *radius, enum radius_kind kind,
			   const struct endpoints *endpoints)
{
	struct channel *channel = &radius->channels[kind];

	channel->radius = radius;
	channel->kind = kind;
	channel->n_servers = (unsigned int)endpoints->n;
	for (unsigned int i = 0; i < channel->n_servers; i++) {
		struct server *server = &channel->servers[i];

		server->channel = channel;
		server->number = i;
		server->endpoint = endpoints->list[i];
		server->status.address = server->endpoint.address;
		for (size_t line = 0; line < LINES_MAX; line++)
			server->lines[line] = (struct line){.server = server, .fd = -1};
	}
}

int radius_new(struct loop *loop, const struct config_radius *config, struct radius **ret_radius,
	       struct error *error)
{
	struct radius *radius = calloc(1, sizeof(*radius));
	int err;

	if (!radius)
		return fail(error, ENOMEM, "out of memory for RADIUS");
	radius->loop = loop;
	radius->config = config;
	radius->epoll_fd = -1;
	set_up_channel(radius, RADIUS_AUTHENTICATION, &config->servers);
	set_up_channel(radius, RADIUS_ACCOUNTING, &config->accounting);
	err = secret_load(config->secret_file, &radius->secret, error);
	if (err)
		goto out;
	radius->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	err = radius->epoll_fd < 0 ? -errno : 0;
	if (!err)
		err = loop_watch(loop, radius->epoll_fd, receive, radius);
	if (!err)
		radius->timer = loop_timer(loop, tick, radius);
	if (!err && radius->timer < 0)
		err = radius->timer;
	if (err)
		fail(error, -err, "RADIUS can't wait for answers: %s", strerror(-err));
out:
	if (err)
		radius_free(radius);
	else
		*ret_radius = radius;
	return err;
}

void radius_quit(struct radius *radius)
{
	if (!radius)
		return;
	radius->has_quit = true;
	for (int kind = 0; kind < RADIUS_KINDS; kind++) {
		struct channel *channel = &radius->channels[kind];

		while (channel->asked.first)
			question_finish(channel->asked.first, -ECANCELED, NULL);
		while (channel->waiting.first)
			question_finish(channel->waiting.first, -ECANCELED, NULL);
	}
}

struct radius *radius_free(struct radius *radius)
{
	if (!radius)
		return NULL;
	radius_quit(radius);
	for (int kind = 0; kind < RADIUS_KINDS; kind++)
		servers_close(&radius->channels[kind]);
	if (radius->epoll_fd >= 0) {
		loop_unwatch(radius->loop, radius->epoll_fd);
		close(radius->epoll_fd);
	}
	secret_wipe(&radius->secret);
	free(radius);
	return NULL;
}

static void add_own_address(struct channel *channel, struct packet *packet)
{
	const struct endpoint *local = servers_local(channel);
	const struct sockaddr_in *ipv4;
	const struct sockaddr_in6 *ipv6;

	if (!local)
		return;
	ipv4 = (const struct sockaddr_in *)&local->address;
	ipv6 = (const struct sockaddr_in6 *)&local->address;
	if (local->address.ss_family == AF_INET)
		packet_add(packet, ATTR_NAS_IP_ADDRESS, &ipv4->sin_addr, sizeof(ipv4->sin_addr));
	else
		packet_add(packet, ATTR_NAS_IPV6_ADDRESS, &ipv6->sin6_addr,
			   sizeof(ipv6->sin6_addr));
}

void radius_begin(struct radius *radius, enum radius_kind kind, struct packet *ret_packet)
{
	uint8_t random[AUTHENTICATOR_SIZE];

	if (kind == RADIUS_ACCOUNTING) {
		packet_begin(ret_packet, CODE_ACCOUNTING_REQUEST, false, NULL);
	} else {
		/* So few bytes don't fail and don't wait, but for the first seconds of a machine. */
		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			abort();
		packet_begin(ret_packet, CODE_ACCESS_REQUEST, true, random);
	}
	packet_add_text(ret_packet, ATTR_NAS_IDENTIFIER, radius->config->nas_id);
	add_own_address(&radius->channels[kind], ret_packet);
}

const struct secret *radius_secret(const struct radius *radius)
{
	return &radius->secret;
}

int radius_ask(struct radius *radius, enum radius_kind kind, const struct packet *packet,
	       radius_fn fn, void *context)
{
	struct channel *channel = &radius->channels[kind];
	uint64_t now_us = radius_now_us();
	struct question *question;

	if (radius->has_quit)
		return -ECANCELED;
	if (packet->is_full)
		return -EMSGSIZE;
	if (!channel->n_servers)
		return -ENOENT;
	if (channel->waiting.n >= WAITING_MAX)
		return -EBUSY;
	question = calloc(1, sizeof(*question) + packet->size);
	if (!question)
		return -ENOMEM;
	question->channel = channel;
	question->fn = fn;
	question->context = context;
	question->deadline_ms = now_us / 1000 + radius->config->deadline_s * 1000;
	question->size = packet->size;
	memcpy(question->data, packet->data, packet->size);
	append(&channel->waiting, question);
	ask_waiting(channel, now_us);
	keep_ticking(radius);
	return 0;
}

bool radius_has_address(const struct radius *radius, const struct endpoint *address)
{
	for (int kind = 0; kind < RADIUS_KINDS; kind++) {
		const struct channel *channel = &radius->channels[kind];

		for (unsigned int i = 0; i < channel->n_servers; i++) {
			if (endpoint_same_address(&channel->servers[i].local, address))
				return true;
		}
	}
	return false;
}

size_t radius_waiting(const struct radius *radius, enum radius_kind kind)
{
	return radius->channels[kind].asked.n + radius->channels[kind].waiting.n;
}

uint64_t radius_unanswered(const struct radius *radius, enum radius_kind kind)
{
	return radius->channels[kind].n_unanswered;
}

size_t radius_status(const struct radius *radius, enum radius_kind kind,
		     struct radius_status ret_status[ENDPOINTS_MAX])
{
	const struct channel *channel = &radius->channels[kind];

	for (unsigned int i = 0; i < channel->n_servers; i++) {
		ret_status[i] = channel->servers[i].status;
		ret_status[i].is_silent = channel->servers[i].silent_until_ms != 0;
	}
	return channel->n_servers;
}
