/* SPDX-License-Identifier: MIT */
/*
 * theme.h - the portal's pages: templates, style and sentences, built in or from a directory.
 *
 * In a template {{name}} is a value, escaped for HTML; {{t:key}} is a sentence in the guest's
 * language, which may have values too; {{#name}}…{{/name}} is left out when the value is empty,
 * {{^name}}…{{/name}} when it isn't, {{#name=word}}…{{/name}} when it is another than this. The
 * directory may have any of the files; the built-in ones stand for the others.
 */
#ifndef XDP511_PORTAL_THEME_H
#define XDP511_PORTAL_THEME_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"

/* Page, and its file's name. */
#define THEME_PAGES(X)                                                                             \
	X(SIGN_IN, "sign-in.html")                                                                 \
	X(TERMS, "terms.html")                                                                     \
	X(STATUS, "status.html")                                                                   \
	X(SIGNED_OUT, "signed-out.html")                                                           \
	X(ERROR, "error.html")                                                                     \
	X(STYLE, "style.css") /* as it stands: it has no values */

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
	X(BASE, "base")	  /* path without a slash at its end; set by theme_render() */             \
	X(TOKEN, "token") /* hidden field of each form */                                          \
	X(URL, "url")	  /* the page that was asked for; "" if not http or https */               \
	X(CLICK, "click") /* "1": the method is offered; so are those below */                     \
	X(VOUCHER, "voucher")                                                                      \
	X(USER, "user") /* user and password, here or by RADIUS */                                 \
	X(CODE, "code")                                                                            \
	X(CONTACT, "contact")		/* "1": the code is sent to a number or address first */   \
	X(CODE_SENT, "code_sent")	/* "1": it is on its way to what was typed */              \
	X(TERMS, "terms")		/* "1": there are terms to read, at {{base}}/terms */      \
	X(TERMS_TEXT, "terms_text")	/* HTML of the operator's, not escaped */                  \
	X(METHOD, "method")		/* that was tried: click, voucher, user or code */         \
	X(PROBLEM, "problem")		/* of theme_sentence(): what went wrong */                 \
	X(REPLY, "reply")		/* what the server said to the guest */                    \
	X(ACCOUNT, "account")		/* who is signed in */                                     \
	X(TYPED, "typed")		/* voucher, user name or contact, to be corrected */       \
	X(SECONDS_LEFT, "seconds_left") /* "": unlimited */                                        \
	X(TIME_LEFT, "time_left")	/* theme_time(); "": unlimited */                          \
	X(DATA_LEFT, "data_left")	/* theme_data(); "": unlimited */                          \
	X(DATA_USED, "data_used")	/* theme_data() */                                         \
	X(REFRESH, "refresh")		/* seconds until to ask again; set by theme_render() */    \
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

/* "2 h 5 min", "1.5 GB" in the language. Both return @buffer. */
#define THEME_UNIT_SIZE 96
const char *theme_time(const struct theme *theme, size_t language, uint64_t seconds,
		       char buffer[THEME_UNIT_SIZE]);
const char *theme_data(const struct theme *theme, size_t language, uint64_t bytes,
		       char buffer[THEME_UNIT_SIZE]);

/*
 * The page; NULL: out of memory, or values that make it larger than THEME_RENDERED_MAX. The caller
 * frees it. NULL values are "".
 */
#define THEME_RENDERED_MAX (256 * 1024)
char *theme_render(const struct theme *theme, enum theme_page page, size_t language,
		   const char *const values[THEME_VALUE_COUNT], size_t *ret_size);

#endif /* XDP511_PORTAL_THEME_H */
