/* SPDX-License-Identifier: MIT */
/* top_view.c - the rows that are looked at, and the keys. */
#include "cli/top/top_view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>
#include <wctype.h>

#define CHARACTER_MAX 16 /* bytes, in any locale */

const char *top_sort_name(enum top_pane pane, enum top_sort sort)
{
	static const char *const names[TOP_PANES][TOP_SORTS] = {
		[TOP_SESSIONS] = {"down", "up", "down + up", "user", "MAC"},
		[TOP_GUESTS] = {"dropped", "frames", "both", "address", "MAC"},
	};

	return names[pane][sort];
}

void top_view_say(struct top_view *view, bool is_bad, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(view->message, sizeof(view->message), format, arguments);
	va_end(arguments);
	view->message_is_bad = is_bad;
	view->message_ms = view->now_ms;
}

/* --- rows ---------------------------------------------------------------------------------- */

/* Any notation of a whole MAC, or a part of it. */
static bool mac_matches(const char *mac, const char *filter)
{
	char part[TOP_FILTER], *at;
	struct error error;
	uint8_t bytes[6];
	char whole[MAC_TEXT];

	if (!parse_mac(filter, bytes, &error))
		return !strcmp(mac, format_mac(bytes, whole));
	snprintf(part, sizeof(part), "%s", filter);
	for (at = part; *at; at++)
		*at = *at == '-' ? ':' : *at;
	return strcasestr(mac, part);
}

static bool matches(const struct top_device *device, const char *filter)
{
	return !filter[0] || strcasestr(device->user, filter) || strcasestr(device->zone, filter) ||
	       strcasestr(device->addresses, filter) || mac_matches(device->mac, filter);
}

static int by_number(double a, double b)
{
	return a > b ? -1 : a < b;
}

/* Those without a name stand behind those with one. */
static int by_text(const char *a, const char *b)
{
	if (!a[0] || !b[0])
		return !a[0] - !b[0];
	return strcasecmp(a, b);
}

static int compare(const void *a, const void *b, void *context)
{
	const struct top_device *one = *(const struct top_device *const *)a;
	const struct top_device *other = *(const struct top_device *const *)b;
	const struct top_view *view = context;
	enum top_sort sort = view->sort[view->pane];
	bool has_down = sort == SORT_DOWN || sort == SORT_TOTAL;
	bool has_up = sort == SORT_UP || sort == SORT_TOTAL;
	int order = 0;

	if (has_down || has_up)
		order = by_number((has_down ? one->down : 0) + (has_up ? one->up : 0),
				  (has_down ? other->down : 0) + (has_up ? other->up : 0));
	if (sort == SORT_USER && view->pane == TOP_SESSIONS)
		order = by_text(one->user, other->user);
	else if (sort == SORT_USER)
		order = by_text(one->addresses, other->addresses);
	/* Nobody moves, or nobody is measured yet. */
	if (!order && sort != SORT_USER && sort != SORT_MAC)
		order = by_number((double)one->down_total + (double)one->up_total,
				  (double)other->down_total + (double)other->up_total);
	if (!order)
		order = strcmp(one->mac, other->mac);
	return order ? order : strcmp(one->zone, other->zone);
}

static bool is_followed(const struct top_target *follow, const struct top_device *device)
{
	return !strcmp(follow->mac, device->mac) && !strcmp(follow->zone, device->zone);
}

/* The cursor stays on its device; where that is gone it stays in its row. */
static void keep_cursor(struct top_view *view, const struct top_device **rows, size_t n)
{
	const struct top_target *follow = &view->follow[view->pane];
	size_t i, *at = &view->at[view->pane];

	for (i = 0; follow->mac[0] && i < n; i++) {
		if (is_followed(follow, rows[i])) {
			*at = i;
			break;
		}
	}
	if (*at >= n)
		*at = n ? n - 1 : 0;
	if (view->first > *at)
		view->first = *at;
	if (view->n_shown && *at >= view->first + view->n_shown)
		view->first = *at + 1 - view->n_shown;
	if (view->first && view->first + view->n_shown > n)
		view->first = n > view->n_shown ? n - view->n_shown : 0;
}

size_t top_view_rows(struct top_view *view, const struct top_model *model,
		     const struct top_device **rows)
{
	const struct top_list *list =
		view->pane == TOP_SESSIONS ? &model->sessions : &model->guests;
	const char *filter = view->mode == MODE_FILTER ? view->edit : view->filter;
	size_t i, n = 0;

	for (i = 0; i < list->n; i++) {
		if (matches(&list->devices[i], filter))
			rows[n++] = &list->devices[i];
	}
	qsort_r(rows, n, sizeof(void *), compare, view);
	keep_cursor(view, rows, n);
	return n;
}

/* --- keys ---------------------------------------------------------------------------------- */

static void target_device(struct top_target *target, const struct top_device *device)
{
	*target = (struct top_target){.act = ACT_NONE};
	snprintf(target->mac, sizeof(target->mac), "%s", device->mac);
	snprintf(target->zone, sizeof(target->zone), "%s", device->zone);
	snprintf(target->user, sizeof(target->user), "%s", device->user);
}

static enum top_act move(struct top_view *view, const struct top_model *model, int key)
{
	const struct top_device *rows[TOP_DEVICES];
	size_t n = top_view_rows(view, model, rows);
	size_t at = view->at[view->pane], page = view->n_shown > 1 ? view->n_shown - 1 : 1;

	if (!n)
		return ACT_NONE;
	if (key == TOP_KEY_UP)
		at -= at > 0;
	else if (key == TOP_KEY_DOWN)
		at++;
	else if (key == TOP_KEY_PAGE_UP)
		at -= at < page ? at : page;
	else if (key == TOP_KEY_PAGE_DOWN)
		at += page;
	else
		at = key == TOP_KEY_HOME ? 0 : n - 1;
	at = at < n ? at : n - 1;
	view->at[view->pane] = at;
	/* Up at the top is where one looks at the list, and not at a device. */
	if (at || key == TOP_KEY_DOWN)
		target_device(&view->follow[view->pane], rows[at]);
	else
		view->follow[view->pane].mac[0] = '\0';
	return ACT_NONE;
}

/* About whom one sees: an answer that has come since may have another order. */
static enum top_act ask(struct top_view *view, int key)
{
	const struct top_device *device = &view->shown;

	if (!device->mac[0]) {
		top_view_say(view, true, "there is nobody on the list");
		return ACT_NONE;
	}
	if (key == 'k' && device->state != 'a') {
		top_view_say(view, true, "%s is not signed in, so it can't be signed out",
			     device->mac);
		return ACT_NONE;
	}
	target_device(&view->target, device);
	if (key == 'k')
		view->target.act = ACT_SIGN_OUT;
	else
		view->target.act = device->state == 'b' ? ACT_UNBLOCK : ACT_BLOCK;
	view->mode = MODE_CONFIRM;
	return ACT_NONE;
}

static enum top_act confirm(struct top_view *view, int key)
{
	view->mode = MODE_LIST;
	if (key == 'y' || key == 'Y')
		return view->target.act;
	top_view_say(view, false, "nothing was done");
	return ACT_NONE;
}

static void drop_last_character(char *text)
{
	size_t length = strlen(text);

	while (length && ((unsigned char)text[length - 1] & 0xc0) == 0x80)
		length--;
	text[length ? length - 1 : 0] = '\0';
}

static void add_character(char *text, int key)
{
	char bytes[CHARACTER_MAX] = "";
	size_t used = strlen(text), n;
	mbstate_t state = {};

	if (key < ' ' || !iswprint((wint_t)key))
		return;
	n = wcrtomb(bytes, (wchar_t)key, &state);
	if (n < CHARACTER_MAX && used + n < TOP_FILTER)
		memcpy(text + used, bytes, n + 1);
}

static enum top_act type_filter(struct top_view *view, int key)
{
	switch (key) {
	case TOP_KEY_ENTER:
		memcpy(view->filter, view->edit, sizeof(view->filter));
		view->mode = MODE_LIST;
		return ACT_FETCH;
	case TOP_KEY_ESCAPE:
		view->mode = MODE_LIST;
		return ACT_NONE;
	case TOP_KEY_BACKSPACE:
		drop_last_character(view->edit);
		return ACT_NONE;
	default:
		add_character(view->edit, key);
		return ACT_NONE;
	}
}

static enum top_act list_key(struct top_view *view, int key)
{
	switch (key) {
	case 's':
		view->sort[view->pane] = (view->sort[view->pane] + 1) % TOP_SORTS;
		return ACT_FETCH;
	case TOP_KEY_TAB:
	case 'g':
		view->pane = view->pane == TOP_SESSIONS ? TOP_GUESTS : TOP_SESSIONS;
		view->first = 0;
		return ACT_FETCH;
	case '/':
		view->mode = MODE_FILTER;
		memcpy(view->edit, view->filter, sizeof(view->edit));
		return ACT_NONE;
	case TOP_KEY_ESCAPE:
		view->filter[0] = view->message[0] = '\0';
		return ACT_FETCH;
	case 'p':
	case ' ':
		view->is_paused = !view->is_paused;
		return ACT_FETCH;
	case '?':
	case 'h':
		view->mode = MODE_HELP;
		return ACT_NONE;
	case 'L' - '@': /* Ctrl-L */
		return ACT_REDRAW;
	case 'q':
		return ACT_QUIT;
	default:
		return ACT_NONE;
	}
}

enum top_act top_view_key(struct top_view *view, const struct top_model *model, int key)
{
	if (view->mode == MODE_FILTER)
		return type_filter(view, key);
	if (view->mode == MODE_CONFIRM)
		return confirm(view, key);
	if (view->mode == MODE_HELP) {
		view->mode = MODE_LIST;
		return key == 'q' ? ACT_QUIT : ACT_NONE;
	}
	view->message[0] = '\0';
	if (key >= TOP_KEY_UP && key <= TOP_KEY_END)
		return move(view, model, key);
	if (key == 'k' || key == 'b')
		return ask(view, key);
	return list_key(view, key);
}
