/* SPDX-License-Identifier: MIT */
/* http.h - the head of an HTTP request, as far as a portal cares. Pure; points into its input. */
#ifndef XDP511_HTTP_H
#define XDP511_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_OTHER };

struct http_request {
	enum http_method method;
	struct text host;	     /* without port; empty when absent or not a host name */
	struct text port;	     /* digits; empty when absent */
	struct text path;	     /* from "/" on, query string included; empty when unknown */
	struct text accept_language; /* value of that field; empty when absent */
	bool wants_html; /* a person waits: Accept has text/html, or Upgrade-Insecure-Requests */
	bool wants_json; /* a program waits that reads RFC 9457 */
};

/*
 * Reads a request's head from the first segment of a connection. @full: the segment is as
 * long as the client makes them, so the head may go on in the next one and what is there has
 * to do. Returns 0; -EAGAIN for a head that isn't complete (the client will repeat it, with
 * what follows, for it gets no acknowledgement); -EBADMSG for what isn't a request's start.
 */
int http_parse(const uint8_t *data, size_t len, bool full, struct http_request *ret_request);

#endif /* XDP511_HTTP_H */
