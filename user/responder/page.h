/* SPDX-License-Identifier: MIT */
/* page.h - the body a guest gets to see, in the form the asking program reads. */
#ifndef XDP511_PAGE_H
#define XDP511_PAGE_H

#include "base/config.h"
#include "responder/buffer.h"
#include "base/languages.h"

enum page_kind {
	PAGE_HTML,     /* the zone's own page, or the built-in one */
	PAGE_PLAIN,    /* the built-in one where its looks don't fit */
	PAGE_REDIRECT, /* for whoever doesn't follow a 302 */
	PAGE_TEXT,
	PAGE_PROBLEM, /* RFC 9457 */
	PAGE_EMPTY,
};

#define PAGE_KINDS (PAGE_EMPTY + 1)

const char *page_type(enum page_kind kind); /* media type */

/* What a page says. */
struct page {
	enum page_kind kind;
	const struct config_zone *zone; /* its name, the network's, and its own page */
	const struct language *language;
	const char *link; /* to the portal; NULL: TEMPLATE_LINK stays where it belongs */
};

/* The link, safe in a header, as the inside of a page's form of quoting. */
void page_quote(enum page_kind kind, const char *link, struct buffer *out);

void page_write(const struct page *page, struct buffer *out);

/* The built-in page as template.h has pages. */
const char *page_built_in(void);

#endif /* XDP511_PAGE_H */
