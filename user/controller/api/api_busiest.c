/* SPDX-License-Identifier: MIT */
/* api_busiest.c - GET /v1/sessions?top=: those with the most traffic at present. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "controller/api/api.h"

#define TOP_DEFAULT 20
#define RATES_SIZE  96
#define A_TURN	    64 /* sessions whose rows are read before the loop goes on */

/* A list on its way to a client. Who signs out meanwhile isn't on it any more. */
struct busiest_reader {
	struct sessions *sessions;
	size_t n;
	size_t next;
	size_t size;
	size_t sent;
	bool has_started;
	bool has_ended;
	struct busy list[BUSIEST_MAX];
	char text[A_TURN * (API_SESSION_SIZE + RATES_SIZE) + 4];
};

/* In place of the closing brace. */
static void append_rates(struct busiest_reader *reader, const struct busy *busy)
{
	char *end = reader->text + --reader->size;

	if (busy->is_measured)
		reader->size += (size_t)snprintf(end, RATES_SIZE,
						 ",\"up_now_bps\":%" PRIu64
						 ",\"down_now_bps\":%" PRIu64 "}",
						 busy->up_bps, busy->down_bps);
	else
		reader->size += (size_t)snprintf(end, RATES_SIZE,
						 ",\"up_now_bps\":null,\"down_now_bps\":null}");
}

static void make_text(struct busiest_reader *reader)
{
	size_t i;

	reader->size = reader->sent = 0;
	for (i = 0; i < A_TURN && reader->next < reader->n; i++) {
		const struct busy *busy = &reader->list[reader->next++];
		struct session_view view;

		if (sessions_find(reader->sessions, store_id(&busy->device), &view))
			continue;
		reader->text[reader->size++] = reader->has_started ? ',' : '[';
		reader->has_started = true;
		reader->size += api_session_text(reader->sessions->gate, &view,
						 reader->text + reader->size);
		append_rates(reader, busy);
	}
	reader->has_ended = reader->next == reader->n;
	if (reader->has_ended)
		reader->size += (size_t)sprintf(reader->text + reader->size, "%s",
						reader->has_started ? "]\n" : "[]\n");
	else if (!reader->size)
		reader->text[reader->size++] = ' '; /* to be asked again */
}

static ssize_t read_busiest(void *context, uint64_t position, char *buffer, size_t max)
{
	struct busiest_reader *reader = context;
	size_t n;

	(void)position;
	if (reader->sent == reader->size) {
		if (reader->has_ended)
			return MHD_CONTENT_READER_END_OF_STREAM;
		make_text(reader);
	}
	n = reader->size - reader->sent < max ? reader->size - reader->sent : max;
	memcpy(buffer, reader->text + reader->sent, n);
	reader->sent += n;
	return (ssize_t)n;
}

/* BUSY_ORDERS: there is none of that name. */
static enum busy_order find_order(const char *name)
{
	static const char *const names[BUSY_ORDERS] = {
		[BUSY_TOTAL] = "total", [BUSY_DOWN] = "down", [BUSY_UP] = "up"};
	enum busy_order order = BUSY_TOTAL;

	while (name && order < BUSY_ORDERS && strcmp(names[order], name) != 0)
		order++;
	return order;
}

enum MHD_Result api_list_busiest(struct resource_call *call)
{
	static const char *const others[] = {"zone", "user", "format"};
	const char *top_text = httpd_query(call->request, "top");
	enum busy_order order = find_order(httpd_query(call->request, "sort"));
	struct busiest_reader *reader;
	const struct busy *list;
	uint64_t top = TOP_DEFAULT;
	char text[QUOTED_SIZE];
	size_t i, n;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (httpd_query(call->request, others[i]))
			return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
					     "'top' and 'sort' are of all sessions; leave out '%s'",
					     others[i]);
	}
	if (top_text && parse_number(top_text, 1, BUSIEST_MAX, &top))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'top' is '%s', and no number from 1 to %d; write one",
				     quote(top_text, text), BUSIEST_MAX);
	if (order == BUSY_ORDERS)
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'sort' is none of total, down and up; give one of them");
	reader = malloc(sizeof(*reader));
	if (!reader)
		return MHD_NO;
	memset(reader, 0, offsetof(struct busiest_reader, list));
	reader->sessions = &controller_of(call)->sessions;
	list = sessions_busiest(reader->sessions, order, &n);
	reader->n = n < top ? n : (size_t)top;
	if (reader->n)
		memcpy(reader->list, list, reader->n * sizeof(*list));
	return httpd_stream(call->request, read_busiest, reader, free);
}
