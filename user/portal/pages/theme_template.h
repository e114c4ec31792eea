/* SPDX-License-Identifier: MIT */
/*
 * theme_template.h - one page of a theme, read once, and written for each guest.
 *
 * Read, it is a list of steps: text to copy, values and sentences to put in, and parts to leave
 * out. What is wrong with a page is found when it is read; writing it can only run out of memory
 * or grow too large.
 */
#ifndef XDP511_PORTAL_THEME_TEMPLATE_H
#define XDP511_PORTAL_THEME_TEMPLATE_H

#include <stddef.h>

#include "base/log.h"
#include "portal/pages/theme.h"
#include "portal/pages/theme_messages.h"

#define THEME_FILE_MAX (64 * 1024) /* bytes of a page's file */

enum theme_step_kind {
	STEP_TEXT,
	STEP_VALUE,
	STEP_SENTENCE,
	STEP_IF,     /* goes on at .next unless the value is there, or is .text */
	STEP_UNLESS, /* goes on at .next if it is */
};

struct theme_step {
	enum theme_step_kind kind;
	size_t what;	  /* enum theme_value, or number of a sentence */
	const char *text; /* NULL: none; of STEP_TEXT and of a comparison */
	size_t size;	  /* of text */
	size_t next;	  /* of a part: the step behind its end */
};

struct theme_template {
	char *source; /* texts point into it */
	struct theme_step *steps;
	size_t n;
};

/*
 * Reads a page. @messages stays in use. -EINVAL with "FILE:LINE: what is wrong; what to do".
 */
int theme_template_parse(const char *source, size_t size, const char *file,
			 const struct theme_messages *messages,
			 struct theme_template **ret_template, struct error *error);

/* The same of a file without values, such as a style: its text as it stands. */
int theme_template_literal(const char *source, size_t size, const char *file,
			   struct theme_template **ret_template, struct error *error);

struct theme_template *theme_template_free(struct theme_template *template); /* NULL, too */

/* The page; NULL: out of memory, or larger than THEME_RENDERED_MAX. No value is NULL. */
char *theme_template_write(const struct theme_template *template,
			   const struct theme_messages *messages, size_t language,
			   const char *const values[THEME_VALUE_COUNT], size_t *ret_size);

#endif /* XDP511_PORTAL_THEME_TEMPLATE_H */
