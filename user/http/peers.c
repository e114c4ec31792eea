/* SPDX-License-Identifier: MIT */
/* peers.c - connections that may last only so long, whatever goes on in them. */
#include "http/peers.h"

#include <stdlib.h>

#include <sys/socket.h>

#include "base/monotonic.h"

struct http_peer {
	struct http_peers *peers;
	struct http_peer *previous, *next;
	struct MHD_Connection *connection;
	uint64_t until_ms;
};

static void shut(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (info)
		(void)shutdown(info->connect_fd, SHUT_RDWR);
}

/* One that nobody could keep in mind isn't let in at all. */
static struct http_peer *add(struct http_peers *peers, struct MHD_Connection *connection)
{
	struct http_peer *peer = calloc(1, sizeof(*peer));

	if (!peer) {
		shut(connection);
		return NULL;
	}
	peer->peers = peers;
	peer->connection = connection;
	peer->until_ms = monotonic_ms() + peers->longest_ms;
	peer->next = peers->first;
	if (peer->next)
		peer->next->previous = peer;
	peers->first = peer;
	return peer;
}

static void drop(struct http_peer *peer)
{
	if (!peer)
		return;
	if (peer->next)
		peer->next->previous = peer->previous;
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		peer->peers->first = peer->next;
	free(peer);
}

void http_peers_on_connection(void *context, struct MHD_Connection *connection, void **slot,
			      enum MHD_ConnectionNotificationCode code)
{
	struct http_peers *peers = context;

	if (!peers->longest_ms)
		return;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*slot = add(peers, connection);
	} else {
		drop(*slot);
		*slot = NULL;
	}
}

void http_peers_cut(struct http_peers *peers)
{
	const struct http_peer *peer;
	uint64_t now = peers->first ? monotonic_ms() : 0;

	for (peer = peers->first; peer; peer = peer->next) {
		if (now >= peer->until_ms)
			shut(peer->connection);
	}
}
