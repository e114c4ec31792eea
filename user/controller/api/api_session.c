/* SPDX-License-Identifier: MIT */
/* api_session.c - /v1/sessions/{mac}: one device looked at, signed in, changed, signed out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "controller/api/api.h"
#include "controller/clock.h"

#define DEFAULT_METHOD "api"

/* A refusal: which status goes with the sentence. 0 as long as all is well. */
struct refusal {
	unsigned int status;
	struct error error;
};

static enum MHD_Result refuse(struct resource_call *call, const struct refusal *refusal)
{
	return httpd_problem(call->request, refusal->status, "%s", refusal->error.text);
}

/* The zone named by the query or the body; "" when neither does. */
static void read_zone(struct resource_call *call, struct sign_in *key, struct refusal *refusal)
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
	if (zone && zones_find(&controller_of(call)->zones, zone) < 0) {
		refusal->status = MHD_HTTP_NOT_FOUND;
		(void)fail(&refusal->error, ENOENT, "there is no zone '%s'; see `xdp511 status`",
			   quote(zone, text));
		return;
	}
	snprintf(key->zone, sizeof(key->zone), "%s", zone ? zone : "");
}

static void read_key(struct resource_call *call, struct sign_in *ret_key,
		     struct refusal *ret_refusal)
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
static void find_session(struct resource_call *call, struct session_view *ret_view,
			 struct refusal *ret_refusal)
{
	struct sessions *sessions = &controller_of(call)->sessions;
	struct session_view views[8]; /* the first two say that one has to be named */
	struct sign_in key;
	char mac[MAC_TEXT];
	int n;

	read_key(call, &key, ret_refusal);
	if (ret_refusal->status)
		return;
	format_mac(key.mac, mac);
	if (key.zone[0])
		n = sessions_identify(sessions, &key) || sessions_find(sessions, key.id, &views[0])
			    ? 0
			    : 1;
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
			   store_problem(controller_of(call)->store));
	} else {
		ret_refusal->status = MHD_HTTP_NOT_FOUND;
		(void)fail(&ret_refusal->error, ENOENT, "%s has no session%s%s%s", mac,
			   key.zone[0] ? " in zone '" : "", key.zone, key.zone[0] ? "'" : "");
	}
}

static enum MHD_Result show(struct api_request *request, unsigned int status, struct gate *gate,
			    const struct session_view *view)
{
	char text[API_SESSION_SIZE + 1];
	size_t size = api_session_text(gate, view, text);

	text[size++] = '\n';
	return httpd_text(request, status, text, size);
}

enum MHD_Result api_get_session(struct resource_call *call)
{
	struct session_view view;
	struct refusal refusal;

	find_session(call, &view, &refusal);
	if (refusal.status)
		return refuse(call, &refusal);
	return show(call->request, MHD_HTTP_OK, controller_of(call)->gate, &view);
}

/* --- changes, which end when the journal has written them ---------------------------------- */

/* A request that waits for its operation. */
struct change {
	struct session_op op;
	struct api_request *request;
	struct gate *gate;
	unsigned int status_if_new;
};

static void on_changed(struct session_op *op)
{
	struct change *change = op->context;
	struct api_request *request = change->request;
	unsigned int status = op->is_new && !op->is_removal ? change->status_if_new : MHD_HTTP_OK;

	if (op->err)
		(void)httpd_problem(request, api_status_of(op->err), "%s", op->error.text);
	else
		(void)show(request, status, change->gate, &op->view);
	free(change);
}

static enum MHD_Result submit(struct resource_call *call, const struct sign_in *who,
			      unsigned int status_if_new,
			      int (*begin)(struct sessions *sessions, struct session_op *op))
{
	struct change *change = calloc(1, sizeof(*change));
	enum MHD_Result result;
	int err;

	if (!change)
		return MHD_NO;
	*change = (struct change){
		.op = {.who = *who, .done = on_changed, .context = change},
		.request = call->request,
		.gate = controller_of(call)->gate,
		.status_if_new = status_if_new,
	};
	err = begin(&controller_of(call)->sessions, &change->op);
	if (!err)
		return httpd_defer(call->request);
	result = httpd_problem(call->request, api_status_of(err), "%s", change->op.error.text);
	free(change);
	return result;
}

const struct config_zone *api_set_defaults(const struct zones *zones, struct sign_in *who)
{
	const struct config_zone *zone = zones_config(zones, who->zone);
	const struct session_limits *limits;

	if (!zone)
		return NULL;
	limits = &zone->session;
	who->state = SESSION_ACTIVE;
	who->login_ms = clock_wall_ms();
	who->expires_ms = limits->timeout_s ? who->login_ms + limits->timeout_s * MS_PER_S : 0;
	who->idle_s = limits->idle_s;
	who->up_bps = limits->up_bps;
	who->down_bps = limits->down_bps;
	who->quota_bytes = limits->quota_bytes;
	snprintf(who->method, sizeof(who->method), "%s", DEFAULT_METHOD);
	return zone;
}

/* Who has another state can't sign in; only a request that names one takes that back. */
static bool keeps_state(struct resource_call *call, const struct sign_in *who,
			enum session_state *ret_state)
{
	struct session_view view;

	if (json_object_get(call->body, "state") ||
	    sessions_find(&controller_of(call)->sessions, who->id, &view) ||
	    view.what.state == SESSION_ACTIVE)
		return false;
	*ret_state = view.what.state;
	return true;
}

static const char *remedy_of(enum session_state state)
{
	return state == SESSION_BLOCKED ? "unblock" : "untrust";
}

enum MHD_Result api_put_session(struct resource_call *call)
{
	enum session_state state;
	struct refusal refusal;
	char mac[MAC_TEXT];
	struct sign_in who;

	read_key(call, &who, &refusal);
	if (refusal.status)
		return refuse(call, &refusal);
	if (!who.zone[0])
		snprintf(who.zone, sizeof(who.zone), "%s", ZONE_DEFAULT);
	if (!api_set_defaults(&controller_of(call)->zones, &who))
		return httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
				     "the zone '%s' isn't configured any more; add it and reload",
				     who.zone);
	(void)sessions_identify(&controller_of(call)->sessions, &who);
	if (keeps_state(call, &who, &state))
		return httpd_problem(call->request, MHD_HTTP_CONFLICT,
				     "%s is %s in zone '%s'; %s it first", format_mac(who.mac, mac),
				     state_name(state), who.zone, remedy_of(state));
	if (api_read_fields(call->body, &who, &refusal.error)) {
		refusal.status = MHD_HTTP_BAD_REQUEST;
		return refuse(call, &refusal);
	}
	return submit(call, &who, MHD_HTTP_CREATED, sessions_put);
}

/* From now on it is somebody else's sign-in, which began with the change. */
static bool is_another(const struct sign_in *before, const struct sign_in *after)
{
	return strcmp(before->user, after->user) != 0 ||
	       (before->state == SESSION_BLOCKED) != (after->state == SESSION_BLOCKED);
}

enum MHD_Result api_patch_session(struct resource_call *call)
{
	struct session_view view = {};
	struct sign_in before;
	struct refusal refusal;

	find_session(call, &view, &refusal);
	before = view.who;
	if (!refusal.status && api_read_fields(call->body, &view.who, &refusal.error))
		refusal.status = MHD_HTTP_BAD_REQUEST;
	if (refusal.status)
		return refuse(call, &refusal);
	if (is_another(&before, &view.who))
		view.who.login_ms = clock_wall_ms();
	return submit(call, &view.who, MHD_HTTP_OK, sessions_put);
}

/* Whose state isn't the one that was asked for; without one, only sign-ins are signed out. */
static bool is_other_state(const struct session_view *view, const char *state_text,
			   struct refusal *refusal)
{
	enum session_state wanted = SESSION_ACTIVE, state = view->what.state;
	char mac[MAC_TEXT];

	refusal->status = MHD_HTTP_BAD_REQUEST;
	if (state_text && parse_state(state_text, &wanted)) {
		(void)fail(&refusal->error, EINVAL,
			   "'state' is none of active, trusted and blocked; give one of them");
		return true;
	}
	refusal->status = MHD_HTTP_CONFLICT;
	if (state == wanted)
		return false;
	format_mac(view->who.mac, mac);
	if (state_text)
		(void)fail(&refusal->error, EEXIST,
			   "%s in zone '%s' is %s, not %s; nothing has been changed", mac,
			   view->who.zone, state_name(state), state_name(wanted));
	else
		(void)fail(&refusal->error, EEXIST, "%s is %s in zone '%s'; %s it instead", mac,
			   state_name(state), view->who.zone, remedy_of(state));
	return true;
}

enum MHD_Result api_remove_session(struct resource_call *call)
{
	struct session_view view;
	struct refusal refusal;

	find_session(call, &view, &refusal);
	if (refusal.status || is_other_state(&view, httpd_query(call->request, "state"), &refusal))
		return refuse(call, &refusal);
	return submit(call, &view.who, MHD_HTTP_OK, sessions_remove);
}
