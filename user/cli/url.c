/* SPDX-License-Identifier: MIT */
/* url.c - puts a path and its query together (RFC 3986). */
#include "cli/url.h"

#include <string.h>

#define HOST "http://xdp511" /* any name: the socket says who answers */

/* The unreserved ones, and ':' which a MAC has and which means nothing in a path or a query. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-._~:";

static void add(struct url *url, const char *text, size_t length)
{
	if (length >= sizeof(url->text) - url->used) {
		url->overflow = true;
		return;
	}
	memcpy(url->text + url->used, text, length);
	url->used += length;
	url->text[url->used] = '\0';
}

static void add_escaped(struct url *url, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		char escaped[3] = {'%', digits[byte >> 4], digits[byte & 15]};

		if (strchr(plain, *text))
			add(url, text, 1);
		else
			add(url, escaped, sizeof(escaped));
	}
}

void url_start(struct url *url, const char *path, const char *last)
{
	*url = (struct url){.used = 0};
	add(url, HOST, strlen(HOST));
	add(url, path, strlen(path));
	if (last)
		add_escaped(url, last);
}

void url_query(struct url *url, const char *name, const char *value)
{
	if (!value)
		return;
	add(url, url->has_query ? "&" : "?", 1);
	add(url, name, strlen(name));
	add(url, "=", 1);
	add_escaped(url, value);
	url->has_query = true;
}
