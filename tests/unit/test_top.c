/* SPDX-License-Identifier: MIT */
/* test_top.c - rates of two answers, and what the keys of `xdp511 top` do. */
#include "table.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/top/top_layout.h"

#define LOCALE_UTF8 "C.UTF-8"

/* --- the model ----------------------------------------------------------------------------- */

static json_t *stats(int packets, int bytes, int refused, int pages)
{
	return json_pack(
		"{s:{s:{s:i, s:i}, s:{s:i, s:i}, s:{s:i, s:i}}, s:{s:i}, s:{s:i, s:i}, s:{s:i, "
		"s:i}, s:[{s:s, s:i, s:i, s:i}]}",
		"verdicts", "PASS_SESSION", "packets", packets, "bytes", bytes, "DOWN_PASS_TRUSTED",
		"packets", 2 * packets, "bytes", 10 * bytes, "DROP_UDP", "packets", refused,
		"bytes", refused * 60, "responder", "pages_511", pages, "sessions", "active", 3,
		"max", 4096, "guests", "max", 4096, "new", 0, "rings", "interface", "lan0", "queue",
		0, "rx_dropped", packets, "rx_ring_full", packets);
}

static json_t *status(const char *health, const char *warning)
{
	return json_pack("{s:s, s:s, s:i, s:[s], s:{s:i}, s:[{s:s, s:i, s:i, s:s, s:i}, {s:s, s:i, "
			 "s:n, s:s, s:i}]}",
			 "version", "0.1.0", "health", health, "uptime_s", 7300, "warnings",
			 warning, "sessions", "trusted", 1, "workers", "interface", "lan0", "queue",
			 0, "pid", 42, "mode", "copy", "restarts", 0, "interface", "lan0", "queue",
			 1, "pid", "mode", "copy", "restarts", 3);
}

static void take(struct top_model *model, json_t *json, uint64_t now_ms)
{
	assert_non_null(json);
	top_model_stats(model, json, now_ms);
	json_decref(json);
}

static struct top_model *model_with_rates(void)
{
	struct top_model *model = top_model_new();
	json_t *json = status("degraded", "the worker of 'lan0' queue 1 is down");

	top_model_status(model, json);
	json_decref(json);
	take(model, stats(1000, 100000, 50, 7), 10000);
	take(model, stats(3000, 300000, 80, 9), 12000);
	return model;
}

static void test_rates(void **state)
{
	struct top_model *model = top_model_new();
	enum verdict list[V_COUNT];
	json_t *json = status("ok", "x");

	(void)state;
	top_model_status(model, json);
	json_decref(json);
	take(model, stats(1000, 100000, 50, 7), 10000);
	assert_false(model->has_rates);
	assert_int_equal(top_model_verdicts(model, list), 0);
	take(model, stats(3000, 300000, 80, 9), 12000);
	assert_true(model->has_rates);
	assert_true(model->flows[TOP_UP].pps == 1000);
	assert_true(model->flows[TOP_UP].bps == 800000);
	assert_true(model->flows[TOP_DOWN].bps == 8000000);
	assert_true(model->flows[TOP_REFUSED].pps == 15);
	assert_true(model->pages_ps == 1);
	assert_true(model->workers[0].has_ring && model->workers[0].lost_ps == 2000);
	assert_false(model->workers[1].has_ring);
	assert_int_equal(top_model_verdicts(model, list), 3);
	assert_int_equal(list[0], V_DOWN_PASS_TRUSTED);
	assert_int_equal(list[2], V_DROP_UDP);
	/* Counters that began anew. */
	take(model, stats(10, 10, 0, 0), 13000);
	assert_true(model->flows[TOP_UP].bps == 0);
	top_model_free(model);
}

static void test_missing_samples(void **state)
{
	struct top_model *model = model_with_rates();
	size_t n = model->n_samples;

	(void)state;
	take(model, stats(4000, 400000, 80, 9), 22000);
	assert_int_equal(model->n_samples, n + 10);
	assert_true(model->flows[TOP_UP].history[n % TOP_HISTORY] < 0);
	assert_true(model->flows[TOP_UP].history[(n + 9) % TOP_HISTORY] == 80000);
	take(model, stats(4000, 400000, 80, 9), 22000);
	assert_int_equal(model->n_samples, n + 10);
	take(model, stats(4000, 500000, 80, 9), 22050); /* too soon: of the next one */
	assert_int_equal(model->n_samples, n + 10);
	take(model, stats(4000, 600000, 80, 9), 24000);
	assert_int_equal(model->n_samples, n + 12);
	assert_true(model->flows[TOP_UP].history[(n + 10) % TOP_HISTORY] == 800000);
	take(model, stats(4000, 600000, 80, 9), 1000000000);
	assert_int_equal(model->n_samples, n + 12 + TOP_HISTORY + 1);
	top_model_free(model);
}

/* An answer that was long on its way has counted for no longer. */
static void test_own_clock(void **state)
{
	static const struct {
		int packets;
		int clock_ms;
		int came_ms;
	} answers[] = {{1000, 50000, 10000}, {2000, 51000, 12900}, {3000, 52000, 13000}};
	struct top_model *model = top_model_new();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		json_t *json = stats(answers[i].packets, 0, 0, 0);

		json_object_set_new(json, "clock_ms", json_integer(answers[i].clock_ms));
		take(model, json, (uint64_t)answers[i].came_ms);
		assert_true(!i || model->flows[TOP_UP].pps == 1000);
		assert_int_equal(model->stats_ms, answers[i].came_ms);
	}
	assert_int_equal(model->n_samples, 2);
	top_model_free(model);
}

/* Of an answer that isn't what it should be nothing is taken, and nothing breaks. */
static void test_strange_answers(void **state)
{
	static const char *const answers[] = {
		"[]",
		"{}",
		"null",
		"[1, null, {}]",
		"{\"verdicts\": [], \"rings\": {\"a\": 1}}",
		"{\"warnings\": [1, {}], \"workers\": [1, {}]}",
		"{\"verdicts\": {\"PASS_SESSION\": {\"packets\": -5}}}"};
	struct top_model *model = top_model_new();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		json_t *json = json_loads(answers[i], JSON_DECODE_ANY, NULL);

		assert_non_null(json);
		top_model_stats(model, json, 1000 * i + 1);
		top_model_status(model, json);
		top_model_sessions(model, json, 1000 * i + 1);
		top_model_guests(model, json, 1000 * i + 1);
		json_decref(json);
	}
	assert_int_equal(model->verdicts[V_PASS_SESSION].packets, 0);
	top_model_free(model);
}

static void test_guests(void **state)
{
	struct top_model *model = top_model_new();
	json_t *first = json_pack("[{s:s, s:s, s:i, s:i}, {s:s, s:s, s:i, s:i}]", "mac", "b",
				  "zone", "default", "packets", 100, "dropped", 10, "mac", "a",
				  "zone", "default", "packets", 50, "dropped", 50);
	json_t *then = json_pack("[{s:s, s:s, s:i, s:i}, {s:s, s:s, s:i, s:i}]", "mac", "c", "zone",
				 "default", "packets", 900, "dropped", 10, "mac", "b", "zone",
				 "default", "packets", 300, "dropped", 20);

	(void)state;
	top_model_guests(model, first, 1000);
	assert_int_equal(model->guests.n, 2);
	assert_false(model->guests.devices[0].is_measured);
	top_model_guests(model, then, 3000);
	assert_int_equal(model->guests.n, 2);
	assert_string_equal(model->guests.devices[0].mac, "b");
	assert_true(model->guests.devices[0].is_measured);
	assert_true(model->guests.devices[0].up == 100 && model->guests.devices[0].down == 5);
	assert_false(model->guests.devices[1].is_measured);
	json_decref(first);
	json_decref(then);
	top_model_free(model);
}

/* --- keys ---------------------------------------------------------------------------------- */

static const char session_text[] =
	"[{\"mac\": \"02:05:11:00:00:01\", \"zone\": \"default\", \"user\": \"alice\", \"state\": "
	"\"active\", \"addresses\": [\"198.18.1.10\", \"2001:db8::10\"], \"up_bytes\": 10, "
	"\"down_bytes\": 20, \"up_now_bps\": 3000, \"down_now_bps\": 1000},"
	"{\"mac\": \"02:05:11:00:00:02\", \"zone\": \"press\", \"user\": \"Bob\", \"state\": "
	"\"trusted\", \"addresses\": [], \"up_bytes\": 10, \"down_bytes\": 20, \"up_now_bps\": 10, "
	"\"down_now_bps\": 2000},"
	"{\"mac\": \"02:05:11:00:00:03\", \"zone\": \"default\", \"user\": null, \"state\": "
	"\"blocked\", \"addresses\": [], \"up_bytes\": 99, \"down_bytes\": 20, \"up_now_bps\": "
	"null, "
	"\"down_now_bps\": null}]";

static struct top_model *model_with_sessions(void)
{
	struct top_model *model = model_with_rates();
	json_t *json = json_loads(session_text, 0, NULL);

	assert_non_null(json);
	top_model_sessions(model, json, 12000);
	json_decref(json);
	return model;
}

static const struct filter_row {
	const char *sentence;
	const char *keys;
	const char *expected; /* the last digits of the MACs, in order */
} list_rows[] = {
	{"top: the busiest download first", "", "213"},
	{"top: the busiest upload first", "s", "123"},
	{"top: both directions", "ss", "123"},
	{"top: by user, those without one last", "sss", "123"},
	{"top: by MAC", "ssss", "123"},
	{"top: and round", "sssss", "213"},
	{"top: a user in other letters", "/BOB\n", "2"},
	{"top: as it is typed", "/bob", "2"},
	{"top: part of a zone", "/pre\n", "2"},
	{"top: an IPv6 address", "/2001:db8\n", "1"},
	{"top: a MAC in another notation", "/0205.1100.0003\n", "3"},
	{"top: a part of one", "/00-03\n", "3"},
	{"top: nobody", "/carol\n", ""},
	{"top: typed and corrected", "/bobx\b\n", "2"},
	{"top: more corrected than typed", "/b\b\b\b\n", "213"},
	{"top: given up", "/carol\033", "213"},
	{"top: cleared", "/carol\n\033", "213"},
	{"top: controls are not taken", "/b\001ob\n", "2"},
};

static void show(struct top_view *view, const struct top_model *model)
{
	struct grid *grid = grid_new(80, 24);

	assert_non_null(grid);
	top_draw(grid, view, model);
	grid_free(grid);
}

/* As the program does it: each key meets what is on the screen. */
static enum top_act press(struct top_view *view, const struct top_model *model, const char *keys)
{
	enum top_act act = ACT_NONE;

	show(view, model);
	for (; *keys; keys++) {
		int key = *keys;

		if (key == '\n')
			key = TOP_KEY_ENTER;
		else if (key == '\b')
			key = TOP_KEY_BACKSPACE;
		else if (key == '\033')
			key = TOP_KEY_ESCAPE;
		else if (key == '\t')
			key = TOP_KEY_TAB;
		act = top_view_key(view, model, key);
		show(view, model);
	}
	return act;
}

static void test_list(void **state)
{
	const struct filter_row *row = *state;
	const struct top_device *rows[TOP_DEVICES];
	struct top_model *model = model_with_sessions();
	struct top_view view = {.n_shown = 5};
	char found[8] = "";
	size_t i, n;

	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	press(&view, model, row->keys);
	n = top_view_rows(&view, model, rows);
	assert_true(n < sizeof(found));
	for (i = 0; i < n; i++)
		found[i] = rows[i]->mac[16];
	assert_string_equal(found, row->expected);
	top_model_free(model);
}

static const struct act_row {
	const char *sentence;
	const char *keys;
	enum top_act act;
	const char *mac;
} act_rows[] = {
	{"top: quit", "q", ACT_QUIT, ""},
	{"top: quit from the help", "?q", ACT_QUIT, ""},
	{"top: sign out", "sky", ACT_SIGN_OUT, "02:05:11:00:00:01"},
	{"top: sign out, but no", "skn", ACT_NONE, "02:05:11:00:00:01"},
	{"top: sign out, and another key", "skq", ACT_NONE, "02:05:11:00:00:01"},
	{"top: block", "sby", ACT_BLOCK, "02:05:11:00:00:01"},
	{"top: a trusted device isn't signed out", "ky", ACT_NONE, ""},
	{"top: a trusted device is blocked", "by", ACT_BLOCK, "02:05:11:00:00:02"},
	{"top: a blocked device", "/00:03\nby", ACT_UNBLOCK, "02:05:11:00:00:03"},
	{"top: nobody to block", "/carol\nby", ACT_NONE, ""},
	{"top: nobody on the other list", "\tby", ACT_NONE, ""},
	{"top: pause", "p", ACT_FETCH, ""},
	{"top: keys of a filter do nothing else", "/qqky", ACT_NONE, ""},
	{"top: a key without a meaning", "z", ACT_NONE, ""},
};

static void test_act(void **state)
{
	const struct act_row *row = *state;
	struct top_model *model = model_with_sessions();
	struct top_view view = {.n_shown = 5};

	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	assert_int_equal(press(&view, model, row->keys), row->act);
	assert_string_equal(view.target.mac, row->mac);
	top_model_free(model);
}

/* The cursor is on a device, wherever that goes; one that is gone leaves it in its row. */
static void test_cursor(void **state)
{
	const struct top_device *rows[TOP_DEVICES];
	struct top_model *model = model_with_sessions();
	struct top_view view = {.n_shown = 2};

	(void)state;
	top_view_key(&view, model, TOP_KEY_UP);
	assert_int_equal(view.at[TOP_SESSIONS], 0);
	top_view_key(&view, model, TOP_KEY_DOWN);
	assert_int_equal(view.at[TOP_SESSIONS], 1);
	top_view_key(&view, model, 's');
	(void)top_view_rows(&view, model, rows);
	assert_int_equal(view.at[TOP_SESSIONS], 0);
	top_view_key(&view, model, TOP_KEY_END);
	(void)top_view_rows(&view, model, rows);
	assert_int_equal(view.at[TOP_SESSIONS], 2);
	assert_int_equal(view.first, 1);
	model->sessions.n = 2;
	(void)top_view_rows(&view, model, rows);
	assert_int_equal(view.at[TOP_SESSIONS], 1);
	assert_int_equal(view.first, 0);
	top_view_key(&view, model, TOP_KEY_PAGE_DOWN);
	top_view_key(&view, model, TOP_KEY_PAGE_DOWN);
	assert_int_equal(view.at[TOP_SESSIONS], 1);
	top_view_key(&view, model, TOP_KEY_PAGE_UP);
	top_view_key(&view, model, TOP_KEY_HOME);
	assert_int_equal(view.at[TOP_SESSIONS], 0);
	model->sessions.n = 0;
	assert_int_equal(top_view_rows(&view, model, rows), 0);
	top_view_key(&view, model, TOP_KEY_END);
	top_model_free(model);
}

/* A filter as long as can be, of letters that have more than a byte. */
static void test_long_filter(void **state)
{
	struct top_model *model = model_with_sessions();
	struct top_view view = {.mode = MODE_FILTER};
	int i;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, LOCALE_UTF8));
	for (i = 0; i < 100; i++)
		top_view_key(&view, model, 0x20ac);
	assert_int_equal(strlen(view.edit), (TOP_FILTER - 1) / 3 * 3);
	for (i = 0; i < 20; i++)
		top_view_key(&view, model, TOP_KEY_BACKSPACE);
	assert_string_equal(view.edit, "\xe2\x82\xac");
	top_view_key(&view, model, TOP_KEY_BACKSPACE);
	assert_string_equal(view.edit, "");
	top_model_free(model);
}

int main(void)
{
	struct CMUnitTest lists[ARRAY_SIZE(list_rows)], acts[ARRAY_SIZE(act_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_rates),		cmocka_unit_test(test_missing_samples),
		cmocka_unit_test(test_strange_answers), cmocka_unit_test(test_guests),
		cmocka_unit_test(test_cursor),		cmocka_unit_test(test_long_filter),
		cmocka_unit_test(test_own_clock),
	};

	TABLE_TESTS(lists, list_rows, test_list);
	TABLE_TESTS(acts, act_rows, test_act);
	return cmocka_run_group_tests_name("top: lists", lists, NULL, NULL) +
	       cmocka_run_group_tests_name("top: acts", acts, NULL, NULL) +
	       cmocka_run_group_tests_name("top: others", others, NULL, NULL);
}
