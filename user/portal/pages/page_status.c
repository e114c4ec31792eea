/* SPDX-License-Identifier: MIT */
/* page_status.c - who is signed in, and what is left of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "portal/web/identify.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"
#include "portal/daemon/session.h"

static void take_time(struct page *page, const struct session_left *left)
{
	const struct theme *theme = page->request->portal->theme;

	if (!left->has_seconds)
		return;
	snprintf(page->numbers[0], THEME_UNIT_SIZE, "%" PRIu64, left->seconds);
	page->values[VALUE_SECONDS_LEFT] = page->numbers[0];
	page->values[VALUE_TIME_LEFT] =
		theme_time(theme, page->language, left->seconds, page->numbers[1]);
}

static void take_data(struct page *page, const struct session_left *left)
{
	const struct theme *theme = page->request->portal->theme;

	if (left->has_bytes)
		page->values[VALUE_DATA_LEFT] =
			theme_data(theme, page->language, left->bytes, page->numbers[2]);
	page->values[VALUE_DATA_USED] =
		theme_data(theme, page->language, left->used_bytes, page->numbers[3]);
}

/* What is trusted by the operator has no account and no sign-out. */
void page_show_status(struct web_request *request, const char *url)
{
	const struct asker *asker = request->asker;
	struct session_left left;
	struct page page;

	page_begin(&page, request, asker->zone);
	page.values[VALUE_URL] = url;
	if (asker->standing == STANDING_ACTIVE) {
		session_left_read(asker->session, (uint64_t)time(NULL), &left);
		take_time(&page, &left);
		take_data(&page, &left);
		page.values[VALUE_ACCOUNT] =
			json_string_value(json_object_get(asker->session, "user"));
		page_make_token(&page, TOKEN_FORM, url);
		page.values[VALUE_TOKEN] = page.token;
	}
	page_send(&page, PAGE_STATUS, MHD_HTTP_OK);
}

/* The page that was asked for comes from our own token alone, made for this device. */
static void on_asker(struct web_request *request)
{
	const struct asker *asker = request->asker;
	struct token token = {.use = TOKEN_ONWARD};
	struct form query;
	const char *url = "";

	if (asker->standing == STANDING_UNKNOWN || asker->is_by_link) {
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.device");
		return;
	}
	if (asker->standing == STANDING_GUEST) {
		page_see_other(request, asker->zone, "", NULL);
		return;
	}
	if (!form_parse(request->query, strlen(request->query), &query) &&
	    !token_read(form_value(&query, "onward"), request->portal->pages->token_key,
			(uint64_t)time(NULL), &token) &&
	    !memcmp(token.mac, asker->device.mac, sizeof(token.mac)))
		url = token.url;
	page_show_status(request, url);
}

void page_status(struct web_request *request, const struct config_zone *zone)
{
	page_identify(request, zone, on_asker);
}
