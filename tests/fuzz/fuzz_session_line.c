/* SPDX-License-Identifier: MIT */
/* fuzz_session_line.c - any line of an import: what is read in place is what jansson reads. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/api/session_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int same(const struct value *value, const json_t *json)
{
	struct value other = value_of_json(json);

	return value->kind == other.kind &&
	       (value->kind != VALUE_TEXT || !strcmp(value->text, other.text)) &&
	       (value->kind != VALUE_NUMBER || value->number == other.number);
}

/* Jansson refuses what isn't UTF-8 and what is there twice; the fields are checked for it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	json_t *json = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	struct error error = {""};
	struct line line;
	size_t i;

	if (text && !line_parse(text, &line, &error)) {
		for (i = 0; json && i < line.n; i++) {
			if (!same(&line.fields[i].value,
				  json_object_get(json, line.fields[i].name)))
				abort();
		}
		line_done(&line);
	} else if (json_is_object(json) && size < LINE_SIZE &&
		   json_object_size(json) <= LINE_FIELDS) {
		abort();
	}
	json_decref(json);
	free(text);
	return 0;
}
