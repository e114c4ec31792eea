/* SPDX-License-Identifier: MIT */
/* api.h - the API's resources; each has a file api_….c, the table of all is in api.c. */
#ifndef XDP511_API_H
#define XDP511_API_H

#include "controller/controller.h"
#include "controller/httpd.h"

/* A request that fits the table: path, method and query are known, the body is JSON. */
struct api_call {
	struct controller *controller;
	struct api_request *request;
	const char *name; /* what stands behind the resource's path: a MAC; or "" */
	json_t *body;	  /* an object, empty if there was none */
};

/* For httpd_start(); @context is the controller. */
enum MHD_Result api_answer(void *context, struct api_request *request);

enum MHD_Result api_get_status(struct api_call *call);
enum MHD_Result api_get_stats(struct api_call *call);
enum MHD_Result api_reload(struct api_call *call);

enum MHD_Result api_list_sessions(struct api_call *call);
enum MHD_Result api_remove_sessions(struct api_call *call);
enum MHD_Result api_get_session(struct api_call *call);
enum MHD_Result api_put_session(struct api_call *call);
enum MHD_Result api_patch_session(struct api_call *call);
enum MHD_Result api_remove_session(struct api_call *call);

enum MHD_Result api_list_garden(struct api_call *call);
enum MHD_Result api_add_garden(struct api_call *call);
enum MHD_Result api_remove_garden(struct api_call *call);

/* The status for a failure of the controller's parts. */
unsigned int api_status_of(int err);

/* 404 for a zone that nobody knows. */
enum MHD_Result api_refuse_zone(struct api_call *call, const char *zone);

/* A session as the API shows it (api_session_json.c); NULL: out of memory. */
json_t *api_session_json(struct sessions *sessions, const struct session_view *view);

/* Applies the body's fields to @who (api_session_fields.c); -EINVAL with a sentence. */
int api_read_fields(const json_t *body, struct sign_in *who, struct error *error);

#endif /* XDP511_API_H */
