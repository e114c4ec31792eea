/* SPDX-License-Identifier: MIT */
/* uam_reply.c - gathers what the portal elsewhere is told, and answers with it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "base/monotonic.h"
#include "portal/nas/accounting.h"
#include "portal/foreign/foreign.h"
#include "portal/web/identify.h"
#include "portal/nas/nas.h"
#include "portal/portal.h"
#include "portal/foreign/uam_internal.h"

/* Texts that the facts point to. */
struct telling {
	struct uam_facts facts;
	struct here here;
	uint8_t challenge[CHALLENGE_SIZE];
	char called[STATION_TEXT], mac[STATION_TEXT];
	char session_id[ACCT_SESSION_ID_SIZE];
};

static uint64_t read_moment(const json_t *session, const char *name)
{
	const char *text = json_string_value(json_object_get(session, name));
	uint64_t moment_s = 0;

	if (text)
		(void)parse_time(text, &moment_s);
	return moment_s;
}

static uint64_t read_number(const json_t *session, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(session, name));

	return value > 0 ? (uint64_t)value : 0;
}

/* As the daemon has it. Of who has just signed out the totals are those of before. */
static void take_session(struct uam_facts *facts, const json_t *json)
{
	struct uam_session *session = &facts->session;
	const char *user = json_string_value(json_object_get(json, "user"));
	uint64_t ends_s = read_moment(json, "expires_at"), now_s = (uint64_t)time(NULL);
	uint64_t seen_s = read_moment(json, "last_seen_at");

	session->user = user ? user : "";
	session->began_s = read_moment(json, "login_at");
	session->now_s = now_s > session->began_s ? now_s : session->began_s;
	session->timeout_s = ends_s > session->began_s ? ends_s - session->began_s : 0;
	session->idle_s = read_number(json, "idle_s");
	session->quiet_s = seen_s && now_s > seen_s ? now_s - seen_s : 0;
	session->quota_bytes = read_number(json, "quota_bytes");
	session->up_bytes = read_number(json, "up_bytes");
	session->down_bytes = read_number(json, "down_bytes");
}

static uint64_t granted(const struct limit *limit, uint64_t of_zone)
{
	return limit->is_given ? limit->value : of_zone;
}

/* The session that has just begun; the daemon isn't asked for it once more. */
static void take_grant(struct uam_facts *facts, const struct uam_request *asked,
		       const struct grant *grant, const struct config_zone *zone)
{
	uint64_t now_s = (uint64_t)time(NULL);

	facts->is_signed_in = true;
	facts->uid = asked->username;
	facts->session = (struct uam_session){
		.user = grant->user,
		.began_s = now_s,
		.now_s = now_s,
		.timeout_s = granted(&grant->timeout_s, zone->session.timeout_s),
		.idle_s = granted(&grant->idle_s, zone->session.idle_s),
		.quota_bytes = granted(&grant->quota_bytes, zone->session.quota_bytes),
	};
	facts->timeleft_s = facts->session.timeout_s;
}

static bool is_of_guests(enum uam_result result)
{
	return result != UAM_SUCCESS_RESULT && result != UAM_ALREADY_RESULT &&
	       result != UAM_NOT_ABORTED_RESULT;
}

/* A new challenge, or the one that its page has already; and the id that a session of it will have. */
static void take_challenge(struct telling *telling, const struct web_request *request)
{
	struct challenges *challenges = request->portal->uam->challenges;

	if (challenge_give(challenges, &request->asker->device, monotonic_ms(), telling->challenge))
		return;
	telling->facts.challenge = telling->challenge;
	uam_session_id(telling->challenge, telling->session_id);
}

static void take_state(struct telling *telling, const struct web_request *request,
		       const struct uam_request *asked, const struct uam_reply *reply)
{
	struct uam_facts *facts = &telling->facts;
	const struct asker *asker = request->asker;

	facts->is_signed_in = asker->standing != STANDING_GUEST;
	take_session(facts, asker->session);
	if (reply->result == UAM_SUCCESS_RESULT) {
		take_grant(facts, asked, reply->grant, asker->zone);
		strcpy(telling->session_id, reply->grant->session_id);
	} else if (facts->is_signed_in || !is_of_guests(reply->result)) {
		(void)accounting_id(request->portal, &asker->device, telling->session_id);
	} else {
		take_challenge(telling, request);
	}
	if (reply->result == UAM_STATUS_RESULT && facts->is_signed_in) {
		uint64_t ends_s = facts->session.began_s + facts->session.timeout_s;

		facts->uid = facts->session.user;
		facts->timeleft_s = facts->session.timeout_s && ends_s > facts->session.now_s
					    ? ends_s - facts->session.now_s
					    : 0;
	}
}

/* The page that the guest wanted: the portal tells it again, or the link of the 511 did. */
static void gather(struct telling *telling, const struct web_request *request,
		   const struct uam_request *asked, const struct uam_reply *reply)
{
	const struct config *config = request->portal->config;
	const struct asker *asker = request->asker;

	telling->facts = (struct uam_facts){
		.result = reply->result,
		.server = config->uam.server,
		.secret = request->portal->uam->secret,
		.host = telling->here.host,
		.port = telling->here.port,
		.called = nas_station(request->portal, asker->device.zone, telling->called),
		.uid = "",
		.mac = format_station(asker->device.mac, telling->mac),
		.ip = request->peer->address,
		.reply = reply->text,
		.nas_id = config->radius.nas_id,
		.vlan = asker->zone->vlan,
		.session_id = telling->session_id,
		.userurl = asked->userurl[0] ? asked->userurl : asker->url,
	};
	take_state(telling, request, asked, reply);
}

static void answer_json(struct web_request *request, const struct uam_facts *facts,
			const char *callback)
{
	char *text = uam_json(facts, callback);

	web_answer(request, &(struct web_answer){
				    .status = MHD_HTTP_OK,
				    .type = *callback ? "application/javascript; charset=utf-8"
						      : "application/json",
				    .text = text,
				    .size = text ? strlen(text) : 0,
			    });
}

static void answer_redirect(struct web_request *request, const struct uam_facts *facts)
{
	char *url = uam_url(facts), *page = uam_page(facts);

	if (!url) {
		free(page);
		page = NULL; /* the connection ends */
	}
	web_answer(request, &(struct web_answer){
				    .status = MHD_HTTP_FOUND,
				    .text = page,
				    .size = page ? strlen(page) : 0,
				    .location = url,
			    });
	free(url);
}

void uam_reply(struct web_request *request, const struct uam_request *asked,
	       const struct uam_reply *reply)
{
	struct telling telling = {};

	if (foreign_here(request, &telling.here)) {
		web_text(request, MHD_HTTP_SERVICE_UNAVAILABLE, "The connection has ended.");
		return;
	}
	gather(&telling, request, asked, reply);
	if (asked->is_json)
		answer_json(request, &telling.facts, asked->callback);
	else
		answer_redirect(request, &telling.facts);
	explicit_bzero(&telling.challenge, sizeof(telling.challenge));
}
