/* SPDX-License-Identifier: MIT */
/*
 * client_internal.h - what client.c (questions and their time) and servers.c (sockets) share.
 *
 * A question waits in `waiting` until an id is to be had, and is then in `asked` until it is
 * answered or its time is over. It keeps its id at each server it was sent to, so that a late
 * answer of the first one still counts after the second was asked.
 */
#ifndef XDP511_RADIUS_CLIENT_INTERNAL_H
#define XDP511_RADIUS_CLIENT_INTERNAL_H

#include "radius/client.h"

#define IDS		256 /* of a socket: the id has a byte */
#define LINES_MAX	4   /* sockets to one server */
#define OUTSTANDING_MAX (IDS * LINES_MAX)
#define WAITING_MAX	8192 /* more are refused at once */

struct question {
	struct question *next, *previous;
	struct channel *channel;
	radius_fn fn;
	void *context;
	uint64_t deadline_ms;
	uint64_t next_ms;      /* the next server's turn, unless there is an answer */
	struct server *server; /* being asked; NULL: none could be */
	uint32_t round;	       /* bits of the servers that had their turn in this round */
	struct {
		struct line *line; /* NULL: not asked yet */
		uint8_t id;
		uint8_t times;
		uint8_t header[RADIUS_MIN]; /* as sent: its answer is checked with it */
		uint64_t sent_us;
	} at[ENDPOINTS_MAX];
	size_t size;
	uint8_t data[]; /* not signed yet */
};

/* A connected socket: the kernel takes only datagrams of that server, and picks its port. */
struct line {
	struct server *server;
	int fd; /* -1: not open */
	struct question *slots[IDS];
	unsigned int used;
	uint8_t next_id;
};

struct server {
	struct channel *channel;
	unsigned int number;
	struct endpoint endpoint;
	struct endpoint local; /* the gateway's own address towards it; AF_UNSPEC: not known */
	struct line lines[LINES_MAX];
	unsigned int silences;	  /* tries in a row without an answer */
	uint64_t silent_until_ms; /* asked last until then; 0: it answers */
	uint64_t last_answer_us;
	uint64_t told_ms[PACKET_FAULT_COUNT]; /* when a bad answer was logged; 0: never */
	struct radius_status status;
};

struct question_list {
	struct question *first, *last;
	size_t n;
};

/* One for each kind. */
struct channel {
	struct radius *radius;
	enum radius_kind kind;
	struct server servers[ENDPOINTS_MAX];
	unsigned int n_servers;
	struct question_list waiting, asked;
	uint64_t n_unanswered;
};

struct radius {
	struct loop *loop;
	const struct config_radius *config;
	struct secret secret;
	int epoll_fd; /* of all lines; the loop watches it */
	int timer;
	bool is_ticking;
	bool has_quit;
	struct channel channels[RADIUS_KINDS];
};

uint64_t radius_now_us(void);

/* Sends it to the server of the next turn; sets its next_ms. An id is free: see OUTSTANDING_MAX. */
void servers_send(struct question *question, uint64_t now_us);

/* The server had its time, and nothing came. */
void servers_note_timeout(struct question *question, uint64_t now_us);

/* Its ids are free again. */
void servers_forget(struct question *question);

/* The gateway's own address towards the first server that has a route; NULL: none has. */
const struct endpoint *servers_local(struct channel *channel);

void servers_close(struct channel *channel);

/* Datagrams have come, for any line. true: for some question the time of its server is over now. */
bool servers_receive(struct radius *radius);

/* Of client.c: the question is answered, or can't be any more. It is freed. */
void question_finish(struct question *question, int err, const struct received *answer);

#endif /* XDP511_RADIUS_CLIENT_INTERNAL_H */
