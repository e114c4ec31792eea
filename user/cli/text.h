/* SPDX-License-Identifier: MIT */
/* text.h - other people's text, made fit for this terminal. Depends on nothing but the locale. */
#ifndef XDP511_TEXT_H
#define XDP511_TEXT_H

#include <stdbool.h>
#include <stddef.h>

bool locale_is_utf8(void);

/*
 * Copies UTF-8 @text: controls, broken sequences and marks that turn the writing direction
 * become '?', and so does all but ASCII where the locale isn't UTF-8. Cut to @size at a
 * character's edge. Returns @buffer.
 */
char *clean_text(const char *text, char *buffer, size_t size);

/* How many columns clean text takes. */
size_t text_columns(const char *text);

/* How many bytes of clean text fit into @columns, and how many columns those take. */
size_t text_fit(const char *text, size_t columns, size_t *ret_columns);

#endif /* XDP511_TEXT_H */
