// SPDX-License-Identifier: MIT
/* answer.c - picks the answer and puts header and body together. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/template.h"
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
		response->page.kind = PAGE_REDIRECT;
		return;
	}
	if (!portal->probes_auto || !probe_find(portal, request, &probe))
		return;
	response->status = probe == PROBE_511 ? 511 : 302;
	response->page.kind = probe == PROBE_511   ? PAGE_HTML
			      : probe == PROBE_302 ? PAGE_REDIRECT
						   : PAGE_EMPTY;
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
		.page.zone = visit->zone,
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
	if (response.page.kind == PAGE_HTML && !visit->zone->portal.template) {
		response.page.kind = PAGE_PLAIN;
		if (build(key, visit, &response, ret_answer))
			return;
	}
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

/* A visit of which the least is told that a link can tell. */
static struct visit shortest_visit(const struct config_zone *zone)
{
	static const uint8_t mac[6];

	return (struct visit){.zone = zone, .mac = mac, .unix_seconds = 99999999999};
}

/* The answers that every zone gives, whatever its own page is like. */
static bool zone_fits(const struct config_zone *zone)
{
	static const uint8_t key[LINK_KEY_SIZE];
	static const enum page_kind kinds[] = {PAGE_PLAIN, PAGE_REDIRECT, PAGE_TEXT, PAGE_PROBLEM};
	struct visit visit = shortest_visit(zone);
	struct answer answer;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t l = 0; l < n_languages; l++) {
			struct response response = {
				.status = kinds[k] == PAGE_REDIRECT ? 302 : 511,
				.api_url = zone->portal.api_url,
				.page = {kinds[k], zone, &languages[l], NULL},
			};

			if (!build(key, &visit, &response, &answer))
				return false;
		}
	}
	return true;
}

/* Bytes of the whole answer with a body of so many, its end still to come. */
static size_t padded_size(const struct response *response, size_t body_len)
{
	struct buffer body = {.len = body_len, .size = SIZE_MAX}, out = {.size = SIZE_MAX};

	pad_body(response, &body, &out);
	out.len = 0;
	add_header(&out, response, body.len, 0);
	return out.len + body.len;
}

/* By how many bytes the zone's own page is too long in the language where it is longest. */
static size_t page_excess(const struct config_zone *zone)
{
	static const uint8_t key[LINK_KEY_SIZE];
	struct visit visit = shortest_visit(zone);
	char link[LINK_MAX];
	size_t excess = 0;

	if (link_write(key, &visit, link, sizeof(link)) < 0)
		return SIZE_MAX;
	for (size_t l = 0; l < n_languages; l++) {
		struct response response = {
			.status = 511,
			.api_url = zone->portal.api_url,
			.page = {PAGE_HTML, zone, &languages[l], link},
		};
		struct buffer body = {.size = SIZE_MAX};

		page_write(&response.page, &body);
		while (excess < body.len && padded_size(&response, body.len - excess) > ANSWER_MAX)
			excess++;
	}
	return excess;
}

static int check_page(const struct config_zone *zone, const char *file, struct error *error)
{
	const struct config_portal *portal = &zone->portal;
	size_t excess = portal->template ? page_excess(zone) : 0, size;

	if (!excess)
		return 0;
	size = template_source_size(portal->template);
	return fail(
		error, EMSGSIZE,
		"%s:%u: page '%s' has %zu bytes and may have %zu in zone '%s' (an answer has at "
		"most %d, header and values included); shorten it, or url, api-url or name of "
		"the portal",
		file, portal->page_line, portal->page, size, size > excess ? size - excess : 0,
		zone->name, ANSWER_MAX);
}

int answer_check(const struct config *config, const char *file, struct error *error)
{
	for (size_t z = 0; z < config->n_zones; z++) {
		const struct config_zone *zone = &config->zones[z];
		int err;

		if (!zone_fits(zone))
			return fail(error, EMSGSIZE,
				    "%s: zone '%s': the answer to guests is longer than %d bytes; "
				    "shorten url, api-url or name of its portal",
				    file, zone->name, ANSWER_MAX);
		err = check_page(zone, file, error);
		if (err)
			return err;
	}
	return 0;
}
