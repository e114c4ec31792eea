/* SPDX-License-Identifier: MIT */
/* api_session.c - /v1/sessions/{mac}: one device looked at, signed in, changed, signed out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mac.h"
#include "controller/api.h"
#include "controller/clock.h"

#define DEFAULT_METHOD "api"

/* A refusal: which status goes with the sentence. 0 as long as all is well. */
struct refusal {
	unsigned int status;
	struct error error;
};

static enum MHD_Result refuse(struct api_call *call, const struct refusal *refusal)
{
	return httpd_problem(call->request, refusal->status, "%s", refusal->error.text);
}

/* The zone named by the query or the body; "" when neither does. */
static void read_zone(struct api_call *call, struct sign_in *key, struct refusal *refusal)
{
	const json_t *value = json_object_get(call->body, "zone");
	const char *in_body = json_string_value(value);
	const char *zone = httpd_query(call->request, "zone");
	char text[QUOTED_SIZE];

	refusal->status = MHD_HTTP_BAD_REQUEST;
	if (value && !in_body) {
		(void)fail(&refusal->error, EINVAL, "'zone' is no text; write it like \"default\"");
		return;
	}
	if (zone && in_body && strcmp(zone, in_body) != 0) {
		(void)fail(&refusal->error, EINVAL,
			   "query and body name different zones; name one");
		return;
	}
	if (!zone)
		zone = in_body;
	refusal->status = 0;
	if (zone && zones_find(&call->controller->zones, zone) < 0) {
		refusal->status = MHD_HTTP_NOT_FOUND;
		(void)fail(&refusal->error, ENOENT, "there is no zone '%s'; see `xdp511 status`",
			   quote(zone, text));
		return;
	}
	snprintf(key->zone, sizeof(key->zone), "%s", zone ? zone : "");
}

static void read_key(struct api_call *call, struct sign_in *ret_key, struct refusal *ret_refusal)
{
	char text[QUOTED_SIZE];

	memset(ret_key, 0, sizeof(*ret_key));
	memset(ret_refusal, 0, sizeof(*ret_refusal));
	if (parse_mac(quote(call->name, text), ret_key->mac, &ret_refusal->error)) {
		ret_refusal->status = MHD_HTTP_BAD_REQUEST;
		return;
	}
	read_zone(call, ret_key, ret_refusal);
}

/* The session that the request means. */
static void find_session(struct api_call *call, struct session_view *ret_view,
			 struct refusal *ret_refusal)
{
	struct sessions *sessions = &call->controller->sessions;
	struct session_view views[8]; /* the first two say that one has to be named */
	struct sign_in key;
	char mac[MAC_TEXT];
	int n;

	read_key(call, &key, ret_refusal);
	if (ret_refusal->status)
		return;
	format_mac(key.mac, mac);
	if (key.zone[0])
		n = sessions_find(sessions, &key, &views[0]) ? 0 : 1;
	else
		n = sessions_of_device(sessions, key.mac, views, sizeof(views) / sizeof(views[0]));
	if (n == 1) {
		*ret_view = views[0];
	} else if (n > 1) {
		ret_refusal->status = MHD_HTTP_CONFLICT;
		(void)fail(&ret_refusal->error, EEXIST,
			   "%s has sessions in the zones '%s' and '%s'%s; "
			   "name one",
			   mac, views[0].who.zone, views[1].who.zone, n > 2 ? " and more" : "");
	} else if (n < 0) {
		ret_refusal->status = api_status_of(n);
		(void)fail(&ret_refusal->error, -n,
			   "the database can't be read (%s); repair the state "
			   "directory",
			   store_problem(call->controller->store));
	} else {
		ret_refusal->status = MHD_HTTP_NOT_FOUND;
		(void)fail(&ret_refusal->error, ENOENT, "%s has no session%s%s%s", mac,
			   key.zone[0] ? " in zone '" : "", key.zone, key.zone[0] ? "'" : "");
	}
}

enum MHD_Result api_get_session(struct api_call *call)
{
	struct session_view view;
	struct refusal refusal;

	find_session(call, &view, &refusal);
	if (refusal.status)
		return refuse(call, &refusal);
	return httpd_json(call->request, MHD_HTTP_OK,
			  api_session_json(&call->controller->sessions, &view));
}

static void set_defaults(struct sign_in *who, const struct session_limits *limits)
{
	who->state = SESSION_ACTIVE;
	who->login_ms = clock_wall_ms();
	who->expires_ms = limits->timeout_s ? who->login_ms + limits->timeout_s * MS_PER_S : 0;
	who->idle_s = limits->idle_s;
	who->up_bps = limits->up_bps;
	who->down_bps = limits->down_bps;
	who->quota_bytes = limits->quota_bytes;
	snprintf(who->method, sizeof(who->method), "%s", DEFAULT_METHOD);
}

/* Writes the session and answers with what it has become. */
static enum MHD_Result write_session(struct api_call *call, const struct sign_in *who,
				     unsigned int status_if_new)
{
	struct sessions *sessions = &call->controller->sessions;
	unsigned int max = call->controller->config->gateway.max_sessions;
	struct session_view view;
	struct error error;
	bool is_new;
	int err = sessions_put(sessions, who, &is_new, &error);

	if (err == -E2BIG)
		return httpd_problem(call->request, MHD_HTTP_INSUFFICIENT_STORAGE,
				     "all %u sessions are taken; raise max-sessions", max);
	if (err)
		return httpd_problem(call->request, api_status_of(err), "%s", error.text);
	err = sessions_find(sessions, who, &view);
	if (err)
		return httpd_problem(
			call->request, MHD_HTTP_INTERNAL_SERVER_ERROR,
			"the session was over as soon as it began; give it more time or a "
			"larger quota");
	return httpd_json(call->request, is_new ? status_if_new : MHD_HTTP_OK,
			  api_session_json(sessions, &view));
}

/* Who is blocked can't sign in; only a request that names the state takes the block back. */
static bool is_blocked(struct api_call *call, const struct sign_in *who)
{
	struct session_view view;

	return !json_object_get(call->body, "state") &&
	       !sessions_find(&call->controller->sessions, who, &view) &&
	       view.what.state == SESSION_BLOCKED;
}

enum MHD_Result api_put_session(struct api_call *call)
{
	const struct config_zone *zone;
	struct refusal refusal;
	char mac[MAC_TEXT];
	struct sign_in who;

	read_key(call, &who, &refusal);
	if (refusal.status)
		return refuse(call, &refusal);
	if (!who.zone[0])
		snprintf(who.zone, sizeof(who.zone), "%s", ZONE_DEFAULT);
	zone = zones_config(&call->controller->zones, who.zone);
	if (!zone)
		return httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
				     "the zone '%s' isn't configured any more; add it and reload",
				     who.zone);
	if (is_blocked(call, &who))
		return httpd_problem(call->request, MHD_HTTP_CONFLICT,
				     "%s is blocked in zone '%s'; unblock it first",
				     format_mac(who.mac, mac), who.zone);
	set_defaults(&who, &zone->session);
	if (api_read_fields(call->body, &who, &refusal.error)) {
		refusal.status = MHD_HTTP_BAD_REQUEST;
		return refuse(call, &refusal);
	}
	return write_session(call, &who, MHD_HTTP_CREATED);
}

enum MHD_Result api_patch_session(struct api_call *call)
{
	struct session_view view;
	struct refusal refusal;

	find_session(call, &view, &refusal);
	if (!refusal.status && api_read_fields(call->body, &view.who, &refusal.error))
		refusal.status = MHD_HTTP_BAD_REQUEST;
	if (refusal.status)
		return refuse(call, &refusal);
	return write_session(call, &view.who, MHD_HTTP_OK);
}

enum MHD_Result api_remove_session(struct api_call *call)
{
	const char *state_text = httpd_query(call->request, "state");
	enum session_state state;
	struct session_view view, last;
	struct refusal refusal;
	char mac[MAC_TEXT];
	int err;

	if (state_text && parse_state(state_text, &state))
		return httpd_problem(
			call->request, MHD_HTTP_BAD_REQUEST,
			"'state' is none of active, trusted and blocked; give one of them");
	find_session(call, &view, &refusal);
	if (refusal.status)
		return refuse(call, &refusal);
	if (state_text && view.what.state != state)
		return httpd_problem(call->request, MHD_HTTP_CONFLICT,
				     "%s in zone '%s' is %s, not %s; nothing has been changed",
				     format_mac(view.who.mac, mac), view.who.zone,
				     state_name(view.what.state), state_name(state));
	err = sessions_remove(&call->controller->sessions, &view.who, &last, &refusal.error);
	if (err) {
		refusal.status = api_status_of(err);
		return refuse(call, &refusal);
	}
	return httpd_json(call->request, MHD_HTTP_OK,
			  api_session_json(&call->controller->sessions, &last));
}
