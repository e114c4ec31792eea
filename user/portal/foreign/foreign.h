/* SPDX-License-Identifier: MIT */
/* foreign.h - portals elsewhere: which zones are theirs, and where their guests have reached us. */
#ifndef XDP511_PORTAL_FOREIGN_H
#define XDP511_PORTAL_FOREIGN_H

#include "portal/web/web.h"

enum foreign { FOREIGN_NONE, FOREIGN_UAM, FOREIGN_FAS };

/*
 * Whose the zone is: its portal's URL leads to the port of [uam] listen, or of [fas] listen. Such a
 * zone is signed in at by that portal alone. Pure.
 */
enum foreign foreign_portal(const struct config *config, const struct config_zone *zone);

struct here {
	char host[ADDRESS_SIZE + 2]; /* as a URL has it: IPv6 in brackets */
	uint16_t port;
};

/* The gateway's own address of the connection, which the guest can reach. -errno: it is gone. */
int foreign_here(const struct web_request *request, struct here *ret_here);

/* GET and HEAD, or POST; else it is refused, and so is what else is no request of a form. */
bool foreign_takes(struct web_request *request);

#endif /* XDP511_PORTAL_FOREIGN_H */
