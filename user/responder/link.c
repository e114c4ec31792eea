/* SPDX-License-Identifier: MIT */
/* link.c - builds and signs the link to the portal. */
#include "responder/link.h"

#include <errno.h>
#include <string.h>

#include "responder/buffer.h"

#define SIGNATURE_SIZE ((size_t)2 * SHA256_DIGEST_SIZE)

static void add_mac(struct buffer *link, const uint8_t *mac)
{
	char text[] = "mac=00:00:00:00:00:00&zone=";

	for (size_t i = 0; i < 6; i++)
		hex_write(mac[i], text + strlen("mac=") + 3 * i);
	buffer_add(link, text);
}

static void add_url(struct buffer *link, const struct visit *visit)
{
	static const char scheme[] = "http%3A%2F%2F", colon[] = "%3A";

	if (!visit->host.len)
		return;
	buffer_add(link, scheme);
	buffer_add_percent(link, visit->host);
	if (visit->port.len) {
		buffer_add(link, colon);
		buffer_add_percent(link, visit->port);
	}
	buffer_add_percent(link, visit->path);
}

int link_write(const struct visit *visit, size_t max, struct link *ret_link)
{
	struct buffer link = {
		.data = ret_link->text,
		.size = max < LINK_MAX ? max : LINK_MAX - 1,
	};
	const char *url = visit->zone->portal.url;

	buffer_add(&link, url);
	buffer_add(&link, strchr(url, '?') ? "&" : "?");
	ret_link->signed_from = link.len;
	add_mac(&link, visit->mac);
	buffer_add(&link, visit->zone->name);
	buffer_add(&link, "&url=");
	add_url(&link, visit);
	buffer_add(&link, "&t=");
	buffer_add_number(&link, visit->unix_seconds);
	buffer_add(&link, "&sig=");
	buffer_fill(&link, '0', SIGNATURE_SIZE);
	if (link.full)
		return -EMSGSIZE;
	link.data[link.len] = '\0';
	ret_link->len = link.len;
	return 0;
}

void link_sign(const struct hmac_sha256_ctx *keyed, struct link *link)
{
	struct hmac_sha256_ctx hmac = *keyed;
	char *signature = link->text + link->len - SIGNATURE_SIZE;
	char *query = link->text + link->signed_from;
	uint8_t digest[SHA256_DIGEST_SIZE];

	hmac_sha256_update(&hmac, (size_t)(signature - query) - strlen("&sig="),
			   (const uint8_t *)query);
	hmac_sha256_digest(&hmac, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		hex_write(digest[i], signature + 2 * i);
}

int link_write_shortest(const struct config_zone *zone, struct link *ret_link)
{
	static const uint8_t mac[6];
	/* As many digits as the time has until 2286. */
	const struct visit visit = {.zone = zone, .mac = mac, .unix_seconds = 9999999999};

	return link_write(&visit, LINK_MAX, ret_link);
}
