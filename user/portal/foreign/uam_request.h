/* SPDX-License-Identifier: MIT */
/* uam_request.h - what a request to the UAM port asks for, by its path and its fields. Pure. */
#ifndef XDP511_PORTAL_UAM_REQUEST_H
#define XDP511_PORTAL_UAM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portal/attempt.h"
#include "portal/web/form.h"
#include "portal/web/signed_link.h"

#define UAM_CALLBACK_SIZE 65
#define UAM_HIDDEN_SIZE	  128 /* of a password (RFC 2865 5.2) */

enum uam_action {
	UAM_UNKNOWN, /* there is no such page */
	UAM_PRELOGIN,
	UAM_LOGON,
	UAM_LOGOFF,
	UAM_STATUS,
	UAM_ABORT, /* a smart client's LOGON that it gives up */
};

enum uam_proof { UAM_NO_PROOF, UAM_RESPONSE, UAM_PASSWORD };

struct uam_request {
	enum uam_action action;
	bool is_json;			  /* /json/… */
	char callback[UAM_CALLBACK_SIZE]; /* of JSONP; "": none */
	char userurl[VISITED_URL_SIZE];	  /* http:// or https://; "": none */
	/* Of UAM_LOGON: */
	char username[GRANT_USER_SIZE];
	enum uam_proof proof;
	uint8_t chap_id;
	uint8_t response[16];
	uint8_t hidden[UAM_HIDDEN_SIZE]; /* the password, XORed with the challenge */
	size_t hidden_size;
};

/* Alone by the path, "/logon", "/json/status"; @ret_is_json is set too. */
enum uam_action uam_action(const char *path, bool *ret_is_json);

/*
 * Fields of @body come before those of @query; it may be NULL. -EINVAL: digits that are none, a
 * callback that is no name, or a name that is too long.
 */
int uam_request_read(const char *path, const struct form *query, const struct form *body,
		     struct uam_request *ret_request);

#endif /* XDP511_PORTAL_UAM_REQUEST_H */
