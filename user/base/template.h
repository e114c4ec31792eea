/* SPDX-License-Identifier: MIT */
/*
 * template.h - a page with places for values, read once and filled in for every guest.
 *
 * As a file it is a page in HTML with placeholders like {{link}}. Read, it is a string in which
 * one control character stands for each of them: the page itself has none but tabs and line
 * ends, so the string needs nothing beside it. The same values are known to every page:
 */
#ifndef XDP511_TEMPLATE_H
#define XDP511_TEMPLATE_H

#include <stddef.h>

#include "base/log.h"

/* clang-format off */
#define TEMPLATE_VALUES(X) \
	X(LINK,	  "link") /* to the portal, signed; a page must have it */ \
	X(NAME,	  "name") /* of the network, as the configuration has it */ \
	X(ZONE,	  "zone") /* the zone's name */ \
	X(TEXT,	  "text") /* "Please sign in…" in the reader's language */ \
	X(BUTTON, "button") /* "Sign in" in the reader's language */ \
	X(LANG,	  "lang") /* that language, for <html lang=…> */ \
	X(DIR,	  "dir") /* and its direction, ltr or rtl */
/* clang-format on */

enum template_value {
	TEMPLATE_END, /* of the string */
#define X(value, name) TEMPLATE_##value,
	TEMPLATE_VALUES(X)
#undef X
		TEMPLATE_N
};

#define TEMPLATE_CODES "\1\2\3\4\5\6\7"

_Static_assert(sizeof(TEMPLATE_CODES) == TEMPLATE_N, "a code for each value");

/*
 * Reads a page. *ret_template is the caller's, to be freed. -EINVAL with a sentence that says
 * what the page has, and where: "line 3: …; remedy" or, of the whole, "… ; remedy".
 */
int template_parse(const char *source, size_t size, char **ret_template, struct error *error);

/* Bytes of the page that was read, the placeholders as they stood there. */
size_t template_source_size(const char *template);

#endif /* XDP511_TEMPLATE_H */
