/* SPDX-License-Identifier: MIT */
/*
 * theme_messages.h - the sentences of a theme in all languages, read from files of "key = text".
 *
 * The English file says which keys there are. Another language may lack some; its guests read the
 * English ones then. A text may have values, {{name}}; it has no markup: it is escaped as a whole.
 */
#ifndef XDP511_PORTAL_THEME_MESSAGES_H
#define XDP511_PORTAL_THEME_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"

#define MESSAGES_MAX	 128 /* keys */
#define MESSAGE_KEY_MAX	 48
#define MESSAGE_TEXT_MAX 480
#define MESSAGE_NONE	 ((size_t)-1)

struct theme_messages; /* opaque */

int theme_messages_new(struct theme_messages **ret_messages);
struct theme_messages *theme_messages_free(struct theme_messages *messages); /* NULL, too */

/*
 * Takes in a file of the language with this index (of base/languages.h); what was there for its
 * keys is replaced. @file is its name in sentences: "FILE:LINE: what is wrong; what to do".
 */
int theme_messages_read(struct theme_messages *messages, size_t language, const char *text,
			size_t size, const char *file, struct error *error);

size_t theme_messages_count(const struct theme_messages *messages);

/* The number of a key, or MESSAGE_NONE. */
size_t theme_messages_find(const struct theme_messages *messages, const char *key, size_t len);

const char *theme_messages_key(const struct theme_messages *messages, size_t number);

/* The text as the file has it; English where the language has none. */
const char *theme_messages_text(const struct theme_messages *messages, size_t language,
				size_t number);

/* Whether the language has a text of its own. */
bool theme_messages_has(const struct theme_messages *messages, size_t language, size_t number);

#endif /* XDP511_PORTAL_THEME_MESSAGES_H */
