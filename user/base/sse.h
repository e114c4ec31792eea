/* SPDX-License-Identifier: MIT */
/* sse.h - a line of a stream of server-sent events: the data, or nothing of interest. Pure. */
#ifndef XDP511_SSE_H
#define XDP511_SSE_H

#include <stddef.h>

/* What follows "data:" in the line; NULL for other lines. -EINVAL: no line of such a stream. */
int sse_data(const char *line, const char **ret_data);

#endif /* XDP511_SSE_H */
