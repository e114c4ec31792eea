/* SPDX-License-Identifier: MIT */
/* capport.h - the captive-portal API (RFC 8908) for phones that have its URL (RFC 8910). */
#ifndef XDP511_PORTAL_CAPPORT_H
#define XDP511_PORTAL_CAPPORT_H

#include "base/config.h"
#include "portal/daemon/session.h"
#include "portal/web/web.h"

#define CAPPORT_TYPE "application/captive+json"
#define CAPPORT_MAX  4096 /* bytes that the strictest client reads */

struct capport {
	bool is_captive;
	const char *portal_url;
	const char *venue_url; /* "": none */
	bool can_extend;
	struct session_left left; /* when not captive */
};

/* The answer's text, to be freed; NULL: out of memory. Pure. */
char *capport_text(const struct capport *capport);

/* Whether a client with this header Accept (NULL: none) is to get the answer, not the page. Pure. */
bool capport_is_wanted(const char *accept);

/* The page of that path: a page_fn. */
void capport_answer(struct web_request *request, const struct config_zone *zone);

#endif /* XDP511_PORTAL_CAPPORT_H */
