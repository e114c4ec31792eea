/* SPDX-License-Identifier: MIT */
/* output.h - standard output: JSON, sentences, and what is known of the terminal. */
#ifndef XDP511_OUTPUT_H
#define XDP511_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/log.h"
#include "cli/options.h"

/* Keys in the order of the API, indented by 2, a newline at the end; pure printable ASCII. */
void print_json(const json_t *json);

/* On one line. */
void print_json_line(const json_t *json);

/* An array of any length, an element at a time. Without its end no reader takes it for whole. */
struct json_list {
	size_t n; /* starts with 0 */
};

void json_list_add(struct json_list *list, const json_t *element);
void json_list_end(const struct json_list *list);

/* One line, cleaned as a table's cell is. */
void print_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Columns of the terminal; 0 when standard output isn't one. */
size_t terminal_width(void);

/*
 * Ctrl-C is how this run ends, or a reader of a pipe who has seen enough, and neither is a
 * failure; for output that is flushed when it is whole.
 */
void end_at_interrupt(void);

/* Writes what is buffered; a sentence when the output took less than everything. */
enum outcome flush_output(struct error *error);

/* Fields of an answer; @otherwise or 0 when it is absent or of another type. */
const char *field_text(const json_t *object, const char *name, const char *otherwise);
json_int_t field_number(const json_t *object, const char *name);

#endif /* XDP511_OUTPUT_H */
