/* SPDX-License-Identifier: MIT */
/* fas_text.c - URLs, ids and proofs as openNDS and its portals exchange them. */
#include "portal/foreign/fas_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <nettle/aes.h>
#include <nettle/base64.h>
#include <nettle/cbc.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

static void put_hex(const uint8_t digest[SHA256_DIGEST_SIZE], char ret_hex[FAS_HEX_SIZE])
{
	size_t i;

	for (i = 0; i < SHA256_DIGEST_SIZE; i++)
		snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
}

static void hid_of_slot(const struct device *device, const uint8_t key[FAS_OWN_KEY], uint64_t slot,
			char ret_hid[FAS_HEX_SIZE])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, FAS_OWN_KEY, key);
	hmac_sha256_update(&hmac, sizeof(slot), (const uint8_t *)&slot);
	hmac_sha256_update(&hmac, sizeof(device->mac), device->mac);
	hmac_sha256_update(&hmac, strlen(device->zone), (const uint8_t *)device->zone);
	hmac_sha256_digest(&hmac, sizeof(digest), digest);
	put_hex(digest, ret_hid);
}

void fas_hid(const struct device *device, const uint8_t key[FAS_OWN_KEY], uint64_t now_s,
	     char ret_hid[FAS_HEX_SIZE])
{
	hid_of_slot(device, key, now_s / FAS_SLOT_S, ret_hid);
}

void fas_token(const char *hid, const char *fas_key, char ret_token[FAS_HEX_SIZE])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, strlen(hid), (const uint8_t *)hid);
	sha256_update(&sha256, strlen(fas_key), (const uint8_t *)fas_key);
	sha256_digest(&sha256, sizeof(digest), digest);
	put_hex(digest, ret_token);
}

int fas_check(const char *token, const struct device *device, const uint8_t key[FAS_OWN_KEY],
	      uint64_t now_s, const char *fas_key)
{
	uint64_t slot = now_s / FAS_SLOT_S, n = FAS_LIFETIME_S / FAS_SLOT_S, i;
	char hid[FAS_HEX_SIZE], wanted[FAS_HEX_SIZE];
	int is_right = 0;

	if (strlen(token) != FAS_HEX_SIZE - 1)
		return -EBADMSG;
	for (i = 0; i < n && i <= slot; i++) {
		hid_of_slot(device, key, slot - i, hid);
		fas_token(hid, fas_key, wanted);
		is_right |= memeql_sec(wanted, token, FAS_HEX_SIZE - 1);
	}
	return is_right ? 0 : -EBADMSG;
}

/* As uh_urlencode() does it. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    strchr("-_.~", c))
			fputc(c, out);
		else
			fprintf(out, "%%%02x", c);
	}
}

/* "name=value, name=value": values are such that no ", " and no "=" of theirs can stand between. */
static void put_query(FILE *out, const struct fas_facts *facts)
{
	fprintf(out, "hid=%s, clientip=%s, clientmac=%s, client_type=cpd_can, cpi_query=, ",
		facts->hid, facts->client_ip, facts->client_mac);
	fprintf(out, "gatewayname=");
	put_escaped(out, facts->name);
	fprintf(out, ", gatewayurl=http%%3a%%2f%%2f");
	put_escaped(out, facts->address);
	fprintf(out, ", version=%s, gatewayaddress=%s, gatewaymac=%s, ", facts->version,
		facts->address, facts->gateway_mac);
	if (facts->iv)
		fprintf(out, "authdir=opennds_auth, ");
	fprintf(out, "originurl=");
	put_escaped(out, facts->origin_url);
	fprintf(out, ", clientif=%s, themespec=(null), ", facts->interface);
}

static char *encode(const uint8_t *data, size_t size)
{
	char *text = malloc(BASE64_ENCODE_RAW_LENGTH(size) + 1);

	if (!text)
		return NULL;
	base64_encode_raw(text, size, data);
	text[BASE64_ENCODE_RAW_LENGTH(size)] = '\0';
	return text;
}

/* AES-256-CBC with PKCS #7, in base64, as PHP's openssl_encrypt() gives it; a key is cut or filled. */
static char *encrypt(const char *query, size_t size, const struct fas_facts *facts)
{
	size_t whole = size + AES_BLOCK_SIZE - size % AES_BLOCK_SIZE;
	struct CBC_CTX(struct aes256_ctx, AES_BLOCK_SIZE) cbc;
	uint8_t key[AES256_KEY_SIZE] = {};
	uint8_t *data = malloc(whole);
	char *text;

	if (!data)
		return NULL;
	memcpy(data, query, size);
	memset(data + size, (int)(whole - size), whole - size);
	memcpy(key, facts->fas_key, strnlen(facts->fas_key, sizeof(key)));
	aes256_set_encrypt_key(&cbc.ctx, key);
	CBC_SET_IV(&cbc, (const uint8_t *)facts->iv);
	CBC_ENCRYPT(&cbc, aes256_encrypt, whole, data, data);
	text = encode(data, whole);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(&cbc, sizeof(cbc));
	free(data);
	return text;
}

static char *make_query(const struct fas_facts *facts)
{
	char *query = NULL, *inner, *outer;
	size_t size = 0;
	FILE *out = open_memstream(&query, &size);

	if (!out)
		return NULL;
	put_query(out, facts);
	if (fclose(out) || !query) {
		free(query);
		return NULL;
	}
	if (!facts->iv) {
		outer = encode((const uint8_t *)query, size);
	} else {
		inner = encrypt(query, size, facts);
		outer = inner ? encode((const uint8_t *)inner, strlen(inner)) : NULL;
		free(inner);
	}
	free(query);
	return outer;
}

char *fas_url(const struct fas_facts *facts)
{
	char *query = make_query(facts), *url = NULL;
	size_t size = 0;
	FILE *out = query ? open_memstream(&url, &size) : NULL;

	if (out) {
		fprintf(out, "%s%sfas=", facts->server, strchr(facts->server, '?') ? "&" : "?");
		put_escaped(out, query); /* its "+" would be taken for a space */
		if (facts->iv)
			fprintf(out, "&iv=%.*s", FAS_IV_SIZE, facts->iv);
		if (fclose(out)) {
			free(url);
			url = NULL;
		}
	}
	free(query);
	return url;
}

/* Without port; a name in front of "@" is no host of ours. */
static const char *host_of(const char *url, size_t *ret_length)
{
	const char *host = strstr(url, "://");
	size_t length;

	host = host ? host + 3 : url;
	length = strcspn(host, "/?#\\");
	if (memchr(host, '@', length))
		length = 0;
	else if (*host == '[')
		length = strcspn(host, "]");
	else
		length = strcspn(host, ":/?#\\");
	*ret_length = length;
	return host;
}

bool fas_is_same_host(const char *url, const char *other)
{
	size_t length, other_length;
	const char *host = host_of(url, &length), *other_host = host_of(other, &other_length);

	return length && length == other_length && !strncasecmp(host, other_host, length);
}
