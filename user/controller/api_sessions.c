/* SPDX-License-Identifier: MIT */
/* api_sessions.c - /v1/sessions: the list, streamed page by page, and signing out many. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/api.h"

/* A list on its way to a client; what has been made but not sent yet is in @text. */
struct list {
	struct sessions *sessions;
	char zone[ZONE_NAME_SIZE]; /* "": all */
	char *user;		   /* NULL: all */
	struct sign_in cursor;
	char *text;
	size_t size;
	size_t sent;
	bool has_started;
	bool has_ended;
};

static int append(struct list *list, const char *separator, const struct session_view *view)
{
	json_t *json = api_session_json(list->sessions, view);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	size_t length = text ? strlen(text) : 0;
	char *larger = text ? realloc(list->text, list->size + length + 4) : NULL;

	json_decref(json);
	if (larger) {
		list->text = larger;
		list->size += (size_t)sprintf(list->text + list->size, "%s%s", separator, text);
	}
	free(text);
	return larger ? 0 : -ENOMEM;
}

static int append_end(struct list *list)
{
	char *larger = realloc(list->text, list->size + 8);

	if (!larger)
		return -ENOMEM;
	list->text = larger;
	list->size +=
		(size_t)sprintf(list->text + list->size, "%s", list->has_started ? "]\n" : "[]\n");
	list->has_ended = true;
	return 0;
}

static int make_page(struct list *list)
{
	struct sign_in_filter filter = {
		.zone = list->zone[0] ? list->zone : NULL,
		.user = list->user,
	};
	struct session_view views[SESSIONS_PAGE];
	int i, n = sessions_page(list->sessions, &filter, &list->cursor, views);
	int err = n < 0 ? n : 0;

	list->size = list->sent = 0;
	for (i = 0; i < n && !err; i++) {
		err = append(list, list->has_started ? "," : "[", &views[i]);
		list->has_started = true;
	}
	return n || err ? err : append_end(list);
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
	free(list->text);
	free(list);
}

enum MHD_Result api_list_sessions(struct api_call *call)
{
	const char *zone = httpd_query(call->request, "zone");
	const char *user = httpd_query(call->request, "user");
	struct list *list;

	if (zone && zones_find(&call->controller->zones, zone) < 0)
		return api_refuse_zone(call, zone);
	list = calloc(1, sizeof(*list));
	if (!list)
		return MHD_NO;
	list->sessions = &call->controller->sessions;
	list->user = user ? strdup(user) : NULL;
	if (zone)
		snprintf(list->zone, sizeof(list->zone), "%s", zone);
	if (user && !list->user) {
		free_list(list);
		return MHD_NO;
	}
	return httpd_stream(call->request, read_list, list, free_list);
}

enum MHD_Result api_remove_sessions(struct api_call *call)
{
	struct sign_in_filter filter = {
		.zone = httpd_query(call->request, "zone"),
		.user = httpd_query(call->request, "user"),
	};
	const char *all = httpd_query(call->request, "all");
	const char *state_text = httpd_query(call->request, "state");
	enum session_state state;
	struct error error;
	size_t removed;
	int err;

	if (all && strcmp(all, "true") != 0)
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'all' can only be true; write ?all=true");
	if (!filter.zone && !filter.user && !all)
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"whose sessions end is missing; give ?user=, ?zone= or ?all=true");
	if (filter.zone && zones_find(&call->controller->zones, filter.zone) < 0)
		return api_refuse_zone(call, filter.zone);
	if (state_text && parse_state(state_text, &state))
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"'state' is none of active, trusted and blocked; give one of them");
	filter.state = state_text ? &state : NULL;
	err = sessions_remove_matching(&call->controller->sessions, &filter, &removed, &error);
	if (err)
		return httpd_problem(call->request, api_status_of(err), "%s", error.text);
	return httpd_json(call->request, MHD_HTTP_OK,
			  json_pack("{s:I}", "removed", (json_int_t)removed));
}
