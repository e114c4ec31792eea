/* SPDX-License-Identifier: MIT */
/*
 * theme.h - the portal's pages: templates, style and sentences, built in or from a directory.
 *
 * In a template {{name}} is a value, escaped for HTML; {{t:key}} is a sentence in the guest's
 * language; {{#name}}…{{/name}} is left out when the value is empty, {{^name}}…{{/name}} when it
 * isn't. The directory may have any of the files; the built-in ones stand for the others.
 */
#ifndef XDP511_PORTAL_THEME_H
#define XDP511_PORTAL_THEME_H

#include <stddef.h>

#include "base/log.h"

/* Page, and its file's name. */
#define THEME_PAGES(X)                                                                             \
	X(SIGN_IN, "sign-in.html")                                                                 \
	X(TERMS, "terms.html")                                                                     \
	X(STATUS, "status.html")                                                                   \
	X(SIGNED_OUT, "signed-out.html")                                                           \
	X(ERROR, "error.html")                                                                     \
	X(STYLE, "style.css")

enum theme_page {
#define X(page, file) PAGE_##page,
	THEME_PAGES(X)
#undef X
		THEME_PAGE_COUNT
};

/* The values pages may name; what a page has no use for is "". */
#define THEME_VALUES(X)                                                                            \
	X(NAME, "name") /* of the network */                                                       \
	X(ZONE, "zone")                                                                            \
	X(LANG, "lang")	  /* for <html lang=…>; set by theme_render() */                         \
	X(DIR, "dir")	  /* ltr or rtl; set by theme_render() */                                  \
	X(PATH, "path")	  /* forms are sent to it */                                               \
	X(TOKEN, "token") /* hidden field of each form */                                          \
	X(URL, "url")	  /* the page that was asked for; "" if not http or https */               \
	X(CLICK, "click") /* "1": the method is offered; so are those below */                     \
	X(VOUCHER, "voucher")                                                                      \
	X(USER, "user") /* user and password, here or by RADIUS */                                 \
	X(CODE, "code")                                                                            \
	X(CONTACT, "contact")		/* "1": the code is sent to a number or address first */   \
	X(TERMS, "terms")		/* "1": there are terms to read, at {{path}}/terms */      \
	X(TERMS_TEXT, "terms_text")	/* HTML of the operator's, not escaped */                  \
	X(PROBLEM, "problem")		/* the sentence that says what went wrong */               \
	X(REPLY, "reply")		/* what the server said to the guest */                    \
	X(ACCOUNT, "account")		/* who is signed in */                                     \
	X(USERNAME, "username")		/* as it was typed, to be corrected */                     \
	X(SECONDS_LEFT, "seconds_left") /* "": unlimited */                                        \
	X(TIME_LEFT, "time_left")	/* as text; "": unlimited */                               \
	X(DATA_LEFT, "data_left")	/* as text; "": unlimited */                               \
	X(DATA_USED, "data_used")                                                                  \
	X(VENUE_URL, "venue_url")

enum theme_value {
#define X(value, name) VALUE_##value,
	THEME_VALUES(X)
#undef X
		THEME_VALUE_COUNT
};

struct theme; /* opaque */

/* @directory "": the built-in theme alone. A sentence with file and line when a file is broken. */
int theme_load(const char *directory, struct theme **ret_theme, struct error *error);
struct theme *theme_free(struct theme *theme); /* takes NULL, returns NULL */

/* The language that fits best, by the header Accept-Language (NULL: none); theme_render()'s. */
size_t theme_language(const struct theme *theme, const char *accept_language);

/* The sentence for a key, such as "problem.voucher"; the key itself when there is none. */
const char *theme_sentence(const struct theme *theme, size_t language, const char *key);

/* The page; NULL: out of memory. The caller frees it. NULL values are "". */
char *theme_render(const struct theme *theme, enum theme_page page, size_t language,
		   const char *const values[THEME_VALUE_COUNT], size_t *ret_size);

#endif /* XDP511_PORTAL_THEME_H */
