/* SPDX-License-Identifier: MIT */
/* top_layout.c - which parts there is room for, the lines around them, and the keys. */
#include "cli/top/top_layout.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/units.h"

#define WIDE		120 /* workers stand beside the verdicts */
#define LEAST_LIST	2
#define GOOD_LIST	3
#define LEAST_VERDICTS	2
#define FEW_VERDICTS	4
#define MOST_VERDICTS	12
#define WARNING_SECONDS 4
#define MESSAGE_MS	8000
#define LATE_MS		3000
#define WORDS		256

/* Rows of each part; 0: it isn't shown. */
struct plan {
	size_t left;
	size_t health;
	size_t flows; /* down and up */
	size_t hidden;
	size_t refused;
	size_t counts;
	size_t worker_line;
	size_t workers;
	size_t verdicts; /* without their head */
	bool is_wide;
};

static size_t take(struct plan *plan, size_t rows, size_t reserve)
{
	if (plan->left < rows + reserve)
		return 0;
	plan->left -= rows;
	return rows;
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

static size_t rows_of_verdicts(const struct top_scene *scene, bool is_wide)
{
	size_t workers = is_wide ? scene->model->n_workers : 0;
	size_t rows = at_most(scene->view->n_verdicts, MOST_VERDICTS);

	rows = rows > FEW_VERDICTS ? rows : FEW_VERDICTS;
	return at_most(rows > workers ? rows : workers, MOST_VERDICTS);
}

/* What is left is the list's. */
static struct plan make_plan(const struct top_scene *scene, bool are_columns_missing)
{
	size_t fixed = scene->view->is_once ? 3 : 4; /* title, tabs, head, keys */
	struct plan plan = {
		.left = scene->grid->height - fixed,
		.is_wide = scene->grid->width >= WIDE,
	};
	size_t all = GOOD_LIST + 3 + 1 + LEAST_VERDICTS;

	plan.health = take(&plan, 1, LEAST_LIST);
	plan.flows = take(&plan, 2, LEAST_LIST);
	if (plan.left < all || are_columns_missing)
		plan.hidden = take(&plan, 1, LEAST_LIST);
	plan.refused = take(&plan, 1, GOOD_LIST);
	plan.counts = take(&plan, 1, GOOD_LIST);
	plan.worker_line = take(&plan, 1, GOOD_LIST);
	if (plan.left < GOOD_LIST + 1 + LEAST_VERDICTS)
		return plan;
	plan.verdicts = at_most(plan.left / 3, rows_of_verdicts(scene, plan.is_wide));
	plan.left -= plan.verdicts + 1;
	if (plan.is_wide) {
		plan.left += plan.worker_line;
		plan.worker_line = 0;
		plan.workers = plan.verdicts;
	} else if (plan.left > 4 * GOOD_LIST) {
		plan.workers = at_most(scene->model->n_workers, plan.left / 6);
		plan.left -= plan.workers ? plan.workers : 0;
	}
	return plan;
}

static void draw_title(const struct top_scene *scene)
{
	const struct top_view *view = scene->view;
	const struct top_model *model = scene->model;
	struct pen pen = grid_pen(scene->grid, 0);
	time_t wall = (time_t)view->wall_s;
	char right[64] = "", text[32] = "";
	struct tm broken;

	pen_put(&pen, LOOK_BAR, " xdp511 top");
	if (model->has_status && scene->grid->width >= 60)
		pen_print(&pen, LOOK_BAR, "  %s, up %s", model->version,
			  format_duration(model->up_s >= 3600 ? model->up_s - model->up_s % 60
							      : model->up_s,
					  text, sizeof(text)));
	if (localtime_r(&wall, &broken))
		strftime(text, sizeof(text), "%H:%M:%S", &broken);
	snprintf(right, sizeof(right), "%s%s ", view->is_paused ? "PAUSED  " : "", text);
	pen_right(&pen, pen.end - pen.column, right);
	pen_fill(&pen, LOOK_BAR);
}

static void draw_warnings(const struct top_scene *scene, struct pen *pen)
{
	const struct top_model *model = scene->model;
	bool is_ok = !strcmp(model->health, "ok");
	enum look look = is_ok ? LOOK_WARN : LOOK_BAD;
	size_t n = model->n_warnings < TOP_WARNINGS ? model->n_warnings : TOP_WARNINGS;

	if (!n) {
		pen_put(pen, is_ok ? LOOK_GOOD : LOOK_BAD, model->health);
		return;
	}
	n = scene->view->wall_s / WARNING_SECONDS % n;
	pen_print(pen, look, "%s", model->health);
	if (model->n_warnings > 1)
		pen_print(pen, look, " (%zu of %zu)", n + 1, model->n_warnings);
	pen_print(pen, look, ": %s", model->warnings[n]);
}

static void draw_health(const struct top_scene *scene, size_t row)
{
	const struct top_view *view = scene->view;
	const struct top_model *model = scene->model;
	struct pen pen = grid_pen(scene->grid, row);
	uint64_t age_ms = view->now_ms - model->stats_ms;

	if (pen.end >= 60)
		pen_left(&pen, 9, "health");
	if (view->away[0])
		pen_print(&pen, LOOK_BAD, "away for %us: %s", (unsigned int)(age_ms / 1000),
			  view->away);
	else if (!view->is_paused && model->has_stats && age_ms > LATE_MS)
		pen_print(&pen, LOOK_WARN, "no answer for %us", (unsigned int)(age_ms / 1000));
	else if (model->has_status)
		draw_warnings(scene, &pen);
}

static void draw_hidden(const struct top_scene *scene, const struct plan *plan, size_t row)
{
	struct pen pen = grid_pen(scene->grid, row);
	char columns[WORDS];

	top_missing_columns(scene, columns, sizeof(columns));
	pen_print(&pen, LOOK_DIM, "no room:%s%s%s%s%s%s%s", plan->verdicts ? "" : " verdicts",
		  plan->workers || plan->worker_line ? "" : " workers",
		  plan->counts ? "" : " totals", plan->refused ? "" : " refused",
		  plan->flows ? "" : " traffic", columns[0] ? " " : "", columns);
}

/* Those that fit as a whole. */
static void draw_hints(struct pen *pen, enum top_pane pane)
{
	const char *const hints[] = {
		"? help",  "q quit",   pane == TOP_SESSIONS ? "Tab guests" : "Tab sessions",
		"s sort",  "/ filter", pane == TOP_SESSIONS ? "k sign out" : "",
		"b block", "p pause",
	};
	size_t i;

	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (pen->column + strlen(hints[i]) + 2 > pen->end || !hints[i][0])
			continue;
		pen_print(pen, LOOK_BOLD, " %.*s", (int)strcspn(hints[i], " "), hints[i]);
		pen_print(pen, LOOK_DIM, "%s ", strchr(hints[i], ' '));
	}
}

static void draw_question(struct pen *pen, const struct top_target *target)
{
	const char *what = target->act == ACT_SIGN_OUT ? "sign out"
			   : target->act == ACT_BLOCK  ? "block"
						       : "unblock";

	pen_print(pen, LOOK_WARN, " %s %s", what, target->mac);
	if (pen->end >= 60)
		pen_print(pen, LOOK_WARN, " of zone %.20s", target->zone);
	if (target->user[0] && pen->end >= 60)
		pen_print(pen, LOOK_WARN, " (%.40s)", target->user);
	pen_put(pen, LOOK_WARN, "? y/n");
}

static void draw_keys(const struct top_scene *scene, size_t row)
{
	const struct top_view *view = scene->view;
	struct pen pen = grid_pen(scene->grid, row);

	if (view->mode == MODE_FILTER) {
		pen_put(&pen, LOOK_BOLD, " filter: ");
		pen_put(&pen, LOOK_PLAIN, view->edit);
		pen_put(&pen, LOOK_SELECTED, " ");
		if (pen.end >= 70)
			pen_put(&pen, LOOK_DIM, "  MAC, user, zone, address; Enter, or Esc");
	} else if (view->mode == MODE_CONFIRM) {
		draw_question(&pen, &view->target);
	} else if (view->message[0] && view->now_ms - view->message_ms < MESSAGE_MS) {
		pen_print(&pen, view->message_is_bad ? LOOK_BAD : LOOK_GOOD, " %s", view->message);
	} else {
		draw_hints(&pen, view->pane);
	}
}

static void draw_too_small(const struct top_scene *scene)
{
	struct pen pen = grid_pen(scene->grid, 0);

	pen_print(&pen, LOOK_WARN, "too small: %zux%zu", scene->grid->width, scene->grid->height);
	pen = grid_pen(scene->grid, 1);
	pen_print(&pen, LOOK_DIM, "%dx%d is the least; q quits", TOP_MIN_WIDTH, TOP_MIN_HEIGHT);
}

static size_t draw_middle(const struct top_scene *scene, const struct plan *plan, size_t row)
{
	size_t half = plan->is_wide ? scene->grid->width / 2 : scene->grid->width;

	if (plan->worker_line)
		top_draw_worker_line(scene, row);
	row += plan->worker_line;
	if (plan->workers && !plan->is_wide) {
		top_draw_workers(scene, row, plan->workers, 0);
		row += plan->workers;
	}
	if (!plan->verdicts)
		return row;
	top_draw_verdicts(scene, row, plan->verdicts, half);
	if (plan->is_wide)
		top_draw_workers(scene, row, plan->workers + 1, half + 2);
	return row + 1 + plan->verdicts;
}

void top_draw(struct grid *grid, struct top_view *view, const struct top_model *model)
{
	const struct top_scene scene = {.grid = grid, .view = view, .model = model};
	char columns[WORDS];
	struct plan plan;
	enum verdict verdicts[V_COUNT];
	size_t n_verdicts = top_model_verdicts(model, verdicts);
	size_t row = 1;

	if (view->n_verdicts < n_verdicts)
		view->n_verdicts = n_verdicts;
	if (grid->width < TOP_MIN_WIDTH || grid->height < TOP_MIN_HEIGHT) {
		view->shown.mac[0] = '\0';
		draw_too_small(&scene);
		return;
	}
	if (view->mode == MODE_HELP) {
		top_draw_help(&scene);
		return;
	}
	top_missing_columns(&scene, columns, sizeof(columns));
	plan = make_plan(&scene, columns[0] != '\0');
	draw_title(&scene);
	if (plan.health)
		draw_health(&scene, row);
	row += plan.health;
	if (plan.flows) {
		top_draw_flow(&scene, TOP_DOWN, row);
		top_draw_flow(&scene, TOP_UP, row + 1);
	}
	row += plan.flows;
	if (plan.refused)
		top_draw_flow(&scene, TOP_REFUSED, row);
	row += plan.refused;
	if (plan.counts)
		top_draw_counts(&scene, row);
	row = draw_middle(&scene, &plan, row + plan.counts);
	if (plan.hidden)
		draw_hidden(&scene, &plan, row);
	row += plan.hidden;
	top_draw_list(&scene, row, plan.left);
	if (!view->is_once)
		draw_keys(&scene, grid->height - 1);
}
