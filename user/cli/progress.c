/* SPDX-License-Identifier: MIT */
/* progress.c - a bar, a count, a rate, and the time that is left; erased by blanks. */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "base/units.h"
#include "cli/text.h"
#include "cli/top/top_grid.h"
#include "cli/top/top_layout.h"

#define COLUMNS	     80
#define BAR	     20
#define FIRST_MS     500 /* what is over by then shows nothing */
#define EVERY_MS     200
#define FORETELL_MS  2000 /* from then on, and from this share on, the time left is known */
#define FORETELL     0.01
#define MS_A_SECOND  1000
#define TIME_TEXT    24
#define MOST_COLUMNS 120

static size_t columns_of_stderr(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return COLUMNS;
	return size.ws_col < MOST_COLUMNS ? size.ws_col : MOST_COLUMNS;
}

struct progress progress_start(const char *unit, bool writes)
{
	const char *terminal = getenv("TERM");

	return (struct progress){
		.unit = unit,
		.is_on = isatty(STDERR_FILENO) && !(writes && isatty(STDOUT_FILENO)) && terminal &&
			 strcmp(terminal, "dumb") != 0,
		.started_ms = monotonic_ms(),
	};
}

char *progress_text(const struct progress *progress, uint64_t count, double share,
		    uint64_t passed_ms, size_t columns)
{
	struct grid *grid = grid_new(columns, 1);
	double seconds = (double)passed_ms / MS_A_SECOND;
	char number[TOP_NUMBER], left[TIME_TEXT];
	struct pen pen;
	char *text;

	if (!grid)
		return NULL;
	pen = grid_pen(grid, 0);
	if (share >= 0) {
		pen_print(&pen, LOOK_PLAIN, "%3d%% [", (int)(100 * (share < 1 ? share : 1)));
		pen_bar(&pen, LOOK_PLAIN, BAR, share);
		pen_put(&pen, LOOK_PLAIN, "] ");
	}
	pen_print(&pen, LOOK_PLAIN, "%s %s", top_format((double)count, true, number),
		  progress->unit);
	pen_print(&pen, LOOK_PLAIN, ", %s/s",
		  top_format((double)count / seconds, passed_ms > 0, number));
	if (share > FORETELL && share < 1 && passed_ms >= FORETELL_MS)
		pen_print(&pen, LOOK_PLAIN, ", %s left",
			  format_duration((uint64_t)(seconds * (1 - share) / share + 1), left,
					  sizeof(left)));
	text = grid_row_text(grid, 0);
	grid_free(grid);
	return text;
}

/* Over what was there, which may have been longer. The last column is left alone: some wrap there. */
static void put_line(struct progress *progress, const char *text)
{
	size_t columns = text_columns(text);

	fprintf(stderr, "\r%s", text);
	if (progress->columns > columns)
		fprintf(stderr, "%*s", (int)(progress->columns - columns), "");
	fflush(stderr);
	progress->columns = columns;
}

void progress_show(struct progress *progress, uint64_t count, uint64_t done, uint64_t total)
{
	double share = total ? (double)done / (double)total : -1;
	uint64_t now;
	char *text;

	if (!progress->is_on)
		return;
	now = monotonic_ms();
	if (now - progress->started_ms < FIRST_MS ||
	    (progress->is_visible && now - progress->shown_ms < EVERY_MS))
		return;
	text = progress_text(progress, count, share, now - progress->started_ms,
			     columns_of_stderr() - 1);
	if (!text)
		return;
	put_line(progress, text);
	free(text);
	progress->is_visible = true;
	progress->shown_ms = now;
}

void progress_end(struct progress *progress)
{
	if (!progress->is_visible)
		return;
	put_line(progress, "");
	fputs("\r", stderr);
	fflush(stderr);
	progress->is_visible = false;
}
