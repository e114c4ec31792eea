/* SPDX-License-Identifier: MIT */
/* page_sign_in.c - the sign-in page, and the forms that it sends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "portal/nas/accounting.h"
#include "portal/web/identify.h"
#include "portal/nas/mac_auth.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"
#include "portal/sign_in.h"
#include "portal/accounts/voucher_code.h"

#define WAIT_S 5 /* until the next try */

/* --- the page ------------------------------------------------------------------------------ */

static const char *if_offered(const struct config_zone *zone, uint32_t methods)
{
	return zone->sign_in.methods & methods ? "1" : "";
}

/* What was typed is shown again, but no password. */
static void take_typed(struct page *page, const struct form *form)
{
	static const char *const fields[][2] = {
		{"voucher", "voucher"}, {"user", "username"}, {"code", "contact"}, {"click", ""}};
	const char *method = form_value(form, "method");
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(method, fields[i][0]) != 0)
			continue;
		page->values[VALUE_METHOD] = fields[i][0];
		page->values[VALUE_TYPED] = form_value(form, fields[i][1]);
	}
}

/* A key that the theme has no sentence for is told by that of the method. */
static const char *problem_sentence(const struct page *page, const char *key)
{
	const struct theme *theme = page->request->portal->theme;
	const char *sentence = theme_sentence(theme, page->language, key);
	const char *method = page->values[VALUE_METHOD];
	char other[32];

	if (strcmp(sentence, key) != 0)
		return sentence;
	snprintf(other, sizeof(other), "problem.%s", method ? method : "request");
	sentence = theme_sentence(theme, page->language, other);
	return strcmp(sentence, other) != 0
		       ? sentence
		       : theme_sentence(theme, page->language, "problem.request");
}

/* A printed voucher's code leads here, with the voucher in the query. */
static void take_voucher(struct page *page, const char *query, char code[VOUCHER_CODE_SIZE])
{
	struct form form;

	if (form_parse(query, strlen(query), &form) ||
	    voucher_code_read(form_value(&form, "voucher"), code))
		return;
	page->values[VALUE_METHOD] = "voucher";
	page->values[VALUE_TYPED] = code;
}

void page_show_sign_in(struct web_request *request, const struct outcome *outcome)
{
	const struct config_zone *zone = request->asker->zone;
	char code[VOUCHER_CODE_SIZE];
	struct page page;

	page_begin(&page, request, zone);
	page_make_token(&page, TOKEN_FORM, outcome->url);
	page.values[VALUE_TOKEN] = page.token;
	page.values[VALUE_URL] = outcome->url;
	page.values[VALUE_CLICK] = if_offered(zone, METHOD_CLICK);
	page.values[VALUE_VOUCHER] = if_offered(zone, METHOD_VOUCHER);
	page.values[VALUE_USER] = if_offered(zone, METHOD_USER | METHOD_RADIUS);
	page.values[VALUE_CODE] = if_offered(zone, METHOD_CODE);
	if (request->portal->config->web.code_contact)
		page.values[VALUE_CONTACT] = "1";
	if (outcome->is_sent)
		page.values[VALUE_CODE_SENT] = "1";
	if (request->form)
		take_typed(&page, request->form);
	else if (zone->sign_in.methods & METHOD_VOUCHER)
		take_voucher(&page, request->query, code);
	if (outcome->problem)
		page.values[VALUE_PROBLEM] = problem_sentence(&page, outcome->problem);
	page.values[VALUE_REPLY] = outcome->reply;
	page.retry_s = outcome->retry_s;
	page_send(&page, PAGE_SIGN_IN, outcome->status);
}

static void show_page(struct web_request *request)
{
	page_show_sign_in(request, &(struct outcome){
					   .status = MHD_HTTP_OK,
					   .url = request->asker->url,
				   });
}

/* A device that RADIUS knows needs no page. */
static void on_known_mac(struct web_request *request, const struct attempt *attempt)
{
	if (attempt->result == ATTEMPT_GRANTED)
		page_see_other(request, request->asker->zone, "/status", NULL);
	else
		show_page(request);
}

static void on_asker(struct web_request *request)
{
	const struct asker *asker = request->asker;

	if (asker->standing == STANDING_UNKNOWN)
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.device");
	else if (asker->standing != STANDING_GUEST && !asker->is_by_link)
		page_show_status(request, asker->url);
	else if (request->portal->mac_auth && asker->zone->sign_in.mac_auth && !asker->is_by_link)
		sign_in_by_mac(request, on_known_mac);
	else
		show_page(request);
}

void page_sign_in(struct web_request *request, const struct config_zone *zone)
{
	page_identify(request, zone, on_asker);
}

/* --- its forms ----------------------------------------------------------------------------- */

static void log_refusal(const struct web_request *request, const char *why)
{
	const struct asker *asker = request->asker;
	char mac[MAC_TEXT];

	web_log(request->web, "sign-in of %s from '%s' in zone '%s' refused: %s",
		format_mac(asker->device.mac, mac), request->peer->address, asker->device.zone,
		why);
}

static const struct outcome *outcome_of(enum attempt_result result)
{
	static const struct outcome outcomes[] = {
		[ATTEMPT_SENT] = {.status = MHD_HTTP_OK, .is_sent = true},
		[ATTEMPT_REFUSED] = {.status = MHD_HTTP_FORBIDDEN, .problem = ""},
		[ATTEMPT_FULL] = {.status = MHD_HTTP_SERVICE_UNAVAILABLE,
				  .problem = "problem.full"},
		[ATTEMPT_TOO_OFTEN] = {.status = MHD_HTTP_TOO_MANY_REQUESTS,
				       .problem = "problem.often",
				       .retry_s = WAIT_S},
		[ATTEMPT_UNAVAILABLE] = {.status = MHD_HTTP_SERVICE_UNAVAILABLE,
					 .problem = "problem.unavailable",
					 .retry_s = WAIT_S},
	};

	return &outcomes[result];
}

static void on_decided(struct web_request *request, const struct attempt *attempt)
{
	struct outcome outcome;

	if (attempt->result == ATTEMPT_GRANTED) {
		struct page page = {.request = request};

		page_make_token(&page, TOKEN_ONWARD, request->asker->url);
		page_see_other(request, request->asker->zone, "/status",
			       *request->asker->url ? page.token : NULL);
		return;
	}
	outcome = *outcome_of(attempt->result);
	outcome.url = request->asker->url;
	outcome.reply = attempt->reply;
	if (attempt->problem)
		outcome.problem = attempt->problem;
	if (!outcome.is_sent)
		log_refusal(request, *outcome.problem ? outcome.problem : "it isn't right");
	page_show_sign_in(request, &outcome);
}

static void sign_in(struct web_request *request)
{
	uint64_t wait_s = page_limit(request->portal->pages->tries, &request->asker->device);
	uint32_t methods = request->asker->zone->sign_in.methods;

	if (wait_s) {
		log_refusal(request, "it tries too often");
		page_show_sign_in(request, &(struct outcome){
						   .status = MHD_HTTP_TOO_MANY_REQUESTS,
						   .url = request->asker->url,
						   .problem = "problem.often",
						   .retry_s = wait_s,
					   });
	} else if (sign_in_by_form(request, methods, on_decided)) {
		log_refusal(request, "there is no such method");
		page_problem(request, MHD_HTTP_BAD_REQUEST, "problem.request");
	}
}

static void on_signed_out(void *context, int status, const json_t *answer)
{
	struct web_request *request = context;

	(void)answer;
	if (status == 200 || status == 404)
		page_see_other(request, request->asker->zone, "/signed-out", NULL);
	else if (status == 409) /* the operator's */
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.request");
	else
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
}

/* Who only has a link, or a token from it, can't end the session of whose it is. */
static void sign_out(struct web_request *request)
{
	const struct asker *asker = request->asker;
	struct portal *portal = request->portal;
	char path[CONTROL_PATH_SIZE];

	if (asker->is_by_link) {
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.device");
		return;
	}
	if (asker->standing == STANDING_ACTIVE)
		accounting_note_end(portal, asker->device.mac, asker->device.zone,
				    SIGN_OUT_BY_USER);
	if (control_request(portal->control, "DELETE",
			    control_session_path(asker->device.mac, asker->device.zone, path), NULL,
			    on_signed_out, request))
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
}

static bool is_for(const struct token *token, const struct device *device)
{
	return !memcmp(token->mac, device->mac, sizeof(token->mac)) &&
	       !strcmp(token->zone, device->zone);
}

/* A page that was open for too long, or that another run of this program has made. */
static void refuse_token(struct web_request *request)
{
	log_refusal(request, "the page that sent the form isn't this device's, or is old");
	if (request->asker->standing == STANDING_UNKNOWN)
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.device");
	else
		page_show_sign_in(request, &(struct outcome){
						   .status = MHD_HTTP_FORBIDDEN,
						   .url = "",
						   .problem = "problem.expired",
					   });
}

/* The token stands for the link that has led to its page. */
static void take_device(struct asker *asker, const struct config *config, const struct token *token)
{
	const struct config_zone *zone = config_find_zone(config, token->zone);

	memcpy(asker->device.mac, token->mac, sizeof(token->mac));
	strcpy(asker->device.zone, token->zone);
	asker->is_by_link = true;
	if (zone)
		asker->zone = zone;
}

static void on_form(struct web_request *request)
{
	struct asker *asker = request->asker;
	struct token token = {.use = TOKEN_FORM};
	const char *action;

	if (!request->form) {
		page_problem(request, MHD_HTTP_BAD_REQUEST, "problem.request");
		return;
	}
	if (token_read(form_value(request->form, "token"), request->portal->pages->token_key,
		       (uint64_t)time(NULL), &token) ||
	    (asker->standing != STANDING_UNKNOWN && !is_for(&token, &asker->device))) {
		refuse_token(request);
		return;
	}
	if (asker->standing == STANDING_UNKNOWN)
		take_device(asker, request->portal->config, &token);
	strcpy(asker->url, token.url);
	action = form_value(request->form, "action");
	if (!strcmp(action, "sign-in"))
		sign_in(request);
	else if (!strcmp(action, "sign-out"))
		sign_out(request);
	else
		page_problem(request, MHD_HTTP_BAD_REQUEST, "problem.request");
}

void page_sign_in_post(struct web_request *request, const struct config_zone *zone)
{
	page_identify(request, zone, on_form);
}
