/* SPDX-License-Identifier: MIT */
/* control_internal.h - what control.c and control_stream.c share of the daemon's API. */
#ifndef XDP511_PORTAL_CONTROL_INTERNAL_H
#define XDP511_PORTAL_CONTROL_INTERNAL_H

#include <stdbool.h>

#include <curl/curl.h>

#include "portal/daemon/control.h"

#define CONTROL_FOLLOWERS 8
#define CONTROL_URL_SIZE  512

/* The one stream of events that all followers share. */
struct stream {
	struct {
		control_event_fn fn;
		void *context;
	} followers[CONTROL_FOLLOWERS];
	size_t n_followers;
	CURL *curl;
	int retry_timer;
	uint64_t retry_ms;
	char *text; /* lines that have come and aren't told yet */
	size_t used, size;
	bool has_begun; /* its status was 200, and that isn't told yet */
};

struct control {
	struct loop *loop;
	char *socket;
	CURLM *multi;
	struct curl_slist *headers;
	int epoll_fd; /* libcurl's sockets are watched in it, and it by the loop */
	int timer;
	struct request *requests;
	size_t n_requests;
	struct control_numbers numbers;
	struct stream stream;
};

/* Options of every transfer; -EMSGSIZE: the path is too long. */
int control_set_up_transfer(struct control *control, CURL *curl, const char *path);

int stream_set_up(struct control *control);
void stream_done(struct control *control);
void stream_ended(struct control *control); /* libcurl says so */
void stream_take(struct control *control);  /* tells what has come */

#endif /* XDP511_PORTAL_CONTROL_INTERNAL_H */
