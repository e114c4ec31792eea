/* SPDX-License-Identifier: MIT */
/*
 * identify.h - whose a request is: the device behind its connection, or that of a signed link.
 *
 * The daemon is asked about a connection once, what the gate has seen of it; how the device stands
 * is asked each time. A link to another device than the connection's is of no account: whoever has
 * copied it doesn't sign the other in or out.
 */
#ifndef XDP511_PORTAL_IDENTIFY_H
#define XDP511_PORTAL_IDENTIFY_H

#include <jansson.h>

#include "portal/web/signed_link.h"
#include "portal/web/web.h"

enum standing {
	STANDING_UNKNOWN, /* neither the gate nor a link tells which device it is */
	STANDING_GUEST,
	STANDING_ACTIVE,
	STANDING_TRUSTED,
	STANDING_BLOCKED,
	STANDING_UNANSWERED, /* the daemon can't be asked */
};

struct asker {
	enum standing standing;
	bool is_by_link; /* the connection didn't tell */
	struct device device;
	const struct config_zone
		*zone;		    /* never NULL; the request's own when the device isn't known */
	json_t *session;	    /* as the API has it; NULL: none */
	char url[VISITED_URL_SIZE]; /* of the link; "": none */
	struct signed_link link;    /* that was right; without a zone: there was none */
};

/* The links' key, asked for again when the daemon has been away. */
int identify_start(struct portal *portal, struct error *error);
void identify_stop(struct portal *portal);

/*
 * Fills in request->asker and calls @then, later; the request waits until it is answered.
 * @zone: the request's own, by its path.
 */
void identify(struct web_request *request, const struct config_zone *zone, web_fn then);

struct asker *asker_free(struct asker *asker); /* takes NULL, returns NULL */

#endif /* XDP511_PORTAL_IDENTIFY_H */
