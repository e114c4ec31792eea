/* SPDX-License-Identifier: MIT */
/* web_peers.c - connections of guests: where they come from, and how long a request may take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "portal/portal.h"
#include "base/monotonic.h"
#include "portal/web/web_internal.h"

#define REQUEST_LIMIT_MS 30000 /* from its connection, or the answer before, to its end */
#define CROWDED_LIMIT_MS 3000  /* the same when places run out, of those that still ask */

static void read_address(struct peer *peer)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(peer->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr_in *four;
	const struct sockaddr_in6 *six;

	if (!info)
		return;
	four = (const void *)info->client_addr;
	six = (const void *)info->client_addr;
	if (info->client_addr->sa_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, peer->address, sizeof(peer->address));
		peer->port = ntohs(four->sin_port);
	} else if (info->client_addr->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &six->sin6_addr, peer->address, sizeof(peer->address));
		peer->port = ntohs(six->sin6_port);
	}
}

static struct peer *peer_new(struct web *web, struct MHD_Connection *connection)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->web = web;
	peer->connection = connection;
	peer->since_ms = monotonic_ms();
	read_address(peer);
	peer->next = web->peers;
	if (peer->next)
		peer->next->previous = peer;
	web->peers = peer;
	web->n_peers++;
	web->portal->tally.n_connections++;
	return peer;
}

static void peer_free(struct peer *peer)
{
	struct tally *tally;

	if (!peer)
		return;
	tally = &peer->web->portal->tally;
	tally->n_connections--;
	tally->unused_tls += peer->is_tls && !peer->has_asked;
	if (peer->next)
		peer->next->previous = peer->previous;
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		peer->web->peers = peer->next;
	peer->web->n_peers--;
	free(peer);
}

static gnutls_session_t session_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	return info ? info->tls_session : NULL;
}

/* A browser that comes again needs no second signature of ours, the better part of a handshake. */
static void offer_resumption(const struct web *web, gnutls_session_t session)
{
	if (session && web->ticket_key.data)
		(void)gnutls_session_ticket_enable_server(session, &web->ticket_key);
}

void web_on_connection(void *context, struct MHD_Connection *connection, void **peer_slot,
		       enum MHD_ConnectionNotificationCode code)
{
	struct peer *peer;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*peer_slot = peer = peer_new(context, connection);
		if (peer)
			peer->is_tls = session_of(connection) != NULL;
		offer_resumption(context, session_of(connection));
	} else {
		peer_free(*peer_slot);
		*peer_slot = NULL;
	}
}

/*
 * How long @peer may take. One device has as many IPv6 addresses as it likes, so no bound on an
 * address keeps it from taking all places; its budget in the gate is too small to take them anew
 * every three seconds. Who waits for an answer of ours has asked already.
 */
static uint64_t time_of(const struct web *web, const struct peer *peer, uint64_t now_ms)
{
	bool is_crowded = web->n_peers > MAX_CONNECTIONS / 4 * 3;

	return is_crowded && peer->waited_ms != now_ms ? CROWDED_LIMIT_MS : REQUEST_LIMIT_MS;
}

/* Idle ones libmicrohttpd ends by itself; these send or take a little now and then. */
void web_cut_slow(struct web *web)
{
	uint64_t now_ms = monotonic_ms();
	const struct web_request *request;
	const struct peer *peer;

	for (request = web->waiting; request; request = request->next)
		request->peer->waited_ms = now_ms;
	for (peer = web->peers; peer; peer = peer->next) {
		const union MHD_ConnectionInfo *info;

		if (now_ms - peer->since_ms < time_of(web, peer, now_ms))
			continue;
		info = MHD_get_connection_info(peer->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		if (info)
			(void)shutdown(info->connect_fd, SHUT_RDWR);
	}
}
