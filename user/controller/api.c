/* SPDX-License-Identifier: MIT */
/* api.c - which function answers which request: paths, methods, queries, bodies. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "controller/api.h"

#define SESSION_PREFIX "/v1/sessions/"
#define LINK_KEY_PATH  "/v1/link-key"
#define RELOAD_PATH    "/v1/reload"

struct route {
	const char *method;
	const char *path;  /* ending in "/": something has to follow */
	const char *query; /* keys it knows */
	enum MHD_Result (*answer)(struct api_call *call);
};

static const struct route routes[] = {
	{"GET", "/v1/status", "", api_get_status},
	{"GET", "/v1/sessions", "zone user format", api_list_sessions},
	{"POST", "/v1/sessions", "", api_import_sessions},
	{"DELETE", "/v1/sessions", "zone user all state", api_remove_sessions},
	{"GET", SESSION_PREFIX, "zone", api_get_session},
	{"PUT", SESSION_PREFIX, "zone", api_put_session},
	{"PATCH", SESSION_PREFIX, "zone", api_patch_session},
	{"DELETE", SESSION_PREFIX, "zone state", api_remove_session},
	{"GET", "/v1/guests", "top zone", api_list_guests},
	{"GET", "/v1/devices", "address port", api_find_device},
	{"GET", LINK_KEY_PATH, "", api_get_link_key},
	{"GET", "/v1/events", "type zone mac", api_stream_events},
	{"GET", "/v1/garden", "zone", api_list_garden},
	{"POST", "/v1/garden", "", api_add_garden},
	{"DELETE", "/v1/garden", "entry zone", api_remove_garden},
	{"GET", "/v1/stats", "", api_get_stats},
	{"POST", RELOAD_PATH, "", api_reload},
};

#define N_ROUTES (sizeof(routes) / sizeof(routes[0]))

unsigned int api_status_of(int err)
{
	switch (-err) {
	case ENOENT:
		return MHD_HTTP_NOT_FOUND;
	case E2BIG:
	case ENOSPC:
		return MHD_HTTP_INSUFFICIENT_STORAGE;
	case EINVAL:
		return MHD_HTTP_BAD_REQUEST;
	case EBUSY:
		return MHD_HTTP_SERVICE_UNAVAILABLE;
	default:
		return MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
}

enum MHD_Result api_refuse_zone(struct api_call *call, const char *zone)
{
	char text[QUOTED_SIZE];

	return httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
			     "there is no zone '%s'; see `xdp511 status`", quote(zone, text));
}

/* What follows the route's path in @path, or NULL when it is another path. */
static const char *rest_of(const struct route *route, const char *path)
{
	size_t length = strlen(route->path);

	if (route->path[length - 1] != '/')
		return strcmp(route->path, path) ? NULL : "";
	if (strncmp(route->path, path, length) != 0 || !path[length] || strchr(path + length, '/'))
		return NULL;
	return path + length;
}

static bool is_method(const struct route *route, const char *method)
{
	if (!strcmp(method, "HEAD"))
		method = "GET"; /* libmicrohttpd leaves the body out */
	return !strcmp(route->method, method);
}

static enum MHD_Result refuse_path(struct api_request *request)
{
	char path[QUOTED_SIZE], method[QUOTED_SIZE], allow[64] = "";
	size_t i;

	for (i = 0; i < N_ROUTES; i++) {
		if (rest_of(&routes[i], request->path))
			snprintf(allow + strlen(allow), sizeof(allow) - strlen(allow), "%s%s",
				 allow[0] ? ", " : "", routes[i].method);
	}
	quote(request->path, path);
	if (!allow[0])
		return httpd_problem(request, MHD_HTTP_NOT_FOUND,
				     "there is no '%s' in this API; start at '/v1/status'", path);
	request->allow = allow;
	return httpd_problem(request, MHD_HTTP_METHOD_NOT_ALLOWED,
			     "'%s' can't be done to '%s'; it "
			     "allows %s",
			     quote(request->method, method), path, allow);
}

/* No body, or white space, is {}. */
static json_t *parse_body(const struct api_request *request, json_error_t *error)
{
	size_t i;

	for (i = 0; i < request->size; i++) {
		if (!strchr(" \t\r\n", request->body[i]) || !request->body[i])
			return json_loadb(request->body, request->size, JSON_REJECT_DUPLICATES,
					  error);
	}
	return json_object();
}

static enum MHD_Result call_route(const struct route *route, struct api_call *call)
{
	const char *unknown = httpd_unknown_query(call->request, route->query);
	char text[QUOTED_SIZE];
	json_error_t error = {.text = "out of memory"};
	enum MHD_Result result;

	if (unknown)
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"there is no parameter '%s' here; remove it or correct its name",
			quote(unknown, text));
	call->body = parse_body(call->request, &error);
	if (!call->body)
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"the body is no JSON: %s at line %d, column %d; correct it there",
			quote(error.text, text), error.line, error.column);
	if (!json_is_object(call->body))
		result = httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				       "the body is no JSON object; send one, such as {}");
	else
		result = route->answer(call);
	json_decref(call->body);
	return result;
}

enum MHD_Result api_answer(void *context, struct api_request *request)
{
	struct api_call call = {.controller = context, .request = request};
	size_t i;

	for (i = 0; i < N_ROUTES; i++) {
		call.name = rest_of(&routes[i], request->path);
		if (call.name && is_method(&routes[i], request->method))
			return call_route(&routes[i], &call);
	}
	return refuse_path(request);
}

enum MHD_Result api_answer_remote(void *context, struct api_request *request)
{
	char path[QUOTED_SIZE];

	if (!strcmp(request->path, LINK_KEY_PATH) || !strcmp(request->path, RELOAD_PATH))
		return httpd_problem(request, MHD_HTTP_FORBIDDEN,
				     "'%s' is for the control socket of this machine alone; ask "
				     "there",
				     quote(request->path, path));
	return api_answer(context, request);
}

void api_open(void *context, struct api_request *request)
{
	if (!strcmp(request->method, "POST") && !strcmp(request->path, "/v1/sessions"))
		api_open_import(context, request);
}

enum MHD_Result api_reload(struct api_call *call)
{
	struct error error;
	json_t *changes;

	if (controller_reload(call->controller, &changes, &error))
		return httpd_problem(call->request, MHD_HTTP_UNPROCESSABLE_CONTENT, "%s",
				     error.text);
	return httpd_json(call->request, MHD_HTTP_OK, json_pack("{s:o}", "changed", changes));
}
