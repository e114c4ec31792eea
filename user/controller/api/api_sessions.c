/* SPDX-License-Identifier: MIT */
/* api_sessions.c - /v1/sessions: the list, streamed page by page, and signing out many. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/api/api.h"

#define LINES_TYPE	   "application/x-ndjson"
#define EMPTY_PAGES_A_TURN 16

/* A list on its way to a client; what has been made but not sent yet is in @text. */
struct list {
	struct sessions *sessions;
	char zone[ZONE_NAME_SIZE]; /* "": all */
	char *user;		   /* NULL: all */
	bool is_lines;		   /* a session a line, no array */
	struct session_cursor cursor;
	struct session_view views[SESSIONS_PAGE];
	size_t size;
	size_t sent;
	bool has_started;
	bool has_ended;
	char text[SESSIONS_PAGE * (API_SESSION_SIZE + 1) + 4];
};

static void append(struct list *list, const char *text)
{
	list->size += (size_t)sprintf(list->text + list->size, "%s", text);
}

static void append_session(struct list *list, const struct session_view *view)
{
	if (!list->is_lines)
		append(list, list->has_started ? "," : "[");
	list->has_started = true;
	list->size += api_session_text(list->sessions->gate, view, list->text + list->size);
	if (list->is_lines)
		append(list, "\n");
}

/* Pages may hold nobody; after some of them it is the loop's turn. */
static int make_page(struct list *list)
{
	struct sign_in_filter filter = {
		.zone = list->zone[0] ? list->zone : NULL,
		.user = list->user,
	};
	int i, n, pages = 0;

	list->size = list->sent = 0;
	do {
		n = sessions_page(list->sessions, &filter, &list->cursor, list->views);
	} while (!n && !list->cursor.is_over && ++pages < EMPTY_PAGES_A_TURN);
	for (i = 0; i < n; i++)
		append_session(list, &list->views[i]);
	list->has_ended = list->cursor.is_over;
	if (!list->size && !list->has_ended)
		append(list, list->is_lines ? "\n" : " "); /* to be asked again */
	if (list->has_ended && !list->is_lines)
		append(list, list->has_started ? "]\n" : "[]\n");
	return n < 0 ? n : 0;
}

static ssize_t read_list(void *context, uint64_t position, char *buffer, size_t max)
{
	struct list *list = context;
	size_t n;

	(void)position;
	if (list->sent == list->size) {
		if (list->has_ended)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (make_page(list))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (!list->size && list->has_ended)
			return MHD_CONTENT_READER_END_OF_STREAM;
	}
	n = list->size - list->sent < max ? list->size - list->sent : max;
	memcpy(buffer, list->text + list->sent, n);
	list->sent += n;
	return (ssize_t)n;
}

static void free_list(void *context)
{
	struct list *list = context;

	free(list->user);
	free(list);
}

static bool wants_lines(const struct resource_call *call, const char *format)
{
	const char *accept = MHD_lookup_connection_value(call->request->connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_ACCEPT);

	return format ? !strcmp(format, "lines") : accept && strstr(accept, LINES_TYPE);
}

enum MHD_Result api_list_sessions(struct resource_call *call)
{
	const char *zone = httpd_query(call->request, "zone");
	const char *user = httpd_query(call->request, "user");
	const char *format = httpd_query(call->request, "format");
	struct list *list;

	if (httpd_query(call->request, "top") || httpd_query(call->request, "sort"))
		return api_list_busiest(call);
	if (format && strcmp(format, "lines") != 0 && strcmp(format, "array") != 0)
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'format' is neither array nor lines; give one of them");
	if (zone && zones_find(&controller_of(call)->zones, zone) < 0)
		return api_refuse_zone(call, zone);
	list = malloc(sizeof(*list));
	if (!list)
		return MHD_NO;
	memset(list, 0, offsetof(struct list, text));
	list->sessions = &controller_of(call)->sessions;
	list->is_lines = wants_lines(call, format);
	list->user = user ? strdup(user) : NULL;
	if (zone)
		snprintf(list->zone, sizeof(list->zone), "%s", zone);
	if (user && !list->user) {
		free_list(list);
		return MHD_NO;
	}
	call->request->type = list->is_lines ? LINES_TYPE : NULL;
	return httpd_stream(call->request, read_list, list, free_list);
}

static void on_removed(void *context, size_t n_removed, int err, const struct error *error)
{
	struct api_request *request = context;

	if (err)
		(void)httpd_problem(request, api_status_of(err), "%s", error->text);
	else
		(void)httpd_json(request, MHD_HTTP_OK,
				 json_pack("{s:I}", "removed", (json_int_t)n_removed));
}

enum MHD_Result api_remove_sessions(struct resource_call *call)
{
	struct sign_in_filter filter = {
		.zone = httpd_query(call->request, "zone"),
		.user = httpd_query(call->request, "user"),
	};
	const char *all = httpd_query(call->request, "all");
	const char *state_text = httpd_query(call->request, "state");
	enum session_state state;

	if (all && strcmp(all, "true") != 0)
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'all' can only be true; write ?all=true");
	if (!filter.zone && !filter.user && !all)
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"whose sessions end is missing; give ?user=, ?zone= or ?all=true");
	if (filter.zone && zones_find(&controller_of(call)->zones, filter.zone) < 0)
		return api_refuse_zone(call, filter.zone);
	if (state_text && parse_state(state_text, &state))
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"'state' is none of active, trusted and blocked; give one of them");
	if (filter.user && strlen(filter.user) >= USER_SIZE) /* nobody's */
		return httpd_json(call->request, MHD_HTTP_OK, json_pack("{s:i}", "removed", 0));
	filter.state = state_text ? &state : NULL;
	if (sessions_remove_matching(&controller_of(call)->sessions, &filter, on_removed,
				     call->request))
		return MHD_NO;
	return httpd_defer(call->request);
}
