/* SPDX-License-Identifier: MIT */
/* session.c - reads what is left of a session from the daemon's JSON. */
#include "portal/daemon/session.h"

#include "base/units.h"

static bool read_number(const json_t *session, const char *name, uint64_t *ret_number)
{
	const json_t *value = json_object_get(session, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret_number = (uint64_t)json_integer_value(value);
	return true;
}

void session_left_read(const json_t *session, uint64_t now_s, struct session_left *ret_left)
{
	const char *expires = json_string_value(json_object_get(session, "expires_at"));
	struct session_left left = {.seconds = 0};
	uint64_t up = 0, down = 0, expires_s;

	if (expires && !parse_time(expires, &expires_s)) {
		left.has_seconds = true;
		left.seconds = expires_s > now_s ? expires_s - now_s : 0;
	}
	left.has_bytes = read_number(session, "quota_left_bytes", &left.bytes);
	(void)read_number(session, "up_bytes", &up);
	(void)read_number(session, "down_bytes", &down);
	left.used_bytes = up + down;
	*ret_left = left;
}
