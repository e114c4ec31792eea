/* SPDX-License-Identifier: MIT */
/* token.c - writes and checks the tokens that pages give to guests. */
#include "portal/web/token.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nettle/base16.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <sys/random.h>

#include "base/mac.h"
#include "base/units.h"

#define SIGNATURE_DIGITS ((size_t)2 * SHA256_DIGEST_SIZE)
#define FIELD_SIZE	 80 /* the longest is the signature */

int token_key(uint8_t ret_key[TOKEN_KEY_SIZE])
{
	return getrandom(ret_key, TOKEN_KEY_SIZE, 0) == TOKEN_KEY_SIZE ? 0 : -EIO;
}

/* Every field has an end that it can't contain, so no two tokens are signed as the same text. */
static void sign(const struct token *token, const uint8_t key[TOKEN_KEY_SIZE],
		 uint8_t digest[SHA256_DIGEST_SIZE])
{
	struct hmac_sha256_ctx hmac;
	char text[TOKEN_SIZE], mac[MAC_TEXT];
	int n = snprintf(text, sizeof(text), "%c.%" PRIu64 ".%s.%s.%s", (char)token->use,
			 token->made_s, format_mac(token->mac, mac), token->zone, token->url);

	hmac_sha256_set_key(&hmac, TOKEN_KEY_SIZE, key);
	hmac_sha256_update(&hmac, (size_t)n, (const uint8_t *)text);
	hmac_sha256_digest(&hmac, SHA256_DIGEST_SIZE, digest);
}

const char *token_write(const struct token *token, const uint8_t key[TOKEN_KEY_SIZE],
			char buffer[TOKEN_SIZE])
{
	char signature[SIGNATURE_DIGITS + 1], mac[MAC_TEXT];
	uint8_t digest[SHA256_DIGEST_SIZE];

	sign(token, key, digest);
	base16_encode_update(signature, sizeof(digest), digest);
	signature[SIGNATURE_DIGITS] = '\0';
	snprintf(buffer, TOKEN_SIZE, "%" PRIu64 ".%s.%s.%s.%s", token->made_s,
		 format_mac(token->mac, mac), token->zone, signature, token->url);
	return buffer;
}

/* The next field, and the rest behind its dot; NULL: there is none, or it is too long. */
static const char *take_field(const char *text, char field[FIELD_SIZE])
{
	const char *dot = text ? strchr(text, '.') : NULL;

	if (!dot || dot - text >= FIELD_SIZE)
		return NULL;
	snprintf(field, FIELD_SIZE, "%.*s", (int)(dot - text), text);
	return dot + 1;
}

static int decode(const char *hex, uint8_t digest[SHA256_DIGEST_SIZE])
{
	uint8_t bytes[BASE16_DECODE_LENGTH(SIGNATURE_DIGITS)];
	size_t n = sizeof(bytes);
	struct base16_decode_ctx context;

	base16_decode_init(&context);
	if (strlen(hex) != SIGNATURE_DIGITS ||
	    !base16_decode_update(&context, &n, bytes, SIGNATURE_DIGITS, hex) ||
	    !base16_decode_final(&context) || n != SHA256_DIGEST_SIZE)
		return -EBADMSG;
	memcpy(digest, bytes, n);
	return 0;
}

int token_read(const char *text, const uint8_t key[TOKEN_KEY_SIZE], uint64_t now_s,
	       struct token *token)
{
	uint8_t given[SHA256_DIGEST_SIZE], digest[SHA256_DIGEST_SIZE];
	char time[FIELD_SIZE], mac[FIELD_SIZE], zone[FIELD_SIZE], signature[FIELD_SIZE];
	struct token read = {.use = token->use};

	text = take_field(text, time);
	text = take_field(text, mac);
	text = take_field(text, zone);
	text = take_field(text, signature);
	if (!text || strlen(text) >= sizeof(read.url) || strlen(zone) >= sizeof(read.zone) ||
	    parse_number(time, 0, UINT64_MAX / 2, &read.made_s) || parse_mac(mac, read.mac, NULL) ||
	    decode(signature, given))
		return -EBADMSG;
	strcpy(read.zone, zone);
	strcpy(read.url, text);
	sign(&read, key, digest);
	if (!memeql_sec(given, digest, sizeof(digest)))
		return -EBADMSG;
	if (read.made_s > now_s || now_s > read.made_s + TOKEN_LIFETIME_S)
		return -ETIME;
	*token = read;
	return 0;
}
