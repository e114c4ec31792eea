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

static void write_html(const char *name, const char *link, struct buffer *out)
{
	buffer_add(out, "<!DOCTYPE html><html lang=en><meta charset=utf-8>"
			"<meta name=viewport content=\"width=device-width\">"
			"<meta http-equiv=refresh content=\"0; url=");
	buffer_add_html(out, link);
	buffer_add(out, "\"><title>");
	buffer_add_html(out, name);
	buffer_add(out, "</title><body style=\"font:1.2em sans-serif;margin:2em\"><h1>");
	buffer_add_html(out, name);
	buffer_add(out, "</h1><p>Please sign in to use this network.<p><a href=\"");
	buffer_add_html(out, link);
	buffer_add(out, "\">Sign in</a>");
}

static void write_text(const char *name, const char *link, struct buffer *out)
{
	buffer_add(out, name);
	buffer_add(out, ": please sign in to use this network.\n");
	buffer_add(out, link);
}

static void write_problem(const char *link, struct buffer *out)
{
	buffer_add(out, "{\"type\":\"about:blank\",\"title\":\"Network Authentication Required\","
			"\"status\":511,\"detail\":\"Please sign in to use this network.\","
			"\"user-portal-url\":\"");
	buffer_add_json(out, link);
	buffer_add(out, "\"}");
}

void page_write(enum page_kind kind, const char *name, const char *link, struct buffer *out)
{
	switch (kind) {
	case PAGE_HTML:
		write_html(name, link, out);
		break;
	case PAGE_TEXT:
		write_text(name, link, out);
		break;
	case PAGE_PROBLEM:
		write_problem(link, out);
		break;
	case PAGE_EMPTY:
		break;
	}
}
