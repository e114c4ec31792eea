/* SPDX-License-Identifier: MIT */
/* languages.h - the page's words in the languages of its readers, chosen by Accept-Language. */
#ifndef XDP511_LANGUAGES_H
#define XDP511_LANGUAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct language {
	const char *tag; /* BCP 47 */
	bool right_to_left;
	const char *please; /* what to do */
	const char *button; /* what the link says */
};

extern const struct language languages[]; /* the first one is for whoever asks for none of them */
extern const size_t n_languages;

/*
 * The language with the highest weight in the field's value (RFC 9110 12.5.4); of equal ones
 * the first. A tag is meant by each range that starts with it ("de-AT" gets "de"). Only the
 * first 32 ranges are looked at.
 */
const struct language *language_find(struct text accept_language);

#endif /* XDP511_LANGUAGES_H */
