/* SPDX-License-Identifier: MIT */
/*
 * top_grid.h - a screen as cells, and a pen that writes into them. Depends on nothing but the locale.
 *
 * The pen is the one way in: what it writes is clean as clean_text() has it, and stays within its
 * line, whatever the text and however small the screen.
 */
#ifndef XDP511_TOP_GRID_H
#define XDP511_TOP_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRID_MAX   1000 /* columns, and rows */
#define CELL_BYTES 5

enum look {
	LOOK_PLAIN,
	LOOK_BOLD,
	LOOK_DIM,
	LOOK_BAR, /* title and tabs */
	LOOK_SELECTED,
	LOOK_GOOD,
	LOOK_INFO,
	LOOK_WARN,
	LOOK_BAD,
};

struct cell {
	char text[CELL_BYTES]; /* one character; "": the right half of a wide one */
	uint8_t look;
};

struct grid {
	size_t width;
	size_t height;
	bool is_utf8; /* bars and sparks have parts of a block */
	struct cell cells[];
};

struct grid *grid_new(size_t width, size_t height); /* blank; NULL: out of memory */
struct grid *grid_free(struct grid *grid);	    /* takes NULL, returns NULL */

const struct cell *grid_cell(const struct grid *grid, size_t row, size_t column);

/* A row as text, without blanks at its end. The caller frees it. NULL: out of memory. */
char *grid_row_text(const struct grid *grid, size_t row);

/* Writes from @column to before @end, of one row. */
struct pen {
	struct grid *grid;
	size_t row;
	size_t column;
	size_t end;
	enum look look;
};

/* At the start of a row; one below the last writes nowhere. */
struct pen grid_pen(struct grid *grid, size_t row);

void pen_put(struct pen *pen, enum look look, const char *text);
void pen_print(struct pen *pen, enum look look, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* In a field of @width columns, cut or filled up. */
void pen_left(struct pen *pen, size_t width, const char *text);
void pen_right(struct pen *pen, size_t width, const char *text);

/* Blanks up to the end of its piece of the row. */
void pen_fill(struct pen *pen, enum look look);

/* @share (0 to 1) of @width columns. */
void pen_bar(struct pen *pen, enum look look, size_t width, double share);

/* One column: @share of its height; below 0: unknown. */
void pen_spark(struct pen *pen, enum look look, double share);

#endif /* XDP511_TOP_GRID_H */
