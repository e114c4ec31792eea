/* SPDX-License-Identifier: MIT */
/* hook_internal.h - what the files of the hook share. */
#ifndef XDP511_PORTAL_HOOK_INTERNAL_H
#define XDP511_PORTAL_HOOK_INTERNAL_H

#include <curl/curl.h>
#include <jansson.h>

#include "portal/hook/hook.h"
#include "portal/hook/hook_answer.h"
#include "portal/limits.h"
#include "portal/portal.h"

#define HOOK_HELPERS 4
#define HOOK_WAITING 16 /* at most: as many as can be answered while a guest still waits */

struct hook_question {
	struct hook_question *next;
	struct hook *hook;
	char *text;
	hook_fn fn;
	void *context;
	/* Of code-url: */
	CURL *curl;
	char answer[HOOK_ANSWER_MAX];
	size_t used;
	bool is_long;
};

struct hook_helper {
	struct hook *hook;
	int fd;				/* -1: it is gone */
	struct hook_question *question; /* it has; NULL: it is free */
};

struct hook {
	struct portal *portal;
	struct limits *sendings;	    /* of a device */
	struct hook_question *first, *last; /* that wait for a helper */
	size_t n_waiting;
	struct hook_helper helpers[HOOK_HELPERS];
	size_t n_helpers;
	/* Of code-url: */
	CURLM *multi;
	struct curl_slist *headers;
	struct hook_question *asked;
	int epoll_fd, timer;
};

/* hook.c: told and freed. */
void hook_finish(struct hook_question *question, int err, const char *text, size_t size);

/* hook_helper.c: a process of its own, which never returns from there. */
void hook_helper_run(int fd, const char *program) __attribute__((noreturn));

/* What a helper sends: one datagram, of the kind and then the answer. */
enum hook_verdict {
	HOOK_ANSWERED,
	HOOK_NOT_STARTED, /* its program can't be run */
	HOOK_FAILED,	  /* it ended by another code than 0, or by a signal */
	HOOK_SLOW,
	HOOK_LONG,
};

/* hook_url.c */
int hook_url_start(struct hook *hook);
void hook_url_stop(struct hook *hook);
int hook_url_ask(struct hook *hook, struct hook_question *question);

#endif /* XDP511_PORTAL_HOOK_INTERNAL_H */
