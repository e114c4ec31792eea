/* SPDX-License-Identifier: MIT */
/* top_screen.c - the grid by ncurses, with colours where the terminal has them and may. */
#include "cli/top/top_screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ncurses.h>

#include "cli/top/top_view.h"

#define RUN_BYTES      (GRID_MAX * CELL_BYTES)
#define ESCAPE	       27
#define DELETE	       127
#define ESCAPE_MS      25 /* what comes later after an Esc is another key */
#define FEWEST_COLOURS 8

struct top_screen {
	SCREEN *screen;
	bool has_colours;
	char run[RUN_BYTES + 1];
};

/* The pair of each look, and what stands for it without colours. */
static const struct {
	short colour; /* below 0: the terminal's own */
	attr_t with_colours;
	attr_t without;
} looks[] = {
	[LOOK_PLAIN] = {-1, A_NORMAL, A_NORMAL},
	[LOOK_BOLD] = {-1, A_BOLD, A_BOLD},
	[LOOK_DIM] = {COLOR_CYAN, A_NORMAL, A_NORMAL},
	[LOOK_BAR] = {-1, A_REVERSE, A_REVERSE},
	[LOOK_SELECTED] = {-1, A_REVERSE | A_BOLD, A_REVERSE | A_BOLD},
	[LOOK_GOOD] = {COLOR_GREEN, A_NORMAL, A_NORMAL},
	[LOOK_INFO] = {COLOR_CYAN, A_BOLD, A_NORMAL},
	[LOOK_WARN] = {COLOR_YELLOW, A_BOLD, A_BOLD},
	[LOOK_BAD] = {COLOR_RED, A_BOLD, A_BOLD},
};

#define N_LOOKS (sizeof(looks) / sizeof(looks[0]))

static bool start_colours(void)
{
	const char *without = getenv("NO_COLOR");
	size_t i;

	if ((without && *without) || !has_colors() || start_color() == ERR ||
	    COLORS < FEWEST_COLOURS || use_default_colors() == ERR)
		return false;
	for (i = 0; i < N_LOOKS; i++)
		init_pair((short)(i + 1), looks[i].colour, -1);
	return true;
}

int top_screen_new(struct top_screen **ret_screen, struct error *error)
{
	struct top_screen *screen = calloc(1, sizeof(*screen));
	const char *name = getenv("TERM");

	if (!screen)
		return fail(error, ENOMEM, "out of memory");
	screen->screen = newterm(NULL, stdout, stdin);
	if (!screen->screen || !tigetstr("cup") || tigetstr("cup") == (char *)-1) {
		top_screen_free(screen);
		return fail(
			error, ENOTSUP,
			"the terminal '%.100s' can't be drawn on; set TERM to what it is, or use "
			"`xdp511 top --once`",
			name ? name : "");
	}
	screen->has_colours = start_colours();
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	*ret_screen = screen;
	return 0;
}

struct top_screen *top_screen_free(struct top_screen *screen)
{
	if (!screen)
		return NULL;
	if (screen->screen) {
		endwin();
		delscreen(screen->screen);
	}
	free(screen);
	return NULL;
}

void top_screen_resize(struct top_screen *screen)
{
	struct winsize size;

	(void)screen;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clear();
}

void top_screen_size(const struct top_screen *screen, size_t *ret_width, size_t *ret_height)
{
	(void)screen;
	*ret_width = COLS > 0 ? (size_t)COLS : 0;
	*ret_height = LINES > 0 ? (size_t)LINES : 0;
}

static attr_t attributes_of(const struct top_screen *screen, uint8_t look)
{
	if (!screen->has_colours)
		return looks[look].without;
	return looks[look].with_colours | (attr_t)COLOR_PAIR(look + 1);
}

/* Cells of one look go together. */
static void show_row(struct top_screen *screen, const struct grid *grid, size_t row)
{
	size_t start, column = 0;

	while (column < grid->width) {
		uint8_t look = grid_cell(grid, row, column)->look;
		size_t used = 0;

		for (start = column; column < grid->width; column++) {
			const struct cell *cell = grid_cell(grid, row, column);
			size_t length = strlen(cell->text);

			if (cell->look != look)
				break;
			memcpy(screen->run + used, cell->text, length);
			used += length;
		}
		screen->run[used] = '\0';
		attrset((int)attributes_of(screen, look));
		mvaddstr((int)row, (int)start, screen->run);
	}
}

void top_screen_show(struct top_screen *screen, const struct grid *grid, bool anew)
{
	size_t row;

	erase();
	for (row = 0; row < grid->height; row++)
		show_row(screen, grid, row);
	attrset(A_NORMAL);
	if (anew)
		clearok(stdscr, TRUE);
	refresh();
}

static int special_key(wint_t code)
{
	switch (code) {
	case KEY_UP:
		return TOP_KEY_UP;
	case KEY_DOWN:
		return TOP_KEY_DOWN;
	case KEY_PPAGE:
		return TOP_KEY_PAGE_UP;
	case KEY_NPAGE:
		return TOP_KEY_PAGE_DOWN;
	case KEY_HOME:
		return TOP_KEY_HOME;
	case KEY_END:
		return TOP_KEY_END;
	case KEY_BACKSPACE:
		return TOP_KEY_BACKSPACE;
	case KEY_ENTER:
		return TOP_KEY_ENTER;
	default:
		return 0; /* no character, and no key that does anything */
	}
}

int top_screen_key(struct top_screen *screen)
{
	wint_t code;
	int kind = get_wch(&code);

	(void)screen;
	if (kind == ERR)
		return TOP_KEY_NONE;
	if (kind == KEY_CODE_YES)
		return special_key(code);
	switch (code) {
	case '\r':
	case '\n':
		return TOP_KEY_ENTER;
	case '\t':
		return TOP_KEY_TAB;
	case '\b':
	case DELETE:
		return TOP_KEY_BACKSPACE;
	case ESCAPE:
		return TOP_KEY_ESCAPE;
	default:
		return (int)code;
	}
}

void top_screen_forget_keys(struct top_screen *screen)
{
	(void)screen;
	(void)flushinp();
}
