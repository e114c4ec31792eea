/* SPDX-License-Identifier: MIT */
/*
 * pages.h - the way from page to page: sign-in, terms, status, signed out, and what went wrong.
 *
 *   511 ─► sign-in ──POST──► method, admission ──303──► status ──POST──► ──303──► signed out
 */
#ifndef XDP511_PORTAL_PAGES_H
#define XDP511_PORTAL_PAGES_H

#include "portal/limits.h"
#include "portal/pages/theme.h"
#include "portal/web/token.h"
#include "portal/web/web.h"

/* A page of a zone, by its path; answers at once or later. */
typedef void (*page_fn)(struct web_request *request, const struct config_zone *zone);

void page_sign_in(struct web_request *request, const struct config_zone *zone);
void page_sign_in_post(struct web_request *request, const struct config_zone *zone);
void page_terms(struct web_request *request, const struct config_zone *zone);
void page_status(struct web_request *request, const struct config_zone *zone);
void page_signed_out(struct web_request *request, const struct config_zone *zone);
void page_style(struct web_request *request, const struct config_zone *zone);
void page_not_found(struct web_request *request, const struct config_zone *zone);

struct pages {
	uint8_t token_key[TOKEN_KEY_SIZE];
	struct limits *asks;  /* of an address, before anybody is asked whose it is */
	struct limits *tries; /* of a device to sign in */
	struct limits *wrong; /* passwords of a name, whichever devices try them */
	struct limits *calls; /* of a device to the API */
};

int pages_start(struct portal *portal, struct error *error);
void pages_stop(struct portal *portal);

/* --- for the files of pages ---------------------------------------------------------------- */

/* What a page is made of. Values point to text that is there until page_send(). */
struct page {
	struct web_request *request;
	size_t language;
	const char *values[THEME_VALUE_COUNT];
	uint64_t retry_s;
	char path[PORTAL_URL_SIZE + 16];
	char token[TOKEN_SIZE];
	char numbers[4][THEME_UNIT_SIZE];
};

/* With the values that all pages of the zone have. */
void page_begin(struct page *page, struct web_request *request, const struct config_zone *zone);
void page_send(struct page *page, enum theme_page which, unsigned int status);

/* A page that only says what went wrong, by the theme's key for it. */
void page_problem(struct web_request *request, unsigned int status, const char *key);

/* 303 to another page of the zone; @token: for its query, or NULL. */
void page_see_other(struct web_request *request, const struct config_zone *zone, const char *suffix,
		    const char *token);

/* A token for the asker of the request, in @page->token. */
void page_make_token(struct page *page, enum token_use use, const char *url);

/* How a try to sign in has ended, for the page that comes next. */
struct outcome {
	unsigned int status;
	const char *url;     /* the page that was asked for; "": none */
	const char *problem; /* the theme's key, or NULL */
	const char *reply;   /* of the server, or NULL */
	bool is_sent;	     /* a code is on its way */
	uint64_t retry_s;    /* 0: not told */
};
void page_show_sign_in(struct web_request *request, const struct outcome *outcome);
void page_show_status(struct web_request *request, const char *url);

/* Asks whose it is, unless that is asked too often, and goes on with @then. */
void page_identify_any(struct web_request *request, const struct config_zone *zone, web_fn then);
/* Answers those itself who are blocked, and all when the daemon can't be asked. */
void page_identify(struct web_request *request, const struct config_zone *zone, web_fn then);

/* Of the device, in one of the tables above. 0, or the seconds until it may try again. */
uint64_t page_limit(struct limits *limits, const struct device *device);

#endif /* XDP511_PORTAL_PAGES_H */
