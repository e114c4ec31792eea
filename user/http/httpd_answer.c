/* SPDX-License-Identifier: MIT */
/* httpd_answer.c - answers on the control socket: JSON, problems (RFC 9457), streams. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/httpd.h"

#define STREAM_BLOCK (16 * 1024)

static const char *title_of(unsigned int status)
{
	static const struct {
		unsigned int status;
		const char *title;
	} titles[] = {
		{400, "Bad Request"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{413, "Content Too Large"},
		{422, "Unprocessable Content"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
		{507, "Insufficient Storage"},
	};
	size_t i;

	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status)
			return titles[i].title;
	}
	return "Error";
}

char *quote(const char *text, char buffer[QUOTED_SIZE])
{
	size_t i;

	for (i = 0; text[i] && i < QUOTED_SIZE - 4; i++)
		buffer[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	snprintf(buffer + i, QUOTED_SIZE - i, "%s", text[i] ? "..." : "");
	return buffer;
}

static enum MHD_Result answer(struct api_request *request, unsigned int status,
			      struct MHD_Response *response)
{
	const char *type = status < 400 ? "application/json" : "application/problem+json";

	if (status < 400 && request->type)
		type = request->type;

	if (!response) {
		request->is_answered = true; /* the connection ends without */
		if (request->is_deferred)
			httpd_resume(request);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED && request->allow)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, request->allow);
	/* What follows a body that was not read can't be told from it. */
	if (status == MHD_HTTP_CONTENT_TOO_LARGE)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	request->response = response;
	request->status = status;
	if (!request->is_deferred)
		return httpd_send(request);
	httpd_resume(request);
	return MHD_YES;
}

enum MHD_Result httpd_send(struct api_request *request)
{
	enum MHD_Result result =
		MHD_queue_response(request->connection, request->status, request->response);

	MHD_destroy_response(request->response);
	request->response = NULL;
	request->is_answered = true;
	return result;
}

enum MHD_Result httpd_json(struct api_request *request, unsigned int status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	char *line = NULL;
	int size = text ? asprintf(&line, "%s\n", text) : -1;
	struct MHD_Response *response = NULL;

	json_decref(json);
	free(text);
	if (size < 0)
		return answer(request, status, NULL); /* also one that waits for it */
	response = MHD_create_response_from_buffer((size_t)size, line, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(line);
	return answer(request, status, response);
}

enum MHD_Result httpd_text(struct api_request *request, unsigned int status, const char *text,
			   size_t size)
{
	return answer(request, status,
		      MHD_create_response_from_buffer(size, (void *)text, MHD_RESPMEM_MUST_COPY));
}

enum MHD_Result httpd_problem(struct api_request *request, unsigned int status, const char *format,
			      ...)
{
	char detail[768];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	return httpd_json(request, status,
			  json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
				    title_of(status), "status", (int)status, "detail", detail));
}

enum MHD_Result httpd_stream(struct api_request *request, MHD_ContentReaderCallback read,
			     void *context, MHD_ContentReaderFreeCallback done)
{
	struct MHD_Response *response = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, STREAM_BLOCK, read, context, done);

	if (!response)
		done(context);
	return answer(request, MHD_HTTP_OK, response);
}
