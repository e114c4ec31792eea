/* SPDX-License-Identifier: MIT */
/* session_fields.h - the fields of a sign-in, from a JSON object or from a line of an import. */
#ifndef XDP511_SESSION_FIELDS_H
#define XDP511_SESSION_FIELDS_H

#include <jansson.h>

#include "controller/journal/store.h"

enum value_kind { VALUE_NULL, VALUE_TEXT, VALUE_NUMBER, VALUE_OTHER };

struct value {
	enum value_kind kind;
	const char *text;   /* of VALUE_OTHER: as it stands there; NULL: it is in @json */
	const json_t *json; /* of VALUE_OTHER without a text */
	int64_t number;
};

/* An object being read: @who starts as the defaults. */
struct fields {
	struct sign_in who;
	bool is_import;	   /* then also what a session has come to, and its device */
	uint32_t seen;	   /* a bit a field */
	uint64_t now_ms;   /* by the wall clock; 0: it is asked */
	const char *limit; /* one that was given */
};

/* One field; -EINVAL with a sentence. */
int fields_read(struct fields *reading, const char *name, const struct value *value,
		struct error *error);

/* All of an object. */
int fields_read_json(struct fields *reading, const json_t *body, struct error *error);

struct value value_of_json(const json_t *json);

/* When there is no more; *ret_who is the whole. */
int fields_finish(struct fields *reading, struct sign_in *ret_who, struct error *error);

/* A line of an import, taken apart; names and texts point into the line, or into @json. */
#define LINE_FIELDS 32
#define LINE_SIZE   4096 /* with NUL */

struct line {
	struct {
		const char *name;
		struct value value;
	} fields[LINE_FIELDS];
	size_t n;
	json_t *json; /* NULL: the line was plain */
};

/*
 * Takes @text, which ends with a NUL and is written to, apart. What isn't plain (escapes, nested
 * values, whatever is wrong) is left to jansson. -EINVAL with a sentence; else line_done() is due.
 */
int line_parse(char *text, struct line *ret_line, struct error *error);
void line_done(struct line *line);

/* NULL: the line has no field of the name. */
const struct value *line_find(const struct line *line, const char *name);

#endif /* XDP511_SESSION_FIELDS_H */
