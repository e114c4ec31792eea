/* SPDX-License-Identifier: MIT */
/* sign_in.h - runs an attempt for a request: the method, then the admission. */
#ifndef XDP511_PORTAL_SIGN_IN_H
#define XDP511_PORTAL_SIGN_IN_H

#include "portal/attempt.h"
#include "portal/web/web.h"

/* Told when it is decided and in force, while the request still waits for its answer. */
typedef void (*sign_in_fn)(struct web_request *request, const struct attempt *attempt);

/*
 * By the form's field `method`, for request->asker. -EINVAL: there is no such method, or it is
 * none of @methods, bits of enum sign_in_method; then @fn isn't called.
 */
int sign_in_by_form(struct web_request *request, uint32_t methods, sign_in_fn fn);

/* By the device's MAC, for zones that have that. */
void sign_in_by_mac(struct web_request *request, sign_in_fn fn);

/* As a portal elsewhere has it. */
struct sign_in_way {
	const char *word; /* of the session's method: "uam", "fas" */
	void (*try)(struct attempt *attempt);
	struct form *form; /* for it, instead of the request's; taken over and wiped */
	bool is_chap;	   /* then: */
	uint8_t chap_id;
	uint8_t chap_challenge[16];
	uint8_t chap_response[16];
	char session_id[ACCT_SESSION_ID_SIZE]; /* see struct grant */
};

/* -ENOMEM: @fn isn't called. */
int sign_in_by_portal(struct web_request *request, const struct sign_in_way *way, sign_in_fn fn);

/* The request ends without waiting for its attempt any more. */
void sign_in_forget(struct web_request *request);

#endif /* XDP511_PORTAL_SIGN_IN_H */
