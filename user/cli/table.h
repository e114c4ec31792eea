/* SPDX-License-Identifier: MIT */
/* table.h - rows of text in aligned columns. */
#ifndef XDP511_TABLE_H
#define XDP511_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 8

struct table_column {
	const char *title; /* NULL in the first column: a table without a head */
	bool right;	   /* aligned to the right: numbers */
	bool flexible;	   /* cut first where the terminal is too narrow */
};

struct table; /* opaque; owns a clean copy of every cell */

/* @columns stay the caller's and must outlive the table. NULL: out of memory. */
struct table *table_new(const struct table_column *columns, size_t n_columns);
struct table *table_free(struct table *table); /* takes NULL, returns NULL */

/* A row, one cell a column; a NULL cell is "-". -ENOMEM. */
int table_add(struct table *table, const char *const *cells);

size_t table_rows(const struct table *table);

/* Head and rows. @width: columns there are, 0 for no limit; only flexible cells are cut. */
void table_print(const struct table *table, size_t width, FILE *file);

#endif /* XDP511_TABLE_H */
