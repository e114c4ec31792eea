/* SPDX-License-Identifier: MIT */
/* theme_messages.c - reads files of sentences, and refuses what would not be one. */
#include "portal/pages/theme_messages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/languages.h"
#include "portal/pages/theme_values.h"

#define KEY_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_."

/* Texts point into @copies, which nothing takes away before the whole goes. */
struct theme_messages {
	const char *keys[MESSAGES_MAX];
	size_t n;
	const char **texts; /* [language * MESSAGES_MAX + key]; NULL: none */
	char **copies;	    /* of the files */
	size_t n_copies;
};

/* A file being read, line by line. */
struct reading {
	struct theme_messages *messages;
	size_t language;
	const char *file;
	unsigned int line;
	struct error *error;
	bool is_there[MESSAGES_MAX]; /* what this file has said already */
};

int theme_messages_new(struct theme_messages **ret_messages)
{
	struct theme_messages *messages = calloc(1, sizeof(*messages));

	if (!messages)
		return -ENOMEM;
	messages->texts = calloc(n_languages * MESSAGES_MAX, sizeof(*messages->texts));
	if (!messages->texts) {
		theme_messages_free(messages);
		return -ENOMEM;
	}
	*ret_messages = messages;
	return 0;
}

struct theme_messages *theme_messages_free(struct theme_messages *messages)
{
	if (!messages)
		return NULL;
	for (size_t i = 0; i < messages->n_copies; i++)
		free(messages->copies[i]);
	free(messages->copies);
	free(messages->texts);
	free(messages);
	return NULL;
}

size_t theme_messages_count(const struct theme_messages *messages)
{
	return messages->n;
}

size_t theme_messages_find(const struct theme_messages *messages, const char *key, size_t len)
{
	for (size_t i = 0; i < messages->n; i++)
		if (!strncmp(messages->keys[i], key, len) && !messages->keys[i][len])
			return i;
	return MESSAGE_NONE;
}

const char *theme_messages_key(const struct theme_messages *messages, size_t number)
{
	return messages->keys[number];
}

bool theme_messages_has(const struct theme_messages *messages, size_t language, size_t number)
{
	return messages->texts[language * MESSAGES_MAX + number];
}

const char *theme_messages_text(const struct theme_messages *messages, size_t language,
				size_t number)
{
	if (!theme_messages_has(messages, language, number))
		language = 0;
	return messages->texts[language * MESSAGES_MAX + number];
}

static int refuse(const struct reading *reading, const char *sentence)
{
	return fail(reading->error, EINVAL, "%s:%u: %s", reading->file, reading->line, sentence);
}

/* Each "{{" begins a value that a sentence may have. */
static int check_text(const struct reading *reading, const char *text)
{
	if (!is_printable(text))
		return refuse(reading, "the text has a control character or is no UTF-8; save the "
				       "file as UTF-8 text");
	if (strlen(text) > MESSAGE_TEXT_MAX)
		return refuse(reading, "the text is longer than 480 bytes; shorten it");
	while ((text = strstr(text, "{{"))) {
		const char *close = strstr(text, "}}");
		int value = close ? theme_value_find(text + 2, (size_t)(close - text) - 2) : -1;

		if (value < 0 || !theme_value_is_for_sentences((enum theme_value)value))
			return fail(reading->error, EINVAL,
				    "%s:%u: '%.40s' does not begin with a value that a sentence "
				    "may have; write one such as {{name}}, or { { with a space",
				    reading->file, reading->line, text);
		text = close + 2;
	}
	return 0;
}

/* The key's number; new ones come in English alone. */
static int find_or_add(struct reading *reading, const char *key, size_t *ret_number)
{
	struct theme_messages *messages = reading->messages;
	size_t number = theme_messages_find(messages, key, strlen(key));

	if (number == MESSAGE_NONE) {
		if (!*key || strspn(key, KEY_CHARACTERS) != strlen(key) ||
		    strlen(key) > MESSAGE_KEY_MAX)
			return refuse(reading, "the key is not made of 1 to 48 small letters, "
					       "digits, dots and '_'; correct it");
		if (reading->language != 0)
			return fail(reading->error, EINVAL,
				    "%s:%u: '%s' is no sentence of the English file; correct it, "
				    "or write it into messages/en.ini too",
				    reading->file, reading->line, key);
		if (messages->n == MESSAGES_MAX)
			return refuse(reading, "there are 128 sentences already; remove some");
		number = messages->n++;
		messages->keys[number] = key;
	}
	if (reading->is_there[number])
		return fail(reading->error, EINVAL, "%s:%u: '%s' comes twice; remove one of them",
			    reading->file, reading->line, key);
	*ret_number = number;
	return 0;
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
		text[--len] = '\0';
	return text;
}

static int read_line(struct reading *reading, char *line)
{
	struct theme_messages *messages = reading->messages;
	char *equals = strchr(line, '=');
	char *key, *text;
	size_t number = 0;
	int err;

	line = trim(line);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	if (!equals)
		return refuse(reading, "no '='; write a line as key = text, or begin it with #");
	*equals = '\0';
	key = trim(line);
	text = trim(equals + 1);
	if (!*text)
		return refuse(reading, "no text behind '='; write one, or remove the line");
	err = check_text(reading, text);
	if (!err)
		err = find_or_add(reading, key, &number);
	if (err)
		return err;
	reading->is_there[number] = true;
	messages->texts[reading->language * MESSAGES_MAX + number] = text;
	return 0;
}

/* A copy that belongs to @messages. */
static char *keep(struct theme_messages *messages, const char *text, size_t size)
{
	char **copies =
		reallocarray(messages->copies, messages->n_copies + 1, sizeof(*messages->copies));
	char *copy;

	if (!copies)
		return NULL;
	messages->copies = copies;
	copy = strndup(text, size);
	if (copy)
		copies[messages->n_copies++] = copy;
	return copy;
}

int theme_messages_read(struct theme_messages *messages, size_t language, const char *text,
			size_t size, const char *file, struct error *error)
{
	struct reading reading = {
		.messages = messages, .language = language, .file = file, .error = error};
	char *rest;
	int err = 0;

	if (memchr(text, '\0', size))
		return fail(error, EINVAL, "%s has a NUL byte; save the file as UTF-8 text", file);
	rest = keep(messages, text, size);
	if (!rest)
		return fail(error, ENOMEM, "%s: no memory; free some", file);
	for (char *line; !err && (line = strsep(&rest, "\n"));) {
		reading.line++;
		err = read_line(&reading, line);
	}
	return err;
}
