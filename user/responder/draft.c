/* SPDX-License-Identifier: MIT */
/* draft.c - puts header and body together, and fills the gaps that the guest's link leaves. */
#include "responder/draft.h"

#include <string.h>

#include "base/template.h"

/* Codes of the gaps while the text is put together: TEMPLATE_LINK, and beside those of template.h. */
#define LINK	 "\1"
#define LENGTH	 "\16"
#define HEAD_END "\17"
#define BODY_END "\20"
#define CODES	 LINK LENGTH HEAD_END BODY_END /* in the order of enum draft_gap */

/* Of the RFC 8908 API in a Link field: none is registered, so it is a URI (RFC 8288 2.1.2). */
#define API_RELATION "https://www.rfc-editor.org/info/rfc8908"

#define PADDING "              " /* as much again when the first makes the length a digit longer */

#define END_OF_HEAD "\r\n\r\n" /* white space ahead of it is no part of the last value */
#define END_OF_BODY "\n"

_Static_assert(sizeof(PADDING) - 1 == (size_t)2 * (ANSWER_ALIGN - 1), "the longest padding");
_Static_assert(TEMPLATE_LINK == 1, "the code of the link");

/* An answer's measures. */
struct measures {
	size_t total;
	size_t head;
	size_t content_length;
	size_t head_padding;
	size_t body_padding;
};

unsigned int draft_status(enum page_kind kind)
{
	return kind == PAGE_REDIRECT || kind == PAGE_EMPTY ? 302 : 511;
}

static void add_header(const struct page *page, struct buffer *out)
{
	const char *api_url = page->zone->portal.api_url;

	if (draft_status(page->kind) == 511)
		buffer_add(out, "HTTP/1.1 511 Network Authentication Required\r\n");
	else
		buffer_add(out, "HTTP/1.1 302 Found\r\nLocation: " LINK "\r\n");
	if (page->kind != PAGE_EMPTY) {
		buffer_add(out, "Content-Type: ");
		buffer_add(out, page_type(page->kind));
		buffer_add(out, "\r\n");
	}
	buffer_add(out, "Content-Length: " LENGTH
			"\r\nCache-Control: no-store\r\nConnection: close\r\n");
	if (api_url[0]) {
		buffer_add(out, "Link: <");
		buffer_add(out, api_url);
		buffer_add(out, ">; rel=\"" API_RELATION "\"\r\n");
	}
	buffer_add(out, "Server: xdp511" HEAD_END);
}

static enum draft_gap gap_of(char code, bool in_body)
{
	enum draft_gap gap = (enum draft_gap)(strchr(CODES, code) - CODES);

	return gap == DRAFT_LINK && in_body ? DRAFT_QUOTED : gap;
}

/* Takes the codes out of the text, whose last byte is one, and notes where they were. */
static void split(struct draft *draft, size_t len)
{
	const char *from = draft->text, *end = from + len;
	char *to = draft->text, *body = to;

	while (from < end && draft->n_parts < DRAFT_PARTS) {
		size_t part = strcspn(from, CODES);
		enum draft_gap gap = gap_of(from[part], draft->n_head_parts);

		memmove(to, from, part);
		to += part;
		from += part + 1;
		draft->parts[draft->n_parts].end = (uint16_t)(to - draft->text);
		draft->parts[draft->n_parts++].gap = (uint16_t)gap;
		draft->body_links += gap == DRAFT_QUOTED;
		if (gap == DRAFT_HEAD_END) {
			draft->n_head_parts = draft->n_parts;
			body = to;
		}
	}
	draft->body = (size_t)(to - body);
	draft->full = from < end;
}

/* Bytes that a link of the zone becomes longer by in such a body. */
static size_t quoting(const struct page *page)
{
	struct buffer quoted = {.size = SIZE_MAX};
	struct link link;

	if (link_write_shortest(page->zone, &link))
		return 0; /* then none fits */
	page_quote(page->kind, link.text, &quoted);
	return quoted.len - link.len;
}

void draft_write(const struct page *page, struct draft *ret_draft)
{
	struct draft draft = {
		.page = *page,
		.head_links = draft_status(page->kind) == 302,
		.quoting = quoting(page),
	};
	struct buffer out = {.data = draft.text, .size = sizeof(draft.text) - 1};
	size_t head;

	add_header(page, &out);
	head = out.len;
	draft.head = head - draft.head_links - strlen(LENGTH HEAD_END) + strlen(END_OF_HEAD);
	page_write(page, &out);
	if (out.len > head)
		buffer_add(&out, BODY_END);
	draft.full = out.full;
	if (!out.full)
		split(&draft, out.len);
	*ret_draft = draft;
}

/* Bytes missing to the form that tcp.h wants. */
static size_t padding_for(size_t len)
{
	return ANSWER_ALIGN - 1 - len % ANSWER_ALIGN;
}

/* Of an answer with so many bytes of header and body, without Content-Length and the body's end. */
static struct measures measure(size_t head, size_t body, bool head_only)
{
	struct measures m = {.content_length = body ? body + strlen(END_OF_BODY) : 0};

	/* The longer body may add a digit to Content-Length, hence the second look. */
	for (int i = 0; i < 2 && body; i++)
		m.content_length +=
			padding_for(head + buffer_number_size(m.content_length) + m.content_length);
	m.head = head + buffer_number_size(m.content_length);
	if (!body || head_only)
		m.head_padding = padding_for(m.head);
	else
		m.body_padding = m.content_length - body - strlen(END_OF_BODY);
	m.total = m.head + m.head_padding + (head_only ? 0 : m.content_length);
	return m;
}

static struct measures measure_with(const struct draft *draft, size_t link_len, bool head_only)
{
	return measure(draft->head + draft->head_links * link_len,
		       draft->body + draft->body_links * (link_len + draft->quoting), head_only);
}

size_t draft_room(const struct draft *draft)
{
	size_t fixed = draft->head + draft->body + draft->body_links * draft->quoting;
	size_t links = draft->head_links + draft->body_links;

	if (!links)
		return LINK_MAX - 1;
	return fixed < ANSWER_MAX ? (ANSWER_MAX - fixed) / links : 0;
}

/* Asked for HEAD as for GET: its header has to be the same (RFC 9110 8.6). */
bool draft_fits(const struct draft *draft, size_t link_len)
{
	return !draft->full && measure_with(draft, link_len, false).total <= ANSWER_MAX;
}

size_t draft_size(const struct draft *draft, size_t body_len)
{
	return measure(draft->head, body_len, false).total;
}

/* The last bytes of padding and end, as they are needed. */
static struct text end_text(const char *text, size_t size, size_t padding)
{
	size_t skipped = strlen(PADDING) - padding;

	return (struct text){text + skipped, size - 1 - skipped};
}

size_t draft_fill(const struct draft *draft, const struct link *link, bool head_only,
		  uint8_t out[ANSWER_MAX])
{
	static const char head_end[] = PADDING END_OF_HEAD, body_end[] = PADDING END_OF_BODY;
	struct measures m = measure_with(draft, link->len, head_only);
	char quoted_text[ANSWER_MAX], length_text[24];
	struct buffer quoted = {.data = quoted_text, .size = sizeof(quoted_text)};
	struct buffer length = {.data = length_text, .size = sizeof(length_text)};
	size_t from = 0, n = head_only ? draft->n_head_parts : draft->n_parts;
	struct text gaps[DRAFT_GAPS] = {
		[DRAFT_LINK] = {link->text, link->len},
		[DRAFT_HEAD_END] = end_text(head_end, sizeof(head_end), m.head_padding),
		[DRAFT_BODY_END] = end_text(body_end, sizeof(body_end), m.body_padding),
	};
	uint8_t *to = out;

	if (draft->body_links && !head_only)
		page_quote(draft->page.kind, link->text, &quoted);
	gaps[DRAFT_QUOTED] = (struct text){quoted.data, quoted.len};
	buffer_add_number(&length, m.content_length);
	gaps[DRAFT_LENGTH] = (struct text){length.data, length.len};
	for (size_t i = 0; i < n; i++) {
		const struct text gap = gaps[draft->parts[i].gap];
		size_t len = draft->parts[i].end - from;

		memcpy(to, draft->text + from, len);
		memcpy(to + len, gap.data, gap.len);
		to += len + gap.len;
		from += len;
	}
	return (size_t)(to - out);
}
