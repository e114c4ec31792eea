/* SPDX-License-Identifier: MIT */
/* metrics_http.c - GET /metrics: as a resource of an API, and alone over plain HTTP. */
#include "http/metrics_http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "http/tcp_socket.h"

#define BACKLOG		32
#define MAX_CONNECTIONS 32
#define MAX_OF_A_PEER	8
#define CONNECTION_MS	10000
#define FRESH_MS	500 /* who asks faster gets the same text again */

/* A text as it was last made. */
struct cached {
	char *text;
	size_t size;
	uint64_t made_ms; /* monotonic; 0: never */
};

struct metrics_http {
	struct metrics_http_setup setup;
	struct endpoints listen;
	struct httpd *servers[ENDPOINTS_MAX];
	size_t n_servers;
	struct cached cached[2]; /* of the older format, and of OpenMetrics */
};

static bool wants_open(const struct api_request *request)
{
	return openmetrics_is_accepted(MHD_lookup_connection_value(
		request->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
}

static int make(bool is_open, metrics_fn write, void *context, struct cached *ret_made)
{
	struct cached made = {.made_ms = monotonic_ms()};
	struct openmetrics out;
	int err;

	openmetrics_begin(&out, is_open);
	write(context, &out);
	err = openmetrics_end(&out, &made.text, &made.size);
	if (!err)
		*ret_made = made;
	return err;
}

static enum MHD_Result send_text(struct api_request *request, bool is_open, int err,
				 const struct cached *made)
{
	if (err)
		return httpd_problem(request, MHD_HTTP_INTERNAL_SERVER_ERROR,
				     "the metrics can't be written: %s; try again later",
				     strerror(-err));
	request->type = openmetrics_content_type(is_open);
	return httpd_text(request, MHD_HTTP_OK, made->text, made->size);
}

enum MHD_Result metrics_http_answer(struct api_request *request, metrics_fn write, void *context)
{
	bool is_open = wants_open(request);
	struct cached made = {};
	int err = make(is_open, write, context, &made);
	enum MHD_Result result = send_text(request, is_open, err, &made);

	free(made.text);
	return result;
}

/* --- alone ----------------------------------------------------------------------------------- */

static enum MHD_Result answer_fresh(struct metrics_http *http, struct api_request *request)
{
	bool is_open = wants_open(request);
	struct cached *cached = &http->cached[is_open], made;
	int err = 0;

	if (!cached->made_ms || monotonic_ms() - cached->made_ms >= FRESH_MS) {
		err = make(is_open, http->setup.write, http->setup.context, &made);
		if (!err) {
			free(cached->text);
			*cached = made;
		}
	}
	return send_text(request, is_open, err, cached);
}

static enum MHD_Result answer(void *context, struct api_request *request)
{
	struct metrics_http *http = context;
	char text[QUOTED_SIZE];
	const char *unknown;

	if (strcmp(request->path, METRICS_PATH) != 0)
		return httpd_problem(request, MHD_HTTP_NOT_FOUND,
				     "there is no '%s' here; ask for '" METRICS_PATH "'",
				     quote(request->path, text));
	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
		request->allow = "GET, HEAD";
		return httpd_problem(request, MHD_HTTP_METHOD_NOT_ALLOWED,
				     "'%s' can't be done to '" METRICS_PATH "'; it allows GET",
				     quote(request->method, text));
	}
	unknown = httpd_unknown_query(request, "");
	if (unknown)
		return httpd_problem(request, MHD_HTTP_BAD_REQUEST,
				     "there is no parameter '%s' here; remove it",
				     quote(unknown, text));
	return answer_fresh(http, request);
}

static int serve_at(struct metrics_http *http, const struct endpoint *endpoint, struct error *error)
{
	struct httpd_setup setup = {
		.loop = http->setup.loop,
		.answer = answer,
		.context = http,
		.max_connections = MAX_CONNECTIONS,
		.max_of_a_peer = MAX_OF_A_PEER,
		.connection_ms = CONNECTION_MS,
	};
	char text[ENDPOINT_TEXT];
	bool is_early;
	int err = tcp_socket_listen(endpoint, BACKLOG, &is_early, &setup.listen_fd);

	if (err)
		return fail(error, -err,
			    "metrics can't be served at '%s': %s; correct `%s` in [metrics]",
			    format_endpoint(endpoint, text), strerror(-err), http->setup.key);
	if (is_early)
		log_warning("the address of '%s' in [metrics] isn't this machine's yet; metrics "
			    "are served there once it is",
			    format_endpoint(endpoint, text));
	err = httpd_start(&setup, &http->servers[http->n_servers], error);
	if (!err)
		http->n_servers++;
	return err;
}

int metrics_http_start(const struct metrics_http_setup *setup, struct metrics_http **ret_http,
		       struct error *error)
{
	struct metrics_http *http;
	size_t i;
	int err = 0;

	if (!setup->listen->n)
		return 0;
	http = calloc(1, sizeof(*http));
	if (!http)
		return fail(error, ENOMEM, "out of memory");
	http->setup = *setup;
	http->listen = *setup->listen;
	for (i = 0; i < http->listen.n && !err; i++)
		err = serve_at(http, &http->listen.list[i], error);
	if (err)
		metrics_http_stop(http);
	else
		*ret_http = http;
	return err;
}

struct metrics_http *metrics_http_stop(struct metrics_http *http)
{
	if (!http)
		return NULL;
	while (http->n_servers)
		httpd_stop(http->servers[--http->n_servers]);
	free(http->cached[0].text);
	free(http->cached[1].text);
	free(http);
	return NULL;
}
