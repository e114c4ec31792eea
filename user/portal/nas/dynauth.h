/* SPDX-License-Identifier: MIT */
/*
 * dynauth.h - what RADIUS servers ask of the gateway: CoA- and Disconnect-Requests (RFC 5176).
 *
 *   datagram ─► from whom? signed? now? ─► dynauth_read() ─► the daemon ─► ACK, or NAK and why
 *
 * Only who is named by `coa-from` and proves the secret is answered at all. An ACK says that the
 * daemon has done it. A request that comes again gets the answer it got, and nothing is done twice.
 */
#ifndef XDP511_PORTAL_DYNAUTH_H
#define XDP511_PORTAL_DYNAUTH_H

#include <stddef.h>

#include "base/log.h"

struct portal;

/* portal->dynauth stays NULL when [radius] has no `coa`. After nas_start(). */
int dynauth_start(struct portal *portal, struct error *error);
void dynauth_stop(struct portal *portal); /* also when it was never started */

/* The word for a reason of tally.silences. */
const char *dynauth_silence(size_t number);

#endif /* XDP511_PORTAL_DYNAUTH_H */
