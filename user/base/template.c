/* SPDX-License-Identifier: MIT */
/* template.c - reads a page with placeholders, and refuses what would not be one. */
#include "base/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OPEN	    "{{"
#define CLOSE	    "}}"
#define QUOTED_MAX  32 /* bytes of an unknown placeholder that are told */
#define KNOWN_NAMES "{{link}}, {{name}}, {{zone}}, {{text}}, {{button}}, {{lang}} and {{dir}}"

static const char *const names[] = {
#define X(value, name) [TEMPLATE_##value] = name,
	TEMPLATE_VALUES(X)
#undef X
};

/* What is being read; the text ends with a NUL, so that looking ahead is always allowed. */
struct reader {
	const char *at;
	const char *end;
	unsigned int line;
	struct error *error;
};

static int refuse(const struct reader *reader, const char *sentence)
{
	return fail(reader->error, EINVAL, "line %u: %s", reader->line, sentence);
}

/* Bytes of the character at hand; 0 for one that no page may have. */
static size_t character_length(const struct reader *reader)
{
	char c = *reader->at;

	return c == '\n' || c == '\r' || c == '\t' ? 1 : printable_length(reader->at);
}

static int refuse_character(const struct reader *reader)
{
	unsigned char c = (unsigned char)*reader->at;

	if (!c)
		return refuse(reader, "a NUL byte; save the page as UTF-8 text");
	if (c < 0x80)
		return refuse(reader, "a control character; remove it");
	return refuse(reader, "a byte that is no UTF-8, or a control character; save the page as "
			      "UTF-8 text");
}

static int refuse_name(const struct reader *reader, const char *name, size_t len)
{
	struct error shown;

	(void)fail(&shown, EINVAL, "%.*s%s", (int)(len < QUOTED_MAX ? len : QUOTED_MAX), name,
		   len < QUOTED_MAX ? "" : "…");
	return fail(reader->error, EINVAL,
		    "line %u: '{{%s}}' is no placeholder; there are " KNOWN_NAMES
		    ", and { { is written with a space",
		    reader->line, shown.text);
}

/* One placeholder, from its opening braces on. */
static int read_placeholder(struct reader *reader, char *ret_code)
{
	const char *name = reader->at + strlen(OPEN);
	const char *close = strstr(name, CLOSE);
	size_t len = strcspn(name, "\r\n");

	if (!close || (size_t)(close - name) > len)
		return refuse(reader, "'{{' without '}}' in the same line; close the placeholder, "
				      "or write { { with a space");
	len = (size_t)(close - name);
	for (int i = 1; i < TEMPLATE_N; i++) {
		if (strlen(names[i]) != len || memcmp(name, names[i], len) != 0)
			continue;
		*ret_code = (char)i;
		reader->at = close + strlen(CLOSE);
		return 0;
	}
	return refuse_name(reader, name, len);
}

/* The page as codes and text; @to has room for as many bytes as the page has, and a NUL. */
static int read_page(struct reader *reader, char *to)
{
	while (reader->at < reader->end) {
		size_t len = character_length(reader);
		int err;

		if (!len)
			return refuse_character(reader);
		if (!strncmp(reader->at, OPEN, strlen(OPEN))) {
			err = read_placeholder(reader, to++);
			if (err)
				return err;
			continue;
		}
		reader->line += *reader->at == '\n';
		memcpy(to, reader->at, len);
		to += len;
		reader->at += len;
	}
	*to = '\0';
	return 0;
}

int template_parse(const char *source, size_t size, char **ret_template, struct error *error)
{
	char *template = malloc(size + 1), *copy = malloc(size + 1);
	struct reader reader = {.at = copy, .end = copy + size, .line = 1, .error = error};
	int err;

	if (!template || !copy) {
		err = fail(error, ENOMEM, "no memory");
		goto out;
	}
	if (size)
		memcpy(copy, source, size);
	copy[size] = '\0';
	err = read_page(&reader, template);
	if (!err && !size)
		err = fail(error, EINVAL, "is empty; write a page, or remove the key");
	if (!err && !strchr(template, TEMPLATE_LINK))
		err = fail(error, EINVAL,
			   "has no {{link}}, so nobody could sign in; write "
			   "<a href=\"{{link}}\">{{button}}</a> where the link shall stand");
	if (!err) {
		*ret_template = template;
		template = NULL;
	}
out:
	free(copy);
	free(template);
	return err;
}

size_t template_source_size(const char *template)
{
	size_t size = strlen(template);

	for (; *template; template ++) {
		if (strchr(TEMPLATE_CODES, *template))
			size += strlen(OPEN CLOSE) + strlen(names[(int)*template]) - 1;
	}
	return size;
}
