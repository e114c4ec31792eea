/* SPDX-License-Identifier: MIT */
/* link.h - the signed link to the portal, by which a portal anywhere knows the device. */
#ifndef XDP511_LINK_H
#define XDP511_LINK_H

#include "base/config.h"
#include "responder/http.h"
#include "responder/responder.h"

#define LINK_MAX 900 /* with NUL */

/* What the link says of the guest. */
struct visit {
	const struct config_zone *zone;
	const uint8_t *mac;
	uint64_t unix_seconds;
	struct text host; /* of the page it asked for; empty: not told */
	struct text port;
	struct text path;
};

/*
 * URL?mac=aa:bb:cc:dd:ee:ff&zone=NAME&url=…&t=UNIX&sig=HEX, where sig is HMAC-SHA-256 of the
 * query from "mac=" up to before "&sig=". Returns the length; -EMSGSIZE when the link would be
 * longer than @max (the caller asks again for less of the visited URL).
 */
int link_write(const uint8_t key[LINK_KEY_SIZE], const struct visit *visit, char *buffer,
	       size_t max);

#endif /* XDP511_LINK_H */
