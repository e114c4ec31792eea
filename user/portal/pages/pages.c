/* SPDX-License-Identifier: MIT */
/* pages.c - what all pages have in common, and those that are the same for everybody. */
#include "portal/pages/pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/monotonic.h"
#include "portal/web/escape.h"
#include "portal/web/identify.h"
#include "portal/portal.h"
#include "portal/web/routes.h"

/* How often: so many at once, and one more each so many ms. */
#define ASKS_AT_ONCE  60
#define ASKS_EVERY    100
#define TRIES_AT_ONCE 5
#define TRIES_EVERY   5000
#define WRONG_AT_ONCE 50
#define WRONG_EVERY   60000
#define CALLS_AT_ONCE 20
#define CALLS_EVERY   1000

#define TERMS_MAX   ((size_t)128 * 1024)
#define STYLE_CACHE "private, max-age=60"

int pages_start(struct portal *portal, struct error *error)
{
	struct pages *pages = portal->pages = calloc(1, sizeof(*pages));
	int err = pages ? token_key(pages->token_key) : -ENOMEM;

	if (!err)
		err = limits_new(ASKS_AT_ONCE, ASKS_EVERY, &pages->asks);
	if (!err)
		err = limits_new(TRIES_AT_ONCE, TRIES_EVERY, &pages->tries);
	if (!err)
		err = limits_new(WRONG_AT_ONCE, WRONG_EVERY, &pages->wrong);
	if (!err)
		err = limits_new(CALLS_AT_ONCE, CALLS_EVERY, &pages->calls);
	return err ? fail(error, -err, "pages can't be made: %s", strerror(-err)) : 0;
}

void pages_stop(struct portal *portal)
{
	struct pages *pages = portal->pages;

	if (!pages)
		return;
	limits_free(pages->asks);
	limits_free(pages->tries);
	limits_free(pages->wrong);
	limits_free(pages->calls);
	explicit_bzero(pages->token_key, sizeof(pages->token_key));
	free(pages);
	portal->pages = NULL;
}

void page_begin(struct page *page, struct web_request *request, const struct config_zone *zone)
{
	memset(page, 0, sizeof(*page));
	page->request = request;
	page->language = theme_language(request->portal->theme,
					web_header(request, MHD_HTTP_HEADER_ACCEPT_LANGUAGE));
	page->values[VALUE_NAME] = zone->portal.name;
	page->values[VALUE_ZONE] = zone->name;
	page->values[VALUE_VENUE_URL] = zone->sign_in.venue_url;
	page->values[VALUE_PATH] = url_path(zone->portal.url, "", page->path);
	page->values[VALUE_TERMS] = "1";
}

void page_send(struct page *page, enum theme_page which, unsigned int status)
{
	size_t size = 0;
	char *text = theme_render(page->request->portal->theme, which, page->language, page->values,
				  &size);

	web_answer(page->request, &(struct web_answer){
					  .status = status,
					  .text = text,
					  .size = size,
					  .vary = "Accept-Language",
					  .retry_s = page->retry_s,
				  });
}

static void send_problem(struct web_request *request, const struct config_zone *zone,
			 unsigned int status, const char *key)
{
	struct page page;

	page_begin(&page, request, zone);
	page.values[VALUE_PROBLEM] = theme_sentence(request->portal->theme, page.language, key);
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
		page.retry_s = 5;
	page_send(&page, PAGE_ERROR, status);
}

void page_problem(struct web_request *request, unsigned int status, const char *key)
{
	send_problem(request, request->asker->zone, status, key);
}

void page_not_found(struct web_request *request, const struct config_zone *zone)
{
	send_problem(request, zone, MHD_HTTP_NOT_FOUND, "problem.not_found");
}

void page_see_other(struct web_request *request, const struct config_zone *zone, const char *suffix,
		    const char *token)
{
	char path[PORTAL_URL_SIZE + 16], value[ESCAPED_SIZE(TOKEN_SIZE)];
	char location[sizeof(path) + sizeof(value) + 16];

	snprintf(location, sizeof(location), "%s%s%s", url_path(zone->portal.url, suffix, path),
		 token ? "?onward=" : "", token ? escape_query(token, value, sizeof(value)) : "");
	web_redirect(request, MHD_HTTP_SEE_OTHER, location);
}

void page_make_token(struct page *page, enum token_use use, const char *url)
{
	const struct web_request *request = page->request;
	struct token token = {.use = use, .made_s = (uint64_t)time(NULL)};

	memcpy(token.mac, request->asker->device.mac, sizeof(token.mac));
	strcpy(token.zone, request->asker->device.zone);
	snprintf(token.url, sizeof(token.url), "%s", url);
	token_write(&token, request->portal->pages->token_key, page->token);
}

static void on_identified(struct web_request *request)
{
	const struct asker *asker = request->asker;

	if (asker->standing == STANDING_UNANSWERED) {
		web_log(request->web,
			"the daemon can't be asked about '%s'; guests get a page "
			"that says so",
			request->peer->address);
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
	} else if (asker->standing == STANDING_BLOCKED) {
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.blocked");
	} else {
		request->page_then(request);
	}
}

/* Before anybody else is bothered with it. */
static bool is_too_often(struct web_request *request, const struct config_zone *zone)
{
	const char *address = request->peer->address;
	uint64_t wait_ms =
		limits_take(request->portal->pages->asks, address, strlen(address), monotonic_ms());

	if (!wait_ms)
		return false;
	web_log(request->web, "'%s' asks for pages too often; it has to wait", address);
	send_problem(request, zone, MHD_HTTP_TOO_MANY_REQUESTS, "problem.often");
	return true;
}

void page_identify_any(struct web_request *request, const struct config_zone *zone, web_fn then)
{
	if (!is_too_often(request, zone))
		identify(request, zone, then);
}

void page_identify(struct web_request *request, const struct config_zone *zone, web_fn then)
{
	request->page_then = then;
	page_identify_any(request, zone, on_identified);
}

uint64_t page_limit(struct limits *limits, const struct device *device)
{
	uint8_t key[sizeof(device->mac) + sizeof(device->zone)] = {};
	uint64_t wait_ms;

	memcpy(key, device->mac, sizeof(device->mac));
	memcpy(key + sizeof(device->mac), device->zone, strlen(device->zone));
	wait_ms = limits_take(limits, key, sizeof(key), monotonic_ms());
	return (wait_ms + 999) / 1000;
}

/* The operator's words are read each time, so that they can be changed. */
static void show_terms(struct web_request *request)
{
	const struct config_zone *zone = request->asker->zone;
	char *text = NULL;
	struct page page;
	size_t size;
	int err = zone->sign_in.terms[0] ? file_read(zone->sign_in.terms, TERMS_MAX, &text, &size)
					 : 0;

	if (err)
		web_log(request->web, "the terms '%s' can't be read: %s; the theme's are shown",
			zone->sign_in.terms, file_problem(err));
	page_begin(&page, request, zone);
	page.values[VALUE_TERMS_TEXT] = text;
	page_send(&page, PAGE_TERMS, MHD_HTTP_OK);
	free(text);
}

/* Also for who isn't known: terms are no secret. */
void page_terms(struct web_request *request, const struct config_zone *zone)
{
	page_identify_any(request, zone, show_terms);
}

void page_signed_out(struct web_request *request, const struct config_zone *zone)
{
	struct page page;

	page_begin(&page, request, zone);
	page_send(&page, PAGE_SIGNED_OUT, MHD_HTTP_OK);
}

void page_style(struct web_request *request, const struct config_zone *zone)
{
	const char *const none[THEME_VALUE_COUNT] = {};
	size_t size = 0;
	char *text = theme_render(request->portal->theme, PAGE_STYLE, 0, none, &size);

	(void)zone;
	web_answer(request, &(struct web_answer){
				    .status = MHD_HTTP_OK,
				    .type = "text/css; charset=utf-8",
				    .text = text,
				    .size = size,
				    .cache = STYLE_CACHE,
			    });
}
