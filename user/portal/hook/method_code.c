/* SPDX-License-Identifier: MIT */
/* method_code.c - signing in with a code that the operator's hook knows, or sends first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portal/attempt.h"
#include "portal/web/form.h"
#include "portal/hook/hook.h"
#include "portal/hook/hook_answer.h"
#include "portal/portal.h"
#include "portal/web/web.h"

static void answer(struct attempt *attempt, enum attempt_result result, const char *problem)
{
	attempt->result = result;
	attempt->problem = problem;
	attempt->done(attempt);
}

/* Where no codes are sent nobody can say where to, and so name a session. */
static const char *contact_of(const struct attempt *attempt)
{
	return attempt->portal->config->web.code_contact ? form_value(attempt->form, "contact")
							 : "";
}

static bool is_to_send(const struct attempt *attempt)
{
	return !form_value(attempt->form, "code")[0];
}

static void grant(struct attempt *attempt, const struct hook_answer *said)
{
	const char *contact = contact_of(attempt);
	const char *user = contact[0] ? contact : form_value(attempt->form, "code");

	attempt->grant = (struct grant){
		.method = "code",
		.timeout_s = said->timeout_s,
		.idle_s = said->idle_s,
		.up_bps = said->up_bps,
		.down_bps = said->down_bps,
		.quota_bytes = said->quota_bytes,
		.max_devices = attempt->zone->sign_in.devices,
		.is_oldest_out = attempt->zone->sign_in.is_oldest_out,
	};
	snprintf(attempt->grant.user, sizeof(attempt->grant.user), "%s",
		 said->user[0] ? said->user : user);
	answer(attempt, ATTEMPT_GRANTED, NULL);
}

static const char *hook_name(const struct portal *portal)
{
	const struct config_web *web = &portal->config->web;

	return web->code_exec[0] ? web->code_exec : web->code_url;
}

static void on_answer(void *context, int err, const char *text, size_t size)
{
	struct attempt *attempt = context;
	struct hook_answer said = {.is_ok = false};
	struct error error;

	if (err) {
		web_log(attempt->portal->web, "the hook '%s': %.*s", hook_name(attempt->portal),
			(int)size, text);
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
		return;
	}
	if (hook_answer_read(text, size, &said, &error)) {
		web_log(attempt->portal->web, "the answer of the hook '%s' doesn't read: %s",
			hook_name(attempt->portal), error.text);
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
		return;
	}
	strcpy(attempt->reply, said.message);
	if (!said.is_ok)
		answer(attempt, ATTEMPT_REFUSED, "problem.code");
	else if (is_to_send(attempt))
		answer(attempt, ATTEMPT_SENT, NULL);
	else
		grant(attempt, &said);
}

/* NULL, or what is wrong with what was typed. */
static const char *find_problem(const char *code, const char *contact)
{
	if (!code[0] && !contact[0])
		return "problem.missing";
	return strlen(code) < HOOK_FIELD_SIZE && strlen(contact) < HOOK_FIELD_SIZE ? NULL
										   : "problem.code";
}

void method_code(struct attempt *attempt)
{
	struct portal *portal = attempt->portal;
	const char *contact = contact_of(attempt);
	const char *problem = find_problem(form_value(attempt->form, "code"), contact);
	const char *action = is_to_send(attempt) ? "send" : "check";

	if (problem)
		answer(attempt, ATTEMPT_REFUSED, problem);
	else if (is_to_send(attempt) && hook_limit_sending(portal, attempt->device.mac))
		answer(attempt, ATTEMPT_TOO_OFTEN, NULL);
	else if (hook_ask(portal, hook_question(attempt, action, contact), on_answer, attempt))
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
}
