/* SPDX-License-Identifier: MIT */
/* api.c - which function answers which request: paths, methods, queries, bodies. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "controller/api.h"

#define SESSION_PREFIX "/v1/sessions/"
#define LINK_KEY_PATH  "/v1/link-key"
#define RELOAD_PATH    "/v1/reload"

static const struct resource resources[] = {
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
	{.method = NULL},
};

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

enum MHD_Result api_refuse_zone(struct resource_call *call, const char *zone)
{
	char text[QUOTED_SIZE];

	return httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
			     "there is no zone '%s'; see `xdp511 status`", quote(zone, text));
}

enum MHD_Result api_answer(void *context, struct api_request *request)
{
	return resources_answer(resources, context, request);
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

enum MHD_Result api_reload(struct resource_call *call)
{
	struct error error;
	json_t *changes;

	if (controller_reload(controller_of(call), &changes, &error))
		return httpd_problem(call->request, MHD_HTTP_UNPROCESSABLE_CONTENT, "%s",
				     error.text);
	return httpd_json(call->request, MHD_HTTP_OK, json_pack("{s:o}", "changed", changes));
}
