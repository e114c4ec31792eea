/* SPDX-License-Identifier: MIT */
/* dynauth_session.h - finds the sessions a request of RADIUS means, and has the daemon act on them. */
#ifndef XDP511_PORTAL_DYNAUTH_SESSION_H
#define XDP511_PORTAL_DYNAUTH_SESSION_H

#include "portal/nas/dynauth_request.h"

struct portal;
struct dynauth_job; /* opaque */

/* @cause is 0 when the daemon has done it to every session that was meant, or an error_cause. */
typedef void (*dynauth_fn)(void *context, int cause);

/*
 * Begins; @fn is called once, perhaps before this returns. NULL: it was called already, or there is
 * no memory (it was called with ERROR_RESOURCES).
 */
struct dynauth_job *dynauth_act(struct portal *portal, const struct dynauth_request *request,
				dynauth_fn fn, void *context);

/* Takes NULL, returns NULL. One that hasn't ended; @fn isn't called. The loop must not run then. */
struct dynauth_job *dynauth_job_free(struct dynauth_job *job);

#endif /* XDP511_PORTAL_DYNAUTH_SESSION_H */
