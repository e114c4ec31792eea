/* SPDX-License-Identifier: MIT */
/* uam_json.c - the JSON of the UAM port, as ChilliLibrary.js reads it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "portal/foreign/uam_text.h"

/* What an answer has. */
#define HAS_CHALLENGE 1u
#define HAS_SESSION   2u
#define HAS_LOCATION  4u
#define HAS_REDIR     8u

static unsigned int parts_of(const struct uam_facts *facts)
{
	switch (facts->result) {
	case UAM_ALREADY_RESULT:
		return HAS_SESSION;
	case UAM_REJECT_RESULT:
	case UAM_TIMEOUT_RESULT:
	case UAM_OTHER_RESULT:
		return HAS_CHALLENGE | HAS_REDIR;
	case UAM_SUCCESS_RESULT:
		return HAS_SESSION | HAS_REDIR;
	case UAM_LOGOFF_RESULT:
		return HAS_SESSION | HAS_CHALLENGE;
	case UAM_NOTYET_RESULT:
		return HAS_CHALLENGE | HAS_LOCATION | HAS_REDIR;
	case UAM_STATUS_RESULT:
		return HAS_REDIR |
		       (facts->is_signed_in ? HAS_SESSION : HAS_CHALLENGE | HAS_LOCATION);
	case UAM_ABORTED_RESULT:
	case UAM_NOT_ABORTED_RESULT:
		break;
	}
	return 0;
}

static json_t *number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *redir_of(const struct uam_facts *facts)
{
	char place[128];

	snprintf(place, sizeof(place), "http://%s:%u/logoff", facts->host, facts->port);
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "originalURL", facts->userurl,
			 "redirectionURL", "", "logoutURL", place, "ipAddress", facts->ip,
			 "macAddress", facts->mac);
}

static json_t *session_of(const struct uam_facts *facts)
{
	const struct uam_session *session = &facts->session;
	json_t *json =
		json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "sessionId", facts->session_id,
			  "userName", session->user, "startTime", number(session->began_s),
			  "sessionTimeout", number(session->timeout_s), "terminateTime",
			  number(session->timeout_s ? session->began_s + session->timeout_s : 0),
			  "idleTimeout", number(session->idle_s));

	if (json && session->quota_bytes)
		(void)json_object_set_new(json, "maxTotalOctets", number(session->quota_bytes));
	return json;
}

static json_t *accounting_of(const struct uam_session *session)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "sessionTime",
			 number(session->began_s ? session->now_s - session->began_s : 0),
			 "idleTime", number(session->quiet_s), "inputOctets",
			 number((uint32_t)session->up_bytes), "outputOctets",
			 number((uint32_t)session->down_bytes), "inputGigawords",
			 number(session->up_bytes >> 32), "outputGigawords",
			 number(session->down_bytes >> 32), "viewPoint", "client");
}

static json_t *make(const struct uam_facts *facts)
{
	unsigned int parts = parts_of(facts);
	json_t *json =
		json_pack("{s:s, s:i}", "version", "1.0", "clientState", facts->is_signed_in);
	char hex[UAM_HEX_SIZE];
	int bad = !json;

	if (*facts->nas_id)
		bad |= json_object_set_new(json, "nasid", json_string(facts->nas_id));
	if (*facts->reply)
		bad |= json_object_set_new(json, "message", json_string(facts->reply));
	if (parts & HAS_CHALLENGE && facts->challenge)
		bad |= json_object_set_new(json, "challenge",
					   json_string(uam_hex(facts->challenge, hex)));
	if (parts & HAS_LOCATION)
		bad |= json_object_set_new(json, "location",
					   json_pack("{s:s}", "name", facts->nas_id));
	if (parts & HAS_REDIR)
		bad |= json_object_set_new(json, "redir", redir_of(facts));
	if (parts & HAS_SESSION) {
		bad |= json_object_set_new(json, "session", session_of(facts));
		bad |= json_object_set_new(json, "accounting", accounting_of(&facts->session));
	}
	if (!bad)
		return json;
	json_decref(json);
	return NULL;
}

/* All but ASCII is escaped, so that no line of a script ends within a text. */
static char *dump(json_t *json)
{
	return json ? json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER)
		    : NULL;
}

char *uam_json(const struct uam_facts *facts, const char *callback)
{
	json_t *json = make(facts);
	char *text = dump(json), *script = NULL;

	json_decref(json);
	if (!text || !*callback)
		return text;
	if (asprintf(&script, "%s(%s)", callback, text) < 0)
		script = NULL;
	free(text);
	return script;
}
