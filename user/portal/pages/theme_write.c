/* SPDX-License-Identifier: MIT */
/* theme_write.c - writes a page of a theme for one guest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "portal/pages/theme_template.h"
#include "portal/pages/theme_values.h"

#define FIRST_SIZE 8192 /* enough for nearly all pages */

struct writing {
	const struct theme_messages *messages;
	size_t language;
	const char *const *values;
	char *data;
	size_t len, size;
	int err; /* sticky */
};

static void add(struct writing *writing, const char *text, size_t len)
{
	if (writing->err)
		return;
	if (len > THEME_RENDERED_MAX - writing->len) {
		writing->err = -EMSGSIZE;
		return;
	}
	if (writing->len + len >= writing->size) {
		size_t size = writing->size ? 2 * writing->size : FIRST_SIZE;
		char *data;

		while (size <= writing->len + len)
			size *= 2;
		data = realloc(writing->data, size);
		if (!data) {
			writing->err = -ENOMEM;
			return;
		}
		writing->data = data;
		writing->size = size;
	}
	memcpy(writing->data + writing->len, text, len);
	writing->len += len;
}

/* Safe as text and within quotes of both kinds. */
static void add_escaped(struct writing *writing, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		size_t plain = 0;

		while (text + plain < end && !strchr("<>&\"'", text[plain]))
			plain++;
		add(writing, text, plain);
		text += plain;
		if (text == end)
			return;
		switch (*text++) {
		case '<':
			add(writing, "&lt;", 4);
			break;
		case '>':
			add(writing, "&gt;", 4);
			break;
		case '&':
			add(writing, "&amp;", 5);
			break;
		case '"':
			add(writing, "&quot;", 6);
			break;
		default:
			add(writing, "&#39;", 5);
		}
	}
}

static void add_plain(struct writing *writing, size_t value)
{
	const char *text = writing->values[value];

	if (value == VALUE_TERMS_TEXT)
		add(writing, text, strlen(text));
	else
		add_escaped(writing, text, strlen(text));
}

/* Braces that hold no value of a sentence's are text; in the theme's files there are none. */
static void add_sentence(struct writing *writing, const char *text)
{
	const char *open;

	while ((open = strstr(text, "{{"))) {
		const char *close = strstr(open, "}}");
		int value = close ? theme_value_find(open + 2, (size_t)(close - open) - 2) : -1;
		bool is_value = value >= 0 && theme_value_is_for_sentences((enum theme_value)value);

		add_escaped(writing, text, (size_t)(open - text) + (is_value ? 0 : 2));
		if (is_value)
			add_plain(writing, (size_t)value);
		text = is_value ? close + 2 : open + 2;
	}
	add_escaped(writing, text, strlen(text));
}

/* What went wrong is one of the sentences, with values of its own. */
static void add_value(struct writing *writing, size_t value)
{
	if (value == VALUE_PROBLEM)
		add_sentence(writing, writing->values[value]);
	else
		add_plain(writing, value);
}

static bool is_true(const struct writing *writing, const struct theme_step *step)
{
	const char *value = writing->values[step->what];

	if (!step->text)
		return *value;
	return strlen(value) == step->size && !memcmp(value, step->text, step->size);
}

/* Returns the step to go on with. */
static size_t take_step(struct writing *writing, const struct theme_step *step, size_t number)
{
	switch (step->kind) {
	case STEP_TEXT:
		add(writing, step->text, step->size);
		break;
	case STEP_VALUE:
		add_value(writing, step->what);
		break;
	case STEP_SENTENCE:
		add_sentence(writing,
			     theme_messages_text(writing->messages, writing->language, step->what));
		break;
	case STEP_IF:
	case STEP_UNLESS:
		if (is_true(writing, step) != (step->kind == STEP_IF))
			return step->next;
		break;
	}
	return number + 1;
}

char *theme_template_write(const struct theme_template *template,
			   const struct theme_messages *messages, size_t language,
			   const char *const values[THEME_VALUE_COUNT], size_t *ret_size)
{
	struct writing writing = {.messages = messages, .language = language, .values = values};

	add(&writing, "", 0);
	for (size_t i = 0; i < template->n && !writing.err;)
		i = take_step(&writing, &template->steps[i], i);
	if (writing.err) {
		free(writing.data);
		return NULL;
	}
	writing.data[writing.len] = '\0';
	*ret_size = writing.len;
	return writing.data;
}
