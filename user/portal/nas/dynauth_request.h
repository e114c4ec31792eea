/* SPDX-License-Identifier: MIT */
/* dynauth_request.h - which session a CoA- or Disconnect-Request means, and what it changes. Pure. */
#ifndef XDP511_PORTAL_DYNAUTH_REQUEST_H
#define XDP511_PORTAL_DYNAUTH_REQUEST_H

#include "portal/attempt.h"
#include "radius/packet.h"

/* Error-Cause (RFC 5176 3.5), those that this gateway sends. 0: none, it is an ACK. */
enum error_cause {
	ERROR_UNSUPPORTED_ATTRIBUTE = 401,
	ERROR_MISSING_ATTRIBUTE = 402,
	ERROR_NAS_MISMATCH = 403,
	ERROR_INVALID_REQUEST = 404,
	ERROR_UNSUPPORTED_SERVICE = 405,
	ERROR_INVALID_VALUE = 407,
	ERROR_SESSION_NOT_FOUND = 503,
	ERROR_SESSION_NOT_REMOVABLE = 504,
	ERROR_RESOURCES = 506,
	ERROR_TOO_MANY_SESSIONS = 508,
};

#define SESSION_ID_SIZE 254 /* of an Acct-Session-Id, with NUL */

/* All that is given has to hold for a session to be meant. */
struct dynauth_request {
	bool is_disconnect; /* else CoA */
	bool has_mac;
	uint8_t mac[6];			  /* Calling-Station-Id */
	char session_id[SESSION_ID_SIZE]; /* Acct-Session-Id; "": not given, as those below */
	char user[SESSION_ID_SIZE];
	char zone[ZONE_NAME_SIZE]; /* NAS-Port-Id, Called-Station-Id */
	char ipv4[ADDRESS_SIZE], ipv6[ADDRESS_SIZE];
	struct grant changes; /* of a CoA-Request: its limits */
};

/*
 * What a request that was checked asks for. 0, or an error_cause: every attribute has to be
 * understood (RFC 5176 3), there has to be one that names a session (an address alone doesn't:
 * the daemon finds sessions by device and by user), and a CoA-Request has to change something.
 */
int dynauth_read(const struct config *config, const struct received *received, uint64_t unix_now,
		 struct dynauth_request *ret_request);

#define EVENT_WINDOW_S 300 /* RFC 5176 6.3 */
/* Whether it was sent just now, as far as it says when. */
bool dynauth_is_recent(const struct attributes *attributes, uint64_t unix_now);

#endif /* XDP511_PORTAL_DYNAUTH_REQUEST_H */
