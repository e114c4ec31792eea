/* SPDX-License-Identifier: MIT */
/* web_internal.h - what the files of the web server share. */
#ifndef XDP511_PORTAL_WEB_INTERNAL_H
#define XDP511_PORTAL_WEB_INTERNAL_H

#include "portal/web/certificate.h"
#include "portal/web/web.h"

#define WEB_LISTENERS	24
#define MAX_CONNECTIONS 1024U /* of a listener */

struct listener {
	struct web *web;
	struct MHD_Daemon *daemon;
	web_fn handler;
	bool is_tls;
};

struct web {
	struct portal *portal;
	struct listener listeners[WEB_LISTENERS];
	size_t n_listeners;
	struct peer *peers;
	size_t n_peers;
	struct web_request *waiting;
	struct certificate *certificate; /* NULL: no HTTPS */
	gnutls_datum_t ticket_key;	 /* of TLS sessions that are resumed; GnuTLS changes it */
	int timer;
	bool is_stopping;
	/* Of the log: */
	uint64_t log_window_ms;
	unsigned int n_logged, n_unlogged;
};

/* web_peers.c: connections. */
void web_on_connection(void *context, struct MHD_Connection *connection, void **peer_slot,
		       enum MHD_ConnectionNotificationCode code);
void web_cut_slow(struct web *web); /* those whose request takes too long */

/* web_request.c: callbacks of libmicrohttpd, with a struct listener as context. */
void *web_on_uri(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result web_on_request(void *context, struct MHD_Connection *connection, const char *url,
			       const char *method, const char *version, const char *data,
			       size_t *size, void **request_slot);
void web_on_completed(void *context, struct MHD_Connection *connection, void **request_slot,
		      enum MHD_RequestTerminationCode code);
void web_forget_waiting(struct web_request *request);

/* web_answer.c: hands the answer that is there to libmicrohttpd. */
enum MHD_Result web_send(struct web_request *request);

#endif /* XDP511_PORTAL_WEB_INTERNAL_H */
