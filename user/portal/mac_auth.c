/* SPDX-License-Identifier: MIT */
/* mac_auth.c - devices asked of RADIUS by their MAC: what is remembered, who waits, who is asked. */
#include "portal/mac_auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mac.h"
#include "portal/mac_memory.h"
#include "portal/nas.h"
#include "portal/portal.h"
#include "portal/radius_grant.h"
#include "radius/client.h"

#define METHOD		   "mac"
#define SERVICE_CALL_CHECK 10
#define ASKED_MAX	   32	/* questions on their way */
#define WAITING_MAX	   4096 /* devices that wait for their turn */
#define SILENCE_S	   30	/* pages come without a question, after one had no answer */
#define CLEAN_MS	   60000
#define TELL_EVERY_S	   60

struct waiter {
	struct waiter *next;
	struct attempt *attempt;
};

/* For one device, however often it comes. */
struct question {
	struct mac_auth *mac_auth; /* NULL: it has gone */
	struct question *next;
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	struct waiter *waiters;
};

struct question_list {
	struct question *first, **last;
	size_t n;
};

struct mac_auth {
	struct portal *portal;
	int timer;
	struct question_list waiting, asked;
	time_t silent_until; /* RADIUS doesn't answer */
	time_t told_at;	     /* that too many wait */
};

/* --- lists ---------------------------------------------------------------------------------- */

static void append(struct question_list *list, struct question *question)
{
	question->next = NULL;
	if (!list->first)
		list->last = &list->first;
	*list->last = question;
	list->last = &question->next;
	list->n++;
}

static void take_out(struct question_list *list, struct question *question)
{
	struct question **at = &list->first;

	while (*at != question)
		at = &(*at)->next;
	*at = question->next;
	if (list->last == &question->next)
		list->last = at;
	list->n--;
}

static struct question *find(const struct question_list *list, const struct device *device)
{
	struct question *question;

	for (question = list->first; question; question = question->next) {
		if (!memcmp(question->mac, device->mac, sizeof(question->mac)) &&
		    !strcmp(question->zone, device->zone))
			return question;
	}
	return NULL;
}

/* --- the database, which is not worth a guest's page ------------------------------------------ */

static void tell_database(struct portal *portal, int err)
{
	if (err && err != -ENOENT)
		log_warning("MAC authentication: the database '%s' can't be used (%s); see to "
			    "the disk",
			    portal->accounts->file, accounts_problem(portal->accounts));
}

static void remember(struct mac_auth *mac_auth, const struct question *question, bool is_accepted,
		     const struct grant *grant)
{
	struct portal *portal = mac_auth->portal;
	uint64_t now = (uint64_t)time(NULL);
	struct mac_answer answer = {
		.is_accepted = is_accepted,
		.asked_at = now,
		.until = now + portal->config->radius.remember_s,
	};

	if (!portal->config->radius.remember_s)
		return;
	if (is_accepted)
		answer.grant = *grant;
	tell_database(portal,
		      mac_memory_put(portal->accounts, question->mac, question->zone, &answer));
}

/* true: what was remembered is the attempt's result. */
static bool recall(struct attempt *attempt)
{
	const struct config_sign_in *sign_in = &attempt->zone->sign_in;
	uint64_t now = (uint64_t)time(NULL);
	struct mac_answer answer;
	int err = mac_memory_get(attempt->portal->accounts, attempt->device.mac,
				 attempt->device.zone, now, &answer);

	if (err) {
		tell_database(attempt->portal, err);
		return false;
	}
	attempt->result = ATTEMPT_REFUSED;
	if (!answer.is_accepted)
		return true;
	if (!mac_memory_age(&answer.grant, answer.asked_at, now))
		return false;
	attempt->grant = answer.grant;
	snprintf(attempt->grant.method, sizeof(attempt->grant.method), METHOD);
	attempt->grant.max_devices = sign_in->devices;
	attempt->grant.is_oldest_out = sign_in->is_oldest_out;
	attempt->result = ATTEMPT_GRANTED;
	return true;
}

/* --- questions -------------------------------------------------------------------------------- */

/* "02-05-11-00-00-01" in small letters: the name and the password. */
static void name_of(const uint8_t mac[6], char name[MAC_TEXT])
{
	size_t i;

	format_mac(mac, name);
	for (i = 0; name[i]; i++) {
		if (name[i] == ':')
			name[i] = '-';
	}
}

/* Judges by the server's answer, or without one, when the page is shown. Frees the question. */
static void finish(struct question *question, int err, const struct received *answer)
{
	struct mac_auth *mac_auth = question->mac_auth;
	struct waiter *waiter = question->waiters, *next;
	bool is_first = true;
	char name[MAC_TEXT];

	name_of(question->mac, name);
	for (; waiter; waiter = next) {
		struct attempt *attempt = waiter->attempt;

		next = waiter->next;
		free(waiter);
		/* Silence lets in nobody here, whatever `when-down` says: a page can still do that. */
		attempt->result = ATTEMPT_UNAVAILABLE;
		if (!err)
			radius_judge(attempt, name, METHOD, 0, answer);
		if (is_first && !err && attempt->result == ATTEMPT_GRANTED)
			remember(mac_auth, question, true, &attempt->grant);
		else if (is_first && !err && answer->code == CODE_ACCESS_REJECT)
			remember(mac_auth, question, false, NULL);
		is_first = false;
		attempt->done(attempt);
	}
	free(question);
}

static void ask_waiting(struct mac_auth *mac_auth);

/* Nobody waits for a page as long as servers are waited for. */
static void give_up(struct mac_auth *mac_auth)
{
	struct question *question;

	mac_auth->silent_until = time(NULL) + SILENCE_S;
	while ((question = mac_auth->waiting.first)) {
		take_out(&mac_auth->waiting, question);
		finish(question, -ETIMEDOUT, NULL);
	}
}

static void on_answer(void *context, int err, const struct received *answer)
{
	struct question *question = context;
	struct mac_auth *mac_auth = question->mac_auth;

	if (mac_auth)
		take_out(&mac_auth->asked, question);
	finish(question, mac_auth ? err : -ECANCELED, answer);
	if (!mac_auth || err == -ECANCELED)
		return;
	if (err)
		give_up(mac_auth);
	else
		mac_auth->silent_until = 0;
	ask_waiting(mac_auth);
}

static int ask(struct mac_auth *mac_auth, struct question *question)
{
	struct portal *portal = mac_auth->portal;
	struct packet packet;
	char name[MAC_TEXT];

	if (!portal->radius)
		return -ENOENT;
	name_of(question->mac, name);
	radius_begin(portal->radius, RADIUS_AUTHENTICATION, &packet);
	packet_add_text(&packet, ATTR_USER_NAME, name);
	packet_add_number(&packet, ATTR_SERVICE_TYPE, SERVICE_CALL_CHECK);
	nas_add_device(portal, &question->waiters->attempt->device, &packet);
	packet_add_password(&packet, radius_secret(portal->radius), name);
	return radius_ask(portal->radius, RADIUS_AUTHENTICATION, &packet, on_answer, question);
}

static void ask_waiting(struct mac_auth *mac_auth)
{
	struct question *question;
	int err;

	while (mac_auth->asked.n < ASKED_MAX && (question = mac_auth->waiting.first)) {
		take_out(&mac_auth->waiting, question);
		err = ask(mac_auth, question);
		if (err)
			finish(question, err, NULL);
		else
			append(&mac_auth->asked, question);
	}
}

static struct question *new_question(struct mac_auth *mac_auth, const struct device *device)
{
	struct question *question;
	time_t now = time(NULL);

	if (mac_auth->waiting.n >= WAITING_MAX) {
		if (now >= mac_auth->told_at + TELL_EVERY_S)
			log_warning("MAC authentication: %d devices wait for RADIUS; others get "
				    "the page without a question",
				    WAITING_MAX);
		mac_auth->told_at = now;
		return NULL;
	}
	question = calloc(1, sizeof(*question));
	if (!question)
		return NULL;
	question->mac_auth = mac_auth;
	memcpy(question->mac, device->mac, sizeof(question->mac));
	snprintf(question->zone, sizeof(question->zone), "%s", device->zone);
	append(&mac_auth->waiting, question);
	return question;
}

/* false: it isn't asked for. */
static bool wait_for_answer(struct mac_auth *mac_auth, struct attempt *attempt)
{
	struct waiter *waiter;
	struct question *question;

	if (time(NULL) < mac_auth->silent_until)
		return false;
	waiter = calloc(1, sizeof(*waiter));
	if (!waiter)
		return false;
	question = find(&mac_auth->asked, &attempt->device);
	if (!question)
		question = find(&mac_auth->waiting, &attempt->device);
	if (!question)
		question = new_question(mac_auth, &attempt->device);
	if (!question) {
		free(waiter);
		return false;
	}
	waiter->attempt = attempt;
	waiter->next = question->waiters;
	question->waiters = waiter;
	ask_waiting(mac_auth);
	return true;
}

void mac_auth_try(struct attempt *attempt)
{
	struct mac_auth *mac_auth = attempt->portal->mac_auth;

	attempt->result = ATTEMPT_REFUSED;
	if (!mac_auth || !attempt->zone->sign_in.mac_auth || recall(attempt)) {
		attempt->done(attempt);
		return;
	}
	if (wait_for_answer(mac_auth, attempt))
		return;
	attempt->result = ATTEMPT_UNAVAILABLE;
	attempt->done(attempt);
}

/* --- ends --------------------------------------------------------------------------------------- */

void mac_auth_forget(struct portal *portal, const uint8_t mac[6], const char *zone,
		     uint32_t pause_s)
{
	const struct config_zone *of = config_find_zone(portal->config, zone);
	uint64_t now = (uint64_t)time(NULL);
	const struct mac_answer pause = {.asked_at = now, .until = now + pause_s};

	if (!portal->mac_auth || !of || !of->sign_in.mac_auth)
		return;
	tell_database(portal, pause_s ? mac_memory_put(portal->accounts, mac, zone, &pause)
				      : mac_memory_forget(portal->accounts, mac, zone, false));
}

/* Whom the operator signs out doesn't come back by what was remembered. */
static void on_event(void *context, const json_t *event)
{
	struct mac_auth *mac_auth = context;
	const char *type = json_string_value(json_object_get(event, "type"));
	const char *reason = json_string_value(json_object_get(event, "reason"));
	const char *method = json_string_value(json_object_get(event, "method"));
	const char *text = json_string_value(json_object_get(event, "mac"));
	const char *zone = json_string_value(json_object_get(event, "zone"));
	struct portal *portal = mac_auth->portal;
	uint8_t mac[6];

	if (!type || !reason || !method || !text || !zone || strcmp(type, "sign-out") != 0 ||
	    strcmp(method, METHOD) != 0 || parse_mac(text, mac, NULL))
		return;
	if (!strcmp(reason, "logout") || !strcmp(reason, "blocked") || !strcmp(reason, "timeout"))
		tell_database(portal, mac_memory_forget(portal->accounts, mac, zone, true));
}

static void on_clean(void *context)
{
	struct mac_auth *mac_auth = context;

	tell_database(mac_auth->portal,
		      mac_memory_clean(mac_auth->portal->accounts, (uint64_t)time(NULL)));
}

static bool is_wanted(const struct config *config)
{
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		if (config->zones[i].sign_in.mac_auth)
			return true;
	}
	return false;
}

int mac_auth_start(struct portal *portal, struct error *error)
{
	struct mac_auth *mac_auth;
	int err;

	if (!is_wanted(portal->config))
		return 0;
	mac_auth = calloc(1, sizeof(*mac_auth));
	if (!mac_auth)
		return fail(error, ENOMEM, "out of memory");
	portal->mac_auth = mac_auth;
	mac_auth->portal = portal;
	mac_auth->timer = loop_timer(portal->loop, on_clean, mac_auth);
	if (mac_auth->timer < 0)
		return fail(error, -mac_auth->timer, "MAC authentication can't start: %s",
			    strerror(-mac_auth->timer));
	loop_set_every(portal->loop, mac_auth->timer, CLEAN_MS);
	err = control_follow(portal->control, on_event, mac_auth);
	return err ? fail(error, -err, "the daemon's events can't be followed: %s", strerror(-err))
		   : 0;
}

/* Who waits gets no answer any more; what is on its way belongs to the client. */
void mac_auth_stop(struct portal *portal)
{
	struct mac_auth *mac_auth = portal->mac_auth;
	struct question *question;

	if (!mac_auth)
		return;
	while ((question = mac_auth->waiting.first)) {
		take_out(&mac_auth->waiting, question);
		finish(question, -ECANCELED, NULL);
	}
	for (question = mac_auth->asked.first; question; question = question->next)
		question->mac_auth = NULL;
	free(mac_auth);
	portal->mac_auth = NULL;
}
