/* SPDX-License-Identifier: MIT */
/*
 * fas.h - a portal elsewhere that speaks to the gateway as to openNDS (Forwarding Authentication
 * Service, levels 1 and 2).
 *
 *   511 ─► http://gatewayaddress/ ──302──► [fas] server?fas=… ─► its page
 *          http://gatewayaddress/opennds_auth/?tok=…&redir=… ─► session ──302──► its landing page
 *
 * Guests are known by their connections alone. The portal decides that a device comes in, and
 * nothing else: what it would say of limits would pass through the guest's hands unsigned.
 */
#ifndef XDP511_PORTAL_FAS_H
#define XDP511_PORTAL_FAS_H

#include "base/config.h"
#include "base/log.h"

struct portal;

/* portal->fas stays NULL when [fas] names no server. Comes after the web server. */
int fas_start(struct portal *portal, struct error *error);
void fas_stop(struct portal *portal);

/* Whether the key can be read. */
int fas_check_key(const struct config *config, struct error *error);

#endif /* XDP511_PORTAL_FAS_H */
