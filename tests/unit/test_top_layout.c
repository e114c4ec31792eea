/* SPDX-License-Identifier: MIT */
/* test_top_layout.c - frames of `xdp511 top` in every size, and nothing in them that isn't text. */
#include "table.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/top/top_layout.h"

#define LOCALE_UTF8 "C.UTF-8"
#define FRAME_SIZE  (400 * 1024)

/* A screenful of everything; @name is every text that comes from elsewhere. */
static struct top_model *make_model(const char *name, size_t n)
{
	struct top_model *model = top_model_new();
	size_t i;

	model->has_stats = model->has_rates = model->has_status = true;
	model->stats_ms = 5000;
	snprintf(model->health, sizeof(model->health), "degraded");
	snprintf(model->version, sizeof(model->version), "0.1.0");
	snprintf(model->warnings[0], TOP_SENTENCE, "something of %s is wrong", name);
	model->n_warnings = 1;
	model->verdicts[V_PASS_SESSION].pps = 750;
	model->verdicts[V_DROP_UDP].pps = 250;
	model->total_pps = 1000;
	model->flows[TOP_DOWN] = (struct top_flow){.bps = 1.5e9, .pps = 120000};
	for (i = 0; i < 600; i++) {
		model->flows[TOP_DOWN].history[i % TOP_HISTORY] = (float)(i % 10);
		model->n_samples++;
	}
	model->n_workers = 3;
	snprintf(model->workers[0].interface, TOP_NAME, "%s", name);
	model->workers[0].pid = 77;
	model->sessions.devices = calloc(TOP_DEVICES, sizeof(struct top_device));
	model->guests.devices = calloc(TOP_DEVICES, sizeof(struct top_device));
	model->sessions.is_known = model->guests.is_known = true;
	model->sessions.n = model->guests.n = model->active = n;
	for (i = 0; i < n; i++) {
		struct top_device *device = &model->sessions.devices[i];

		snprintf(device->mac, sizeof(device->mac), "02:05:11:00:%02zx:%02zx", i / 256 % 256,
			 i % 256);
		snprintf(device->zone, sizeof(device->zone), "%s", name);
		snprintf(device->user, sizeof(device->user), "%s", name);
		snprintf(device->addresses, sizeof(device->addresses), "%s", name);
		device->state = "atb"[i % 3];
		device->is_measured = true;
		device->down = 1e6 * (double)i;
		model->guests.devices[i] = *device;
		model->guests.devices[i].state = 'g';
	}
	return model;
}

/* The frame as text; its caller frees it. Each cell is a character a terminal can show. */
static char *frame(struct top_view *view, const struct top_model *model, size_t width,
		   size_t height)
{
	struct grid *grid = grid_new(width, height);
	char *text = calloc(1, FRAME_SIZE);
	size_t row, column;

	top_draw(grid, view, model);
	for (row = 0; row < grid->height; row++) {
		char *line = grid_row_text(grid, row);

		for (column = 0; column < width; column++)
			assert_true(is_printable(grid_cell(grid, row, column)->text));
		strcat(strcat(text, line), "\n");
		free(line);
	}
	grid_free(grid);
	return text;
}

static void expect(const char *text, const char *part)
{
	if (part && !strstr(text, part))
		print_error("no '%s' in:\n%s", part, text);
	assert_true(!part || strstr(text, part));
}

static const struct size_row {
	const char *sentence;
	const char *locale;
	size_t width;
	size_t height;
	const char *has[6];
	const char *has_not;
} size_rows[] = {
	{"layout: as usual",
	 LOCALE_UTF8,
	 80,
	 24,
	 {"health   degraded: something of Jos\xc3\xa9 is wrong", "1.5 Gbit/s   120k pkt/s",
	  "PASS_SESSION           750/s  75.0% \xe2\x96\x88\xe2\x96\x88",
	  "[SESSIONS] guests  by down, 1-9 of 20", ">+02:05:11:00:00:13", "workers  1 of 3 up"},
	 "no room"},
	{"layout: large",
	 LOCALE_UTF8,
	 200,
	 50,
	 {"WORKERS AND RINGS", "1-20 of 20", "LEFT", "queue 0: up, process 77", "DROP_UDP",
	  "refused"},
	 "no room"},
	{"layout: high and narrow", LOCALE_UTF8, 60, 60, {"PASS_SESSION", "no room: ZONE"}, NULL},
	{"layout: a small pane",
	 LOCALE_UTF8,
	 40,
	 12,
	 {"no room: verdicts workers totals", "1-3 of 20", "1.5 Gbit/s", "degraded"},
	 "PASS_SESSION"},
	{"layout: the smallest", LOCALE_UTF8, 40, 10, {"no room", "1-2 of 20", "? help"}, NULL},
	{"layout: too low",
	 LOCALE_UTF8,
	 80,
	 9,
	 {"too small: 80x9\n40x10 is the least; q quits"},
	 "SESSIONS"},
	{"layout: too narrow", LOCALE_UTF8, 39, 24, {"too small: 39x24"}, "SESSIONS"},
	{"layout: a single cell", LOCALE_UTF8, 1, 1, {"t\n"}, NULL},
	{"layout: ASCII", "C", 80, 24, {"75.0% ####", "Jos?", "*#=+*"}, "\xe2"},
};

static void test_size(void **state)
{
	const struct size_row *row = *state;
	struct top_model *model = make_model("Jos\xc3\xa9", 20);
	struct top_view view = {.now_ms = 5000};
	size_t i;
	char *text;

	assert_non_null(setlocale(LC_CTYPE, row->locale));
	text = frame(&view, model, row->width, row->height);
	for (i = 0; i < ARRAY_SIZE(row->has); i++)
		expect(text, row->has[i]);
	assert_true(!row->has_not || !strstr(text, row->has_not));
	free(text);
	top_model_free(model);
}

/* Every size, in every mode: nothing is written beside the grid (ASan), nothing is no text. */
static void test_all_sizes(void **state)
{
	struct top_model *model = make_model("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e wide", 30);
	struct top_view view = {.now_ms = 5000, .filter = "wide"};
	size_t width, height;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	for (width = 1; width < 140; width += 3) {
		for (height = 1; height < 40; height += 2) {
			view.mode = (enum top_mode)((width + height) % 4);
			view.pane = (enum top_pane)(width % TOP_PANES);
			view.is_once = height % 3 == 0;
			view.at[view.pane] = 29;
			free(frame(&view, model, width, height));
		}
	}
	top_model_free(model);
}

static const struct hostile_row {
	const char *sentence;
	const char *text;
} hostile_rows[] = {
	{"layout: escape sequences", "\033[2J\033]0;title\007"},
	{"layout: C1 controls", "\xc2\x9b"
				"31m"},
	{"layout: newlines and tabs", "a\r\n\tb\b\v\f"},
	{"layout: another writing direction", "a\xe2\x80\xae"
					      "b"},
	{"layout: broken UTF-8", "\xff\xc3\xe2\x82\xf0\x9f"},
	{"layout: marks without a width", "e\xcc\x81\xcc\x81\xcc\x81\xe2\x80\x8b"},
	{"layout: wide letters", "\xe6\x97\xa5\xe6\x9c\xac\xf0\x9f\x98\x80"},
	{"layout: letters nobody knows", "\xf3\xb0\x80\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf"},
	{"layout: formats", "%s%n%99999d"},
};

static void test_hostile(void **state)
{
	static const char *const locales[] = {"C", LOCALE_UTF8};
	const struct hostile_row *row = *state;
	struct top_model *model = make_model(row->text, 5);
	struct top_view view = {.now_ms = 5000};
	size_t i;

	snprintf(view.away, sizeof(view.away), "%s", row->text);
	snprintf(view.target.user, sizeof(view.target.user), "%s", row->text);
	snprintf(view.target.zone, sizeof(view.target.zone), "%s", row->text);
	snprintf(view.edit, sizeof(view.edit), "%s", row->text);
	for (i = 0; i < 16; i++) {
		char *text;
		const char *at;

		assert_non_null(setlocale(LC_CTYPE, locales[i % 2]));
		view.mode = (enum top_mode)(i / 2 % 4);
		view.pane = (enum top_pane)(i / 8);
		top_view_say(&view, true, "%s", row->text);
		text = frame(&view, model, 100, 30);
		for (at = text; *at; at += *at == '\n' ? 1 : printable_length(at))
			assert_true(*at == '\n' || printable_length(at));
		free(text);
	}
	top_model_free(model);
}

static void test_away_and_paused(void **state)
{
	struct top_model *model = make_model("x", 0);
	struct top_view view = {.now_ms = 17000, .is_paused = true};
	char *text;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	snprintf(view.away, sizeof(view.away), "no daemon listens");
	text = frame(&view, model, 80, 24);
	expect(text, "away for 12s: no daemon listens");
	expect(text, "PAUSED");
	expect(text, "nobody is signed in");
	free(text);
	view.away[0] = '\0';
	view.is_paused = false;
	model->active = 7;
	text = frame(&view, model, 80, 24);
	expect(text, "no answer for 12s");
	expect(text, "measuring");
	free(text);
	top_model_free(model);
}

static const struct number_row {
	const char *sentence;
	double number;
	const char *expected;
} number_rows[] = {
	{"number: none", 0, "0"},
	{"number: a few", 7.4, "7"},
	{"number: below a thousand", 999, "999"},
	{"number: a thousand", 1000, "1.00k"},
	{"number: three digits", 12345, "12.3k"},
	{"number: no more than three", 999499, "999k"},
	{"number: rounded to the next unit", 999600, "1.00M"},
	{"number: of a fast port", 123456789012.0, "123G"},
	{"number: of no port", 1e30, "1000000000000000P"},
};

static void test_number(void **state)
{
	const struct number_row *row = *state;
	char text[TOP_NUMBER];

	assert_memory_equal(top_format(row->number, true, text), row->expected,
			    strlen(row->expected) < TOP_NUMBER ? strlen(row->expected) + 1
							       : TOP_NUMBER - 1);
	assert_string_equal(top_format(row->number, false, text), "-");
}

/* An answer between a frame and a key turns the list round: the one that was seen is meant. */
static void test_seen(void **state)
{
	const struct top_device *rows[TOP_DEVICES];
	struct top_model *model = make_model("name", 3);
	struct top_view view = {.now_ms = 6000};

	(void)state;
	free(frame(&view, model, 80, 24));
	assert_string_equal(view.shown.mac, "02:05:11:00:00:02");
	model->sessions.devices[0].down = 9e9;
	assert_int_equal(top_view_rows(&view, model, rows), 3);
	assert_string_equal(rows[0]->mac, "02:05:11:00:00:00");
	assert_int_equal(top_view_key(&view, model, 'b'), ACT_NONE);
	assert_int_equal(view.mode, MODE_CONFIRM);
	assert_string_equal(view.target.mac, "02:05:11:00:00:02");
	assert_int_equal(top_view_key(&view, model, 'n'), ACT_NONE);
	/* Where no list is nobody is asked about. */
	free(frame(&view, model, 20, 1));
	assert_int_equal(top_view_key(&view, model, 'b'), ACT_NONE);
	assert_int_equal(view.mode, MODE_LIST);
	assert_int_equal(top_view_key(&view, model, 'q'), ACT_QUIT);
	top_model_free(model);
}

int main(void)
{
	struct CMUnitTest sizes[ARRAY_SIZE(size_rows)], hostile[ARRAY_SIZE(hostile_rows)];
	struct CMUnitTest numbers[ARRAY_SIZE(number_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_all_sizes),
		cmocka_unit_test(test_away_and_paused),
		cmocka_unit_test(test_seen),
	};

	TABLE_TESTS(sizes, size_rows, test_size);
	TABLE_TESTS(hostile, hostile_rows, test_hostile);
	TABLE_TESTS(numbers, number_rows, test_number);
	return cmocka_run_group_tests_name("top layout: sizes", sizes, NULL, NULL) +
	       cmocka_run_group_tests_name("top layout: hostile text", hostile, NULL, NULL) +
	       cmocka_run_group_tests_name("top layout: numbers", numbers, NULL, NULL) +
	       cmocka_run_group_tests_name("top layout: others", others, NULL, NULL);
}
