/* SPDX-License-Identifier: MIT */
/*
 * web.h - HTTP and HTTPS for guests: connections and requests, bounded; answers now or later.
 *
 *   connection (peer) ─► request ─► handler ─► web_wait() … ─► web_answer()
 *
 * Knows nothing of what is asked: a whole request goes to the handler of its listener, which sees
 * to it that it is answered once. A request is there until then, also when the guest has left.
 */
#ifndef XDP511_PORTAL_WEB_H
#define XDP511_PORTAL_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "base/config.h"
#include "base/log.h"
#include "portal/daemon/device.h"
#include "portal/web/form.h"

struct portal;
struct sign_in;
struct asker;
struct web;
struct web_request;

typedef void (*web_fn)(struct web_request *request);

/* A connection, and whose it is. */
struct peer {
	struct peer *previous, *next;
	struct web *web;
	struct MHD_Connection *connection;
	char address[ADDRESS_SIZE];
	uint16_t port;
	uint64_t since_ms;  /* of its beginning, or of its last answer */
	uint64_t waited_ms; /* when it was last seen to wait for an answer */
	bool is_known;	    /* the daemon has said whose connection it is */
	bool is_tls;
	bool has_asked;
	struct device device;
};

struct web_request {
	struct portal *portal;
	struct web *web;
	struct peer *peer;
	const char *method;
	char *path;  /* as it came; ends where the query begins */
	char *query; /* as it came; "": none */
	bool is_tls;
	struct form *form;   /* of a POST; NULL: none */
	struct asker *asker; /* identify.h; NULL: not asked */
	/* Of identify.c, pages.c and sign_in.c: who goes on when the device is known, and with what. */
	web_fn then, page_then;
	struct sign_in *sign_in;

	/* web.c's own: */
	web_fn handler;
	struct web_request *previous, *next; /* of those that wait */
	char *body;
	size_t size;
	struct MHD_Response *response;
	unsigned int status;
	bool has_begun, is_waiting, is_answered;
};

int web_start(struct portal *portal, struct error *error);
void web_stop(struct portal *portal);

/* Whether the certificate can be served. */
int web_check(const struct config *config, struct error *error);

/* Reads the certificate at once; to be called when somebody asks to (SIGHUP). */
void web_reload(struct portal *portal);

/* Further addresses to listen at; with TLS by the same certificate. */
int web_listen(struct web *web, const struct endpoints *endpoints, bool is_tls, web_fn handler,
	       struct error *error);

/* When the certificate expires, in seconds since 1970; 0: there is none. */
uint64_t web_certificate_end(const struct portal *portal);

/* A header of the request, or NULL. */
const char *web_header(const struct web_request *request, const char *name);

/* The handler returns without an answer, which comes later on the loop's thread. */
void web_wait(struct web_request *request);

/* @text is taken over (free()); NULL: out of memory. @headers: pairs, then NULL; may be NULL. */
struct web_answer {
	unsigned int status;
	const char *type; /* NULL: HTML */
	char *text;
	size_t size;
	const char *cache;    /* NULL: private, no-store */
	const char *location; /* copied; NULL: none */
	const char *allow;    /* of 405; NULL: none */
	const char *vary;     /* NULL: none */
	uint64_t retry_s;     /* 0: not told */
};
void web_answer(struct web_request *request, const struct web_answer *answer);

/* A redirect, or a sentence as plain text; for what no page is made for. */
void web_redirect(struct web_request *request, unsigned int status, const char *location);
void web_text(struct web_request *request, unsigned int status, const char *text);

/* A refusal in the log: few a minute of all together; the rest is counted. One sentence. */
void web_log(struct web *web, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* XDP511_PORTAL_WEB_H */
