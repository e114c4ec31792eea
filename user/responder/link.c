// SPDX-License-Identifier: MIT
/* link.c - builds and signs the link to the portal. */
#include <errno.h>
#include <string.h>

#include <nettle/hmac.h>

#include "responder/buffer.h"
#include "responder/link.h"

static void add_url(struct buffer *link, const struct visit *visit)
{
	static const struct text scheme = {"http://", 7}, colon = {":", 1};

	if (!visit->host.len)
		return;
	buffer_add_percent(link, scheme);
	buffer_add_percent(link, visit->host);
	if (visit->port.len) {
		buffer_add_percent(link, colon);
		buffer_add_percent(link, visit->port);
	}
	buffer_add_percent(link, visit->path);
}

static void add_signature(struct buffer *link, const uint8_t key[LINK_KEY_SIZE], size_t from)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx hmac;

	if (link->full)
		return;
	hmac_sha256_set_key(&hmac, LINK_KEY_SIZE, key);
	hmac_sha256_update(&hmac, link->len - from, (const uint8_t *)link->data + from);
	hmac_sha256_digest(&hmac, sizeof(digest), digest);
	buffer_add(link, "&sig=");
	buffer_add_hex(link, digest, sizeof(digest));
}

int link_write(const uint8_t key[LINK_KEY_SIZE], const struct visit *visit, char *buffer,
	       size_t max)
{
	struct buffer link = {.data = buffer, .size = max - 1};
	const char *url = visit->zone->portal.url;
	size_t signed_from;

	buffer_add(&link, url);
	buffer_add(&link, strchr(url, '?') ? "&" : "?");
	signed_from = link.len;
	buffer_add(&link, "mac=");
	for (size_t i = 0; i < 6; i++) {
		buffer_add_hex(&link, visit->mac + i, 1);
		buffer_add(&link, i < 5 ? ":" : "");
	}
	buffer_add(&link, "&zone=");
	buffer_add(&link, visit->zone->name);
	buffer_add(&link, "&url=");
	add_url(&link, visit);
	buffer_add(&link, "&t=");
	buffer_add_number(&link, visit->unix_seconds);
	add_signature(&link, key, signed_from);
	if (link.full)
		return -EMSGSIZE;
	link.data[link.len] = '\0';
	return (int)link.len;
}
