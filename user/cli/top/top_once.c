/* SPDX-License-Identifier: MIT */
/* top_once.c - a frame as lines of text, and its numbers as JSON. */
#include "cli/top/top_once.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "cli/output.h"
#include "cli/top/top_layout.h"

#define WIDTH	80
#define HEIGHT	24
#define TENTHS	10
#define PERCENT 100

static size_t size_of(const char *variable, size_t otherwise)
{
	const char *text = getenv(variable);
	uint64_t number;

	return text && !parse_number(text, 1, GRID_MAX, &number) ? (size_t)number : otherwise;
}

int top_print_frame(struct top_view *view, const struct top_model *model, struct error *error)
{
	size_t width = terminal_width();
	struct grid *grid =
		grid_new(size_of("COLUMNS", width ? width : WIDTH), size_of("LINES", HEIGHT));
	int err = grid ? 0 : -ENOMEM;
	size_t i;

	if (grid)
		top_draw(grid, view, model);
	for (i = 0; !err && i < grid->height; i++) {
		char *text = grid_row_text(grid, i);

		err = text ? 0 : -ENOMEM;
		if (text)
			puts(text);
		free(text);
	}
	grid_free(grid);
	return err ? fail(error, ENOMEM, "out of memory") : 0;
}

/* A tenth is exact enough for anything a second. */
static double rounded(double rate)
{
	return (double)(uint64_t)(rate * TENTHS + 0.5) / TENTHS;
}

static json_t *verdicts_json(const struct top_model *model)
{
	enum verdict list[V_COUNT];
	size_t i, n = top_model_verdicts(model, list);
	json_t *verdicts = json_array();

	for (i = 0; i < n; i++) {
		const struct top_verdict *verdict = &model->verdicts[list[i]];

		json_array_append_new(
			verdicts,
			json_pack("{s:s, s:f, s:f, s:f}", "name", top_verdict_name(list[i]),
				  "packets_per_s", rounded(verdict->pps), "bps",
				  rounded(verdict->bps), "share",
				  rounded(PERCENT * verdict->pps / model->total_pps) / PERCENT));
	}
	return verdicts;
}

static json_t *flow_json(const struct top_flow *flow)
{
	return json_pack("{s:f, s:f}", "packets_per_s", rounded(flow->pps), "bps",
			 rounded(flow->bps));
}

static json_t *rate_or_null(const struct top_device *device, double rate)
{
	return device->is_measured ? json_real(rounded(rate)) : json_null();
}

static json_t *devices_json(struct top_view *view, const struct top_model *model,
			    enum top_pane pane)
{
	static const char *const names[TOP_PANES][4] = {
		[TOP_SESSIONS] = {"down_bps", "up_bps", "down_bytes", "up_bytes"},
		[TOP_GUESTS] = {"dropped_per_s", "packets_per_s", "dropped", "packets"},
	};
	const struct top_device *rows[TOP_DEVICES];
	json_t *list = json_array();
	size_t i, n;

	view->pane = pane;
	n = top_view_rows(view, model, rows);
	for (i = 0; i < n; i++) {
		const struct top_device *device = rows[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s*, s:o, s:o, s:I, s:I}", "mac",
						device->mac, "zone", device->zone, "user",
						device->user[0] ? device->user : NULL,
						names[pane][0], rate_or_null(device, device->down),
						names[pane][1], rate_or_null(device, device->up),
						names[pane][2], (json_int_t)device->down_total,
						names[pane][3], (json_int_t)device->up_total));
	}
	return list;
}

int top_print_json(struct top_view *view, const struct top_model *model, struct error *error)
{
	json_t *frame =
		json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "health", model->health, "down",
			  flow_json(&model->flows[TOP_DOWN]), "up",
			  flow_json(&model->flows[TOP_UP]), "refused",
			  flow_json(&model->flows[TOP_REFUSED]), "verdicts", verdicts_json(model),
			  "sessions", devices_json(view, model, TOP_SESSIONS), "guests",
			  devices_json(view, model, TOP_GUESTS));

	if (!frame)
		return fail(error, ENOMEM, "out of memory");
	print_json(frame);
	json_decref(frame);
	return 0;
}
