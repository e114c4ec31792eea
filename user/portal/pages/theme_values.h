/* SPDX-License-Identifier: MIT */
/* theme_values.h - names of the values that pages and sentences have places for. Pure. */
#ifndef XDP511_PORTAL_THEME_VALUES_H
#define XDP511_PORTAL_THEME_VALUES_H

#include <stdbool.h>

#include "portal/pages/theme.h"

extern const char *const theme_value_names[THEME_VALUE_COUNT];

/* All of them, for sentences that list them. */
extern const char theme_value_list[];

/* enum theme_value, or -1. */
int theme_value_find(const char *name, size_t len);

/* Neither HTML nor a sentence itself. */
bool theme_value_is_for_sentences(enum theme_value value);

/* An address that a link may lead to: http or https, printable, without blanks. */
bool theme_url_is_web(const char *url);

#endif /* XDP511_PORTAL_THEME_VALUES_H */
