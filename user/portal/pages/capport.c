/* SPDX-License-Identifier: MIT */
/* capport.c - answers phones that ask the captive-portal API how they stand. */
#include "portal/pages/capport.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "portal/web/identify.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"

static void refuse(struct web_request *request, unsigned int status, uint64_t retry_s)
{
	web_answer(request, &(struct web_answer){
				    .status = status,
				    .type = "text/plain; charset=utf-8",
				    .text = strdup(""),
				    .retry_s = retry_s,
			    });
}

/*
 * By the connection alone. Whoever the gate has not seen isn't signed in at it, so it is captive;
 * only when the daemon can't be asked nothing is said, since a phone that is signed in would
 * believe that it isn't any more.
 */
static void on_asker(struct web_request *request)
{
	const struct asker *asker = request->asker;
	bool is_known = !asker->is_by_link && asker->standing != STANDING_UNKNOWN;
	struct capport capport = {
		.is_captive = !is_known || (asker->standing != STANDING_ACTIVE &&
					    asker->standing != STANDING_TRUSTED),
		.portal_url = asker->zone->portal.url,
		.venue_url = asker->zone->sign_in.venue_url,
	};
	uint64_t wait_s;
	char *text;

	if (asker->standing == STANDING_UNANSWERED) {
		refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, 5);
		return;
	}
	wait_s = is_known ? page_limit(request->portal->pages->calls, &asker->device) : 0;
	if (wait_s) {
		refuse(request, MHD_HTTP_TOO_MANY_REQUESTS, wait_s);
		return;
	}
	session_left_read(asker->session, (uint64_t)time(NULL), &capport.left);
	text = capport_text(&capport);
	web_answer(request, &(struct web_answer){
				    .status = MHD_HTTP_OK,
				    .type = CAPPORT_TYPE,
				    .text = text,
				    .size = text ? strlen(text) : 0,
				    .vary = MHD_HTTP_HEADER_ACCEPT,
			    });
}

void capport_answer(struct web_request *request, const struct config_zone *zone)
{
	if (!capport_is_wanted(web_header(request, MHD_HTTP_HEADER_ACCEPT)))
		web_answer(request, &(struct web_answer){
					    .status = MHD_HTTP_FOUND,
					    .text = strdup(""),
					    .location = zone->portal.url,
					    .vary = MHD_HTTP_HEADER_ACCEPT,
				    });
	else
		page_identify_any(request, zone, on_asker);
}
