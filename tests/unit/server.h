/* SPDX-License-Identifier: MIT */
/* server.h - the responder set up for a test: settings, and a box for what it sends. */
#ifndef XDP511_TEST_SERVER_H
#define XDP511_TEST_SERVER_H

#include "client.h"
#include "responder/respond.h"

#define SENT_MAX 16

struct server {
	struct config_zone zones[2]; /* default, and "press" on VLAN 200 */
	struct config config;
	struct responder_settings settings;
	struct cookie_keys cookie_keys;
	struct responder_counters counters;
	struct world world;
	struct frame sent[SENT_MAX]; /* of the last frame given to server_give() */
	size_t n_sent;
	size_t taken;
};

/* May be called again: it starts anew. server_done() releases what it made. */
void server_init(struct server *server);
void server_done(struct server *server);

/* Sets the responder's clock: seconds after the start, at which a slot of the cookie began. */
void server_set_time(struct server *server, unsigned int seconds);

/* Hands one frame to the responder; what it answers is in server->sent. */
void server_give(struct server *server, const struct frame *frame);

/* The answer of a responder that remembers nothing, so that settings may change in between. */
void answer_http(const uint8_t key[LINK_KEY_SIZE], const struct http_request *request,
		 struct visit *visit, struct answer *ret_answer);

#endif /* XDP511_TEST_SERVER_H */
