/* SPDX-License-Identifier: MIT */
/* admit.c - puts into force what was granted: devices of an account counted, the daemon told. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "base/units.h"
#include "portal/nas/accounting.h"
#include "portal/admit.h"
#include "portal/attempt.h"
#include "portal/web/escape.h"
#include "portal/portal.h"
#include "portal/accounts/vouchers.h"

#define ROUNDS_MAX 16 /* of signing out the oldest */

/* One that is under way; the next of the same account waits, so that both are counted. */
struct admission {
	struct admissions *admissions;
	struct attempt *attempt;
	struct admission *previous, *next;
	bool is_counted; /* against max_devices */
	bool is_waiting; /* for another of its account */
	unsigned int rounds;
};

struct admissions {
	struct admission *first, *last;
};

int admissions_start(struct portal *portal, struct error *error)
{
	portal->admissions = calloc(1, sizeof(*portal->admissions));
	return portal->admissions ? 0 : fail(error, ENOMEM, "out of memory");
}

void admissions_stop(struct portal *portal)
{
	struct admission *admission, *next;

	if (!portal->admissions)
		return;
	for (admission = portal->admissions->first; admission; admission = next) {
		next = admission->next;
		free(admission);
	}
	free(portal->admissions);
	portal->admissions = NULL;
}

static bool is_same_account(const struct admission *a, const struct admission *b)
{
	const struct grant *one = &a->attempt->grant, *other = &b->attempt->grant;

	return !strcmp(one->user, other->user) && !strcmp(one->method, other->method);
}

static void add(struct admissions *admissions, struct admission *admission)
{
	admission->previous = admissions->last;
	if (admissions->last)
		admissions->last->next = admission;
	else
		admissions->first = admission;
	admissions->last = admission;
}

static void drop(struct admission *admission)
{
	struct admissions *admissions = admission->admissions;

	if (admission->previous)
		admission->previous->next = admission->next;
	else
		admissions->first = admission->next;
	if (admission->next)
		admission->next->previous = admission->previous;
	else
		admissions->last = admission->previous;
}

static void count_devices(struct admission *admission);

static void finish(struct admission *admission, enum attempt_result result)
{
	struct attempt *attempt = admission->attempt;
	struct admission *next;

	drop(admission);
	attempt->result = result;
	for (next = admission->next; next; next = next->next) {
		if (!next->is_waiting || !is_same_account(admission, next))
			continue;
		next->is_waiting = false;
		count_devices(next);
		break;
	}
	free(admission);
	attempt->done(attempt);
}

static enum attempt_result result_of(int status)
{
	if (status == 200 || status == 201)
		return ATTEMPT_GRANTED;
	if (status == 507)
		return ATTEMPT_FULL;
	if (status == 409) /* it is blocked, or the operator's */
		return ATTEMPT_REFUSED;
	return ATTEMPT_UNAVAILABLE;
}

static void on_put(void *context, int status, const json_t *answer)
{
	struct admission *admission = context;
	struct attempt *attempt = admission->attempt;
	enum attempt_result result = result_of(status);

	(void)answer;
	attempt->result = result;
	if (result == ATTEMPT_GRANTED) {
		vouchers_begin(attempt);
		accounting_begin(attempt);
	} else if (status == 409) {
		attempt->problem = "problem.blocked";
	}
	if (result != ATTEMPT_GRANTED && status > 0)
		accounting_cancel(attempt);
	finish(admission, result);
}

static int add_limit(json_t *body, const char *name, const struct limit *limit)
{
	json_int_t value = limit->value > INT64_MAX ? INT64_MAX : (json_int_t)limit->value;

	return limit->is_given ? json_object_set_new(body, name, json_integer(value)) : 0;
}

static json_t *make_session(const struct grant *grant)
{
	json_t *body = json_pack("{s:s, s:s}", "user", grant->user, "method", grant->method);
	int bad = !body;

	bad |= add_limit(body, "timeout", &grant->timeout_s);
	bad |= add_limit(body, "idle", &grant->idle_s);
	bad |= add_limit(body, "up", &grant->up_bps);
	bad |= add_limit(body, "down", &grant->down_bps);
	bad |= add_limit(body, "quota", &grant->quota_bytes);
	if (!bad)
		return body;
	json_decref(body);
	return NULL;
}

static void put_session(struct admission *admission)
{
	struct attempt *attempt = admission->attempt;
	const struct device *device = &attempt->device;
	json_t *body = make_session(&attempt->grant);
	char path[CONTROL_PATH_SIZE];

	if (body)
		accounting_prepare(attempt);
	if (!body || control_request(attempt->portal->control, "PUT",
				     control_session_path(device->mac, device->zone, path), body,
				     on_put, admission)) {
		accounting_cancel(attempt);
		finish(admission, ATTEMPT_UNAVAILABLE);
	}
}

/* Whose session would be gone is told by its end; then the other one begins. */
static void on_replaced(void *context, int status, const json_t *answer)
{
	struct admission *admission = context;

	(void)answer;
	if (status == 200 || status == 404 || status == 409) /* 409: it will be told again */
		put_session(admission);
	else
		finish(admission, ATTEMPT_UNAVAILABLE);
}

static bool is_of_another(const struct grant *grant, const json_t *session)
{
	const char *state = json_string_value(json_object_get(session, "state"));
	const char *method = json_string_value(json_object_get(session, "method"));
	const char *user = json_string_value(json_object_get(session, "user"));

	return state && !strcmp(state, "active") &&
	       (strcmp(user ? user : "", grant->user) != 0 ||
		strcmp(method ? method : "", grant->method) != 0);
}

static void on_present(void *context, int status, const json_t *answer)
{
	struct admission *admission = context;
	const struct attempt *attempt = admission->attempt;
	const struct device *device = &attempt->device;
	char path[CONTROL_PATH_SIZE];

	if (status != 200 && status != 404) {
		finish(admission, ATTEMPT_UNAVAILABLE);
		return;
	}
	if (status == 404 || !is_of_another(&attempt->grant, answer)) {
		put_session(admission);
		return;
	}
	accounting_note_end(attempt->portal, device->mac, device->zone, SIGN_OUT_BY_USER);
	if (control_request(attempt->portal->control, "DELETE",
			    control_session_path(device->mac, device->zone, path), NULL,
			    on_replaced, admission))
		finish(admission, ATTEMPT_UNAVAILABLE);
}

/*
 * A session that is put in the place of another account's would go on with what that one has used,
 * which nobody would be told: its voucher would be as good as new.
 */
static void replace_session(struct admission *admission)
{
	const struct attempt *attempt = admission->attempt;
	const struct device *device = &attempt->device;
	char path[CONTROL_PATH_SIZE];

	if (control_request(attempt->portal->control, "GET",
			    control_session_path(device->mac, device->zone, path), NULL, on_present,
			    admission))
		finish(admission, ATTEMPT_UNAVAILABLE);
}

/* --- an account's devices ------------------------------------------------------------------ */

/* A session of the account on another device. */
static bool counts(const struct attempt *attempt, const json_t *session)
{
	const char *method = json_string_value(json_object_get(session, "method"));
	const char *state = json_string_value(json_object_get(session, "state"));
	const char *mac = json_string_value(json_object_get(session, "mac"));
	const char *zone = json_string_value(json_object_get(session, "zone"));
	char own[MAC_TEXT];

	if (!method || !state || !mac || !zone || strcmp(state, "active") != 0 ||
	    strcmp(method, attempt->grant.method) != 0)
		return false;
	return strcmp(mac, format_mac(attempt->device.mac, own)) != 0 ||
	       strcmp(zone, attempt->device.zone) != 0;
}

/* How many there are, and the one that has been signed in for the longest time. */
static size_t look_through(const struct attempt *attempt, const json_t *sessions,
			   const json_t **ret_oldest)
{
	uint64_t oldest_s = UINT64_MAX, login_s;
	const json_t *session;
	size_t i, n = 0;

	json_array_foreach(sessions, i, session)
	{
		const char *login = json_string_value(json_object_get(session, "login_at"));

		if (!counts(attempt, session))
			continue;
		n++;
		if (login && !parse_time(login, &login_s) && login_s < oldest_s) {
			oldest_s = login_s;
			*ret_oldest = session;
		}
	}
	return n;
}

/* Then they are counted again: another may have come in between, by the API. */
static void on_signed_out(void *context, int status, const json_t *answer)
{
	struct admission *admission = context;

	(void)answer;
	if (status == 200 || status == 404 || status == 409)
		count_devices(admission);
	else
		finish(admission, ATTEMPT_UNAVAILABLE);
}

static void sign_out(struct admission *admission, const json_t *session)
{
	struct portal *portal = admission->attempt->portal;
	const char *mac_text = json_string_value(json_object_get(session, "mac"));
	const char *zone = json_string_value(json_object_get(session, "zone"));
	char path[CONTROL_PATH_SIZE];
	uint8_t mac[6];
	int err = parse_mac(mac_text, mac, NULL);

	if (!err) {
		accounting_note_end(portal, mac, zone, SIGN_OUT_FOR_ANOTHER);
		err = control_request(portal->control, "DELETE",
				      control_session_path(mac, zone, path), NULL, on_signed_out,
				      admission);
	}
	if (err)
		finish(admission, ATTEMPT_UNAVAILABLE);
}

static void on_sessions(void *context, int status, const json_t *answer)
{
	struct admission *admission = context;
	struct attempt *attempt = admission->attempt;
	const json_t *oldest = NULL;
	size_t n;

	if (status != 200 || !json_is_array(answer)) {
		finish(admission, ATTEMPT_UNAVAILABLE);
		return;
	}
	n = look_through(attempt, answer, &oldest);
	if (n < attempt->grant.max_devices) {
		replace_session(admission);
	} else if (attempt->grant.is_oldest_out && oldest && admission->rounds < ROUNDS_MAX) {
		admission->rounds++;
		sign_out(admission, oldest);
	} else {
		attempt->problem = "problem.devices";
		finish(admission, ATTEMPT_FULL);
	}
}

static void count_devices(struct admission *admission)
{
	struct attempt *attempt = admission->attempt;
	char user[ESCAPED_SIZE(GRANT_USER_SIZE)], path[sizeof(user) + 32];

	snprintf(path, sizeof(path), "/v1/sessions?user=%s",
		 escape_query(attempt->grant.user, user, sizeof(user)));
	if (control_request(attempt->portal->control, "GET", path, NULL, on_sessions, admission))
		finish(admission, ATTEMPT_UNAVAILABLE);
}

void admit(struct attempt *attempt)
{
	struct admissions *admissions = attempt->portal->admissions;
	struct admission *admission, *other;

	if (attempt->result != ATTEMPT_GRANTED) {
		attempt->done(attempt);
		return;
	}
	admission = calloc(1, sizeof(*admission));
	if (!admission) {
		attempt->result = ATTEMPT_UNAVAILABLE;
		attempt->done(attempt);
		return;
	}
	admission->admissions = admissions;
	admission->attempt = attempt;
	admission->is_counted = attempt->grant.max_devices && attempt->grant.user[0];
	for (other = admissions->first; other && admission->is_counted; other = other->next)
		admission->is_waiting |= other->is_counted && is_same_account(admission, other);
	add(admissions, admission);
	if (!admission->is_counted)
		replace_session(admission);
	else if (!admission->is_waiting)
		count_devices(admission);
}
