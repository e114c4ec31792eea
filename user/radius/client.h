/* SPDX-License-Identifier: MIT */
/*
 * client.h - RADIUS servers, asked without waiting: for authentication, and for accounting.
 *
 *   radius_begin() ─► packet_add…() ─► radius_ask() ─► … ─► fn(answer), or fn(-ETIMEDOUT)
 *
 * A request goes to the servers in their order, each for `timeout`, round and round until one
 * answers or `deadline` is over. To one server it is always the same packet, by which the server
 * knows that it was asked before. Servers that were silent are asked last for a while. Only
 * answers that prove the secret count; for authentication that is Message-Authenticator.
 */
#ifndef XDP511_RADIUS_CLIENT_H
#define XDP511_RADIUS_CLIENT_H

#include "base/config.h"
#include "base/loop.h"
#include "base/openmetrics.h"
#include "radius/packet.h"

struct radius; /* opaque */

enum radius_kind {
	RADIUS_AUTHENTICATION, /* Access-Request to `server` */
	RADIUS_ACCOUNTING,     /* Accounting-Request to `accounting` */
	RADIUS_KINDS
};

/* Reads the secret; asks nobody yet. @config is borrowed. */
int radius_new(struct loop *loop, const struct config_radius *config, struct radius **ret_radius,
	       struct error *error);

/*
 * Takes NULL. Who still waits is called with -ECANCELED, and nobody can ask any more: to be called
 * before those who ask are gone.
 */
void radius_quit(struct radius *radius);
struct radius *radius_free(struct radius *radius); /* takes NULL, returns NULL; quits before */

/*
 * Begins a request with what says who asks: NAS-Identifier, NAS-IP-Address or NAS-IPv6-Address.
 * An Access-Request has its Message-Authenticator first and a random authenticator.
 */
void radius_begin(struct radius *radius, enum radius_kind kind, struct packet *ret_packet);

/* For the User-Password of a request that was begun, and requests of servers (CoA). */
const struct secret *radius_secret(const struct radius *radius);

/*
 * @err is 0 with an @answer (Access-Accept, -Reject or -Challenge; Accounting-Response), whose
 * bytes are gone when the function returns; -ETIMEDOUT: no server answered; -ECANCELED: see above.
 * Called on the loop's thread, never before radius_ask() has returned.
 */
typedef void (*radius_fn)(void *context, int err, const struct received *answer);

/*
 * Asks; @packet is copied. -errno: @fn won't be called. -EMSGSIZE: the packet is full; -EBUSY: too
 * many wait already; -ENOENT: no server of this kind is configured; -ECANCELED: it has quit.
 */
int radius_ask(struct radius *radius, enum radius_kind kind, const struct packet *packet,
	       radius_fn fn, void *context);

/* Whether a server knows the gateway by that NAS-IP(v6)-Address. Ports don't matter. */
bool radius_has_address(const struct radius *radius, const struct endpoint *address);

/* How it goes with a server. */
struct radius_status {
	struct sockaddr_storage address;
	bool is_silent;		      /* asked last: it didn't answer */
	uint32_t latency_us;	      /* of an answer, smoothed; 0: none yet */
	uint64_t sent;		      /* packets, those sent again too */
	uint64_t answers;	      /* that count */
	uint64_t rejects, challenges; /* of those */
	struct metric_histogram latency;
	uint64_t timeouts;		  /* tries without an answer */
	uint64_t strays;		  /* answers to nothing: late or twice */
	uint64_t bad[PACKET_FAULT_COUNT]; /* answers that don't count, by what is wrong */
};

/* One of each server, in their order; returns how many. */
size_t radius_status(const struct radius *radius, enum radius_kind kind,
		     struct radius_status ret_status[ENDPOINTS_MAX]);

/* Questions that no server has answered before the deadline. */
uint64_t radius_unanswered(const struct radius *radius, enum radius_kind kind);

/* Requests that wait for an answer, or for their turn. */
size_t radius_waiting(const struct radius *radius, enum radius_kind kind);

#endif /* XDP511_RADIUS_CLIENT_H */
