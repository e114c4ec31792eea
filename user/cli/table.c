/* SPDX-License-Identifier: MIT */
/* table.c - collects rows in one stretch of memory, then prints them as wide as they need. */
#include "cli/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text.h"

#define CELL_SIZE   512 /* bytes a cell may have */
#define GAP	    2	/* columns of space between two cells */
#define NARROWEST   6	/* columns a flexible cell keeps */
#define CELLS_FIRST 4096

struct table {
	const struct table_column *columns;
	size_t n_columns;
	size_t n_rows;
	size_t widths[TABLE_COLUMNS_MAX];
	char *cells; /* of all rows, one NUL-terminated text behind the other */
	size_t used;
	size_t size;
};

struct table *table_new(const struct table_column *columns, size_t n_columns)
{
	struct table *table;
	size_t i;

	if (n_columns > TABLE_COLUMNS_MAX)
		return NULL;
	table = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	table->columns = columns;
	table->n_columns = n_columns;
	for (i = 0; i < n_columns; i++)
		table->widths[i] = columns[i].title ? strlen(columns[i].title) : 0;
	return table;
}

struct table *table_free(struct table *table)
{
	if (table)
		free(table->cells);
	free(table);
	return NULL;
}

size_t table_rows(const struct table *table)
{
	return table->n_rows;
}

static int make_room(struct table *table, size_t more)
{
	size_t size = table->size ? table->size : CELLS_FIRST;
	char *cells;

	while (size - table->used < more)
		size *= 2;
	if (size == table->size)
		return 0;
	cells = realloc(table->cells, size);
	if (!cells)
		return -ENOMEM;
	table->cells = cells;
	table->size = size;
	return 0;
}

int table_add(struct table *table, const char *const *cells)
{
	size_t i;
	int err = make_room(table, table->n_columns * CELL_SIZE);

	if (err)
		return err;
	for (i = 0; i < table->n_columns; i++) {
		char *cell = table->cells + table->used;
		size_t width;

		clean_text(cells[i] ? cells[i] : "-", cell, CELL_SIZE);
		width = text_columns(cell);
		if (width > table->widths[i])
			table->widths[i] = width;
		table->used += strlen(cell) + 1;
	}
	table->n_rows++;
	return 0;
}

/* Takes from the flexible columns, the last one first, what the line is too long by. */
static void fit_widths(const struct table *table, size_t width, size_t *ret_widths)
{
	size_t total = table->n_columns ? (table->n_columns - 1) * GAP : 0;
	size_t i;

	for (i = 0; i < table->n_columns; i++) {
		ret_widths[i] = table->widths[i];
		total += table->widths[i];
	}
	for (i = table->n_columns; width && i-- > 0 && total > width;) {
		size_t spare = 0;

		if (table->columns[i].flexible && ret_widths[i] > NARROWEST)
			spare = ret_widths[i] - NARROWEST;
		if (spare > total - width)
			spare = total - width;
		ret_widths[i] -= spare;
		total -= spare;
	}
}

/* A cut cell ends in '~'. The last column is not filled up with spaces. */
static void print_cell(const struct table *table, size_t column, const char *cell,
		       const size_t *widths, FILE *file)
{
	size_t columns = text_columns(cell);
	size_t length = strlen(cell);
	bool last = column + 1 == table->n_columns;
	bool cut = columns > widths[column];
	int padding;

	if (cut) {
		length = text_fit(cell, widths[column] - 1, &columns);
		columns++;
	}
	padding = (int)(widths[column] - columns);
	if (table->columns[column].right)
		fprintf(file, "%*s", padding, "");
	fprintf(file, "%.*s%s", (int)length, cell, cut ? "~" : "");
	if (!last)
		fprintf(file, "%*s", (table->columns[column].right ? 0 : padding) + GAP, "");
}

void table_print(const struct table *table, size_t width, FILE *file)
{
	size_t widths[TABLE_COLUMNS_MAX];
	const char *cell = table->cells;
	size_t row, i;

	fit_widths(table, width, widths);
	if (table->n_columns && table->columns[0].title) {
		for (i = 0; i < table->n_columns; i++)
			print_cell(table, i, table->columns[i].title, widths, file);
		fputc('\n', file);
	}
	for (row = 0; row < table->n_rows; row++) {
		for (i = 0; i < table->n_columns; i++) {
			print_cell(table, i, cell, widths, file);
			cell += strlen(cell) + 1;
		}
		fputc('\n', file);
	}
}
