/* SPDX-License-Identifier: MIT */
/* top_grid.c - text into cells: cleaned, measured, and cut at the edge. */
#include "cli/top/top_grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/log.h"
#include "cli/text.h"

#define TEXT_SIZE 1024
#define EIGHTHS	  8

struct grid *grid_new(size_t width, size_t height)
{
	struct grid *grid;
	size_t i;

	width = width < GRID_MAX ? width : GRID_MAX;
	height = height < GRID_MAX ? height : GRID_MAX;
	grid = calloc(1, sizeof(*grid) + width * height * sizeof(grid->cells[0]));
	if (!grid)
		return NULL;
	grid->width = width;
	grid->height = height;
	grid->is_utf8 = locale_is_utf8();
	for (i = 0; i < width * height; i++)
		grid->cells[i].text[0] = ' ';
	return grid;
}

struct grid *grid_free(struct grid *grid)
{
	free(grid);
	return NULL;
}

const struct cell *grid_cell(const struct grid *grid, size_t row, size_t column)
{
	return &grid->cells[row * grid->width + column];
}

char *grid_row_text(const struct grid *grid, size_t row)
{
	char *text = malloc(grid->width * CELL_BYTES + 1);
	size_t i, used = 0, end = 0;

	if (!text)
		return NULL;
	for (i = 0; i < grid->width; i++) {
		const char *cell = grid_cell(grid, row, i)->text;
		size_t length = strlen(cell);

		memcpy(text + used, cell, length);
		used += length;
		if (length && strcmp(cell, " ") != 0)
			end = used;
	}
	text[end] = '\0';
	return text;
}

struct pen grid_pen(struct grid *grid, size_t row)
{
	struct pen pen = {.grid = grid, .row = row, .end = grid->width};

	if (row >= grid->height)
		pen.end = 0;
	return pen;
}

/* @text is clean. A wide character whose right half were behind the end isn't written. */
static void put_character(struct pen *pen, const char *text, size_t length, size_t columns)
{
	struct cell *cell = &pen->grid->cells[pen->row * pen->grid->width + pen->column];

	if (pen->column >= pen->end || columns > pen->end - pen->column)
		return;
	memcpy(cell->text, text, length);
	cell->text[length] = '\0';
	cell->look = (uint8_t)pen->look;
	if (columns == 2) {
		cell[1].text[0] = '\0';
		cell[1].look = (uint8_t)pen->look;
	}
	pen->column += columns;
}

/* What the C library doesn't know a curses library wouldn't print either. */
static bool is_known(const char *character, size_t length)
{
	mbstate_t state = {};
	wchar_t wide;

	return length == 1 ||
	       (mbrtowc(&wide, character, length, &state) == length && iswprint((wint_t)wide));
}

static void put_clean(struct pen *pen, const char *text)
{
	size_t length, columns;

	for (; (length = printable_length(text)); text += length) {
		char character[CELL_BYTES] = "?";

		if (is_known(text, length))
			memcpy(character, text, length);
		columns = text_columns(character);
		if (pen->column >= pen->end || columns > pen->end - pen->column)
			return;
		if (columns) /* marks without a width are left out */
			put_character(pen, character, strlen(character), columns);
	}
}

void pen_put(struct pen *pen, enum look look, const char *text)
{
	char clean[TEXT_SIZE];

	pen->look = look;
	put_clean(pen, clean_text(text, clean, sizeof(clean)));
}

void pen_print(struct pen *pen, enum look look, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	pen_put(pen, look, text);
}

static size_t columns_of(const char *text, size_t width)
{
	char clean[TEXT_SIZE];
	size_t columns;

	(void)text_fit(clean_text(text, clean, sizeof(clean)), width, &columns);
	return columns;
}

/* The present look, between two columns of the row. */
static void put_field(struct pen *pen, size_t width, size_t blanks, const char *text)
{
	size_t start = pen->column, end = pen->end;
	enum look look = pen->look;

	pen->end = start + width < end ? start + width : end;
	for (; blanks; blanks--)
		put_character(pen, " ", 1, 1);
	pen_put(pen, look, text);
	pen_fill(pen, look);
	pen->end = end;
}

void pen_left(struct pen *pen, size_t width, const char *text)
{
	put_field(pen, width, 0, text);
}

void pen_right(struct pen *pen, size_t width, const char *text)
{
	put_field(pen, width, width - columns_of(text, width), text);
}

void pen_fill(struct pen *pen, enum look look)
{
	pen->look = look;
	while (pen->column < pen->end)
		put_character(pen, " ", 1, 1);
}

/* Left to right, and bottom to top; both are U+25xx, three bytes. */
static void put_block(struct pen *pen, unsigned int last_byte)
{
	const char text[] = {'\xe2', '\x96', (char)last_byte, '\0'};

	put_character(pen, text, 3, 1);
}

static double between_0_and_1(double share)
{
	if (!(share > 0))
		return 0;
	return share < 1 ? share : 1;
}

void pen_bar(struct pen *pen, enum look look, size_t width, double share)
{
	size_t per_column = pen->grid->is_utf8 ? EIGHTHS : 1;
	size_t i, parts;

	share = between_0_and_1(share);
	parts = (size_t)(share * (double)(width * per_column) + 0.5);
	if (!parts && share > 0)
		parts = 1;
	pen->look = look;
	for (i = 0; i < width; i++) {
		size_t here = parts > i * per_column ? parts - i * per_column : 0;

		if (!here)
			put_character(pen, " ", 1, 1);
		else if (!pen->grid->is_utf8)
			put_character(pen, "#", 1, 1);
		else if (here >= EIGHTHS)
			put_block(pen, 0x88); /* U+2588, full */
		else
			put_block(pen, 0x90 - (unsigned int)here); /* U+258F is one eighth */
	}
}

void pen_spark(struct pen *pen, enum look look, double share)
{
	static const char *const ascii[EIGHTHS + 1] = {"_", ".", ".", ":", "-", "=", "+", "*", "#"};
	size_t eighths;

	pen->look = look;
	if (share < 0) {
		put_character(pen, " ", 1, 1);
		return;
	}
	eighths = (size_t)(between_0_and_1(share) * EIGHTHS + 0.5);
	if (!eighths && share > 0)
		eighths = 1;
	if (!pen->grid->is_utf8)
		put_character(pen, ascii[eighths], 1, 1);
	else
		put_block(pen, eighths ? 0x80 + (unsigned int)eighths : 0x81);
}
