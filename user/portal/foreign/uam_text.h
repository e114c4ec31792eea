/* SPDX-License-Identifier: MIT */
/*
 * uam_text.h - what a portal that knows CoovaChilli is told: the URL it is led to, the XML of WISPr
 * 1.0 behind it, and the JSON. Pure.
 *
 * Names, order and escaping are CoovaChilli's (redir.c, session.c), as such portals read them.
 */
#ifndef XDP511_PORTAL_UAM_TEXT_H
#define XDP511_PORTAL_UAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portal/foreign/uam_challenges.h"

#define UAM_SESSION_ID_SIZE 17

/* What has become of it, and how `res` tells that; of STATUS see uam_url(). */
#define UAM_RESULTS(X)                                                                             \
	X(NOTYET, "notyet")                                                                        \
	X(SUCCESS, "success")                                                                      \
	X(REJECT, "failed&reason=reject")                                                          \
	X(TIMEOUT, "failed&reason=timeout")                                                        \
	X(OTHER, "failed&reason=other")                                                            \
	X(LOGOFF, "logoff")                                                                        \
	X(ALREADY, "already")                                                                      \
	X(ABORTED, "logoff")                                                                       \
	X(NOT_ABORTED, "already")                                                                  \
	X(STATUS, "")

enum uam_result {
#define X(name, text) UAM_##name##_RESULT,
	UAM_RESULTS(X)
#undef X
};

/* Texts are "" and numbers 0 when there is none. */
struct uam_session {
	const char *user;
	uint64_t began_s, now_s;    /* wall clock */
	uint64_t timeout_s, idle_s; /* granted */
	uint64_t quiet_s;	    /* since the device was last seen */
	uint64_t quota_bytes;
	uint64_t up_bytes, down_bytes;
};

struct uam_facts {
	enum uam_result result;
	const char *server; /* [uam] server */
	const char *secret; /* uamsecret; "": none */
	const char *host;   /* where the guest has reached the gateway, as a URL has it */
	uint16_t port;
	const uint8_t *challenge; /* NULL: none is told */
	const char *called;	  /* the gateway's MAC, 02-05-11-00-00-FE */
	const char *uid;	  /* the user of the session; "": none */
	uint64_t timeleft_s;
	const char *mac, *ip; /* the device's */
	const char *reply;    /* RADIUS's; "": none */
	const char *nas_id;
	unsigned int vlan;
	const char *session_id;
	const char *userurl;
	bool is_signed_in;
	struct uam_session session; /* of who is signed in */
};

/* MD5(challenge + uamsecret), that answers are made with; without a secret the challenge itself. */
void uam_key(const uint8_t challenge[CHALLENGE_SIZE], const char *secret, uint8_t ret_key[16]);

/* The password, hidden by XOR with that. -EINVAL: empty, or no text. @ret_text: @size + 1 bytes. */
int uam_reveal(const uint8_t *hidden, size_t size, const uint8_t key[16], char *ret_text);

/* The Acct-Session-Id of who signs in by it; tells nothing of the challenge. */
void uam_session_id(const uint8_t challenge[CHALLENGE_SIZE], char ret_id[UAM_SESSION_ID_SIZE]);

/* The caller's to free; NULL: out of memory. */
char *uam_url(const struct uam_facts *facts);
char *uam_page(const struct uam_facts *facts); /* of the redirect, with WISPr's XML in a comment */
char *uam_json(const struct uam_facts *facts, const char *callback);

#define UAM_HEX_SIZE (2 * CHALLENGE_SIZE + 1)
const char *uam_hex(const uint8_t bytes[CHALLENGE_SIZE], char buffer[UAM_HEX_SIZE]);

#endif /* XDP511_PORTAL_UAM_TEXT_H */
