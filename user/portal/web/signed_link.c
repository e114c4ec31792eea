/* SPDX-License-Identifier: MIT */
/* signed_link.c - checks the link of the 511 page: its form, its signature, its age. */
#include "portal/web/signed_link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <nettle/base16.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

#include "base/mac.h"
#include "base/units.h"
#include "portal/web/form.h"

#define SIGNATURE_DIGITS ((size_t)2 * SHA256_DIGEST_SIZE)

/* Where "mac=" begins a parameter for the last time; the portal's own query comes before it. */
static const char *find_start(const char *query)
{
	const char *at = query, *found = NULL;

	while ((at = strstr(at, "mac="))) {
		if (at == query || at[-1] == '&')
			found = at;
		at++;
	}
	return found;
}

static bool is_signed(const char *text, size_t size, const char *signature,
		      const uint8_t key[LINK_KEY_SIZE])
{
	uint8_t given[BASE16_DECODE_LENGTH(SIGNATURE_DIGITS)], digest[SHA256_DIGEST_SIZE];
	size_t n = sizeof(given);
	struct base16_decode_ctx hex;
	struct hmac_sha256_ctx hmac;

	base16_decode_init(&hex);
	if (!base16_decode_update(&hex, &n, given, SIGNATURE_DIGITS, signature) ||
	    !base16_decode_final(&hex) || n != sizeof(digest))
		return false;
	hmac_sha256_set_key(&hmac, LINK_KEY_SIZE, key);
	hmac_sha256_update(&hmac, size, (const uint8_t *)text);
	hmac_sha256_digest(&hmac, sizeof(digest), digest);
	return memeql_sec(given, digest, sizeof(digest));
}

/* What is signed was written by the gate; what doesn't read is told as if it were not. */
static int read_fields(const char *text, size_t size, uint64_t now_s, struct signed_link *link)
{
	struct form form;
	uint64_t made_s;
	const char *zone, *url;

	if (form_parse(text, size, &form) || parse_mac(form_value(&form, "mac"), link->mac, NULL) ||
	    parse_number(form_value(&form, "t"), 0, UINT64_MAX / 2, &made_s))
		return -EBADMSG;
	zone = form_value(&form, "zone");
	url = form_value(&form, "url");
	if (!*zone || strlen(zone) >= sizeof(link->zone))
		return -EBADMSG;
	strcpy(link->zone, zone);
	if (is_web_url(url) && strlen(url) < sizeof(link->url))
		strcpy(link->url, url);
	if (made_s > now_s + LINK_AHEAD_S || now_s > made_s + LINK_LIFETIME_S)
		return -ETIME;
	return 0;
}

int signed_link_read(const char *query, const uint8_t key[LINK_KEY_SIZE], uint64_t now_s,
		     struct signed_link *ret_link)
{
	const char *start = find_start(query);
	const char *end = start ? strstr(start, "&sig=") : NULL;
	const char *signature = end ? end + strlen("&sig=") : NULL;
	struct signed_link link = {.url = ""};
	int err;

	if (!end)
		return -ENOENT;
	if (strlen(start) > LINK_QUERY_MAX || strlen(signature) != SIGNATURE_DIGITS ||
	    !is_signed(start, (size_t)(end - start), signature, key))
		return -EBADMSG;
	err = read_fields(start, (size_t)(end - start), now_s, &link);
	if (!err)
		*ret_link = link;
	return err;
}

bool is_web_url(const char *url)
{
	static const char *const schemes[] = {"http://", "https://"};
	size_t i, length;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		length = strlen(schemes[i]);
		if (strncmp(url, schemes[i], length) != 0)
			continue;
		/* Browsers take a backslash for a slash. */
		return url[length] && !strchr("/?#", url[length]) && !strpbrk(url, " \"\\<>") &&
		       is_printable(url);
	}
	return false;
}
