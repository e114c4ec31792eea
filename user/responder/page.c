/* SPDX-License-Identifier: MIT */
/* page.c - fills in pages: the built-in one, which fits one segment, or the zone's own. */
#include "responder/page.h"

#include <string.h>

#include "base/template.h"

/* The codes of template.h, to be put together with text. */
#define LINK   "\1"
#define NAME   "\2"
#define TEXT   "\4"
#define BUTTON "\5"
#define LANG   "\6"
#define DIR    "\7"

/*
 * Every byte counts: the end tags and quotes that HTML lets go are gone, the encoding is in the
 * header. The link stands there twice (RFC 6585 6); the refresh takes browsers there at once,
 * so what is drawn is what one sees while the portal is slow, or where refreshes are off.
 */
#define HEAD                                                                                       \
	"<!DOCTYPE html><html lang=" LANG " dir=" DIR                                              \
	"><meta name=viewport content=\"width=device-width\">"                                     \
	"<meta http-equiv=refresh content=\"0;url=" LINK "\"><title>" NAME "</title>"
#define STYLE                                                                                      \
	"<style>html{color-scheme:light dark;font:20px/1.4 system-ui;text-align:center;"           \
	"max-width:16em;margin:20vh auto 0;overflow-wrap:anywhere}a{display:block;padding:.7em;"   \
	"border-radius:.7em;background:#06c;color:#fff;text-decoration:none}</style>"
#define PLAIN_STYLE "<style>html{font:20px system-ui}a{padding:1em 0}</style>"
#define BODY	    "<h1>" NAME "</h1><p>" TEXT "<p><a href=\"" LINK "\">" BUTTON "</a>"

static const char built_in[] = HEAD STYLE BODY;
static const char plain[] = HEAD PLAIN_STYLE BODY;
static const char redirect[] = "<!DOCTYPE html><html lang=" LANG "><title>" NAME
			       "</title><a href=\"" LINK "\">" BUTTON "</a>";

const char *page_built_in(void)
{
	return built_in;
}

const char *page_type(enum page_kind kind)
{
	switch (kind) {
	case PAGE_HTML:
	case PAGE_PLAIN:
	case PAGE_REDIRECT:
		return "text/html; charset=utf-8";
	case PAGE_PROBLEM:
		return "application/problem+json";
	default:
		return "text/plain; charset=utf-8";
	}
}

static const char *value_of(const struct page *page, enum template_value value)
{
	switch (value) {
	case TEMPLATE_NAME:
		return page->zone->portal.name;
	case TEMPLATE_ZONE:
		return page->zone->name;
	case TEMPLATE_TEXT:
		return page->language->please;
	case TEMPLATE_BUTTON:
		return page->language->button;
	case TEMPLATE_LANG:
		return page->language->tag;
	case TEMPLATE_DIR:
		return page->language->right_to_left ? "rtl" : "ltr";
	default:
		return "";
	}
}

void page_quote(enum page_kind kind, const char *link, struct buffer *out)
{
	switch (kind) {
	case PAGE_TEXT:
		buffer_add(out, link);
		break;
	case PAGE_PROBLEM:
		buffer_add_json(out, link);
		break;
	default:
		buffer_add_html(out, link);
	}
}

static void add_link(const struct page *page, struct buffer *out)
{
	if (page->link)
		page_quote(page->kind, page->link, out);
	else
		buffer_add(out, LINK);
}

/* Text up to the next code as it stands, then the code's value quoted, until the end. */
static void write_html(const struct page *page, const char *template, struct buffer *out)
{
	for (;;) {
		size_t len = strcspn(template, TEMPLATE_CODES);
		enum template_value value;

		buffer_add_text(out, (struct text){template, len});
		template += len;
		if (!*template || out->full)
			return;
		value = (enum template_value) * template ++;
		if (value == TEMPLATE_LINK)
			add_link(page, out);
		else
			buffer_add_html(out, value_of(page, value));
	}
}

static void write_text(const struct page *page, struct buffer *out)
{
	buffer_add(out, page->zone->portal.name);
	buffer_add(out, "\n");
	buffer_add(out, page->language->please);
	buffer_add(out, "\n");
	add_link(page, out);
}

/* For programs: the language of its words is the one of their documentation. */
static void write_problem(const struct page *page, struct buffer *out)
{
	buffer_add(out, "{\"type\":\"about:blank\",\"title\":\"Network Authentication Required\","
			"\"status\":511,\"detail\":\"Please sign in to use this network.\","
			"\"user-portal-url\":\"");
	add_link(page, out);
	buffer_add(out, "\"}");
}

void page_write(const struct page *page, struct buffer *out)
{
	const char *own = page->zone->portal.template;

	switch (page->kind) {
	case PAGE_HTML:
		write_html(page, own ? own : built_in, out);
		break;
	case PAGE_PLAIN:
		write_html(page, plain, out);
		break;
	case PAGE_REDIRECT:
		write_html(page, redirect, out);
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
