/* SPDX-License-Identifier: MIT */
/*
 * progress.h - how far long work is, on a line of standard error that is gone at the end.
 *
 * There is none unless standard error is a terminal, nor where the work itself writes to a
 * terminal. Work that is over at once shows nothing.
 */
#ifndef XDP511_PROGRESS_H
#define XDP511_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *unit; /* of what is counted: "lines" */
	bool is_on;
	bool is_visible;
	uint64_t started_ms;
	uint64_t shown_ms;
	size_t columns; /* that the line has on the screen */
};

/* @writes: the work has standard output for itself meanwhile. */
struct progress progress_start(const char *unit, bool writes);

/* As often as one likes. @done of @total, of anything; @total 0: nobody knows. */
void progress_show(struct progress *progress, uint64_t count, uint64_t done, uint64_t total);

/* Before anything else is written. It may be shown again. */
void progress_end(struct progress *progress);

/*
 * The line (a pure function of its arguments and the locale): a bar, the count, its rate, and the
 * time that is left. @share: 0 to 1; below 0: nobody knows. The caller frees it. NULL: no memory.
 */
char *progress_text(const struct progress *progress, uint64_t count, double share,
		    uint64_t passed_ms, size_t columns);

#endif /* XDP511_PROGRESS_H */
