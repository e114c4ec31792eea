/* SPDX-License-Identifier: MIT */
/* answer.h - which guest gets which answer, as the bytes of a whole HTTP response. */
#ifndef XDP511_ANSWER_H
#define XDP511_ANSWER_H

#include <xdp511/cookie.h>

#include "base/log.h"
#include "responder/http.h"
#include "responder/link.h"
#include "responder/responder.h"

struct answer {
	unsigned int status; /* 511, 302, or 0 for a TLS alert */
	size_t len;	     /* a multiple of ANSWER_ALIGN less one: see tcp.h */
	uint8_t bytes[ANSWER_MAX];
};

/*
 * What is made once and serves many answers: the key, and drafts, remembered as they are asked
 * for. Answers are the same with a new one each time, only later. About 700 kB, all of it taken
 * at once; good for settings that stay as they are.
 */
struct answers;

struct answers *answers_new(const struct responder_settings *settings); /* NULL: no memory */
struct answers *answers_free(struct answers *answers);

/*
 * The answer to an HTTP request in one of the settings' zones. The same request at the same
 * @visit->unix_seconds always gets the same bytes. As much of the visited URL is told to the
 * portal as there is room for.
 */
void answer_request(struct answers *answers, const struct http_request *request,
		    struct visit *visit, struct answer *ret_answer);

/* TLS alert 49, access_denied, fatal (RFC 8446 6.2): the only honest thing to say without a key. */
void answer_tls(struct answer *ret_answer);

/*
 * Checks that every answer of every zone fits into ANSWER_MAX, whoever asks. -EMSGSIZE with a
 * sentence naming @file, the configuration's, and the zone or the page that is too long.
 */
int answer_check(const struct config *config, const char *file, struct error *error);

#endif /* XDP511_ANSWER_H */
