/* SPDX-License-Identifier: MIT */
/*
 * httpd.h - HTTP on the control socket: connections and bodies, bounded; answers in JSON.
 *
 * Knows nothing of the API: a whole request goes to one function, which answers it.
 */
#ifndef XDP511_HTTPD_H
#define XDP511_HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <microhttpd.h>

#include "base/log.h"
#include "base/loop.h"

#define HTTPD_MAX_BODY (64 * 1024)

struct api_request {
	struct MHD_Connection *connection;
	const char *method;
	const char *path;  /* decoded; an encoded NUL stays encoded */
	const char *allow; /* for 405: the Allow header */
	const char *type;  /* of the answer; NULL: JSON */
	char *body;
	size_t size; /* of the body, also of one that was too large to keep */

	/*
	 * Of a body that is taken as it comes, set by httpd_setup.open: how many of the bytes were
	 * taken. Less than all of them only after httpd_defer(): the rest comes again.
	 */
	size_t (*take)(struct api_request *request, const char *data, size_t size);
	void (*done)(struct api_request *request); /* at the end in any case; may be NULL */
	void *state;				   /* of whoever set these */

	/* httpd's own: an answer that comes later. */
	struct httpd *httpd;
	struct api_request *previous, *next; /* of those that are deferred */
	struct MHD_Response *response;
	unsigned int status;
	bool is_deferred;
	bool is_answered;
};

typedef enum MHD_Result (*httpd_fn)(void *context, struct api_request *request);

struct httpd; /* opaque */

/* Serves @listen_fd from now on, and closes it at the end. -1: only what httpd_add() brings. */
struct httpd_setup {
	struct loop *loop;
	int listen_fd;
	void (*open)(void *context, struct api_request *request); /* before the body; or NULL */
	httpd_fn answer;
	void *context;
	/* For listeners that strangers may find; 0: as on a socket of this machine. */
	unsigned int max_connections;
	unsigned int max_of_a_peer;
	uint64_t connection_ms; /* after which a connection ends, whatever goes on in it */
};

int httpd_start(const struct httpd_setup *setup, struct httpd **ret_httpd, struct error *error);
void httpd_add(struct httpd *httpd, int fd);   /* a connection that doesn't wait; owns it then */
struct httpd *httpd_stop(struct httpd *httpd); /* takes NULL, returns NULL */

/*
 * Puts the request off: the connection waits, and the function that asked for it returns the
 * result. Later, on the loop's thread, it is answered by httpd_json() or httpd_problem(), or goes
 * on by httpd_resume(), for a body that waits. A peer that leaves meanwhile isn't noticed before.
 */
enum MHD_Result httpd_defer(struct api_request *request);
void httpd_resume(struct api_request *request);

/* The value of ?key=value, or NULL. */
const char *httpd_query(const struct api_request *request, const char *key);

/* The first key of the query that isn't among @known (separated by spaces), or NULL. */
const char *httpd_unknown_query(const struct api_request *request, const char *known);

/* Answers. JSON is taken over by the call, and NULL is out of memory. */
enum MHD_Result httpd_json(struct api_request *request, unsigned int status, json_t *json);
/* JSON that is text already; copied. */
enum MHD_Result httpd_text(struct api_request *request, unsigned int status, const char *text,
			   size_t size);
enum MHD_Result httpd_problem(struct api_request *request, unsigned int status, const char *format,
			      ...) __attribute__((format(printf, 3, 4)));

/* Hands the answer that is there to libmicrohttpd; httpd's own. */
enum MHD_Result httpd_send(struct api_request *request);

/* An answer made piece by piece; @done gets @context at its end in any case. */
enum MHD_Result httpd_stream(struct api_request *request, MHD_ContentReaderCallback read,
			     void *context, MHD_ContentReaderFreeCallback done);

/* Foreign text for a sentence: printable ASCII, cut to fit. Returns @buffer. */
#define QUOTED_SIZE 80
char *quote(const char *text, char buffer[QUOTED_SIZE]);

#endif /* XDP511_HTTPD_H */
