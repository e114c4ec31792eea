/* SPDX-License-Identifier: MIT */
/* control.h - the daemon's control API, asked without waiting: requests, and its stream of events. */
#ifndef XDP511_PORTAL_CONTROL_H
#define XDP511_PORTAL_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/log.h"
#include "base/loop.h"

struct control; /* opaque */

int control_new(struct loop *loop, const char *socket, struct control **ret_control,
		struct error *error);
/* Takes NULL, returns NULL. What is still asked is never answered. */
struct control *control_free(struct control *control);

/*
 * @status is the HTTP status, or -errno when there was no answer; @answer, borrowed, is its JSON
 * or NULL. Called on the loop's thread, never before the request's function has returned.
 */
typedef void (*control_fn)(void *context, int status, const json_t *answer);

/* @body is taken over; NULL: none. -errno: @fn won't be called. Answers are bounded: 5 s, 1 MB. */
int control_request(struct control *control, const char *method, const char *path, json_t *body,
		    control_fn fn, void *context);

/*
 * Follows GET /v1/events from now on, again and again when it ends: @fn with each event, and with
 * NULL when the stream begins (anew), since when events may have been missed.
 */
typedef void (*control_event_fn)(void *context, const json_t *event);
int control_follow(struct control *control, control_event_fn fn, void *context);

/* Whether that stream runs: the daemon is there, and answers. */
bool control_is_following(const struct control *control);
/* For metrics: how it goes with the daemon. */
struct control_numbers {
	bool is_following; /* its events */
	uint64_t n_answered, n_failed;
};
void control_read_numbers(const struct control *control, struct control_numbers *ret_numbers);

/* "/v1/sessions/02:05:11:00:00:01?zone=press". Returns @buffer. */
#define CONTROL_PATH_SIZE 128
const char *control_session_path(const uint8_t mac[6], const char *zone,
				 char buffer[CONTROL_PATH_SIZE]);

#endif /* XDP511_PORTAL_CONTROL_H */
