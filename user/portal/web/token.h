/* SPDX-License-Identifier: MIT */
/*
 * token.h - what a page gives a guest to be sent back: for whom it was made, and the page asked for.
 *
 * "TIME.MAC.ZONE.SIGNATURE.URL", signed by HMAC-SHA-256 with a key of this process. A form without
 * the device's own token is not from one of our pages. Pure but for token_key().
 */
#ifndef XDP511_PORTAL_TOKEN_H
#define XDP511_PORTAL_TOKEN_H

#include <stdint.h>

#include "portal/web/signed_link.h"

#define TOKEN_KEY_SIZE	 32
#define TOKEN_SIZE	 (VISITED_URL_SIZE + 160)
#define TOKEN_LIFETIME_S 7200 /* as long as somebody may have the page open */

/* A token of one use is none of another. */
enum token_use {
	TOKEN_FORM = 'f',   /* a form is sent */
	TOKEN_ONWARD = 'o', /* the status page links to the page that was asked for */
};

struct token {
	enum token_use use;
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	char url[VISITED_URL_SIZE]; /* "": none */
	uint64_t made_s;
};

int token_key(uint8_t ret_key[TOKEN_KEY_SIZE]); /* a new one; -errno: no randomness */

/* Returns @buffer. */
const char *token_write(const struct token *token, const uint8_t key[TOKEN_KEY_SIZE],
			char buffer[TOKEN_SIZE]);

/* -EBADMSG: not ours, of another use, or changed; -ETIME: too old. */
int token_read(const char *text, const uint8_t key[TOKEN_KEY_SIZE], uint64_t now_s,
	       struct token *token /* in: its use */);

#endif /* XDP511_PORTAL_TOKEN_H */
