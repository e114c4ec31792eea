// SPDX-License-Identifier: MIT
/* answer.c - picks the answer and puts header and body together. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "responder/answer.h"
#include "responder/buffer.h"
#include "responder/page.h"
#include "responder/probes.h"
#include "responder/tcp.h"

#define STATUS_511 "HTTP/1.1 511 Network Authentication Required\r\n"
#define STATUS_302 "HTTP/1.1 302 Found\r\n"

/* One response, before it is put into bytes. */
struct response {
	unsigned int status;
	bool head_only; /* HEAD: header of the body, without the body */
	const char *api_url;
	struct page page;
};

/* An IPv6 address stands in brackets in a request, and without them in the configuration. */
static bool is_portal_host(const struct config_portal *portal, const struct http_request *request)
{
	struct text host = request->host;

	if (host.len > 2 && host.data[0] == '[')
		host = (struct text){host.data + 1, host.len - 2};
	return text_equal(host, portal->host);
}

/* Who is asking, and what does it understand? The first rule that fits decides. */
static void choose(const struct config_portal *portal, const struct http_request *request,
		   struct response *response)
{
	enum probe_answer probe;

	response->status = 511;
	response->page.kind = request->wants_html   ? PAGE_HTML
			      : request->wants_json ? PAGE_PROBLEM
						    : PAGE_TEXT;
	if (request->method == HTTP_OTHER) {
		response->page.kind = request->wants_json ? PAGE_PROBLEM : PAGE_TEXT;
		return; /* a redirect could carry the body to the portal */
	}
	if (is_portal_host(portal, request) && portal->port != 80) {
		response->status = 302; /* typed the portal's name without its https:// */
		response->page.kind = PAGE_HTML;
		return;
	}
	if (!portal->probes_auto || !probe_find(portal, request, &probe))
		return;
	response->status = probe == PROBE_511 ? 511 : 302;
	response->page.kind = probe == PROBE_302_EMPTY ? PAGE_EMPTY : PAGE_HTML;
}

static void add_header(struct buffer *out, const struct response *response, size_t body_len,
		       size_t padding)
{
	buffer_add(out, response->status == 511 ? STATUS_511 : STATUS_302);
	if (response->status == 302) {
		buffer_add(out, "Location: ");
		buffer_add(out, response->page.link);
		buffer_add(out, "\r\n");
	}
	if (response->page.kind != PAGE_EMPTY) {
		buffer_add(out, "Content-Type: ");
		buffer_add(out, page_type(response->page.kind));
		buffer_add(out, "\r\n");
	}
	buffer_add(out, "Content-Length: ");
	buffer_add_number(out, body_len);
	buffer_add(out, "\r\nCache-Control: no-store\r\nConnection: close\r\n");
	if (response->api_url[0]) {
		buffer_add(out, "Link: <");
		buffer_add(out, response->api_url);
		buffer_add(out, ">; rel=\"" PAGE_API_RELATION "\"\r\n");
	}
	buffer_add(out, "Server: xdp511");
	buffer_fill(out, ' ', padding); /* white space behind a value is no part of it */
	buffer_add(out, "\r\n\r\n");
}

/* Bytes missing to the form that tcp.h wants. */
static size_t padding_for(size_t len)
{
	return ANSWER_ALIGN - 1 - len % ANSWER_ALIGN;
}

/* Gives a body, the line feed at its end still to come, the length that the whole must have. */
static size_t pad_body(const struct response *response, struct buffer *body, struct buffer *out)
{
	/* The longer body may add a digit to Content-Length, hence the second look. */
	for (int i = 0; i < 2; i++) {
		out->len = 0;
		add_header(out, response, body->len + 1, 0);
		buffer_fill(body, ' ', padding_for(out->len + body->len + 1));
	}
	buffer_add(body, "\n");
	return body->len;
}

/* Header and body. The body is padded ahead of its end, a header without one within itself. */
static void assemble(const struct response *response, struct buffer *out)
{
	char body_bytes[ANSWER_MAX];
	struct buffer body = {.data = body_bytes, .size = sizeof(body_bytes)};
	size_t body_len = 0, padding = 0;

	page_write(&response->page, &body);
	if (body.len)
		body_len = pad_body(response, &body, out);
	if (!body_len || response->head_only) {
		out->len = 0;
		add_header(out, response, body_len, 0);
		padding = padding_for(out->len);
		body.len = 0;
	}
	out->len = 0;
	add_header(out, response, body_len, padding);
	buffer_add_text(out, (struct text){body.data, body.len});
	out->full |= body.full;
}

static bool build(const uint8_t key[LINK_KEY_SIZE], const struct visit *visit,
		  const struct response *chosen, struct answer *answer)
{
	struct buffer out = {.data = (char *)answer->bytes, .size = sizeof(answer->bytes)};
	struct response response = *chosen;
	char link[LINK_MAX];

	if (link_write(key, visit, link, sizeof(link)) < 0)
		return false;
	response.page.link = link;
	assemble(&response, &out);
	answer->len = out.len;
	answer->status = response.status;
	return !out.full;
}

void answer_http(const uint8_t key[LINK_KEY_SIZE], const struct http_request *request,
		 struct visit *visit, struct answer *ret_answer)
{
	struct response response = {
		.head_only = request->method == HTTP_HEAD,
		.api_url = visit->zone->portal.api_url,
		.page.name = visit->zone->portal.name,
		.page.language = language_find(request->accept_language),
	};

	choose(&visit->zone->portal, request, &response);
	visit->host = request->host;
	visit->port = request->port;
	visit->path = request->path;
	if (build(key, visit, &response, ret_answer))
		return;
	visit->path = (struct text){"/", 1};
	if (build(key, visit, &response, ret_answer))
		return;
	visit->host.len = 0;
	if (!build(key, visit, &response, ret_answer))
		ret_answer->len = 0; /* answer_check() has seen to it that this can't be */
}

void answer_tls(struct answer *ret_answer)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 49};

	_Static_assert((sizeof(alert) + 1) % ANSWER_ALIGN == 0, "has the form of all answers");
	memcpy(ret_answer->bytes, alert, sizeof(alert));
	ret_answer->len = sizeof(alert);
	ret_answer->status = 0;
}

/* The shortest that can be said in every form and language. */
static bool zone_fits(const struct config_zone *zone)
{
	static const uint8_t key[LINK_KEY_SIZE], mac[6];
	static const enum page_kind kinds[] = {PAGE_HTML, PAGE_TEXT, PAGE_PROBLEM};
	struct visit visit = {.zone = zone, .mac = mac, .unix_seconds = 99999999999};
	struct answer answer;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t l = 0; l < n_languages; l++) {
			struct response response = {
				.status = 511,
				.api_url = zone->portal.api_url,
				.page = {kinds[k], zone->portal.name, &languages[l], NULL},
			};

			if (!build(key, &visit, &response, &answer))
				return false;
			response.status = 302;
			if (!build(key, &visit, &response, &answer))
				return false;
		}
	}
	return true;
}

int answer_check(const struct config *config, struct error *error)
{
	for (size_t z = 0; z < config->n_zones; z++) {
		if (!zone_fits(&config->zones[z]))
			return fail(error, EMSGSIZE,
				    "zone '%s': the answer to guests is longer than %d bytes; "
				    "shorten url, api-url or name of its portal",
				    config->zones[z].name, ANSWER_MAX);
	}
	return 0;
}
