/* SPDX-License-Identifier: MIT */
/*
 * remote.h - the control API on TCP: its sockets, and the process that speaks TLS on them.
 *
 *   peer --TLS-- xdp511d --serve-api --socket pair-- xdp511d: http/httpd
 *                (key, tokens)
 */
#ifndef XDP511_REMOTE_H
#define XDP511_REMOTE_H

#include <stdbool.h>

#include <sys/stat.h>
#include <sys/types.h>

#include "base/config.h"
#include "base/loop.h"
#include "http/httpd.h"

/* Of a file, by which another one is told. */
struct remote_print {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

#define REMOTE_FILES 3 /* certificate, key, tokens */

struct remote {
	struct loop *loop;
	httpd_fn answer; /* of requests that have shown a token */
	void (*open)(void *context, struct api_request *request);
	void *context;
	struct config_api config;
	struct error trouble; /* "": it answers, or isn't wanted */

	/* Its own. */
	struct httpd *httpd;
	int listeners[ENDPOINTS_MAX];
	size_t n_listeners;
	pid_t pid;   /* 0: down */
	int channel; /* valid while it is up */
	int timer;
	struct remote_print prints[REMOTE_FILES];
};

/* Without `listen` there is nothing to do: 0. -errno with a sentence. */
int remote_start(struct remote *remote, struct error *error);

/*
 * Takes certificate, key and tokens anew if their files have changed: 1. The present ones stay when
 * the new ones are no good: -errno with a sentence.
 */
int remote_renew(struct remote *remote, struct error *error);

void remote_stop(struct remote *remote);

#endif /* XDP511_REMOTE_H */
