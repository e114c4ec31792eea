/* SPDX-License-Identifier: MIT */
/* session.h - a session of the API: where it is asked for, and how its fields are shown. */
#ifndef XDP511_CLI_SESSION_H
#define XDP511_CLI_SESSION_H

#include <jansson.h>

#include "cli/client.h"
#include "cli/options.h"
#include "cli/url.h"

#define FIELD_TEXT 64

/* The request for the session of the MAC and the zone on the command line. */
struct request session_request(const struct arguments *arguments, const char *method,
			       struct url *ret_url);

/* "7h12m", "never", "-" for a text that is no time. @buffer: FIELD_TEXT. Returns @buffer. */
char *format_time_left(const json_t *session, char *buffer);

#endif /* XDP511_CLI_SESSION_H */
