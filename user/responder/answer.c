/* SPDX-License-Identifier: MIT */
/* answer.c - picks the answer, and fills it in with as much of the link as there is room for. */
#include "responder/answer.h"

#include <stdlib.h>
#include <string.h>

#include "responder/draft.h"
#include "responder/probes.h"

#define DRAFTS 509 /* a prime: drafts of the same kind in many zones don't meet in one place */

struct answers {
	struct hmac_sha256_ctx keyed;
	const struct config_zone *zones;
	struct draft drafts[DRAFTS]; /* each at the one place where it may be */
};

/* One answer, on its way to the bytes. */
struct response {
	struct page page;
	bool head_only; /* HEAD: header of the body, without the body */
	struct link link;
};

struct answers *answers_new(const struct responder_settings *settings)
{
	struct answers *answers = calloc(1, sizeof(*answers));

	if (!answers)
		return NULL;
	answers->zones = settings->config->zones;
	hmac_sha256_set_key(&answers->keyed, sizeof(settings->link_key), settings->link_key);
	return answers;
}

struct answers *answers_free(struct answers *answers)
{
	free(answers);
	return NULL;
}

/* An IPv6 address stands in brackets in a request, and without them in the configuration. */
static bool is_portal_host(const struct config_portal *portal, const struct http_request *request)
{
	struct text host = request->host;

	if (host.len > 2 && host.data[0] == '[')
		host = (struct text){host.data + 1, host.len - 2};
	return text_equal(host, portal->host);
}

/* Who is asking, and what does it understand? The first rule that fits decides. */
static enum page_kind choose(const struct config_portal *portal, const struct http_request *request)
{
	enum page_kind program = request->wants_json ? PAGE_PROBLEM : PAGE_TEXT;
	enum probe_answer probe;

	if (request->method == HTTP_OTHER)
		return program; /* a redirect could carry the body to the portal */
	if (is_portal_host(portal, request) && portal->port != 80)
		return PAGE_REDIRECT; /* typed the portal's name without its https:// */
	if (portal->probes_auto && probe_find(portal, request, &probe))
		return probe == PROBE_511   ? PAGE_HTML
		       : probe == PROBE_302 ? PAGE_REDIRECT
					    : PAGE_EMPTY;
	return request->wants_html ? PAGE_HTML : program;
}

static const struct draft *find_draft(struct answers *answers, const struct page *page)
{
	size_t zone = (size_t)(page->zone - answers->zones);
	size_t language = (size_t)(page->language - languages);
	size_t number = (zone * n_languages + language) * PAGE_KINDS + page->kind;
	struct draft *draft = &answers->drafts[number % DRAFTS];

	if (draft->page.zone != page->zone || draft->page.language != page->language ||
	    draft->page.kind != page->kind)
		draft_write(page, draft);
	return draft;
}

static bool fits(const struct draft *draft, const struct visit *visit, struct response *response)
{
	return !link_write(visit, draft_room(draft), &response->link) &&
	       draft_fits(draft, response->link.len);
}

/* What has to go for want of room: first the path, then the looks, and only then the host. */
static const struct draft *fit(struct answers *answers, struct visit *visit,
			       struct response *response)
{
	const struct draft *draft = find_draft(answers, &response->page);

	if (fits(draft, visit, response))
		return draft;
	visit->path = (struct text){"/", 1};
	if (fits(draft, visit, response))
		return draft;
	if (response->page.kind == PAGE_HTML && !visit->zone->portal.template) {
		response->page.kind = PAGE_PLAIN;
		draft = find_draft(answers, &response->page);
		if (fits(draft, visit, response))
			return draft;
	}
	visit->host.len = 0;
	return fits(draft, visit, response) ? draft : NULL;
}

void answer_request(struct answers *answers, const struct http_request *request,
		    struct visit *visit, struct answer *ret_answer)
{
	struct response response;
	const struct draft *draft;

	response.head_only = request->method == HTTP_HEAD;
	response.page = (struct page){
		.kind = choose(&visit->zone->portal, request),
		.zone = visit->zone,
		.language = language_find(request->accept_language),
	};
	visit->host = request->host;
	visit->port = request->port;
	visit->path = request->path;
	ret_answer->len = 0;
	draft = fit(answers, visit, &response);
	if (!draft)
		return; /* answer_check() has seen to it that this can't be */
	link_sign(&answers->keyed, &response.link);
	ret_answer->status = draft_status(draft->page.kind);
	ret_answer->len = draft_fill(draft, &response.link, response.head_only, ret_answer->bytes);
}

void answer_tls(struct answer *ret_answer)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 49};

	_Static_assert((sizeof(alert) + 1) % ANSWER_ALIGN == 0, "has the form of all answers");
	memcpy(ret_answer->bytes, alert, sizeof(alert));
	ret_answer->len = sizeof(alert);
	ret_answer->status = 0;
}
