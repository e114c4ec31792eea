/* SPDX-License-Identifier: MIT */
/*
 * metrics_http.h - GET /metrics: as a resource of an API, and alone over plain HTTP.
 *
 *   Prometheus --HTTP-- struct metrics_http --metrics_fn-- who knows the numbers
 */
#ifndef XDP511_METRICS_HTTP_H
#define XDP511_METRICS_HTTP_H

#include "base/endpoint.h"
#include "base/openmetrics.h"
#include "http/httpd.h"

#define METRICS_PATH "/metrics"

/* Writes all there is; called on the loop's thread. */
typedef void (*metrics_fn)(void *context, struct openmetrics *out);

/* Answers a request that asked for it, in the format that its Accept header wants. */
enum MHD_Result metrics_http_answer(struct api_request *request, metrics_fn write, void *context);

struct metrics_http; /* opaque */

struct metrics_http_setup {
	struct loop *loop;
	const struct endpoints *listen; /* copied; none: there is nothing to do */
	const char *key;		/* of [metrics], for sentences; static */
	metrics_fn write;
	void *context;
};

/* *@ret_http may be NULL then: there was nothing to listen at. -errno with a sentence. */
int metrics_http_start(const struct metrics_http_setup *setup, struct metrics_http **ret_http,
		       struct error *error);
struct metrics_http *metrics_http_stop(struct metrics_http *http); /* takes NULL, returns NULL */

#endif /* XDP511_METRICS_HTTP_H */
