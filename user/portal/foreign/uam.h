/* SPDX-License-Identifier: MIT */
/*
 * uam.h - a portal elsewhere that speaks to the gateway as to CoovaChilli (Universal Access Method).
 *
 *   511 ─► http://uamip:3990/ ──302──► [uam] server?res=notyet&challenge=… ─► its page
 *          http://uamip:3990/logon?username=…&response=… ─► RADIUS ─► session
 *                                  ──302──► [uam] server?res=success&…
 *
 * Guests are known by their connections alone, and are led to [uam] server and nowhere else.
 */
#ifndef XDP511_PORTAL_UAM_H
#define XDP511_PORTAL_UAM_H

#include "base/config.h"
#include "base/log.h"

struct portal;

/* portal->uam stays NULL when [uam] names no server. Comes after the web server and before RADIUS's end. */
int uam_start(struct portal *portal, struct error *error);
void uam_stop(struct portal *portal);

/* Whether the secret can be read. */
int uam_check(const struct config *config, struct error *error);

#endif /* XDP511_PORTAL_UAM_H */
