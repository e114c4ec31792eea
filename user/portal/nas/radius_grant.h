/* SPDX-License-Identifier: MIT */
/* radius_grant.h - what an Access-Accept grants, and what a CoA-Request changes. */
#ifndef XDP511_PORTAL_RADIUS_GRANT_H
#define XDP511_PORTAL_RADIUS_GRANT_H

#include "portal/attempt.h"
#include "radius/packet.h"

/*
 * Pure. Limits of Session-Timeout, WISPr-…, ChilliSpot-… into @grant; what isn't there is left as
 * it is. Of several that limit the same the smallest holds; 0 is as if it weren't there, so that
 * the zone's own limit holds. A Filter-Id that is a zone's name stands for that zone's limits,
 * where the server gives none. -EINVAL with a sentence: an attribute that can't be read, or a
 * Service-Type that isn't this gateway's (RFC 2865 5, 5.6); -ETIME: WISPr-Session-Terminate-Time
 * is over.
 */
int grant_read(const struct config *config, const struct attributes *attributes, uint64_t unix_now,
	       struct grant *grant, struct error *error);

/* Pure. Reply-Message as one text: printable, several joined by a space, cut at REPLY_SIZE. */
void reply_read(const struct attributes *attributes, char ret_reply[REPLY_SIZE]);

/*
 * Sets result, reply and grant of an attempt by what radius_ask() gave, as its radius_fn. @user
 * is whose name was sent, and @method the session's. Without an answer `when-down` decides.
 */
void radius_judge(struct attempt *attempt, const char *user, const char *method, int err,
		  const struct received *answer);

#endif /* XDP511_PORTAL_RADIUS_GRANT_H */
