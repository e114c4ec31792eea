/* SPDX-License-Identifier: MIT */
/* fuzz_portal_link.c - any bytes as a link: unsigned, signed as they are, and as a page asked for. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/web/signed_link.h"
#include "responder/buffer.h"
#include "responder/link.h"

#define NOW 1795333704

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[LINK_KEY_SIZE] = {5, 1, 1};

/* What reads holds what it promises. */
static void check(const struct signed_link *link)
{
	if (!link->zone[0] || link->mac[0] & 1 || (link->url[0] && !is_web_url(link->url)))
		abort();
}

/* Whatever stands there, the gate has signed it. */
static void read_signed(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 80);
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct signed_link link;
	struct hmac_sha256_ctx hmac;
	size_t i;

	memcpy(text, data, size);
	hmac_sha256_set_key(&hmac, sizeof(key), key);
	hmac_sha256_update(&hmac, size, data);
	hmac_sha256_digest(&hmac, sizeof(digest), digest);
	strcpy(text + size, "&sig=");
	for (i = 0; i < sizeof(digest); i++)
		hex_write(digest[i], text + size + 5 + 2 * i);
	text[size + 5 + 2 * sizeof(digest)] = '\0';
	if (!signed_link_read(text, key, NOW, &link))
		check(&link);
	free(text);
}

/* The responder's own link for these bytes as host and path is always read. */
static void read_visit(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = {2, 5, 0x11, 0, 0, 1};
	static struct config_zone zone = {.name = "press", .portal.url = "https://p.example/l?a=b"};
	const char *text = (const char *)data, *slash = memchr(data, '/', size);
	size_t host = slash ? (size_t)(slash - text) : size;
	struct signed_link link;
	struct hmac_sha256_ctx hmac;
	struct link written;
	struct visit visit = {
		.zone = &zone,
		.mac = mac,
		.unix_seconds = NOW,
		.host = {text, host},
		.path = {text + host, size - host},
	};
	int err;

	if (link_write(&visit, LINK_MAX, &written))
		return;
	hmac_sha256_set_key(&hmac, sizeof(key), key);
	link_sign(&hmac, &written);
	err = signed_link_read(strchr(written.text, '?') + 1, key, NOW, &link);
	/* A page that no browser can have asked for: control characters, no UTF-8. */
	if (err) {
		char *copy = strndup(text, size);
		int is_text = strlen(copy) == size && is_printable(copy);

		free(copy);
		if (is_text)
			abort();
		return;
	}
	if (memcmp(link.mac, mac, sizeof(mac)) != 0 || strcmp(link.zone, "press") != 0)
		abort();
	check(&link);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct signed_link link;

	if (!signed_link_read(text, key, NOW, &link))
		abort(); /* signed by nobody */
	free(text);
	read_signed(data, size);
	read_visit(data, size);
	return 0;
}
