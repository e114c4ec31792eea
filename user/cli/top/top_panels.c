/* SPDX-License-Identifier: MIT */
/* top_panels.c - traffic with its sparkline, totals, verdicts with their bars, workers. */
#include "cli/top/top_layout.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define LABEL	   9
#define NAME	   20
#define THOUSAND   1000.0
#define NARROW	   60
#define WIDE	   120
#define RATE_FIELD 12

char *top_format(double number, bool is_known, char text[TOP_NUMBER])
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P"};
	const size_t last = sizeof(units) / sizeof(units[0]) - 1;
	size_t unit = 0;

	if (!is_known) {
		snprintf(text, TOP_NUMBER, "-");
		return text;
	}
	/* What would be rounded to a thousand is one of the next unit. */
	while (number >= (unit ? 999.5 : THOUSAND) && unit < last) {
		number /= THOUSAND;
		unit++;
	}
	snprintf(text, TOP_NUMBER, "%.*f%s",
		 !unit || number >= 99.95 ? 0
		 : number >= 9.995	  ? 1
					  : 2,
		 number, units[unit]);
	return text;
}

/* --- traffic ------------------------------------------------------------------------------- */

/* The samples of one column of the sparkline: their mean; below 0: none is known. */
static double mean_of(const struct top_model *model, const struct top_flow *flow, size_t first,
		      size_t n)
{
	size_t oldest = model->n_samples > TOP_HISTORY ? model->n_samples - TOP_HISTORY : 0;
	size_t i, known = 0;
	double sum = 0;

	for (i = first > oldest ? first : oldest; i < first + n && i < model->n_samples; i++) {
		double sample = (double)flow->history[i % TOP_HISTORY];

		if (sample < 0)
			continue;
		sum += sample;
		known++;
	}
	return known ? sum / (double)known : -1;
}

/*
 * The newest at the right. Samples share a column by their number, so that a column doesn't
 * change once it is whole.
 */
static void draw_spark(const struct top_model *model, const struct top_flow *flow, struct pen *pen,
		       size_t width)
{
	size_t n = model->n_samples < TOP_HISTORY ? model->n_samples : TOP_HISTORY;
	size_t each = width ? (n + width - 1) / width : 1;
	size_t i, newest, columns;
	double largest = 0;

	each = each ? each : 1;
	newest = model->n_samples ? (model->n_samples - 1) / each : 0;
	columns = (n + each - 1) / each;
	columns = columns < width ? columns : width;
	for (i = 0; i < columns; i++) {
		double mean = mean_of(model, flow, (newest - i) * each, each);

		largest = mean > largest ? mean : largest;
	}
	pen_left(pen, width - columns, "");
	for (i = columns; i; i--) {
		double mean = mean_of(model, flow, (newest - (i - 1)) * each, each);

		pen_spark(pen, LOOK_INFO, mean < 0 ? -1 : largest > 0 ? mean / largest : 0);
	}
}

/* "down  1.23 Gbit/s  120k pkt/s  <sparkline> 5m" */
void top_draw_flow(const struct top_scene *scene, enum top_flow_kind kind, size_t row)
{
	static const char *const labels[TOP_FLOWS] = {"down", "up", "refused"};
	const struct top_model *model = scene->model;
	const struct top_flow *flow = &model->flows[kind];
	struct pen pen = grid_pen(scene->grid, row);
	bool is_narrow = pen.end < NARROW;
	char text[32] = "-", number[TOP_NUMBER], span[24];
	size_t n = model->n_samples < TOP_HISTORY ? model->n_samples : TOP_HISTORY;

	pen_left(&pen, LABEL, labels[kind]);
	if (model->has_rates)
		format_rate((uint64_t)flow->bps, text, sizeof(text));
	pen.look = LOOK_BOLD;
	pen_right(&pen, RATE_FIELD, text);
	pen.look = LOOK_PLAIN;
	snprintf(text, sizeof(text), "%s%s", top_format(flow->pps, model->has_rates, number),
		 is_narrow ? "/s" : " pkt/s");
	pen_right(&pen, is_narrow ? 8 : RATE_FIELD + 1, text);
	pen_put(&pen, LOOK_PLAIN, "  ");
	if (n < 2 || pen.end - pen.column < 8)
		return;
	format_duration(n < 60 ? n : n - n % 60, span, sizeof(span));
	draw_spark(model, flow, &pen, pen.end - pen.column - 5);
	pen.look = LOOK_DIM;
	pen_right(&pen, 5, span);
}

/* A number that is of interest, and one that is in order. */
void top_draw_counts(const struct top_scene *scene, size_t row)
{
	const struct top_model *model = scene->model;
	struct pen pen = grid_pen(scene->grid, row);
	char number[TOP_NUMBER];

	pen_left(&pen, LABEL, "sessions");
	pen_print(&pen, LOOK_BOLD, "%llu", (unsigned long long)model->active);
	pen_print(&pen, LOOK_PLAIN, " of %llu", (unsigned long long)model->max_sessions);
	if (model->trusted)
		pen_print(&pen, LOOK_PLAIN, ", %llu trusted", (unsigned long long)model->trusted);
	if (model->blocked)
		pen_print(&pen, LOOK_PLAIN, ", %llu blocked", (unsigned long long)model->blocked);
	pen_print(&pen, LOOK_PLAIN, "; portal pages %s/s",
		  top_format(model->pages_ps, model->has_rates, number));
	pen_print(&pen, LOOK_PLAIN, ", new guests %s/s",
		  top_format(model->new_guests_ps, model->has_rates, number));
}

/* --- verdicts ------------------------------------------------------------------------------ */

static enum look look_of(enum verdict verdict)
{
	static const enum look looks[] = {
		[ACTION_PASS] = LOOK_GOOD,
		[ACTION_STEER] = LOOK_INFO,
		[ACTION_REPLY] = LOOK_WARN,
		[ACTION_DROP] = LOOK_BAD,
	};

	return looks[top_verdict_action(verdict)];
}

static void draw_verdict(const struct top_scene *scene, enum verdict verdict, struct pen *pen)
{
	const struct top_model *model = scene->model;
	enum verdict list[V_COUNT];
	double pps = model->verdicts[verdict].pps, most;
	char text[TOP_NUMBER];

	(void)top_model_verdicts(model, list);
	most = model->verdicts[list[0]].pps;
	pen->look = LOOK_PLAIN;
	pen_left(pen, NAME, top_verdict_name(verdict));
	pen_right(pen, 6, top_format(pps, true, text));
	pen_put(pen, LOOK_DIM, "/s");
	snprintf(text, sizeof(text), "%.1f%%", 100 * pps / model->total_pps);
	pen->look = LOOK_PLAIN;
	pen_right(pen, 7, text);
	pen_put(pen, LOOK_PLAIN, " ");
	pen_bar(pen, look_of(verdict), pen->end - pen->column, pps / most);
}

void top_draw_verdicts(const struct top_scene *scene, size_t first, size_t n, size_t width)
{
	enum verdict list[V_COUNT];
	size_t i, n_verdicts = top_model_verdicts(scene->model, list);
	struct pen pen = grid_pen(scene->grid, first);

	pen.end = width;
	pen.look = LOOK_DIM;
	pen_left(&pen, NAME, "VERDICT");
	pen_right(&pen, 8, "FRAMES");
	pen_right(&pen, 7, "SHARE");
	for (i = 0; i < n && i < n_verdicts; i++) {
		pen = grid_pen(scene->grid, first + 1 + i);
		pen.end = width;
		draw_verdict(scene, list[i], &pen);
	}
	if (n_verdicts)
		return;
	pen = grid_pen(scene->grid, first + 1);
	pen.end = width;
	pen_put(&pen, LOOK_DIM, scene->model->has_rates ? "no frames at present" : "measuring...");
}

/* --- workers ------------------------------------------------------------------------------- */

static void draw_worker(const struct top_worker *worker, struct pen *pen)
{
	char text[TOP_NUMBER];

	pen_print(pen, LOOK_PLAIN, "%.15s queue %u: ", worker->interface, worker->queue);
	if (!worker->pid) {
		pen_put(pen, LOOK_BAD, "down");
	} else {
		pen_put(pen, LOOK_GOOD, "up");
		pen_print(pen, LOOK_PLAIN, ", process %u, %s", worker->pid, worker->mode);
	}
	pen_print(pen, worker->lost_ps > 0 ? LOOK_WARN : LOOK_PLAIN, ", ring loses %s/s",
		  top_format(worker->lost_ps, worker->has_ring, text));
	pen_print(pen, worker->restarts ? LOOK_WARN : LOOK_PLAIN, ", %u %s", worker->restarts,
		  worker->restarts == 1 ? "restart" : "restarts");
}

/* With more workers than rows the last row says so. Beside the verdicts there is a head. */
void top_draw_workers(const struct top_scene *scene, size_t first, size_t n, size_t column)
{
	const struct top_model *model = scene->model;
	struct pen pen = grid_pen(scene->grid, first);
	size_t i;

	pen.column = column;
	if (column) {
		pen_put(&pen, LOOK_DIM, "WORKERS AND RINGS");
		first++;
		n--;
	}
	for (i = 0; i < n && i < model->n_workers; i++) {
		pen = grid_pen(scene->grid, first + i);
		pen.column = column;
		if (i + 1 == n && model->n_workers > n)
			pen_print(&pen, LOOK_DIM, "and %zu more", model->n_workers - i);
		else
			draw_worker(&model->workers[i], &pen);
	}
}

void top_draw_worker_line(const struct top_scene *scene, size_t row)
{
	const struct top_model *model = scene->model;
	struct pen pen = grid_pen(scene->grid, row);
	double lost = 0;
	size_t i, n_up = 0;
	char text[TOP_NUMBER];

	for (i = 0; i < model->n_workers; i++) {
		n_up += model->workers[i].pid != 0;
		lost += model->workers[i].lost_ps;
	}
	pen_left(&pen, LABEL, "workers");
	if (!model->has_status)
		return;
	pen_print(&pen, n_up == model->n_workers ? LOOK_PLAIN : LOOK_BAD, "%zu of %zu up", n_up,
		  model->n_workers);
	pen_print(&pen, lost > 0 ? LOOK_WARN : LOOK_PLAIN, "; rings lose %s/s",
		  top_format(lost, model->has_rates, text));
	for (i = 0; i < model->n_workers; i++) {
		if (!model->workers[i].pid)
			pen_print(&pen, LOOK_BAD, "; %s queue %u is down",
				  model->workers[i].interface, model->workers[i].queue);
	}
}
