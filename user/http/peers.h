/* SPDX-License-Identifier: MIT */
/* peers.h - connections that may last only so long, whatever goes on in them. */
#ifndef XDP511_PEERS_H
#define XDP511_PEERS_H

#include <stdint.h>

#include <microhttpd.h>

struct http_peer;

struct http_peers {
	uint64_t longest_ms; /* 0: any time */
	struct http_peer *first;
};

/* For libmicrohttpd, with the struct as context. */
void http_peers_on_connection(void *context, struct MHD_Connection *connection, void **slot,
			      enum MHD_ConnectionNotificationCode code);

/* Ends those whose time is over. */
void http_peers_cut(struct http_peers *peers);

#endif /* XDP511_PEERS_H */
