/* SPDX-License-Identifier: MIT */
/*
 * accounting.h - what RADIUS is told of sessions (RFC 2866, 2869), kept on disk until it knows.
 *
 *   accounting_prepare() ─► acct_sessions ─► acct_spool ─► a server, until it has answered
 *   the daemon's events, looks at GET /v1/sessions/{mac} ─┘
 *
 * Sessions live in the daemon and outlive this program: a row of acct_sessions is what was begun
 * and not yet ended, a row of acct_spool is a record that no server has confirmed.
 */
#ifndef XDP511_PORTAL_ACCOUNTING_H
#define XDP511_PORTAL_ACCOUNTING_H

#include <stdint.h>

#include "base/log.h"
#include "portal/attempt.h"

struct portal;

/* portal->accounting stays NULL when [radius] names no server for it; then all others do nothing. */
int accounting_start(struct portal *portal, struct error *error);
void accounting_stop(struct portal *portal); /* also when it was never started */

/*
 * Three calls for a session; grants without accounting are let be. Before the daemon is asked for
 * it: what is in force then is known here, whatever becomes of this program or of the answer.
 */
void accounting_prepare(struct attempt *attempt);
void accounting_begin(struct attempt *attempt);	 /* the daemon has confirmed it */
void accounting_cancel(struct attempt *attempt); /* the daemon has refused it */

/* Why this program is about to sign a device out: the daemon's event only says `logout`. */
enum sign_out_reason {
	SIGN_OUT_BY_USER,     /* the button on the page, or a portal elsewhere */
	SIGN_OUT_BY_SERVER,   /* Disconnect-Request */
	SIGN_OUT_FOR_ANOTHER, /* device of the same account: the oldest goes */
};

/* To be called before the daemon is asked to; without it a `logout` is the operator's. */
void accounting_note_end(struct portal *portal, const uint8_t mac[6], const char *zone,
			 enum sign_out_reason reason);

/* For metrics. -ENOENT: there is no accounting. */
struct accounting_numbers {
	uint64_t n_spooled; /* records that no server has confirmed */
	uint64_t lag_s;	    /* how old the first of them is */
};
int accounting_read_numbers(const struct portal *portal, struct accounting_numbers *ret_numbers);

/* The session of that Acct-Session-Id. -ENOENT: none that goes on. */
int accounting_find(struct portal *portal, const char *id, uint8_t ret_mac[6],
		    char ret_zone[ZONE_NAME_SIZE]);

/* The Acct-Session-Id of the device's session. -ENOENT: none that goes on. */
int accounting_id(struct portal *portal, const struct device *device,
		  char ret_id[ACCT_SESSION_ID_SIZE]);

#endif /* XDP511_PORTAL_ACCOUNTING_H */
