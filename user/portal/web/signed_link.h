/* SPDX-License-Identifier: MIT */
/* signed_link.h - what the link of the 511 page says of a guest, once its signature is right. Pure. */
#ifndef XDP511_PORTAL_SIGNED_LINK_H
#define XDP511_PORTAL_SIGNED_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/config.h"

#define LINK_KEY_SIZE	 32
#define LINK_QUERY_MAX	 2048
#define LINK_LIFETIME_S	 900
#define LINK_AHEAD_S	 60   /* of our clock, if another machine has signed it */
#define VISITED_URL_SIZE 1024 /* of the page that was asked for, with NUL */

struct signed_link {
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	char url[VISITED_URL_SIZE]; /* http:// or https://; "": not told */
};

/*
 * Reads "…mac=…&zone=…&url=…&t=…&sig=…", the end of a query as it came. -ENOENT: there is no such
 * link in it; -EBADMSG: it is signed by nobody we know, or changed; -ETIME: it is too old, or too
 * new.
 */
int signed_link_read(const char *query, const uint8_t key[LINK_KEY_SIZE], uint64_t now_s,
		     struct signed_link *ret_link);

/* A page that a browser may be sent on to: http or https with a host, and nothing unprintable. */
bool is_web_url(const char *url);

#endif /* XDP511_PORTAL_SIGNED_LINK_H */
