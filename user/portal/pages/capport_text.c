/* SPDX-License-Identifier: MIT */
/* capport_text.c - the JSON of the captive-portal API, and who is to get it. */
#include <stdio.h>
#include <string.h>

#include "portal/pages/capport.h"

char *capport_text(const struct capport *capport)
{
	json_t *json = json_pack("{s:b, s:s}", "captive", capport->is_captive, "user-portal-url",
				 capport->portal_url);
	char *text = NULL;
	int bad = !json;

	if (capport->venue_url[0])
		bad |= json_object_set_new(json, "venue-info-url", json_string(capport->venue_url));
	bad |= json_object_set_new(json, "can-extend-session", json_boolean(capport->can_extend));
	/* Left out while captive, and of a session without the limit. */
	if (!capport->is_captive && capport->left.has_seconds)
		bad |= json_object_set_new(json, "seconds-remaining",
					   json_integer((json_int_t)capport->left.seconds));
	if (!capport->is_captive && capport->left.has_bytes)
		bad |= json_object_set_new(json, "bytes-remaining",
					   json_integer((json_int_t)capport->left.bytes));
	if (!bad)
		text = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(json);
	return text;
}

/*
 * RFC 8908 has registered captive+json, RFC 8910 prints capport+json. Who asks for a page of HTML
 * and for neither is a browser, perhaps of somebody who looks what this URL is.
 */
bool capport_is_wanted(const char *accept)
{
	return !accept || strcasestr(accept, "captive+json") ||
	       strcasestr(accept, "capport+json") || !strcasestr(accept, "text/html");
}
