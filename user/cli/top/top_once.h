/* SPDX-License-Identifier: MIT */
/* top_once.h - one frame of `xdp511 top` on standard output, for scripts and pipes. */
#ifndef XDP511_TOP_ONCE_H
#define XDP511_TOP_ONCE_H

#include "base/log.h"
#include "cli/top/top_view.h"

/* As text, of the terminal's size, or that of COLUMNS and LINES, or 80x24. */
int top_print_frame(struct top_view *view, const struct top_model *model, struct error *error);

/* As a JSON object. */
int top_print_json(struct top_view *view, const struct top_model *model, struct error *error);

#endif /* XDP511_TOP_ONCE_H */
