/* SPDX-License-Identifier: MIT */
/* link.h - the signed link to the portal, by which a portal anywhere knows the device. */
#ifndef XDP511_LINK_H
#define XDP511_LINK_H

#include <nettle/hmac.h>

#include "base/config.h"
#include "responder/http.h"

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

struct link {
	char text[LINK_MAX];
	size_t len;
	size_t signed_from; /* what is signed begins here, and ends ahead of "&sig=" */
};

/*
 * URL?mac=aa:bb:cc:dd:ee:ff&zone=NAME&url=…&t=UNIX&sig=HEX, where sig is HMAC-SHA-256 of the
 * query from "mac=" up to before "&sig="; zeros until link_sign() has been there. -EMSGSIZE
 * when it is longer than @max or LINK_MAX (the caller asks again for less of the visited URL).
 */
int link_write(const struct visit *visit, size_t max, struct link *ret_link);

/* @keyed: with the key set, and nothing else done to it. */
void link_sign(const struct hmac_sha256_ctx *keyed, struct link *link);

/* The link of which the least is told that a link can tell. */
int link_write_shortest(const struct config_zone *zone, struct link *ret_link);

#endif /* XDP511_LINK_H */
