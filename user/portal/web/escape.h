/* SPDX-License-Identifier: MIT */
/* escape.h - text as a value of a query, percent-encoded. Pure. */
#ifndef XDP511_PORTAL_ESCAPE_H
#define XDP511_PORTAL_ESCAPE_H

#include <stddef.h>

#define ESCAPED_SIZE(size) (3 * (size))

/* All but letters, digits, "-", ".", "_", "~" and ":"; cut to what fits. Returns @buffer. */
const char *escape_query(const char *text, char *buffer, size_t size);

#endif /* XDP511_PORTAL_ESCAPE_H */
