/* SPDX-License-Identifier: MIT */
/* resources.c - which function answers which request: paths, methods, queries, bodies. */
#include "http/resources.h"

#include <stdio.h>
#include <string.h>

/* What follows the resource's path in @path, or NULL when it is another path. */
static const char *rest_of(const struct resource *resource, const char *path)
{
	size_t length = strlen(resource->path);

	if (resource->path[length - 1] != '/')
		return strcmp(resource->path, path) ? NULL : "";
	if (strncmp(resource->path, path, length) != 0 || !path[length] ||
	    strchr(path + length, '/'))
		return NULL;
	return path + length;
}

static bool is_method(const struct resource *resource, const char *method)
{
	if (!strcmp(method, "HEAD"))
		method = "GET"; /* libmicrohttpd leaves the body out */
	return !strcmp(resource->method, method);
}

static enum MHD_Result refuse_path(const struct resource *resources, struct api_request *request)
{
	char path[QUOTED_SIZE], method[QUOTED_SIZE], allow[64] = "";
	const struct resource *resource;

	for (resource = resources; resource->method; resource++) {
		if (rest_of(resource, request->path))
			snprintf(allow + strlen(allow), sizeof(allow) - strlen(allow), "%s%s",
				 allow[0] ? ", " : "", resource->method);
	}
	quote(request->path, path);
	if (!allow[0])
		return httpd_problem(request, MHD_HTTP_NOT_FOUND,
				     "there is no '%s' in this API; start at '/v1/status'", path);
	request->allow = allow;
	return httpd_problem(request, MHD_HTTP_METHOD_NOT_ALLOWED,
			     "'%s' can't be done to '%s'; it allows %s",
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

static enum MHD_Result call_resource(const struct resource *resource, struct resource_call *call)
{
	const char *unknown = httpd_unknown_query(call->request, resource->query);
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
		result = resource->answer(call);
	json_decref(call->body);
	return result;
}

json_t *resources_describe(const struct resource *resources)
{
	json_t *list = json_array();

	for (; resources->method; resources++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:s}", "method", resources->method, "path",
					resources->path, "query", resources->query, "meaning",
					resources->meaning ? resources->meaning : ""));
	return list;
}

enum MHD_Result resources_answer(const struct resource *resources, void *context,
				 struct api_request *request)
{
	struct resource_call call = {.context = context, .request = request};
	const struct resource *resource;

	for (resource = resources; resource->method; resource++) {
		call.name = rest_of(resource, request->path);
		if (call.name && is_method(resource, request->method))
			return call_resource(resource, &call);
	}
	return refuse_path(resources, request);
}
