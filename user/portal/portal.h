/* SPDX-License-Identifier: MIT */
/* portal.h - xdp511-portal as a whole: its parts, and the order in which they start. */
#ifndef XDP511_PORTAL_H
#define XDP511_PORTAL_H

#include "base/config.h"
#include "base/loop.h"
#include "portal/accounts.h"
#include "portal/control.h"
#include "portal/theme.h"

/* Parts that a configuration has no use for are NULL. Each is known to its own file alone. */
struct portal {
	const char *config_file;
	struct config *config;
	struct loop *loop;
	struct control *control;
	struct accounts *accounts;
	struct theme *theme;
	struct web *web;	       /* web.h: pages for guests */
	struct admin *admin;	       /* admin.h: vouchers and users, for `xdp511` */
	struct pool *pool;	       /* pool.h: threads for what takes long, such as hashes */
	struct radius *radius;	       /* radius/client.h: servers to ask */
	struct accounting *accounting; /* accounting.h: what RADIUS is told of sessions */
	struct dynauth *dynauth;       /* dynauth.h: CoA and Disconnect requests */
	struct uam *uam;	       /* uam.h */
	struct fas *fas;	       /* fas.h */
};

int portal_start(struct portal *portal, struct error *error);
void portal_stop(struct portal *portal);

#endif /* XDP511_PORTAL_H */
