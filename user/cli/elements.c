/* SPDX-License-Identifier: MIT */
/* elements.c - finds where an element of an array ends, and gives just that to the JSON parser. */
#include "cli/elements.h"

#include <errno.h>
#include <string.h>

void elements_start(struct elements *elements, const char *text, size_t size)
{
	*elements = (struct elements){.at = text, .end = text + size};
}

static void skip_space(struct elements *elements)
{
	while (elements->at < elements->end && *elements->at && strchr(" \t\r\n", *elements->at))
		elements->at++;
}

/* 0, or -EINVAL when something else comes next. */
static int take(struct elements *elements, char wanted)
{
	skip_space(elements);
	if (elements->at == elements->end || *elements->at != wanted)
		return -EINVAL;
	elements->at++;
	return 0;
}

/* Up to the comma or bracket that belongs to the array. Brackets of mixed kinds jansson refuses. */
static const char *element_end(const struct elements *elements)
{
	const char *at = elements->at;
	bool in_string = false;
	size_t depth = 0;

	for (; at < elements->end; at++) {
		if (in_string) {
			if (*at == '\\' && at + 1 < elements->end)
				at++;
			else if (*at == '"')
				in_string = false;
		} else if (*at == '"') {
			in_string = true;
		} else if (*at == '[' || *at == '{') {
			depth++;
		} else if (!depth && (*at == ',' || *at == ']')) {
			return at;
		} else if (*at == ']' || *at == '}') {
			if (!depth)
				return NULL;
			depth--;
		}
	}
	return NULL;
}

static int end_of_array(struct elements *elements)
{
	skip_space(elements);
	return elements->at == elements->end ? 0 : -EINVAL;
}

int elements_next(struct elements *elements, json_t **ret_element)
{
	const char *end;
	json_t *element;
	bool first = !elements->started;

	if (first && take(elements, '['))
		return -EINVAL;
	elements->started = true;
	if (!take(elements, ']'))
		return end_of_array(elements);
	if (!first && take(elements, ','))
		return -EINVAL;
	end = element_end(elements);
	if (!end)
		return -EINVAL;
	element = json_loadb(elements->at, (size_t)(end - elements->at),
			     JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	if (!element)
		return -EINVAL;
	elements->at = end;
	*ret_element = element;
	return 1;
}
