/* SPDX-License-Identifier: MIT */
/* session.h - a session of the API: where it is asked for, and how its fields are shown. */
#ifndef XDP511_CLI_SESSION_H
#define XDP511_CLI_SESSION_H

#include <jansson.h>

#include "cli/client.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/url.h"

#define FIELD_TEXT 64

/* The request for the session of the MAC and the zone on the command line. */
struct request session_request(const struct arguments *arguments, const char *method,
			       struct url *ret_url);

/*
 * All sessions of the zone and the user on the command line; there may be a million, so @fn gets them
 * a line each. When it returns other than 0, its sentence has to be in *error. *ret_status, which may
 * be NULL, is the answer's.
 */
enum outcome session_list(const struct arguments *arguments, line_fn fn, void *context,
			  long *ret_status, struct error *error);

/* "7h12m", "never", "-" for a text that is no time. @buffer: FIELD_TEXT. Returns @buffer. */
char *format_time_left(const json_t *session, char *buffer);

#endif /* XDP511_CLI_SESSION_H */
