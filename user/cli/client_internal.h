/* SPDX-License-Identifier: MIT */
/* client_internal.h - a transfer under way, for the files of the client. */
#ifndef XDP511_CLIENT_INTERNAL_H
#define XDP511_CLIENT_INTERNAL_H

#include <time.h>

#include <curl/curl.h>

#include "cli/client.h"

/* What the callbacks of one transfer share. */
struct transfer {
	const struct server *server;
	const char *socket;
	CURL *curl;
	struct curl_slist *headers;
	char *body;		     /* NULL: none, or in pieces */
	const struct stream *stream; /* may be NULL */
	struct error *error;
	long connect_err; /* errno of connect() */
	char *text;
	size_t used;
	size_t size;
	long silence_ms;
	struct timespec moved_at; /* when a byte went either way */
	curl_off_t moved;	  /* how many have by then */
	bool too_large;
	bool is_silent;
	bool is_told; /* the stream has left a sentence */
};

/* Why a transfer ended without an answer. */
enum outcome client_no_answer(const struct transfer *transfer, CURLcode code, struct error *error);

/* A refusal is told in the daemon's words (RFC 9457). */
enum outcome client_refusal(const struct answer *answer, const char *program, struct error *error);

#endif /* XDP511_CLIENT_INTERNAL_H */
