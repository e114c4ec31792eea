/* SPDX-License-Identifier: MIT */
/* uam.c - the UAM port: whose request it is, what is done, and what the portal is told of it. */
#include "portal/foreign/uam.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/monotonic.h"
#include "portal/nas/accounting.h"
#include "portal/foreign/foreign.h"
#include "portal/web/identify.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"
#include "portal/sign_in.h"
#include "portal/foreign/uam_internal.h"
#include "portal/foreign/uam_request.h"

#define TOO_OFTEN "Too many attempts. Please wait a few minutes."

/* --- requests ------------------------------------------------------------------------------ */

/* Read again where it is needed: a request has no room for it. */
static int read_request(const struct web_request *request, struct uam_request *ret_asked)
{
	struct form *query = malloc(sizeof(*query));
	int err = query ? form_parse(request->query, strlen(request->query), query) : -ENOMEM;

	if (!err)
		err = uam_request_read(request->path, query, request->form, ret_asked);
	if (query)
		explicit_bzero(query, sizeof(*query));
	free(query);
	return err;
}

static void reply(struct web_request *request, enum uam_result result, const char *text)
{
	struct uam_request asked;

	if (read_request(request, &asked)) /* it was read before */
		asked = (struct uam_request){.action = UAM_UNKNOWN};
	uam_reply(request, &asked, &(struct uam_reply){.result = result, .text = text});
	explicit_bzero(&asked, sizeof(asked));
}

static void log_refusal(const struct web_request *request, const char *why)
{
	const struct asker *asker = request->asker;
	char mac[MAC_TEXT];

	web_log(request->web, "UAM logon of %s from '%s' in zone '%s' refused: %s",
		format_mac(asker->device.mac, mac), request->peer->address, asker->device.zone,
		why);
}

/* --- logon --------------------------------------------------------------------------------- */

static enum uam_result result_of(enum attempt_result result)
{
	switch (result) {
	case ATTEMPT_GRANTED:
		return UAM_SUCCESS_RESULT;
	case ATTEMPT_REFUSED:
	case ATTEMPT_TOO_OFTEN:
		return UAM_REJECT_RESULT;
	case ATTEMPT_UNAVAILABLE:
		return UAM_TIMEOUT_RESULT;
	default:
		return UAM_OTHER_RESULT;
	}
}

/* The challenge has been used, whatever came of it. */
static void on_decided(struct web_request *request, const struct attempt *attempt)
{
	struct uam_reply said = {
		.result = result_of(attempt->result),
		.text = attempt->reply,
		.grant = &attempt->grant,
	};
	struct uam_request asked;

	challenge_forget(request->portal->uam->challenges, &request->asker->device);
	if (attempt->result != ATTEMPT_GRANTED)
		log_refusal(request, attempt->problem ? attempt->problem : "it isn't right");
	if (read_request(request, &asked))
		asked = (struct uam_request){.action = UAM_LOGON};
	uam_reply(request, &asked, &said);
}

/* method_radius() reads a form. */
static struct form *make_form(const char *username, const char *password)
{
	struct form *form = calloc(1, sizeof(*form));
	char *second;

	if (!form)
		return NULL;
	second = stpcpy(form->text, username) + 1;
	strcpy(second, password); /* both have bounds, and fit */
	form->fields[form->n].name = "username";
	form->fields[form->n++].value = form->text;
	form->fields[form->n].name = "password";
	form->fields[form->n++].value = second;
	return form;
}

static int take_proof(const struct uam *uam, const struct uam_request *asked,
		      const uint8_t challenge[CHALLENGE_SIZE], struct sign_in_way *way)
{
	char password[UAM_HIDDEN_SIZE + 1] = "";
	uint8_t key[16];
	int err = 0;

	uam_key(challenge, uam->secret, key);
	if (asked->proof == UAM_PASSWORD) {
		err = uam_reveal(asked->hidden, asked->hidden_size, key, password);
	} else {
		way->is_chap = true;
		way->chap_id = asked->chap_id;
		memcpy(way->chap_challenge, key, sizeof(key));
		memcpy(way->chap_response, asked->response, sizeof(asked->response));
	}
	way->form = err ? NULL : make_form(asked->username, password);
	explicit_bzero(password, sizeof(password));
	return err || way->form ? err : -ENOMEM;
}

static void try_logon(struct web_request *request, const struct uam_request *asked,
		      const uint8_t challenge[CHALLENGE_SIZE])
{
	struct sign_in_way way = {.word = "uam", .try = method_radius};
	struct uam_reply said = {.result = UAM_REJECT_RESULT, .text = ""};
	int err = take_proof(request->portal->uam, asked, challenge, &way);

	uam_session_id(challenge, way.session_id);
	if (!err)
		err = sign_in_by_portal(request, &way, on_decided);
	if (!err)
		return;
	challenge_forget(request->portal->uam->challenges, &request->asker->device);
	log_refusal(request, "its password was not hidden with the challenge it was given");
	uam_reply(request, asked, &said);
}

static void logon(struct web_request *request, const struct uam_request *asked)
{
	const struct device *device = &request->asker->device;
	struct uam *uam = request->portal->uam;
	uint8_t challenge[CHALLENGE_SIZE];

	if (request->asker->standing != STANDING_GUEST) {
		reply(request, UAM_ALREADY_RESULT, "");
	} else if (asked->proof == UAM_NO_PROOF || !asked->username[0]) {
		web_text(request, MHD_HTTP_BAD_REQUEST,
			 "A logon has username, and response or password.");
	} else if (page_limit(request->portal->pages->tries, device)) {
		log_refusal(request, "it tries too often");
		reply(request, UAM_OTHER_RESULT, TOO_OFTEN);
	} else if (challenge_find(uam->challenges, device, monotonic_ms(), challenge)) {
		log_refusal(request, "it has no challenge, or an old one");
		reply(request, UAM_OTHER_RESULT, "");
	} else {
		try_logon(request, asked, challenge);
	}
}

/* --- logoff, and the rest ------------------------------------------------------------------ */

static void on_signed_out(void *context, int status, const json_t *answer)
{
	struct web_request *request = context;
	struct asker *asker = request->asker;

	(void)answer;
	if (status != 200 && status != 404) {
		page_problem(request,
			     status == 409 ? MHD_HTTP_FORBIDDEN : MHD_HTTP_SERVICE_UNAVAILABLE,
			     status == 409 ? "problem.request" : "problem.unavailable");
		return;
	}
	challenge_forget(request->portal->uam->challenges, &asker->device);
	asker->standing = STANDING_GUEST;
	reply(request, UAM_LOGOFF_RESULT, "");
}

static void logoff(struct web_request *request)
{
	const struct asker *asker = request->asker;
	struct portal *portal = request->portal;
	char path[CONTROL_PATH_SIZE];

	if (asker->standing == STANDING_ACTIVE)
		accounting_note_end(portal, asker->device.mac, asker->device.zone,
				    SIGN_OUT_BY_USER);
	if (control_request(portal->control, "DELETE",
			    control_session_path(asker->device.mac, asker->device.zone, path), NULL,
			    on_signed_out, request))
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
}

static void act(struct web_request *request, const struct uam_request *asked)
{
	bool is_guest = request->asker->standing == STANDING_GUEST;

	switch (asked->action) {
	case UAM_LOGON:
		logon(request, asked);
		break;
	case UAM_LOGOFF:
		logoff(request);
		break;
	case UAM_STATUS:
		reply(request, UAM_STATUS_RESULT, "");
		break;
	case UAM_ABORT:
		if (is_guest)
			challenge_forget(request->portal->uam->challenges, &request->asker->device);
		reply(request, is_guest ? UAM_ABORTED_RESULT : UAM_NOT_ABORTED_RESULT, "");
		break;
	case UAM_PRELOGIN:
	case UAM_UNKNOWN:
		reply(request, is_guest ? UAM_NOTYET_RESULT : UAM_ALREADY_RESULT, "");
		break;
	}
}

static void on_asker(struct web_request *request)
{
	const struct asker *asker = request->asker;
	struct uam_request asked;

	if (asker->standing == STANDING_UNKNOWN || asker->is_by_link) {
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.device");
	} else if (foreign_portal(request->portal->config, asker->zone) != FOREIGN_UAM) {
		page_not_found(request, asker->zone);
	} else if (!read_request(request, &asked)) {
		act(request, &asked);
		explicit_bzero(&asked, sizeof(asked));
	} else {
		page_problem(request, MHD_HTTP_BAD_REQUEST, "problem.request");
	}
}

static void on_request(struct web_request *request)
{
	const struct config_zone *zone = &request->portal->config->zones[0];
	struct uam_request asked;
	bool is_json;

	if (!foreign_takes(request))
		return;
	if (uam_action(request->path, &is_json) == UAM_UNKNOWN)
		page_not_found(request, zone);
	else if (read_request(request, &asked))
		web_text(request, MHD_HTTP_BAD_REQUEST, "This request doesn't read.");
	else
		page_identify(request, zone, on_asker);
	explicit_bzero(&asked, sizeof(asked));
}

/* --- the part ------------------------------------------------------------------------------ */

static int load_secret(const struct config_uam *config, char text[SECRET_MAX + 1],
		       struct error *error)
{
	struct secret secret = {};
	int err = config->secret_file[0] ? secret_load(config->secret_file, &secret, error) : 0;

	memcpy(text, secret.bytes, sizeof(secret.bytes));
	text[secret.size] = '\0';
	secret_wipe(&secret);
	return err;
}

int uam_check(const struct config *config, struct error *error)
{
	char secret[SECRET_MAX + 1];
	int err = config->uam.server[0] ? load_secret(&config->uam, secret, error) : 0;

	explicit_bzero(secret, sizeof(secret));
	if (!err && config->uam.server[0] && !config->radius.servers.n)
		return fail(error, ENOENT,
			    "[uam] has nobody to ask for its users; add [radius] with "
			    "'server = ADDRESS'");
	return err;
}

int uam_start(struct portal *portal, struct error *error)
{
	const struct config_uam *config = &portal->config->uam;
	struct uam *uam;
	int err;

	if (!config->server[0])
		return 0;
	err = uam_check(portal->config, error);
	if (err)
		return err;
	uam = portal->uam = calloc(1, sizeof(*uam));
	err = uam ? challenges_new(&uam->challenges) : -ENOMEM;
	if (err)
		return fail(error, -err, "[uam] can't be served: %s", strerror(-err));
	err = load_secret(config, uam->secret, error);
	return err ? err : web_listen(portal->web, &config->listen, false, on_request, error);
}

void uam_stop(struct portal *portal)
{
	struct uam *uam = portal->uam;

	if (!uam)
		return;
	challenges_free(uam->challenges);
	explicit_bzero(uam, sizeof(*uam));
	free(uam);
	portal->uam = NULL;
}
