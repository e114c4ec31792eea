/* SPDX-License-Identifier: MIT */
/* session.h - what is left of a session, from the daemon's JSON. Pure. */
#ifndef XDP511_PORTAL_SESSION_H
#define XDP511_PORTAL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct session_left {
	bool has_seconds; /* else unlimited */
	uint64_t seconds;
	bool has_bytes; /* else unlimited */
	uint64_t bytes;
	uint64_t used_bytes; /* both ways */
};

/* @session may be NULL; what is missing or doesn't read is unlimited, or 0. */
void session_left_read(const json_t *session, uint64_t now_s, struct session_left *ret_left);

#endif /* XDP511_PORTAL_SESSION_H */
