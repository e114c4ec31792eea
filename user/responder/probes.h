/* SPDX-License-Identifier: MIT */
/* probes.h - how operating systems ask whether they are shut in, and which answer opens their sheet. */
#ifndef XDP511_PROBES_H
#define XDP511_PROBES_H

#include "base/config.h"
#include "responder/http.h"

/* One row: as in the configuration's probe-rule, plus why, and where that is written. */
struct probe {
	struct probe_rule rule;
	const char *who;
	const char *why;
	const char *source;
};

extern const struct probe probes[];
extern const size_t n_probes;

/*
 * The answer for the request, by the operator's rules first and then the built-in ones.
 * False when it is no known probe.
 */
bool probe_find(const struct config_portal *portal, const struct http_request *request,
		enum probe_answer *ret_answer);

/* The row for the request, without the operator's rules; NULL when there is none. */
const struct probe *probe_built_in(const struct http_request *request);

/* "511", "302" or "302-empty". */
const char *probe_answer_name(enum probe_answer answer);

#endif /* XDP511_PROBES_H */
