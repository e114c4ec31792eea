// SPDX-License-Identifier: MIT
/* page.c - the built-in page: small enough for one segment, links twice to the portal (RFC 6585 6). */
#include "responder/page.h"

const char *page_type(enum page_kind kind)
{
	switch (kind) {
	case PAGE_HTML:
		return "text/html; charset=utf-8";
	case PAGE_PROBLEM:
		return "application/problem+json";
	default:
		return "text/plain; charset=utf-8";
	}
}

static void write_html(const struct page *page, struct buffer *out)
{
	buffer_add(out, "<!DOCTYPE html><html lang=");
	buffer_add(out, page->language->tag);
	buffer_add(out, page->language->right_to_left ? " dir=rtl" : "");
	buffer_add(out, "><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
			"<meta http-equiv=refresh content=\"0; url=");
	buffer_add_html(out, page->link);
	buffer_add(out, "\"><title>");
	buffer_add_html(out, page->name);
	buffer_add(out, "</title><body style=\"font:1.2em sans-serif;margin:2em\"><h1>");
	buffer_add_html(out, page->name);
	buffer_add(out, "</h1><p>");
	buffer_add(out, page->language->please);
	buffer_add(out, "<p><a href=\"");
	buffer_add_html(out, page->link);
	buffer_add(out, "\">");
	buffer_add(out, page->language->button);
	buffer_add(out, "</a>");
}

static void write_text(const struct page *page, struct buffer *out)
{
	buffer_add(out, page->name);
	buffer_add(out, "\n");
	buffer_add(out, page->language->please);
	buffer_add(out, "\n");
	buffer_add(out, page->link);
}

/* For programs: the language of its words is the one of their documentation. */
static void write_problem(const struct page *page, struct buffer *out)
{
	buffer_add(out, "{\"type\":\"about:blank\",\"title\":\"Network Authentication Required\","
			"\"status\":511,\"detail\":\"Please sign in to use this network.\","
			"\"user-portal-url\":\"");
	buffer_add_json(out, page->link);
	buffer_add(out, "\"}");
}

void page_write(const struct page *page, struct buffer *out)
{
	switch (page->kind) {
	case PAGE_HTML:
		write_html(page, out);
		break;
	case PAGE_TEXT:
		write_text(page, out);
		break;
	case PAGE_PROBLEM:
		write_problem(page, out);
		break;
	case PAGE_EMPTY:
		break;
	}
}
