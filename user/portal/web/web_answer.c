/* SPDX-License-Identifier: MIT */
/* web_answer.c - answers to guests, with the headers that keep a page to itself. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/portal.h"
#include "portal/web/web_internal.h"

#define PRIVATE "private, no-store"

static const struct {
	const char *name, *value;
} headers[] = {
	{"Content-Security-Policy",
	 "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
	 "frame-ancestors 'none'; img-src 'self' data:"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
};

static void add_headers(struct MHD_Response *response, const struct web_answer *answer)
{
	const char *type = answer->type ? answer->type : "text/html; charset=utf-8";
	char number[24];
	size_t i;

	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(response, headers[i].name, headers[i].value);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
				answer->cache ? answer->cache : PRIVATE);
	if (answer->location)
		MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, answer->location);
	if (answer->allow)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
	if (answer->vary)
		MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, answer->vary);
	if (answer->retry_s) {
		snprintf(number, sizeof(number), "%" PRIu64, answer->retry_s);
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, number);
	}
	/* What follows a body that was not read can't be told from it. */
	if (answer->status == MHD_HTTP_CONTENT_TOO_LARGE)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

void web_answer(struct web_request *request, const struct web_answer *answer)
{
	struct tally *tally = &request->portal->tally;
	struct MHD_Response *response = NULL;

	if (answer->status / 100 < TALLY_CLASSES)
		tally->answers[request->is_tls][answer->status / 100]++;
	if (answer->text)
		response = MHD_create_response_from_buffer(answer->size, answer->text,
							   MHD_RESPMEM_MUST_FREE);
	if (response)
		add_headers(response, answer);
	else
		free(answer->text);
	request->response = response;
	request->status = answer->status;
	request->is_answered = true;
	if (request->is_waiting) {
		web_forget_waiting(request);
		MHD_resume_connection(request->peer->connection);
	}
}

enum MHD_Result web_send(struct web_request *request)
{
	enum MHD_Result result;

	if (!request->is_answered)
		return MHD_YES; /* it has only begun, or waits */
	if (!request->response)
		return MHD_NO; /* out of memory, or there is an answer already */
	result = MHD_queue_response(request->peer->connection, request->status, request->response);
	MHD_destroy_response(request->response);
	request->response = NULL;
	return result;
}

void web_redirect(struct web_request *request, unsigned int status, const char *location)
{
	char *text = strdup("");

	web_answer(request,
		   &(struct web_answer){.status = status, .text = text, .location = location});
}

void web_text(struct web_request *request, unsigned int status, const char *text)
{
	char *line = NULL;
	int size = asprintf(&line, "%s\n", text);

	web_answer(request, &(struct web_answer){.status = status,
						 .type = "text/plain; charset=utf-8",
						 .text = size < 0 ? NULL : line,
						 .size = size < 0 ? 0 : (size_t)size});
}
