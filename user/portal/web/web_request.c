/* SPDX-License-Identifier: MIT */
/* web_request.c - a request from its first line to its answer. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/monotonic.h"
#include "portal/web/identify.h"
#include "portal/sign_in.h"
#include "portal/web/web_internal.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define TOO_LARGE "This is larger than a form of this page can be."

/* A form on another site can send this type, too; its token tells ours from them. */
static bool is_form(const struct web_request *request)
{
	const char *type = web_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
	size_t length = strlen(FORM_TYPE);

	return type && !strncasecmp(type, FORM_TYPE, length) &&
	       (!type[length] || strchr("; ", type[length]));
}

/* http://host/path, as one asks a proxy. */
static const char *skip_origin(const char *uri)
{
	const char *at = *uri == '/' ? NULL : strstr(uri, "://");
	const char *path = at ? strchr(at + 3, '/') : NULL;

	if (!at)
		return uri;
	return path ? path : "/";
}

/* Called first of all; what it returns is the request's slot. */
void *web_on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	const struct listener *listener = context;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct peer *peer = info ? info->socket_context : NULL;
	struct web_request *request = peer ? calloc(1, sizeof(*request)) : NULL;
	char *query;

	if (!request)
		return NULL;
	request->path = strdup(skip_origin(uri));
	if (!request->path) {
		free(request);
		return NULL;
	}
	query = request->path + strcspn(request->path, "?");
	if (*query)
		*query++ = '\0';
	request->query = query;
	request->web = listener->web;
	request->portal = listener->web->portal;
	request->peer = peer;
	request->handler = listener->handler;
	request->is_tls = listener->is_tls;
	peer->has_asked = true;
	return request;
}

const char *web_header(const struct web_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->peer->connection, MHD_HEADER_KIND, name);
}

/* What its headers announce is refused before the first byte of a body is read. */
static void begin(struct web_request *request, const char *method)
{
	const char *length = web_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
	uint64_t size;

	request->has_begun = true;
	request->method = method;
	if (length && (parse_number(length, 0, UINT64_MAX, &size) || size >= FORM_SIZE))
		web_text(request, MHD_HTTP_CONTENT_TOO_LARGE, TOO_LARGE);
	else if (!strcmp(method, MHD_HTTP_METHOD_POST) && !is_form(request))
		web_text(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "Send a form: " FORM_TYPE ".");
}

static enum MHD_Result keep(struct web_request *request, const char *data, size_t *size)
{
	size_t n = *size;

	*size = 0;
	if (request->is_answered)
		return MHD_YES;
	if (!request->body)
		request->body = malloc(FORM_SIZE);
	if (!request->body || request->size + n >= FORM_SIZE)
		return MHD_NO; /* it had no length, or another than it said */
	memcpy(request->body + request->size, data, n);
	request->size += n;
	return MHD_YES;
}

/* False: nobody will answer. */
static bool handle(struct web_request *request)
{
	int err = 0;

	if (request->body) {
		request->form = malloc(sizeof(*request->form));
		if (!request->form)
			return false;
		err = form_parse(request->body, request->size, request->form);
	}
	if (err)
		web_text(request, MHD_HTTP_BAD_REQUEST,
			 "This form doesn't read. Go back and send it again.");
	else
		request->handler(request);
	return request->is_answered || request->is_waiting;
}

/* libmicrohttpd calls this first with the headers, then with pieces of the body, then to answer. */
enum MHD_Result web_on_request(void *context, struct MHD_Connection *connection, const char *url,
			       const char *method, const char *version, const char *data,
			       size_t *size, void **request_slot)
{
	struct web_request *request = *request_slot;

	(void)context;
	(void)connection;
	(void)url;
	(void)version;
	if (!request)
		return MHD_NO;
	if (!request->has_begun)
		begin(request, method);
	else if (*size)
		return keep(request, data, size);
	else if (!request->is_answered && (request->web->is_stopping || !handle(request)))
		return MHD_NO;
	return web_send(request);
}

void web_wait(struct web_request *request)
{
	struct web *web = request->web;

	MHD_suspend_connection(request->peer->connection);
	request->is_waiting = true;
	request->previous = NULL;
	request->next = web->waiting;
	if (request->next)
		request->next->previous = request;
	web->waiting = request;
}

void web_forget_waiting(struct web_request *request)
{
	if (request->next)
		request->next->previous = request->previous;
	if (request->previous)
		request->previous->next = request->next;
	else
		request->web->waiting = request->next;
	request->previous = request->next = NULL;
	request->is_waiting = false;
}

void web_on_completed(void *context, struct MHD_Connection *connection, void **request_slot,
		      enum MHD_RequestTerminationCode code)
{
	struct web_request *request = *request_slot;

	(void)context;
	(void)connection;
	(void)code;
	if (!request)
		return;
	if (request->is_waiting)
		web_forget_waiting(request);
	request->peer->since_ms = monotonic_ms();
	sign_in_forget(request);
	asker_free(request->asker);
	if (request->response)
		MHD_destroy_response(request->response);
	if (request->form)
		explicit_bzero(request->form, sizeof(*request->form)); /* passwords */
	if (request->body)
		explicit_bzero(request->body, FORM_SIZE);
	free(request->form);
	free(request->body);
	free(request->path);
	free(request);
	*request_slot = NULL;
}
