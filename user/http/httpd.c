/* SPDX-License-Identifier: MIT */
/* httpd.c - HTTP on the control socket: connections and bodies, bounded, in the one loop. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/un.h>

#include "base/text.h"
#include "base/units.h"
#include "http/httpd.h"
#include "http/peers.h"

#define MAX_CONNECTIONS	  256U
#define IDLE_TIMEOUT_S	  5U
#define CONNECTION_MEMORY (32 * 1024)
#define MAX_DISCARDED	  (1024 * 1024) /* of a body without a length; then the line is cut */
#define LONGEST_WAIT_MS	  1000

#define LAST_TURNS 16 /* in which answers that are there already are sent */

struct httpd {
	struct MHD_Daemon *daemon;
	struct httpd_setup setup;
	struct http_peers peers;
	struct api_request *deferred;
	bool is_stopping;
};

/* Decodes %HH in place; %00 stays as it is, so that it can't cut a path or a value short. */
static size_t unescape(void *context, struct MHD_Connection *connection, char *text)
{
	char *to = text;
	const char *from = text;

	(void)context;
	(void)connection;
	while (*from) {
		int high = from[0] == '%' ? hex_digit(from[1]) : -1;
		int low = high >= 0 ? hex_digit(from[2]) : -1;

		if (low < 0 || !(high | low)) {
			*to++ = *from++;
			continue;
		}
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return (size_t)(to - text);
}

static enum MHD_Result keep(struct api_request *request, const char *data, size_t size)
{
	char *larger;

	if (request->size + size > MAX_DISCARDED)
		return MHD_NO;
	if (request->size + size <= HTTPD_MAX_BODY) {
		larger = realloc(request->body, request->size + size);
		if (!larger)
			return MHD_NO;
		request->body = larger;
		memcpy(request->body + request->size, data, size);
	}
	request->size += size;
	return MHD_YES;
}

static enum MHD_Result refuse_body(struct api_request *request)
{
	return httpd_problem(request, MHD_HTTP_CONTENT_TOO_LARGE,
			     "the body is larger than %d KiB; send less", HTTPD_MAX_BODY / 1024);
}

/* A length that is too large is refused before the first byte is read. */
static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_CONTENT_LENGTH);
	uint64_t size;

	return text && (parse_number(text, 0, UINT64_MAX, &size) || size > HTTPD_MAX_BODY);
}

static void forget_deferred(struct api_request *request)
{
	struct httpd *httpd = request->httpd;

	if (request->next)
		request->next->previous = request->previous;
	if (request->previous)
		request->previous->next = request->next;
	else
		httpd->deferred = request->next;
	request->previous = request->next = NULL;
	request->is_deferred = false;
}

enum MHD_Result httpd_defer(struct api_request *request)
{
	struct httpd *httpd = request->httpd;

	MHD_suspend_connection(request->connection);
	request->is_deferred = true;
	request->previous = NULL;
	request->next = httpd->deferred;
	if (request->next)
		request->next->previous = request;
	httpd->deferred = request;
	return MHD_YES;
}

void httpd_resume(struct api_request *request)
{
	forget_deferred(request);
	MHD_resume_connection(request->connection);
}

static enum MHD_Result begin_request(struct httpd *httpd, struct api_request *request)
{
	if (httpd->setup.open)
		httpd->setup.open(httpd->setup.context, request);
	return !request->take && announces_too_much(request->connection) ? refuse_body(request)
									 : MHD_YES;
}

static enum MHD_Result take_piece(struct api_request *request, const char *data, size_t *size)
{
	enum MHD_Result result;

	/* Refused already; what is left of the body is not looked at. */
	if (request->is_answered) {
		*size = 0;
		return MHD_YES;
	}
	if (request->take) {
		*size -= request->take(request, data, *size);
		return MHD_YES;
	}
	result = keep(request, data, *size);
	*size = 0;
	return result;
}

/* libmicrohttpd calls this first with the headers, then with pieces of the body, then to answer. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **request_slot)
{
	struct httpd *httpd = context;
	struct api_request *request = *request_slot;

	(void)version;
	if (!request) {
		request = httpd->is_stopping ? NULL : calloc(1, sizeof(*request));
		if (!request)
			return MHD_NO;
		request->connection = connection;
		request->httpd = httpd;
		request->method = method;
		request->path = url;
		*request_slot = request;
		return begin_request(httpd, request);
	}
	if (request->response)
		return httpd_send(request);
	/* What would keep and answer it is gone. */
	if (httpd->is_stopping && !request->is_answered)
		return MHD_NO;
	if (*size)
		return take_piece(request, data, size);
	if (request->is_answered)
		return MHD_NO;
	if (request->size > HTTPD_MAX_BODY)
		return refuse_body(request);
	return httpd->setup.answer(httpd->setup.context, request);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_slot,
			 enum MHD_RequestTerminationCode code)
{
	struct api_request *request = *request_slot;

	(void)context;
	(void)connection;
	(void)code;
	if (!request)
		return;
	if (request->is_deferred)
		forget_deferred(request);
	if (request->done)
		request->done(request);
	if (request->response)
		MHD_destroy_response(request->response);
	free(request->body);
	free(request);
	*request_slot = NULL;
}

/* What a peer does wrong it is told itself; the log is not its place. */
static void say_nothing(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

/* Everything that is ready, and timeouts that are due. */
static int serve(void *context)
{
	struct httpd *httpd = context;
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	http_peers_cut(&httpd->peers);
	(void)MHD_run(httpd->daemon);
	if (MHD_get_timeout(httpd->daemon, &timeout_ms) != MHD_YES)
		return -1;
	return timeout_ms < LONGEST_WAIT_MS ? (int)timeout_ms : LONGEST_WAIT_MS;
}

/* The work is done before the next wait; readiness only ends the present one. */
static void wake(void *context)
{
	(void)context;
}

static int join_loop(struct httpd *httpd, struct loop *loop)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int err;

	if (!info)
		return -ENOTSUP;
	err = loop_watch(loop, info->epoll_fd, wake, NULL);
	return err ? err : loop_before_wait(loop, serve, httpd);
}

int httpd_start(const struct httpd_setup *setup, struct httpd **ret_httpd, struct error *error)
{
	struct httpd *httpd = calloc(1, sizeof(*httpd));
	unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	unsigned int max = setup->max_connections ? setup->max_connections : MAX_CONNECTIONS;
	int err;

	if (!httpd)
		return fail(error, ENOMEM, "out of memory");
	httpd->setup = *setup;
	httpd->peers.longest_ms = setup->connection_ms;
	if (setup->listen_fd < 0)
		flags |= MHD_USE_NO_LISTEN_SOCKET;
	/* clang-format off */
	httpd->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, httpd,
		MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
		MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, http_peers_on_connection, &httpd->peers,
		MHD_OPTION_CONNECTION_LIMIT, max,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, setup->max_of_a_peer,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		setup->listen_fd < 0 ? MHD_OPTION_END : MHD_OPTION_LISTEN_SOCKET, setup->listen_fd,
		MHD_OPTION_END);
	/* clang-format on */
	err = httpd->daemon ? join_loop(httpd, setup->loop) : -EINVAL;
	if (err) {
		httpd_stop(httpd);
		return fail(error, -err, "an HTTP server can't be started: %s", strerror(-err));
	}
	*ret_httpd = httpd;
	return 0;
}

void httpd_add(struct httpd *httpd, int fd)
{
	const struct sockaddr_un nobody = {.sun_family = AF_UNIX};

	/* It closes what it can't take. */
	(void)MHD_add_connection(httpd->daemon, fd, (const struct sockaddr *)&nobody,
				 sizeof(nobody));
}

/* What is answered already is sent, as far as the peers take it at once. */
static void send_last(struct httpd *httpd)
{
	int i;

	httpd->is_stopping = true;
	for (i = 0; i < LAST_TURNS; i++)
		(void)MHD_run(httpd->daemon);
	while (httpd->deferred)
		httpd_resume(httpd->deferred);
}

struct httpd *httpd_stop(struct httpd *httpd)
{
	if (!httpd)
		return NULL;
	if (httpd->daemon) {
		send_last(httpd);
		MHD_stop_daemon(httpd->daemon);
	}
	free(httpd);
	return NULL;
}

const char *httpd_query(const struct api_request *request, const char *key)
{
	return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, key);
}

struct search {
	const char *known;
	const char *unknown;
};

static bool is_listed(const char *known, const char *key)
{
	size_t length = strlen(key);
	const char *at = known;

	while (length && *at) {
		size_t word = strcspn(at, " ");

		if (word == length && !strncmp(at, key, length))
			return true;
		at += word + (at[word] == ' ');
	}
	return false;
}

static enum MHD_Result look(void *context, enum MHD_ValueKind kind, const char *key,
			    const char *value)
{
	struct search *search = context;

	(void)kind;
	(void)value;
	if (is_listed(search->known, key))
		return MHD_YES;
	search->unknown = key;
	return MHD_NO; /* no need to look further */
}

const char *httpd_unknown_query(const struct api_request *request, const char *known)
{
	struct search search = {.known = known};

	MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, look, &search);
	return search.unknown;
}
