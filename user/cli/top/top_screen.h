/* SPDX-License-Identifier: MIT */
/* top_screen.h - the terminal: takes a grid, gives keys. */
#ifndef XDP511_TOP_SCREEN_H
#define XDP511_TOP_SCREEN_H

#include "base/log.h"
#include "cli/top/top_grid.h"

struct top_screen; /* opaque; the terminal is another until it is freed */

/* -ENOTSUP with a sentence: this terminal can't be drawn on. */
int top_screen_new(struct top_screen **ret_screen, struct error *error);
struct top_screen *top_screen_free(struct top_screen *screen); /* takes NULL, returns NULL */

/* After SIGWINCH. */
void top_screen_resize(struct top_screen *screen);
void top_screen_size(const struct top_screen *screen, size_t *ret_width, size_t *ret_height);

/* @anew: whatever is thought to be on the screen already. */
void top_screen_show(struct top_screen *screen, const struct grid *grid, bool anew);

/* A character or an enum top_key; TOP_KEY_NONE: there is none. */
int top_screen_key(struct top_screen *screen);

/* Those that were typed already. */
void top_screen_forget_keys(struct top_screen *screen);

#endif /* XDP511_TOP_SCREEN_H */
