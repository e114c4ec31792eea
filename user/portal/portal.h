/* SPDX-License-Identifier: MIT */
/*
 * portal.h - xdp511-portal as a whole: its parts, and the order in which they start.
 *
 * A part that does something by itself has `int x_start(struct portal *, struct error *)`, which
 * sets the portal's pointer to it, and `void x_stop(struct portal *)`, which also works when it
 * has never been started, or not quite; portal.c lists them.
 */
#ifndef XDP511_PORTAL_H
#define XDP511_PORTAL_H

#include "base/config.h"
#include "base/loop.h"
#include "portal/accounts/accounts.h"
#include "portal/daemon/control.h"
#include "portal/tally.h"
#include "portal/pages/theme.h"

/* Parts that a configuration has no use for are NULL. Each is known to its own file alone. */
struct portal {
	const char *config_file;
	struct config *config;	 /* the portal's to free; another one after a reload */
	struct retired *retired; /* reload.h: those of before */
	struct loop *loop;
	int signal_fd; /* 0: not yet */
	struct control *control;
	struct accounts *accounts;
	struct theme *theme;
	struct web *web;	       /* web.h: pages for guests */
	struct identify *identify;     /* identify.h: whose requests they are */
	struct pages *pages;	       /* pages.h: the way from page to page */
	struct admissions *admissions; /* admit.c: what is being put into force */
	struct admin *admin;	       /* admin.h: vouchers and users, for `xdp511` */
	struct vouchers *vouchers;     /* vouchers.h: what vouchers use is followed */
	struct pool *pool;	       /* pool.h: threads for what takes long, such as hashes */
	struct radius *radius;	       /* radius/client.h: servers to ask */
	struct nas *nas;	       /* nas.h: how the gateway is called at its ports */
	struct accounting *accounting; /* accounting.h: what RADIUS is told of sessions */
	struct mac_auth *mac_auth;     /* mac_auth.h: devices that RADIUS knows by their MAC */
	struct dynauth *dynauth;       /* dynauth.h: CoA and Disconnect requests */
	struct hook *hook;	       /* hook.h: who knows the codes of the method `code` */
	struct uam *uam;	       /* uam.h */
	struct fas *fas;	       /* fas.h */
	struct pulse *pulse;	       /* pulse.h: what the service manager is told */
	struct metrics *metrics;       /* metrics.h */
	struct tally tally;
};

/* With the configuration and its file set, and all else zero. portal_stop() is due in any case. */
int portal_start(struct portal *portal, struct error *error);
void portal_stop(struct portal *portal);

/* Only reads what the configuration names; the same holds for portal_stop(). */
int portal_check(struct portal *portal, struct error *error);

#endif /* XDP511_PORTAL_H */
