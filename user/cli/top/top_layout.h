/* SPDX-License-Identifier: MIT */
/* top_layout.h - a model, as somebody looks at it, drawn into a grid of any size. Pure functions. */
#ifndef XDP511_TOP_LAYOUT_H
#define XDP511_TOP_LAYOUT_H

#include "cli/top/top_grid.h"
#include "cli/top/top_view.h"

#define TOP_MIN_WIDTH  40
#define TOP_MIN_HEIGHT 10
#define TOP_NUMBER     16

/* Draws everything; tells the view how many rows its list has, and who is under the cursor. */
void top_draw(struct grid *grid, struct top_view *view, const struct top_model *model);

/* What it is made of. */
struct top_scene {
	struct grid *grid;
	struct top_view *view;
	const struct top_model *model;
};

/* Rows [first, first + n) (top_panels.c). */
void top_draw_verdicts(const struct top_scene *scene, size_t first, size_t n, size_t width);
void top_draw_workers(const struct top_scene *scene, size_t first, size_t n, size_t column);
void top_draw_worker_line(const struct top_scene *scene, size_t row);
void top_draw_flow(const struct top_scene *scene, enum top_flow_kind kind, size_t row);
void top_draw_counts(const struct top_scene *scene, size_t row);

/* Tabs, head, and rows of the list (top_list.c). */
void top_draw_list(const struct top_scene *scene, size_t first, size_t n);

/* Titles of columns that the width has no room for, with a blank between. */
void top_missing_columns(const struct top_scene *scene, char *text, size_t size);

/* top_help.c */
void top_draw_help(const struct top_scene *scene);

/* "1.23M", "-" where it isn't known: three digits. Returns @text. */
char *top_format(double number, bool is_known, char text[TOP_NUMBER]);

#endif /* XDP511_TOP_LAYOUT_H */
