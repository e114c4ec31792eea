/* SPDX-License-Identifier: MIT */
/* url.h - host and port of a URL. Pure. */
#ifndef XDP511_CONTROLLER_URL_H
#define XDP511_CONTROLLER_URL_H

#include <stdint.h>

#include "base/config.h"

struct url_host {
	char name[PORTAL_URL_SIZE]; /* lower case, without brackets */
	uint16_t port;
};

/* Of http:// and https:// URLs; -EINVAL otherwise. */
int url_host(const char *url, struct url_host *ret_host);

#endif /* XDP511_CONTROLLER_URL_H */
