/* SPDX-License-Identifier: MIT */
/*
 * top_view.h - how somebody looks at the model of `xdp511 top`: pane, order, filter, cursor, and
 * what each key does. Pure functions.
 */
#ifndef XDP511_TOP_VIEW_H
#define XDP511_TOP_VIEW_H

#include "cli/top/top_model.h"

#define TOP_FILTER 64

enum top_pane { TOP_SESSIONS, TOP_GUESTS, TOP_PANES };

/* The orders of the lists. */
enum top_sort {
	SORT_DOWN,  /* guests: dropped frames a second */
	SORT_UP,    /* guests: frames a second */
	SORT_TOTAL, /* both of them */
	SORT_USER,  /* guests: address */
	SORT_MAC,
	TOP_SORTS,
};

enum top_mode { MODE_LIST, MODE_FILTER, MODE_CONFIRM, MODE_HELP };

/* What a key asks of the program. */
enum top_act { ACT_NONE, ACT_QUIT, ACT_FETCH, ACT_REDRAW, ACT_SIGN_OUT, ACT_BLOCK, ACT_UNBLOCK };

/* Keys that are no characters. */
enum top_key {
	TOP_KEY_NONE = -1000,
	TOP_KEY_UP,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_TAB,
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_BACKSPACE,
};

/* Whom something is done to. */
struct top_target {
	enum top_act act;
	char mac[MAC_TEXT]; /* "": nobody */
	char zone[TOP_NAME];
	char user[TOP_USER];
};

struct top_view {
	enum top_pane pane;
	enum top_sort sort[TOP_PANES];
	enum top_mode mode;
	bool is_paused;
	bool is_once; /* a frame for a script: no cursor, no keys */
	char filter[TOP_FILTER];
	char edit[TOP_FILTER]; /* the filter, as long as it is typed */
	size_t at[TOP_PANES];  /* the cursor's row */
	size_t first;	       /* row on top of the list */
	size_t n_shown;	       /* rows there is room for */
	size_t n_verdicts;     /* there were at a time: their part of the screen does not shrink */
	struct top_target follow[TOP_PANES]; /* the cursor stays on this device */
	struct top_device shown;	     /* under the cursor on the screen; no MAC: none */
	struct top_target target;	     /* what is asked about, then done */
	char message[TOP_SENTENCE];
	bool message_is_bad;
	uint64_t message_ms;
	char away[TOP_SENTENCE]; /* why the daemon doesn't answer; "": it does */
	uint64_t now_ms;
	uint64_t wall_s;
};

const char *top_sort_name(enum top_pane pane, enum top_sort sort);

/* The rows that the filter lets through, in order; at most TOP_DEVICES. Moves the cursor along. */
size_t top_view_rows(struct top_view *view, const struct top_model *model,
		     const struct top_device **rows);

/* @key: a character or an enum top_key. */
enum top_act top_view_key(struct top_view *view, const struct top_model *model, int key);

void top_view_say(struct top_view *view, bool is_bad, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* XDP511_TOP_VIEW_H */
