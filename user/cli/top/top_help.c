/* SPDX-License-Identifier: MIT */
/* top_help.c - the page about keys and marks of `xdp511 top`. */
#include "cli/top/top_layout.h"

#define KEY 11

static const struct {
	const char *key;
	const char *sentence;
} lines[] = {
	{"q, Ctrl-C", "quit"},
	{"Tab, g", "the other list: sessions, guests"},
	{"s", "next order of the list"},
	{"/", "filter by MAC, user, zone or address"},
	{"Esc", "clear the filter"},
	{"arrows", "choose a device; also Page, Home, End"},
	{"k", "sign the device out (asks y/n)"},
	{"b", "block it, or unblock it (asks y/n)"},
	{"p, space", "pause"},
	{"Ctrl-L", "draw anew"},
	{"", ""},
	{"!  +  P", "blocked, trusted, parked (over budget)"},
	{"down, up", "to and from signed-in devices"},
	{"refused", "guests' frames dropped, or answered with a refusal"},
	{"b/s", "bits a second; a list has the busiest 1000"},
};

void top_draw_help(const struct top_scene *scene)
{
	struct pen pen = grid_pen(scene->grid, 0);
	size_t i, n = sizeof(lines) / sizeof(lines[0]);

	pen_put(&pen, LOOK_BAR, " xdp511 top: keys; any key goes back");
	pen_fill(&pen, LOOK_BAR);
	for (i = 0; i < n && i + 1 < scene->grid->height; i++) {
		pen = grid_pen(scene->grid, i + 1);
		if (i + 2 == scene->grid->height && i + 1 < n) {
			pen_put(&pen, LOOK_DIM, " more with more rows");
			return;
		}
		pen.look = LOOK_BOLD;
		pen_put(&pen, LOOK_BOLD, " ");
		pen_left(&pen, KEY, lines[i].key);
		pen_put(&pen, LOOK_PLAIN, lines[i].sentence);
	}
}
