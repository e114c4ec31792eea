/* SPDX-License-Identifier: MIT */
/* client.h - one request to the daemon's or the portal's API over its socket, and its answer. */
#ifndef XDP511_CLIENT_H
#define XDP511_CLIENT_H

#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/log.h"
#include "cli/options.h"
#include "cli/url.h"

#define CLIENT_LIMIT_MS	    5000		  /* for an answer, and without progress */
#define CLIENT_BULK_MS	    60000		  /* for work that shows no progress */
#define CLIENT_ANSWER_BYTES (512UL * 1024 * 1024) /* a million sessions, and some */

/* An answer, or a body, that never is in memory as a whole. */
struct stream {
	/* Gets a piece of the answer, if it is 2xx. Not 0: enough, and the sentence is there. */
	int (*take)(void *context, const char *bytes, size_t n, struct error *error);
	/* Fills the buffer with a piece of the body; 0: that was all; below 0: as above. */
	ssize_t (*give)(void *context, char *buffer, size_t max, struct error *error);
	void *context;
};

/* Who is asked: "xdp511d", and the option that names its socket: "socket". */
struct server {
	const char *program;
	const char *option;
};

struct request {
	const struct server *server;
	const char *socket;
	const char *method;
	const struct url *url;
	const json_t *body;	     /* NULL: none */
	const struct stream *stream; /* NULL, and each of its functions: not in pieces */
	long silence_ms; /* 0: it all has CLIENT_LIMIT_MS; else how long there may be no progress */
};

/* To one path of the API; a query may be added to *ret_url, and a body to the request. */
struct request client_request(const struct arguments *arguments, const char *method,
			      const char *path, struct url *ret_url);

/* The same to the portal's own API; @last as in url_start(). */
struct request client_portal_request(const struct arguments *arguments, const char *method,
				     const char *path, const char *last, struct url *ret_url);

struct answer {
	long status; /* 0: there was none */
	char *text;
	size_t size;
};

/*
 * Asks, and waits for the whole answer. OUTCOME_DONE for 2xx; else a sentence, which for a
 * problem is the daemon's own. @ret_answer is filled in every case and the caller's to be
 * given to answer_done().
 */
enum outcome client_call(const struct request *request, struct answer *ret_answer,
			 struct error *error);
void answer_done(struct answer *answer);

/*
 * The same in two halves, for whoever waits for other things, too: the handle is libcurl's, to be
 * performed in between by its multi interface. The second half frees it. NULL: a sentence.
 * @error of the first half is where a stream leaves its sentence.
 */
struct transfer;
struct transfer *client_begin(const struct request *request, struct error *error);
void *client_handle(const struct transfer *transfer);
enum outcome client_end(struct transfer *transfer, int code, struct answer *ret_answer,
			struct error *error);

/* The answer as an object. The caller owns *ret_object. */
enum outcome answer_object(const struct answer *answer, json_t **ret_object, struct error *error);

/* Both: the usual way of a verb. *ret_status may be NULL. */
enum outcome client_object(const struct request *request, json_t **ret_object, long *ret_status,
			   struct error *error);

/* For whoever reads an answer in pieces and finds that it isn't what it should be. */
enum outcome answer_broken(struct error *error);

#endif /* XDP511_CLIENT_H */
