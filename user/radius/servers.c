/* SPDX-License-Identifier: MIT */
/* servers.c - RADIUS servers: their sockets and ids, whose turn it is, and what comes back. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/endpoint.h"
#include "radius/client_internal.h"

#define SILENCES_MAX	  2	  /* a lost packet is no silent server yet */
#define SILENT_MS	  30000	  /* so long it is asked last */
#define TELL_MS		  3600000 /* the same of a bad answer is logged once in it */
#define EVENTS_AT_ONCE	  16
#define DATAGRAMS_AT_ONCE 256 /* others of the loop want their turn */

static const char *server_text(const struct server *server, char buffer[ENDPOINT_TEXT])
{
	return format_endpoint(&server->endpoint, buffer);
}

static void line_close(struct line *line)
{
	if (line->fd >= 0)
		close(line->fd);
	line->fd = -1;
}

static int line_open(struct line *line)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
	struct server *server = line->server;
	socklen_t size = sizeof(server->local.address);
	int fd = socket(server->endpoint.address.ss_family,
			SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&server->endpoint.address,
		    endpoint_length(&server->endpoint)) ||
	    getsockname(fd, (struct sockaddr *)&server->local.address, &size) ||
	    epoll_ctl(server->channel->radius->epoll_fd, EPOLL_CTL_ADD, fd, &event)) {
		int err = -errno;

		close(fd);
		return err;
	}
	line->fd = fd;
	return 0;
}

/* One with a free id, opened if need be; NULL: the server can't be reached at all. */
static struct line *find_line(struct server *server)
{
	for (size_t i = 0; i < LINES_MAX; i++) {
		struct line *line = &server->lines[i];

		if (line->used == IDS)
			continue;
		return line->fd >= 0 || !line_open(line) ? line : NULL;
	}
	return NULL;
}

const struct endpoint *servers_local(struct channel *channel)
{
	for (unsigned int i = 0; i < channel->n_servers; i++) {
		struct server *server = &channel->servers[i];

		if (server->local.address.ss_family != AF_UNSPEC || find_line(server))
			return &server->local;
	}
	return NULL;
}

void servers_close(struct channel *channel)
{
	for (unsigned int i = 0; i < channel->n_servers; i++) {
		for (size_t line = 0; line < LINES_MAX; line++)
			line_close(&channel->servers[i].lines[line]);
	}
}

static void forget_at(struct question *question, unsigned int number)
{
	struct line *line = question->at[number].line;

	if (!line)
		return;
	line->slots[question->at[number].id] = NULL;
	line->used--;
	question->at[number].line = NULL;
}

void servers_forget(struct question *question)
{
	for (unsigned int i = 0; i < ENDPOINTS_MAX; i++)
		forget_at(question, i);
}

static bool take_id(struct question *question, struct server *server)
{
	struct line *line = find_line(server);

	if (!line)
		return false;
	while (line->slots[line->next_id])
		line->next_id++;
	question->at[server->number].line = line;
	question->at[server->number].id = line->next_id;
	line->slots[line->next_id++] = question;
	line->used++;
	return true;
}

/* To the same server always the same bytes: by them it knows what it was asked before. */
static bool send_to(struct question *question, struct server *server, uint64_t now_us)
{
	const struct secret *secret = &server->channel->radius->secret;
	struct packet packet = {.size = question->size};
	struct line *line;
	bool is_sent;

	if (!question->at[server->number].line && !take_id(question, server))
		return false;
	line = question->at[server->number].line;
	memcpy(packet.data, question->data, question->size);
	if (packet_sign_request(&packet, question->at[server->number].id, secret))
		return false;
	memcpy(question->at[server->number].header, packet.data, RADIUS_MIN);
	question->at[server->number].sent_us = now_us;
	question->at[server->number].times++;
	server->status.sent++;
	is_sent = send(line->fd, packet.data, packet.size, MSG_NOSIGNAL) >= 0;
	if (!is_sent && errno == ECONNREFUSED) /* of an earlier packet: it is read by that */
		is_sent = send(line->fd, packet.data, packet.size, MSG_NOSIGNAL) >= 0;
	return is_sent;
}

/*
 * Who was silent is asked first again after a while, by one question: others wait for how that
 * goes. Sockets are opened anew then, as the gateway's own address may have changed.
 */
static bool is_silent(struct server *server, uint64_t now_ms)
{
	if (!server->silent_until_ms)
		return false;
	if (server->silent_until_ms > now_ms)
		return true;
	server->silent_until_ms = now_ms + SILENT_MS;
	for (size_t i = 0; i < LINES_MAX; i++) {
		if (!server->lines[i].used)
			line_close(&server->lines[i]);
	}
	return false;
}

/* The next in order that had no turn in this round: those that answer, then the silent ones. */
static struct server *next_server(struct question *question, uint64_t now_ms)
{
	struct channel *channel = question->channel;
	struct server *silent = NULL;

	for (unsigned int i = 0; i < channel->n_servers; i++) {
		struct server *server = &channel->servers[i];

		if (question->round & 1U << i)
			continue;
		if (!is_silent(server, now_ms))
			return server;
		if (!silent)
			silent = server;
	}
	return silent;
}

static bool is_round_over(const struct question *question)
{
	return question->round == (1U << question->channel->n_servers) - 1;
}

void servers_send(struct question *question, uint64_t now_us)
{
	const struct config_radius *config = question->channel->radius->config;
	uint64_t now_ms = now_us / 1000;
	bool is_sent = false;

	if (is_round_over(question))
		question->round = 0;
	while (!is_sent && !is_round_over(question)) {
		question->server = next_server(question, now_ms);
		question->round |= 1U << question->server->number;
		is_sent = send_to(question, question->server, now_us);
	}
	if (!is_sent)
		question->server = NULL;
	question->next_ms = now_ms + config->timeout_s * 1000;
	if (question->next_ms > question->deadline_ms)
		question->next_ms = question->deadline_ms;
}

static void fall_silent(struct server *server, uint64_t now_ms)
{
	char text[ENDPOINT_TEXT];

	if (!server->silent_until_ms)
		log_event(LOG_LEVEL_WARNING, &(struct log_event){.kind = LOG_KIND_RADIUS_SILENT},
			  "RADIUS server %s does not answer; see that it runs, that it knows "
			  "this gateway as a client, and that the secret is the same",
			  server_text(server, text));
	server->silent_until_ms = now_ms + SILENT_MS;
}

void servers_note_timeout(struct question *question, uint64_t now_us)
{
	struct server *server = question->server;

	if (!server)
		return;
	server->status.timeouts++;
	if (server->last_answer_us < question->at[server->number].sent_us &&
	    ++server->silences >= SILENCES_MAX)
		fall_silent(server, now_us / 1000);
}

static void note_answer(struct server *server, const struct question *question, uint8_t code,
			uint64_t now_us)
{
	uint64_t latency_us = now_us - question->at[server->number].sent_us;
	char text[ENDPOINT_TEXT];

	if (server->silent_until_ms)
		log_event(LOG_LEVEL_INFO, &(struct log_event){.kind = LOG_KIND_RADIUS_BACK},
			  "RADIUS server %s answers again", server_text(server, text));
	server->silent_until_ms = 0;
	server->silences = 0;
	server->last_answer_us = now_us;
	server->status.answers++;
	server->status.rejects += code == CODE_ACCESS_REJECT;
	server->status.challenges += code == CODE_ACCESS_CHALLENGE;
	/* Of a packet that was sent twice nobody knows which one the answer is to. */
	if (question->at[server->number].times > 1)
		return;
	metric_observe(&server->status.latency, latency_us);
	if (!server->status.latency_us)
		server->status.latency_us = (uint32_t)latency_us;
	else
		server->status.latency_us =
			(uint32_t)((7ULL * server->status.latency_us + latency_us) / 8);
}

/* Anyone may send such packets, so each kind is told once in a while, and always counted. */
static void note_bad(struct server *server, enum packet_fault fault, uint64_t now_us)
{
	const char *remedy = "";
	char text[ENDPOINT_TEXT];

	server->status.bad[fault]++;
	if (server->told_ms[fault] && now_us / 1000 - server->told_ms[fault] < TELL_MS)
		return;
	server->told_ms[fault] = now_us / 1000;
	if (fault == PACKET_UNAUTHENTICATED)
		remedy = "; update the server (CVE-2024-3596), or have it add one to its answers";
	else if (fault == PACKET_FORGED)
		remedy = "; see that the secret is the same, or who else sends answers";
	log_warning("An answer of RADIUS server %s counts for nothing: it %s%s",
		    server_text(server, text), packet_fault_text(fault), remedy);
}

static bool is_answer(enum radius_kind kind, uint8_t code)
{
	if (kind == RADIUS_ACCOUNTING)
		return code == CODE_ACCOUNTING_RESPONSE;
	return code == CODE_ACCESS_ACCEPT || code == CODE_ACCESS_REJECT ||
	       code == CODE_ACCESS_CHALLENGE;
}

static void take_datagram(struct line *line, const uint8_t *data, size_t size)
{
	struct server *server = line->server;
	struct channel *channel = server->channel;
	uint64_t now_us = radius_now_us();
	struct question *question = NULL;
	struct received answer;
	enum packet_fault fault =
		size > RADIUS_MAX ? PACKET_LONG : packet_read(data, size, &answer);

	if (fault == PACKET_OK && is_answer(channel->kind, answer.code))
		question = line->slots[answer.id];
	if (fault == PACKET_OK && !question) {
		server->status.strays++;
		return;
	}
	if (fault == PACKET_OK)
		fault = packet_check_answer(&answer, question->at[server->number].header,
					    &channel->radius->secret,
					    channel->kind == RADIUS_AUTHENTICATION);
	if (fault != PACKET_OK) {
		note_bad(server, fault, now_us);
		return;
	}
	note_answer(server, question, answer.code, now_us);
	question_finish(question, 0, &answer);
}

/*
 * Nobody listens there. Those who wait for this server go on to one that had no turn yet; when
 * there is none they wait out their time, as a server that starts again refuses for a moment too.
 */
static bool take_refusal(struct server *server)
{
	struct question *question;
	bool is_any = false;

	server->silences = SILENCES_MAX;
	fall_silent(server, radius_now_us() / 1000);
	for (question = server->channel->asked.first; question; question = question->next) {
		if (question->server != server || is_round_over(question))
			continue;
		question->next_ms = radius_now_us() / 1000;
		is_any = true;
	}
	return is_any;
}

/* Returns whether there may be more. */
static bool receive(struct line *line, bool *is_hurried)
{
	uint8_t data[RADIUS_MAX + 1];
	ssize_t size = recv(line->fd, data, sizeof(data), MSG_DONTWAIT);

	if (size >= 0)
		take_datagram(line, data, (size_t)size);
	else if (errno != EAGAIN && errno != EINTR)
		*is_hurried |= take_refusal(line->server);
	return size >= 0;
}

bool servers_receive(struct radius *radius)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int n = epoll_wait(radius->epoll_fd, events, EVENTS_AT_ONCE, 0);
	int left = DATAGRAMS_AT_ONCE;
	bool is_hurried = false;

	/* Lines stay in place: one that a callback closed meanwhile is seen to be closed. */
	for (int i = 0; i < n; i++) {
		struct line *line = events[i].data.ptr;

		while (left-- > 0 && line->fd >= 0 && receive(line, &is_hurried))
			;
	}
	return is_hurried;
}
