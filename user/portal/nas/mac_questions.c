/* SPDX-License-Identifier: MIT */
/* mac_questions.c - devices that RADIUS is asked for: who waits, and a few on their way. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "portal/nas/mac_auth_internal.h"
#include "portal/nas/nas.h"
#include "portal/nas/radius_grant.h"
#include "radius/client.h"

#define SERVICE_CALL_CHECK 10
#define ASKED_MAX	   32	/* questions on their way */
#define WAITING_MAX	   4096 /* devices that wait for their turn */
#define SILENCE_S	   30	/* pages come without a question, after one had no answer */
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

/* --- lists ---------------------------------------------------------------------------------- */

/* A clock that is set doesn't prolong a silence. */
static uint64_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec + TELL_EVERY_S; /* the first time is told, too */
}

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
	mac_tell_database(portal,
			  mac_memory_put(portal->accounts, question->mac, question->zone, &answer));
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
			radius_judge(attempt, name, MAC_METHOD, 0, answer);
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

	mac_auth->silent_until = monotonic_s() + SILENCE_S;
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
	uint64_t now = monotonic_s();

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

bool mac_ask(struct mac_auth *mac_auth, struct attempt *attempt)
{
	struct waiter *waiter;
	struct question *question;

	if (monotonic_s() < mac_auth->silent_until)
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

/* Who waits gets no answer any more; what is on its way belongs to the client. */
void mac_questions_end(struct mac_auth *mac_auth)
{
	struct question *question;

	while ((question = mac_auth->waiting.first)) {
		take_out(&mac_auth->waiting, question);
		finish(question, -ECANCELED, NULL);
	}
	for (question = mac_auth->asked.first; question; question = question->next)
		question->mac_auth = NULL;
}
