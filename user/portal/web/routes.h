/* SPDX-License-Identifier: MIT */
/* routes.h - which page a path is, and of which zone. */
#ifndef XDP511_PORTAL_ROUTES_H
#define XDP511_PORTAL_ROUTES_H

#include "base/config.h"
#include "portal/web/web.h"

/* The handler of the portal's own listeners. */
void routes_answer(struct web_request *request);

/*
 * The path of a URL without its query, at least "/"; with @suffix ("/status", "") behind it, a
 * slash at its end left out for it. Returns @buffer.
 */
const char *url_path(const char *url, const char *suffix, char buffer[PORTAL_URL_SIZE + 16]);

#endif /* XDP511_PORTAL_ROUTES_H */
