/* SPDX-License-Identifier: MIT */
/*
 * mac_auth.h - devices that RADIUS knows by their MAC are signed in without a page.
 *
 * Answers are remembered on disk for [radius] mac-remember, so that thousands of devices that
 * come back at once are no questions; questions are few at a time, and one for a device.
 */
#ifndef XDP511_PORTAL_MAC_AUTH_H
#define XDP511_PORTAL_MAC_AUTH_H

#include <stdint.h>

#include "base/log.h"
#include "portal/attempt.h"

struct portal;

/* portal->mac_auth stays NULL when no zone has `mac-auth = on`. */
int mac_auth_start(struct portal *portal, struct error *error);
void mac_auth_stop(struct portal *portal); /* also when it was never started */

/*
 * A method (attempt.h) for a device that comes to the portal and isn't signed in, before it gets
 * a page: GRANTED with method `mac`, to be admitted; with all else the page is shown as usual.
 */
void mac_auth_try(struct attempt *attempt);

/* It has been signed out: what was remembered doesn't let it in again. @pause_s: nor does RADIUS. */
void mac_auth_forget(struct portal *portal, const uint8_t mac[6], const char *zone,
		     uint32_t pause_s);

#endif /* XDP511_PORTAL_MAC_AUTH_H */
