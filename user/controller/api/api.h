/* SPDX-License-Identifier: MIT */
/* api.h - the API's resources; each has a file api_….c, the table of all is in api.c. */
#ifndef XDP511_API_H
#define XDP511_API_H

#include "controller/controller.h"
#include "http/httpd.h"
#include "http/resources.h"

static inline struct controller *controller_of(const struct resource_call *call)
{
	return call->context;
}

/* The table of all. */
const struct resource *api_resources(void);

/* For httpd_start(); @context is the controller. */
enum MHD_Result api_answer(void *context, struct api_request *request);

/* The same for those who come from elsewhere: not all of it is theirs. */
enum MHD_Result api_answer_remote(void *context, struct api_request *request);

/* For the same: a body that is taken as it comes (api_import.c). */
void api_open(void *context, struct api_request *request);
void api_open_import(struct controller *controller, struct api_request *request);

/* The rules of a new sign-in to the zone of @who; NULL: it isn't configured any more. */
const struct config_zone *api_set_defaults(const struct zones *zones, struct sign_in *who);

enum MHD_Result api_get_status(struct resource_call *call);
enum MHD_Result api_get_stats(struct resource_call *call);
enum MHD_Result api_get_metrics(struct resource_call *call);
enum MHD_Result api_reload(struct resource_call *call);

enum MHD_Result api_list_sessions(struct resource_call *call);
enum MHD_Result api_list_busiest(struct resource_call *call);
enum MHD_Result api_remove_sessions(struct resource_call *call);
enum MHD_Result api_import_sessions(struct resource_call *call);
enum MHD_Result api_get_session(struct resource_call *call);
enum MHD_Result api_put_session(struct resource_call *call);
enum MHD_Result api_patch_session(struct resource_call *call);
enum MHD_Result api_remove_session(struct resource_call *call);

enum MHD_Result api_stream_events(struct resource_call *call);
enum MHD_Result api_list_guests(struct resource_call *call);
enum MHD_Result api_find_device(struct resource_call *call);
enum MHD_Result api_get_link_key(struct resource_call *call);

enum MHD_Result api_list_garden(struct resource_call *call);
enum MHD_Result api_add_garden(struct resource_call *call);
enum MHD_Result api_remove_garden(struct resource_call *call);

/* All that is counted, for metrics_http.h (api_metrics.c); @context is the controller. */
void api_write_metrics(void *context, struct openmetrics *out);

/* What the responder has done, with that part of it that the gate does (api_stats.c). */
struct responder_counters api_responder_counters(const struct workers *workers,
						 const struct stats *stats);

/* The status for a failure of the controller's parts. */
unsigned int api_status_of(int err);

/* 404 for a zone that nobody knows. */
enum MHD_Result api_refuse_zone(struct resource_call *call, const char *zone);

/* A session as the API shows it (api_session_text.c); the length of it. */
#define API_SESSION_SIZE 4096
size_t api_session_text(struct gate *gate, const struct session_view *view,
			char buffer[API_SESSION_SIZE]);

/* Applies the body's fields to @who (session_fields.c); -EINVAL with a sentence. */
int api_read_fields(const json_t *body, struct sign_in *who, struct error *error);

#endif /* XDP511_API_H */
