/* SPDX-License-Identifier: MIT */
/* session_log.c - sign-ins and sign-outs as lines of the log, for who looks closely. */
#include "controller/sessions/session_log.h"

#include "base/mac.h"

void session_log(enum session_event kind, const struct session_view *view, const char *reason)
{
	const struct sign_in *who = &view->who;
	char mac[MAC_TEXT];
	struct log_event event = {
		.mac = format_mac(who->mac, mac),
		.zone = who->zone,
		.user = who->user,
	};

	switch (kind) {
	case SESSION_SIGNED_IN:
		event.kind = LOG_KIND_SIGN_IN;
		log_event(LOG_LEVEL_DEBUG, &event,
			  "%s of zone '%s' is signed in by '%s', user '%s'", mac, who->zone,
			  who->method, who->user);
		break;
	case SESSION_SIGNED_OUT:
		event.kind = LOG_KIND_SIGN_OUT;
		log_event(LOG_LEVEL_DEBUG, &event, "%s of zone '%s' has signed out: %s", mac,
			  who->zone, reason ? reason : "logout");
		break;
	case SESSION_TABLE_FULL:
		event.kind = LOG_KIND_TABLE_FULL;
		log_event(LOG_LEVEL_DEBUG, &event,
			  "%s of zone '%s' is refused, for the table of sessions is full", mac,
			  who->zone);
		break;
	case SESSION_CLONED:
		event.kind = LOG_KIND_SPOOF_SUSPECTED;
		log_event(LOG_LEVEL_DEBUG, &event,
			  "%s of zone '%s' is at work in another zone, too", mac, who->zone);
		break;
	default:
		break;
	}
}
