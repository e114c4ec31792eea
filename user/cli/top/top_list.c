/* SPDX-License-Identifier: MIT */
/* top_list.c - sessions or guests as rows, in the columns that the width has room for. */
#include "cli/top/top_layout.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define CELL	256
#define PREFIX	2 /* the cursor, and a mark */
#define COLUMNS 8
#define DAY	86400
#define HOUR	3600

enum field {
	FIELD_MAC,
	FIELD_ZONE,
	FIELD_USER,
	FIELD_ADDRESS,
	FIELD_DOWN,
	FIELD_UP,
	FIELD_ALL,
	FIELD_LEFT
};

struct column {
	const char *title;
	enum field field;
	size_t width;
	size_t most; /* it may grow to this */
	size_t rank; /* the lowest is left out last */
	enum top_sort sort;
};

/* As they stand from left to right. At 80 columns the first seven in rank fit. */
static const struct column columns[TOP_PANES][COLUMNS] =
	{
		[TOP_SESSIONS] =
			{
				{"MAC", FIELD_MAC, 17, 17, 0, SORT_MAC},
				{"ZONE", FIELD_ZONE, 8, 16, 5, TOP_SORTS},
				{"USER", FIELD_USER, 8, 32, 3, SORT_USER},
				{"ADDRESS", FIELD_ADDRESS, 15, 39, 4, TOP_SORTS},
				{"DOWN b/s", FIELD_DOWN, 8, 8, 1, SORT_DOWN},
				{"UP b/s", FIELD_UP, 8, 8, 2, SORT_UP},
				{"BYTES", FIELD_ALL, 8, 8, 6, TOP_SORTS},
				{"LEFT", FIELD_LEFT, 7, 9, 7, TOP_SORTS},
			},
		[TOP_GUESTS] =
			{
				{"MAC", FIELD_MAC, 17, 17, 0, SORT_MAC},
				{"ZONE", FIELD_ZONE, 8, 16, 4, TOP_SORTS},
				{"ADDRESS", FIELD_ADDRESS, 15, 15, 3, SORT_USER},
				{"FRAMES/s", FIELD_UP, 8, 8, 2, SORT_UP},
				{"DROPS/s", FIELD_DOWN, 8, 8, 1, SORT_DOWN},
				{"COUNT", FIELD_ALL, 8, 8, 6, TOP_SORTS},
				{"PARKED", FIELD_LEFT, 7, 9, 5, TOP_SORTS},
				{.title = NULL},
			},
};

static bool is_number(const struct column *column)
{
	return column->field >= FIELD_DOWN;
}

/* Widths of the columns; 0: there is no room for it. */
static void fit(enum top_pane pane, size_t width, size_t ret_widths[COLUMNS])
{
	const struct column *table = columns[pane];
	size_t rank, i, left = width > PREFIX ? width - PREFIX + 1 : 0; /* the last has no gap */

	memset(ret_widths, 0, COLUMNS * sizeof(ret_widths[0]));
	for (rank = 0; rank < COLUMNS; rank++) {
		for (i = 0; i < COLUMNS; i++) {
			if (!table[i].title || table[i].rank != rank)
				continue;
			if (left < table[i].width + 1)
				break;
			ret_widths[i] = table[i].width;
			left -= table[i].width + 1;
		}
		if (i < COLUMNS) /* none behind one that was too wide */
			break;
	}
	/* What is left goes to those that can use it, the first in rank first. */
	for (rank = 0; rank < COLUMNS && left; rank++) {
		for (i = 0; i < COLUMNS; i++) {
			size_t more = table[i].most - table[i].width;

			if (!ret_widths[i] || table[i].rank != rank)
				continue;
			more = more < left ? more : left;
			ret_widths[i] += more;
			left -= more;
		}
	}
}

void top_missing_columns(const struct top_scene *scene, char *text, size_t size)
{
	const struct column *table = columns[scene->view->pane];
	size_t i, used = 0, widths[COLUMNS];

	text[0] = '\0';
	if (scene->grid->width >= 80)
		return;
	fit(scene->view->pane, scene->grid->width, widths);
	for (i = 0; i < COLUMNS && used < size; i++) {
		if (table[i].title && !widths[i])
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "",
						 table[i].title);
	}
}

/* The first one, which is the IPv4 address if there is one. */
static void format_address_cell(const struct top_device *device, char text[CELL])
{
	size_t length = strcspn(device->addresses, " ");

	snprintf(text, CELL, "%.*s", (int)length, length ? device->addresses : "-");
	if (!length)
		snprintf(text, CELL, "-");
}

static void format_left(const struct top_device *device, uint64_t wall_s, char text[CELL])
{
	uint64_t left = device->until_s > wall_s ? device->until_s - wall_s : 0;

	if (left >= DAY)
		left -= left % HOUR;
	else if (left >= HOUR)
		left -= left % 60;
	if (!device->until_s)
		snprintf(text, CELL, "%s", device->state == 'g' ? "-" : "no end");
	else
		format_duration(left, text, CELL);
}

static void format_cell(const struct top_scene *scene, const struct top_device *device,
			enum field field, char text[CELL])
{
	char number[TOP_NUMBER];

	switch (field) {
	case FIELD_MAC:
		snprintf(text, CELL, "%s", device->mac);
		break;
	case FIELD_ZONE:
		snprintf(text, CELL, "%s", device->zone);
		break;
	case FIELD_USER:
		snprintf(text, CELL, "%s", device->user[0] ? device->user : "-");
		break;
	case FIELD_ADDRESS:
		format_address_cell(device, text);
		break;
	case FIELD_DOWN:
		snprintf(text, CELL, "%s", top_format(device->down, device->is_measured, number));
		break;
	case FIELD_UP:
		snprintf(text, CELL, "%s", top_format(device->up, device->is_measured, number));
		break;
	case FIELD_ALL:
		snprintf(text, CELL, "%s",
			 top_format((double)device->down_total + (double)device->up_total, true,
				    number));
		break;
	case FIELD_LEFT:
		format_left(device, scene->view->wall_s, text);
		break;
	}
}

static bool is_parked(const struct top_scene *scene, const struct top_device *device)
{
	return device->state == 'g' && device->until_s > scene->view->wall_s;
}

/* The mark says in any terminal what the colour says. */
static enum look look_of(const struct top_scene *scene, const struct top_device *device,
			 const char **ret_mark)
{
	*ret_mark = " ";
	if (device->state == 'b') {
		*ret_mark = "!";
		return LOOK_BAD;
	}
	if (device->state == 't') {
		*ret_mark = "+";
		return LOOK_INFO;
	}
	if (is_parked(scene, device)) {
		*ret_mark = "P";
		return LOOK_WARN;
	}
	return LOOK_PLAIN;
}

static void draw_row(const struct top_scene *scene, const struct top_device *device, size_t row,
		     bool is_selected)
{
	enum top_pane pane = scene->view->pane;
	struct pen pen = grid_pen(scene->grid, row);
	size_t i, widths[COLUMNS];
	char text[CELL];
	const char *mark;
	enum look look = look_of(scene, device, &mark);

	look = is_selected ? LOOK_SELECTED : look;
	fit(pane, scene->grid->width, widths);
	pen_print(&pen, look, "%s%s", is_selected ? ">" : " ", mark);
	for (i = 0; i < COLUMNS; i++) {
		if (!widths[i])
			continue;
		if (pen.column > PREFIX)
			pen_put(&pen, look, " ");
		format_cell(scene, device, columns[pane][i].field, text);
		if (is_number(&columns[pane][i]))
			pen_right(&pen, widths[i], text);
		else
			pen_left(&pen, widths[i], text);
	}
	pen_fill(&pen, look);
}

static void draw_head(const struct top_scene *scene, size_t row)
{
	enum top_pane pane = scene->view->pane;
	enum top_sort sort = scene->view->sort[pane];
	struct pen pen = grid_pen(scene->grid, row);
	size_t i, widths[COLUMNS];

	fit(pane, scene->grid->width, widths);
	pen_put(&pen, LOOK_DIM, "  ");
	for (i = 0; i < COLUMNS; i++) {
		const struct column *column = &columns[pane][i];

		if (!widths[i])
			continue;
		if (pen.column > PREFIX)
			pen_put(&pen, LOOK_DIM, " ");
		pen.look = column->sort == sort ? LOOK_BOLD : LOOK_DIM;
		if (is_number(column))
			pen_right(&pen, widths[i], column->title);
		else
			pen_left(&pen, widths[i], column->title);
	}
}

/* "[sessions] guests  by down, 1-9 of 143, filter 'alice'" */
static void draw_tabs(const struct top_scene *scene, size_t row, size_t n, size_t n_shown)
{
	const struct top_view *view = scene->view;
	const char *filter = view->mode == MODE_FILTER ? view->edit : view->filter;
	bool is_guests = view->pane == TOP_GUESTS;
	struct pen pen = grid_pen(scene->grid, row);

	pen_put(&pen, is_guests ? LOOK_BAR : LOOK_SELECTED,
		is_guests ? " sessions " : "[SESSIONS]");
	pen_put(&pen, is_guests ? LOOK_SELECTED : LOOK_BAR, is_guests ? "[GUESTS]" : " guests ");
	pen_print(&pen, LOOK_BAR, " by %s", top_sort_name(view->pane, view->sort[view->pane]));
	if (n)
		pen_print(&pen, LOOK_BAR, ", %zu-%zu of %zu", view->first + 1,
			  view->first + n_shown, n);
	if (filter[0])
		pen_print(&pen, LOOK_BAR, ", filter '%s'", filter);
	pen_fill(&pen, LOOK_BAR);
}

static const char *empty_sentence(const struct top_scene *scene)
{
	const struct top_view *view = scene->view;
	const struct top_model *model = scene->model;
	const struct top_list *list =
		view->pane == TOP_SESSIONS ? &model->sessions : &model->guests;

	if (!list->is_known)
		return "asking...";
	if (list->n)
		return "nobody matches the filter; Esc clears it";
	if (view->pane == TOP_GUESTS)
		return "no guests";
	if (model->active + model->trusted + model->blocked)
		return "measuring: xdp511d goes over all sessions...";
	return "nobody is signed in";
}

void top_draw_list(const struct top_scene *scene, size_t first, size_t n)
{
	const struct top_device *rows[TOP_DEVICES];
	struct top_view *view = scene->view;
	size_t i, n_shown, n_rows;
	struct pen pen;

	view->n_shown = n;
	view->shown.mac[0] = '\0';
	n_rows = top_view_rows(view, scene->model, rows);
	n_shown = n_rows - view->first < n ? n_rows - view->first : n;
	draw_tabs(scene, first, n_rows, n_shown);
	draw_head(scene, first + 1);
	for (i = 0; i < n_shown; i++) {
		const struct top_device *device = rows[view->first + i];
		bool is_selected = !view->is_once && view->first + i == view->at[view->pane];

		draw_row(scene, device, first + 2 + i, is_selected);
		if (is_selected)
			view->shown = *device;
	}
	if (n_rows)
		return;
	pen = grid_pen(scene->grid, first + 2);
	pen_print(&pen, LOOK_DIM, "  %s", empty_sentence(scene));
}
