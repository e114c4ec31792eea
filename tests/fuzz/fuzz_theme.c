/* SPDX-License-Identifier: MIT */
/* fuzz_theme.c - any bytes as a theme's page, and as sentences: refused in a sentence, or written. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portal/pages/theme_template.h"
#include "portal/pages/theme_values.h"

#define HOSTILE "\x0e<i>\"&'"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const struct error *error)
{
	if (!is_printable(error->text) || !strchr(error->text, ';'))
		abort();
}

/* No page has a byte 0x0e of its own: each is a value's, and what stands behind it is escaped. */
static void check_page(const char *page)
{
	for (; (page = strchr(page, 0x0e)); page++)
		if (strncmp(page + 1, "&lt;i&gt;&quot;&amp;&#39;", 25) != 0)
			abort();
}

static void write_page(const struct theme_template *template, const struct theme_messages *messages,
		       const char *value)
{
	const char *values[THEME_VALUE_COUNT];
	size_t size;
	char *page;

	for (size_t i = 0; i < THEME_VALUE_COUNT; i++)
		values[i] = i == VALUE_TERMS_TEXT ? "" : value;
	page = theme_template_write(template, messages, 0, values, &size);
	if (page && (strlen(page) != size || size > THEME_RENDERED_MAX))
		abort();
	if (page)
		check_page(page);
	free(page);
}

/* Up to the first 0xff the bytes are sentences, then a page. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const uint8_t *split = size ? memchr(data, 0xff, size) : NULL;
	size_t sentences = split ? (size_t)(split - data) : 0;
	size_t rest = split ? size - sentences - 1 : size;
	struct theme_messages *messages = NULL;
	struct theme_template *template = NULL;
	struct error error = {""};

	if (theme_messages_new(&messages))
		abort();
	if (sentences && theme_messages_read(messages, 0, text, sentences, "en.ini", &error))
		check_error(&error);
	if (theme_template_parse(text + size - rest, rest, "a.html", messages, &template, &error)) {
		check_error(&error);
	} else {
		write_page(template, messages, HOSTILE);
		write_page(template, messages, "");
	}
	theme_template_free(template);
	theme_messages_free(messages);
	return 0;
}
