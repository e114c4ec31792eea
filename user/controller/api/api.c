/* SPDX-License-Identifier: MIT */
/* api.c - which function answers which request: paths, methods, queries, bodies. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "controller/api/api.h"

#define SESSION_PREFIX "/v1/sessions/"
#define LINK_KEY_PATH  "/v1/link-key"
#define RELOAD_PATH    "/v1/reload"

/* clang-format off */
static const struct resource resources[] = {
	{"GET", "/v1/status", "", api_get_status, "What is attached where and how, and how it is."},
	{"GET", "/v1/sessions", "zone user format top sort", api_list_sessions, "The sessions, one after the other as they are found; with top, those with the most traffic."},
	{"POST", "/v1/sessions", "", api_import_sessions, "Sign in many: a JSON object a line."},
	{"DELETE", "/v1/sessions", "zone user all state", api_remove_sessions, "Sign out all, those of a zone, or those of a user."},
	{"GET", SESSION_PREFIX, "zone", api_get_session, "One session."},
	{"PUT", SESSION_PREFIX, "zone", api_put_session, "Sign a device in, or renew its sign-in."},
	{"PATCH", SESSION_PREFIX, "zone", api_patch_session, "Change some of a session."},
	{"DELETE", SESSION_PREFIX, "zone state", api_remove_session, "Sign a device out."},
	{"GET", "/v1/guests", "top zone", api_list_guests, "The loudest devices that haven't signed in."},
	{"GET", "/v1/devices", "address port", api_find_device, "Which device has a connection with this machine."},
	{"GET", LINK_KEY_PATH, "", api_get_link_key, "The key that signs the links to the portal."},
	{"GET", "/v1/events", "type zone mac", api_stream_events, "What happens, as server-sent events, until the client leaves."},
	{"GET", "/v1/garden", "zone", api_list_garden, "What guests may reach."},
	{"POST", "/v1/garden", "", api_add_garden, "Let guests reach one thing more."},
	{"DELETE", "/v1/garden", "entry zone", api_remove_garden, "Take back what was added by this API."},
	{"GET", "/v1/stats", "", api_get_stats, "Counters of the gate, of the responder and of its rings."},
	{"GET", METRICS_PATH, "", api_get_metrics, "The same, sessions and more, as OpenMetrics text."},
	{"POST", RELOAD_PATH, "", api_reload, "Read the configuration again, and keep every session."},
	{.method = NULL},
};
/* clang-format on */

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

const struct resource *api_resources(void)
{
	return resources;
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
