/* SPDX-License-Identifier: MIT */
/*
 * remote_server.h - the process that speaks TLS for the control API: keys, tokens, connections.
 *
 * A program of its own, `xdp511d --serve-api …`, that shares no memory with the daemon: key and
 * tokens are in nobody else's, and what a peer could do to TLS happens where no privilege is. Whoever
 * has shown a token is passed on to the daemon, as one end of a socket pair with the request in it.
 */
#ifndef XDP511_REMOTE_SERVER_H
#define XDP511_REMOTE_SERVER_H

#include <stdbool.h>

#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "base/config.h"
#include "controller/api/bearer.h"

#define REMOTE_OPTION	 "--serve-api"
#define REMOTE_CHANNEL	 3 /* descriptor of the way to the daemon; behind it those that listen */
#define REMOTE_TEXT_SIZE 512

enum remote_kind {
	REMOTE_READY = 1,
	REMOTE_FAILED,	   /* and why */
	REMOTE_CONNECTION, /* with a descriptor */
};

/* One message on the channel. */
struct remote_message {
	enum remote_kind kind;
	char text[REMOTE_TEXT_SIZE];
};

/* What the process knows, the same for all connections. */
struct remote_keys {
	gnutls_certificate_credentials_t credentials;
	struct bearer bearer;
};

/* Reads the files, which have to fit to each other. */
int remote_keys_load(const struct config_api *api, struct remote_keys *ret_keys,
		     struct error *error);
void remote_keys_done(struct remote_keys *keys);

/* The program: `xdp511d --serve-api CERTIFICATE KEY TOKEN-FILE N`, N sockets that listen. */
int remote_server_main(int argc, char **argv);

/* No path, and only the calls that threads with sockets need (remote_sandbox.c). */
int remote_sandbox_enter(void);

/* One connection, from its first byte to its end (remote_relay.c); closes @fd. */
void remote_relay(const struct remote_keys *keys, int fd, const struct sockaddr *peer);

/* Hands the daemon one end of a connection. */
int remote_pass_on(int fd);

/* Somebody showed no valid token: told, but not too often. */
void remote_tell_refusal(const struct sockaddr *peer);

#endif /* XDP511_REMOTE_SERVER_H */
