/* SPDX-License-Identifier: MIT */
/* uam_text.c - the URL that leads to the portal, and what answers to a challenge are made with. */
#include "portal/foreign/uam_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/md5.h>
#include <nettle/sha2.h>

#include "base/log.h"

static const char *const results[] = {
#define X(name, text) [UAM_##name##_RESULT] = (text),
	UAM_RESULTS(X)
#undef X
};

const char *uam_hex(const uint8_t bytes[CHALLENGE_SIZE], char buffer[UAM_HEX_SIZE])
{
	size_t i;

	for (i = 0; i < CHALLENGE_SIZE; i++)
		snprintf(buffer + 2 * i, 3, "%02x", bytes[i]);
	return buffer;
}

void uam_key(const uint8_t challenge[CHALLENGE_SIZE], const char *secret, uint8_t ret_key[16])
{
	struct md5_ctx md5;

	memcpy(ret_key, challenge, CHALLENGE_SIZE);
	if (!*secret)
		return;
	md5_init(&md5);
	md5_update(&md5, CHALLENGE_SIZE, challenge);
	md5_update(&md5, strlen(secret), (const uint8_t *)secret);
	md5_digest(&md5, MD5_DIGEST_SIZE, ret_key);
}

int uam_reveal(const uint8_t *hidden, size_t size, const uint8_t key[16], char *ret_text)
{
	size_t i;

	for (i = 0; i < size; i++)
		ret_text[i] = (char)(hidden[i] ^ key[i % 16]);
	ret_text[size] = '\0';
	/* What isn't text was hidden with another challenge, or by nobody who knows the secret. */
	return size && strlen(ret_text) == size && is_printable(ret_text) ? 0 : -EINVAL;
}

void uam_session_id(const uint8_t challenge[CHALLENGE_SIZE], char ret_id[UAM_SESSION_ID_SIZE])
{
	static const char use[] = "session";
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha256;
	size_t i;

	sha256_init(&sha256);
	sha256_update(&sha256, CHALLENGE_SIZE, challenge);
	sha256_update(&sha256, strlen(use), (const uint8_t *)use);
	sha256_digest(&sha256, sizeof(digest), digest);
	for (i = 0; i < (UAM_SESSION_ID_SIZE - 1) / 2; i++)
		snprintf(ret_id + 2 * i, 3, "%02x", digest[i]);
}

/* As redir_urlencode() does it. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    strchr("-_.!~*", c))
			fputc(c, out);
		else
			fprintf(out, "%%%02x", c);
	}
}

static void put_text(FILE *out, const char *name, const char *text)
{
	fprintf(out, "&%s=", name);
	put_escaped(out, text);
}

static void put_if(FILE *out, const char *name, const char *text)
{
	if (*text)
		put_text(out, name, text);
}

static void put_number(FILE *out, const char *name, uint64_t number)
{
	if (number)
		fprintf(out, "&%s=%" PRIu64, name, number);
}

static void put_session(FILE *out, const struct uam_session *session)
{
	uint64_t end_s = session->timeout_s ? session->began_s + session->timeout_s : 0;

	put_number(out, "starttime", session->began_s);
	if (session->began_s)
		fprintf(out, "&sessiontime=%" PRIu64, session->now_s - session->began_s);
	put_number(out, "sessiontimeout", session->timeout_s);
	put_number(out, "stoptime", end_s);
}

static void put_all(FILE *out, const struct uam_facts *facts)
{
	const char *result = results[facts->result];
	char hex[UAM_HEX_SIZE];

	if (facts->result == UAM_STATUS_RESULT)
		result = facts->is_signed_in ? "already" : "notyet";
	fprintf(out, "%s%sres=%s&uamip=", facts->server, strchr(facts->server, '?') ? "&" : "?",
		result);
	put_escaped(out, facts->host);
	fprintf(out, "&uamport=%u", facts->port);
	if (facts->challenge)
		fprintf(out, "&challenge=%s", uam_hex(facts->challenge, hex));
	if (facts->result == UAM_STATUS_RESULT && facts->is_signed_in)
		put_session(out, &facts->session);
	put_text(out, "called", facts->called);
	put_if(out, "uid", facts->uid);
	put_number(out, "timeleft", facts->timeleft_s);
	put_text(out, "mac", facts->mac);
	put_text(out, "ip", facts->ip);
	put_if(out, "reply", facts->reply);
	put_if(out, "nasid", facts->nas_id);
	put_number(out, "vlan", facts->vlan);
	put_if(out, "sessionid", facts->session_id);
	put_text(out, "userurl", facts->userurl);
}

/* MD5 of the URL so far, followed by the secret: the portal sees that it comes from the gateway. */
static void put_md(FILE *out, const char *url, size_t size, const char *secret)
{
	uint8_t digest[MD5_DIGEST_SIZE];
	struct md5_ctx md5;
	size_t i;

	md5_init(&md5);
	md5_update(&md5, size, (const uint8_t *)url);
	md5_update(&md5, strlen(secret), (const uint8_t *)secret);
	md5_digest(&md5, sizeof(digest), digest);
	fprintf(out, "&md=");
	for (i = 0; i < sizeof(digest); i++)
		fprintf(out, "%02X", digest[i]);
}

char *uam_url(const struct uam_facts *facts)
{
	char *url = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&url, &size);
	bool bad;

	if (!out)
		return NULL;
	put_all(out, facts);
	fflush(out);
	if (url && *facts->secret)
		put_md(out, url, size, facts->secret);
	bad = ferror(out);
	if (!fclose(out) && !bad)
		return url;
	free(url);
	return NULL;
}
