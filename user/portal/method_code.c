/* SPDX-License-Identifier: MIT */
/* method_code.c - signing in with a code that the operator's hook knows, or sends first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portal/attempt.h"
#include "portal/form.h"
#include "portal/hook.h"
#include "portal/hook_answer.h"
#include "portal/portal.h"
#include "portal/web.h"

static void answer(struct attempt *attempt, enum attempt_result result, const char *problem)
{
	attempt->result = result;
	attempt->problem = problem;
	attempt->done(attempt);
}

static bool is_to_send(const struct attempt *attempt)
{
	return !form_value(attempt->form, "code")[0];
}

static void grant(struct attempt *attempt, const struct hook_answer *said)
{
	const char *contact = form_value(attempt->form, "contact");
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

void method_code(struct attempt *attempt)
{
	struct portal *portal = attempt->portal;
	const char *code = form_value(attempt->form, "code");
	const char *contact = form_value(attempt->form, "contact");
	bool has_contact = portal->config->web.code_contact && contact[0];

	if (!portal->hook)
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
	else if (!code[0] && !has_contact)
		answer(attempt, ATTEMPT_REFUSED, "problem.missing");
	else if (strlen(code) >= HOOK_FIELD_SIZE || strlen(contact) >= HOOK_FIELD_SIZE)
		answer(attempt, ATTEMPT_REFUSED, "problem.code");
	else if (!code[0] && hook_limit_sending(portal, attempt->device.mac))
		answer(attempt, ATTEMPT_TOO_OFTEN, NULL);
	else if (hook_ask(portal, hook_question(attempt, code[0] ? "check" : "send"), on_answer,
			  attempt))
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
}
