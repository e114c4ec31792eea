/* SPDX-License-Identifier: MIT */
/* dynauth_session.c - finds the sessions a request of RADIUS means, and has the daemon act on them. */
#include "portal/nas/dynauth_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "portal/nas/accounting.h"
#include "portal/nas/mac_auth.h"
#include "portal/portal.h"

#define SESSIONS_MAX 64	 /* of one request */
#define PAUSE_S	     60	 /* so long a device that was signed out isn't let in by its MAC */
#define LIST_SIZE    600 /* of the path that asks for a user's sessions */

/* Not one that the operator has trusted or blocked meanwhile. */
#define ONLY_ACTIVE "&state=active"

#define STATUS_OK	 200
#define STATUS_NOT_FOUND 404
#define STATUS_CONFLICT	 409

struct dynauth_job {
	struct portal *portal;
	struct dynauth_request request;
	dynauth_fn fn;
	void *context;
	unsigned int pending; /* requests to the daemon */
	int cause;	      /* of the first one that failed */
};

struct dynauth_job *dynauth_job_free(struct dynauth_job *job)
{
	free(job);
	return NULL;
}

static void finish(struct dynauth_job *job, int cause)
{
	dynauth_fn fn = job->fn;
	void *context = job->context;

	dynauth_job_free(job);
	fn(context, cause);
}

static void on_acted(void *context, int status, const json_t *answer)
{
	struct dynauth_job *job = context;

	(void)answer;
	if (status == STATUS_CONFLICT && !job->cause)
		job->cause = ERROR_SESSION_NOT_REMOVABLE;
	else if (status == STATUS_NOT_FOUND && job->request.is_disconnect)
		; /* it ended meanwhile */
	else if (status == STATUS_NOT_FOUND && !job->cause)
		job->cause = ERROR_SESSION_NOT_FOUND;
	else if (status != STATUS_OK && !job->cause)
		job->cause = ERROR_RESOURCES;
	if (!--job->pending)
		finish(job, job->cause);
}

static void put_limit(json_t *body, const char *name, const struct limit *limit)
{
	if (limit->is_given)
		json_object_set_new(body, name, json_integer((json_int_t)limit->value));
}

static json_t *changes_body(const struct grant *changes)
{
	json_t *body = json_object();

	put_limit(body, "timeout", &changes->timeout_s);
	put_limit(body, "idle", &changes->idle_s);
	put_limit(body, "up", &changes->up_bps);
	put_limit(body, "down", &changes->down_bps);
	put_limit(body, "quota", &changes->quota_bytes);
	return body;
}

static const char *text_of(const json_t *session, const char *name)
{
	const char *text = json_string_value(json_object_get(session, name));

	return text ? text : "";
}

static int sign_out(struct dynauth_job *job, const uint8_t mac[6], const char *zone)
{
	char path[CONTROL_PATH_SIZE + sizeof(ONLY_ACTIVE)];

	accounting_note_end(job->portal, mac, zone, SIGN_OUT_BY_SERVER);
	mac_auth_forget(job->portal, mac, zone, PAUSE_S);
	(void)control_session_path(mac, zone, path);
	strcat(path, ONLY_ACTIVE);
	return control_request(job->portal->control, "DELETE", path, NULL, on_acted, job);
}

/* To one session; what can't even be asked counts as a failure. */
static void act_on(struct dynauth_job *job, const json_t *session)
{
	const char *zone = text_of(session, "zone");
	char path[CONTROL_PATH_SIZE];
	uint8_t mac[6];
	int err = parse_mac(text_of(session, "mac"), mac, NULL);

	if (!err && job->request.is_disconnect)
		err = sign_out(job, mac, zone);
	else if (!err)
		err = control_request(job->portal->control, "PATCH",
				      control_session_path(mac, zone, path),
				      changes_body(&job->request.changes), on_acted, job);
	if (!err)
		job->pending++;
	else if (!job->cause)
		job->cause = ERROR_RESOURCES;
}

static bool has_address(const json_t *session, const char *address)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(session, "addresses"), i, entry)
	{
		if (json_is_string(entry) && !strcmp(json_string_value(entry), address))
			return true;
	}
	return !address[0];
}

/* Devices that the operator trusts or blocks aren't a RADIUS server's. */
static bool is_meant(const struct dynauth_request *request, const json_t *session)
{
	return !strcmp(text_of(session, "state"), "active") &&
	       (!request->user[0] || !strcmp(text_of(session, "user"), request->user)) &&
	       (!request->zone[0] || !strcmp(text_of(session, "zone"), request->zone)) &&
	       has_address(session, request->ipv4) && has_address(session, request->ipv6);
}

/* @sessions: one, or an array of them. */
static size_t count_meant(const struct dynauth_request *request, const json_t *sessions)
{
	const json_t *session;
	size_t i, n = 0;

	if (json_is_object(sessions))
		return is_meant(request, sessions);
	json_array_foreach(sessions, i, session) n += is_meant(request, session);
	return n;
}

static void on_found(void *context, int status, const json_t *answer)
{
	struct dynauth_job *job = context;
	const json_t *session;
	size_t i, n = 0;

	if (status == STATUS_NOT_FOUND)
		job->cause = ERROR_SESSION_NOT_FOUND;
	else if (status == STATUS_CONFLICT) /* the device is in several zones */
		job->cause = ERROR_TOO_MANY_SESSIONS;
	else if (status != STATUS_OK || !answer)
		job->cause = ERROR_RESOURCES;
	else
		n = count_meant(&job->request, answer);
	if (!job->cause && !n)
		job->cause = ERROR_SESSION_NOT_FOUND;
	if (!job->cause && n > SESSIONS_MAX)
		job->cause = ERROR_TOO_MANY_SESSIONS;
	if (!job->cause && json_is_object(answer))
		act_on(job, answer);
	json_array_foreach(answer, i, session)
	{
		if (!job->cause && is_meant(&job->request, session))
			act_on(job, session);
	}
	if (!job->pending)
		finish(job, job->cause);
}

/* Acct-Session-Id names a device and a zone; what else is given has to be the same. */
static int resolve_session_id(struct portal *portal, struct dynauth_request *request)
{
	char zone[ZONE_NAME_SIZE];
	uint8_t mac[6];

	if (!request->session_id[0])
		return 0;
	if (accounting_find(portal, request->session_id, mac, zone) ||
	    (request->has_mac && memcmp(request->mac, mac, sizeof(mac)) != 0) ||
	    (request->zone[0] && strcmp(request->zone, zone) != 0))
		return ERROR_SESSION_NOT_FOUND;
	request->has_mac = true;
	memcpy(request->mac, mac, sizeof(mac));
	strcpy(request->zone, zone); /* arrays of the same size */
	return 0;
}

static int ask_for_device(struct dynauth_job *job)
{
	const struct dynauth_request *request = &job->request;
	char path[CONTROL_PATH_SIZE];

	(void)control_session_path(request->mac, request->zone, path);
	if (!request->zone[0])
		*strchr(path, '?') = '\0'; /* of any zone, if it is in one alone */
	return control_request(job->portal->control, "GET", path, NULL, on_found, job);
}

static int ask_for_user(struct dynauth_job *job)
{
	char *user = curl_easy_escape(NULL, job->request.user, 0);
	char path[LIST_SIZE];
	int n;

	if (!user)
		return -1;
	n = snprintf(path, sizeof(path), "/v1/sessions?user=%s", user);
	curl_free(user);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	return control_request(job->portal->control, "GET", path, NULL, on_found, job);
}

struct dynauth_job *dynauth_act(struct portal *portal, const struct dynauth_request *request,
				dynauth_fn fn, void *context)
{
	struct dynauth_job *job = calloc(1, sizeof(*job));
	int cause = job ? 0 : ERROR_RESOURCES;

	if (job) {
		*job = (struct dynauth_job){
			.portal = portal,
			.request = *request,
			.fn = fn,
			.context = context,
		};
		cause = resolve_session_id(portal, &job->request);
	}
	if (!cause && job->request.zone[0] && !config_find_zone(portal->config, job->request.zone))
		cause = ERROR_SESSION_NOT_FOUND;
	/* No session has such a long name, and the daemon would only say so. */
	if (!cause && strlen(job->request.user) >= GRANT_USER_SIZE)
		cause = ERROR_SESSION_NOT_FOUND;
	if (!cause && (job->request.has_mac ? ask_for_device(job) : ask_for_user(job)))
		cause = ERROR_RESOURCES;
	if (cause) {
		job = dynauth_job_free(job);
		fn(context, cause);
	}
	return job;
}
