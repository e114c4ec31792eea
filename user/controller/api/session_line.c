/* SPDX-License-Identifier: MIT */
/*
 * session_line.c - a line of an import taken apart. A million of them are to take a second, so
 * what is plain is read in place; all else is jansson's, which also says what is wrong with it.
 */
#include <errno.h>
#include <string.h>

#include "controller/api/session_fields.h"

#define MAX_DIGITS 18 /* of a number that fits into 63 bits, whatever it is */

static char *skip(char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* A string without escapes and control characters; cut off where its quote stood. NULL: another. */
static char *take_string(char *at, const char **ret_text)
{
	const char *start = at + 1;

	if (*at++ != '"')
		return NULL;
	while ((unsigned char)*at >= ' ' && *at != '"' && *at != '\\')
		at++;
	if (*at != '"')
		return NULL;
	*at = '\0';
	*ret_text = start;
	return at + 1;
}

static char *take_number(char *at, int64_t *ret_number)
{
	const char *start = at;
	int64_t number = 0;

	while (*at >= '0' && *at <= '9' && at - start < MAX_DIGITS)
		number = number * 10 + (*at++ - '0');
	if (at == start || (*start == '0' && at - start > 1) || !*at || !strchr(" \t,}", *at))
		return NULL;
	*ret_number = number;
	return at;
}

/* A list of plain strings, kept as it stands. */
static char *take_list(char *at, const char **ret_text)
{
	const char *start = at;

	for (at = skip(at + 1); *at != ']'; at = skip(at)) {
		if (*at != '"')
			return NULL;
		for (at++; (unsigned char)*at >= ' ' && *at != '"' && *at != '\\'; at++)
			;
		if (*at != '"')
			return NULL;
		at = skip(at + 1);
		if (*at == ',' && *skip(at + 1) == '"')
			at++;
		else if (*at != ']')
			return NULL;
	}
	*at = '\0';
	*ret_text = start;
	return at + 1;
}

static char *take_value(char *at, struct value *value)
{
	*value = (struct value){.kind = VALUE_NULL};
	if (*at == '"') {
		value->kind = VALUE_TEXT;
		return take_string(at, &value->text);
	}
	if (*at == '[') {
		value->kind = VALUE_OTHER;
		return take_list(at, &value->text);
	}
	if (!strncmp(at, "null", 4))
		return at + 4;
	value->kind = VALUE_NUMBER;
	return take_number(at, &value->number);
}

/* True: the line was read. It is spoilt for another reading in any case. */
static bool read_plain(char *at, struct line *line)
{
	at = skip(at);
	if (*at++ != '{')
		return false;
	for (line->n = 0; line->n < LINE_FIELDS; line->n++) {
		at = take_string(skip(at), &line->fields[line->n].name);
		at = at ? skip(at) : NULL;
		if (!at || *at != ':')
			return false;
		at = take_value(skip(at + 1), &line->fields[line->n].value);
		at = at ? skip(at) : NULL;
		if (!at)
			return false;
		if (*at == '}') {
			line->n++;
			return !*skip(at + 1);
		}
		if (*at++ != ',')
			return false;
	}
	return false;
}

struct value value_of_json(const json_t *json)
{
	if (json_is_null(json))
		return (struct value){.kind = VALUE_NULL};
	if (json_is_string(json))
		return (struct value){.kind = VALUE_TEXT, .text = json_string_value(json)};
	if (json_is_integer(json))
		return (struct value){.kind = VALUE_NUMBER, .number = json_integer_value(json)};
	return (struct value){.kind = VALUE_OTHER, .json = json};
}

static int read_any(const char *text, struct line *line, struct error *error)
{
	json_error_t problem = {.text = "out of memory"};
	const char *key;
	json_t *value;

	line->json = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
	if (!line->json)
		return fail(error, EINVAL, "it is no JSON: %s at column %d; correct it there",
			    problem.text, problem.column);
	if (!json_is_object(line->json) || json_object_size(line->json) > LINE_FIELDS) {
		json_decref(line->json);
		line->json = NULL;
		return fail(error, EINVAL,
			    "it is no JSON object of a session; write it like "
			    "{\"mac\":\"02:05:11:00:00:01\"}");
	}
	line->n = 0;
	json_object_foreach(line->json, key, value)
	{
		line->fields[line->n].name = key;
		line->fields[line->n++].value = value_of_json(value);
	}
	return 0;
}

int line_parse(char *text, struct line *ret_line, struct error *error)
{
	char copy[LINE_SIZE];
	size_t size = strlen(text) + 1;

	ret_line->json = NULL;
	if (size > sizeof(copy))
		return fail(error, EINVAL, "the line is longer than %d bytes; shorten it",
			    LINE_SIZE - 1);
	memcpy(copy, text, size);
	if (read_plain(text, ret_line))
		return 0;
	return read_any(copy, ret_line, error);
}

const struct value *line_find(const struct line *line, const char *name)
{
	size_t i;

	for (i = 0; i < line->n; i++) {
		if (line->fields[i].name[0] == name[0] && !strcmp(line->fields[i].name, name))
			return &line->fields[i].value;
	}
	return NULL;
}

void line_done(struct line *line)
{
	json_decref(line->json);
	line->json = NULL;
}
